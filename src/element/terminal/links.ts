/** Schemes that a link in a log may have. */
const ALLOWED: ReadonlySet<string> = new Set(['http:', 'https:', 'mailto:']);
/** Schemes that a page cannot allow: they run something, or show what the log itself brought. */
const NEVER: ReadonlySet<string> = new Set(['javascript:', 'data:', 'blob:', 'vbscript:', 'filesystem:', 'about:', 'view-source:']);

/** Spaces, control and format characters. */
const UNPRINTABLE = /[\p{C}\p{Z}]/u;

/** The schemes that the value of a `links` attribute allows beside those that are always allowed: `vscode ssh`. */
export function allowedSchemes(links: string): ReadonlySet<string> {
  const named = links.split(/[\s,]+/u).map((scheme) => `${scheme.replace(/:$/u, '').toLowerCase()}:`);
  return new Set([...ALLOWED, ...named.filter((scheme) => scheme !== ':' && !NEVER.has(scheme))]);
}

/** The address that a link of a log leads to; undefined if it may not be one. */
export function linkTarget(link: string, allowed: ReadonlySet<string> = ALLOWED): string | undefined {
  // A browser would drop what is not printable, and then go elsewhere than the text says.
  if (link === '' || UNPRINTABLE.test(link)) return undefined;
  try {
    const url = new URL(link);
    return allowed.has(url.protocol) ? url.href : undefined;
  } catch {
    return undefined;
  }
}
