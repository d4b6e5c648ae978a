/** The log that the address of the page names, and whether it is shown alone. */
export interface PageAddress {
  readonly log: string | undefined;
  readonly solo: boolean;
}

export function readAddress(search: string): PageAddress {
  const query = new URLSearchParams(search);
  const log = query.get('log') ?? '';
  return { log: log === '' ? undefined : log, solo: query.has('solo') };
}

/** The address of a log in the console, or, with `solo`, of a page that shows only this log. */
export function address(channel: string, { solo = false }: { readonly solo?: boolean } = {}): string {
  return `/?log=${encodeURIComponent(channel)}${solo ? '&solo' : ''}`;
}
