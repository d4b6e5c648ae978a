/** Schemes that a link in a log may have: those that lead somewhere and run nothing. */
const ALLOWED: ReadonlySet<string> = new Set(['http:', 'https:', 'mailto:']);
/** Spaces, control and format characters: a browser would drop them, and go elsewhere than the text says. */
const UNPRINTABLE = /[\p{C}\p{Z}]/u;

/** The address that a link of a log leads to; undefined if it may not be one. */
export function linkTarget(link: string): string | undefined {
  if (link === '' || UNPRINTABLE.test(link)) return undefined;
  try {
    const url = new URL(link);
    return ALLOWED.has(url.protocol) ? url.href : undefined;
  } catch {
    return undefined;
  }
}
