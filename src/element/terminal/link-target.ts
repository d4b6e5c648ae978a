/** Schemes allowed for links in a log: those that run nothing. */
const ALLOWED: ReadonlySet<string> = new Set(['http:', 'https:', 'mailto:']);
/** Spaces, control and format characters: a browser would drop them and go elsewhere than the text says. */
const UNPRINTABLE = /[\p{C}\p{Z}]/u;

/** The address a link in a log leads to; undefined if it is not allowed. */
export function linkTarget(link: string): string | undefined {
  if (link === '' || UNPRINTABLE.test(link)) return undefined;
  try {
    const url = new URL(link);
    return ALLOWED.has(url.protocol) ? url.href : undefined;
  } catch {
    return undefined;
  }
}
