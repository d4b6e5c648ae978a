/** What a request says of the page it comes from. Browsers set all three; a page cannot change them. */
export interface PageHeaders {
  readonly origin?: string | undefined;
  readonly host?: string | undefined;
  readonly 'sec-fetch-site'?: string | string[] | undefined;
}

/** A scheme that is not http, as of a browser extension or an app, with a host: no URL parser knows the origin of those. */
const OTHER_SCHEME = /^[a-z][a-z0-9+.-]*:\/\/[a-z0-9._~-]+(?::\d{1,5})?$/u;
/** Schemes of files to fetch, which no page has. */
const NO_PAGE = /^(?:ftp|ws|wss):/u;

/**
 * An origin as browsers write it: `https://app.example`, or `null` for pages that have none. Undefined for a text that names
 * no origin, such as one with a path.
 */
export function parseOrigin(text: string): string | undefined {
  const origin = text.toLowerCase().replace(/\/$/u, '');
  if (origin === 'null') return origin;
  if (!/^https?:/u.test(origin)) return OTHER_SCHEME.test(origin) && !NO_PAGE.test(origin) ? origin : undefined;
  // A pattern would match nothing.
  if (origin.includes('*') || !URL.canParse(origin)) return undefined;
  const url = new URL(origin);
  return url.href === `${url.origin}/` ? url.origin : undefined;
}

/** Which pages may use the server: those of its own origin, and those on the list. */
export class OriginPolicy {
  readonly #allowed: ReadonlySet<string> | '*';

  /** Texts that name no origin let nobody in. */
  constructor(allowed: readonly string[] | '*') {
    this.#allowed = allowed === '*' ? '*' : new Set(allowed.map((text) => parseOrigin(text) ?? ''));
  }

  /**
   * Whether a request with these headers is let in. One without an Origin comes from no page. Same origin means that the
   * host and port of Origin equal Host (after a proxy the scheme is not known), or that the browser says so: a proxy may
   * have changed Host.
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
