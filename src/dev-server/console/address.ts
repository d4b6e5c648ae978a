/** Which log the address of the page names, and whether it is to be shown alone. */
export interface PageAddress {
  readonly log: string | undefined;
  readonly solo: boolean;
}

export function readAddress(search: string): PageAddress {
  const query = new URLSearchParams(search);
  const log = query.get('log') ?? '';
  return { log: log === '' ? undefined : log, solo: query.has('solo') };
}

/** The address of a log in this page, or of a page that shows nothing else. */
export function address(channel: string, { solo = false }: { readonly solo?: boolean } = {}): string {
  return `/?log=${encodeURIComponent(channel)}${solo ? '&solo' : ''}`;
}
