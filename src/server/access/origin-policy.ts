/** The headers that identify the page a request comes from. Browsers set them; a page cannot change them. */
export interface PageHeaders {
  readonly origin?: string | undefined;
  readonly host?: string | undefined;
  readonly 'sec-fetch-site'?: string | string[] | undefined;
}

/** An origin with another scheme than http, as of a browser extension or an app. URL parsers give `null` for these. */
const OTHER_SCHEME = /^[a-z][a-z0-9+.-]*:\/\/[a-z0-9._~-]+(?::\d{1,5})?$/u;
/** Schemes that no page has. */
const NO_PAGE = /^(?:ftp|ws|wss):/u;

/**
 * An origin as browsers write it: `https://app.example`, or `null` for pages that have none. Undefined for a text that is
 * not an origin, e.g. because it has a path.
 */
export function parseOrigin(text: string): string | undefined {
  const origin = text.toLowerCase().replace(/\/$/u, '');
  if (origin === 'null') return origin;
  if (!/^https?:/u.test(origin)) return OTHER_SCHEME.test(origin) && !NO_PAGE.test(origin) ? origin : undefined;
  // Patterns are not supported, and would match nothing.
  if (origin.includes('*') || !URL.canParse(origin)) return undefined;
  const url = new URL(origin);
  return url.href === `${url.origin}/` ? url.origin : undefined;
}

/** Decides which pages may use the server: those of its own origin, and those on a list. */
export class OriginPolicy {
  readonly #allowed: ReadonlySet<string> | '*';

  /** Texts that are not origins allow nothing. */
  constructor(allowed: readonly string[] | '*') {
    this.#allowed = allowed === '*' ? '*' : new Set(allowed.map((text) => parseOrigin(text) ?? ''));
  }

  /**
   * Whether a request with these headers is allowed. One without an Origin does not come from a page. Same origin means that
   * the host and port of Origin equal Host (behind a proxy the scheme is unknown), or that the browser says so, since a proxy
   * may have changed Host.
   */
  allows(origin: string | undefined, host: string | undefined, site?: string | string[]): boolean {
    if (origin === undefined || this.#allowed === '*') return true;
    if (site === 'same-origin' || isSame(origin, host)) return true;
    return origin !== '' && this.#allowed.has(origin.toLowerCase());
  }
}

function isSame(origin: string, host: string | undefined): boolean {
  if (host === undefined || !URL.canParse(origin)) return false;
  const page = new URL(origin);
  const own = `${page.protocol}//${host}`;
  return URL.canParse(own) && new URL(own).host === page.host;
}
