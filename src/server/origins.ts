/** Which pages may use the server: those of its own origin, and those on the list. */
export class OriginPolicy {
  readonly #allowed: ReadonlySet<string> | '*';

  constructor(allowed: readonly string[] | '*') {
    this.#allowed = allowed === '*' ? '*' : new Set(allowed.map((origin) => origin.replace(/\/$/u, '').toLowerCase()));
  }

  /**
   * Whether a request with these `Origin` and `Host` headers is let in. One without an Origin comes from no page. Same
   * origin means that the host and port of Origin equal Host: behind a proxy the scheme is not known.
   */
  allows(origin: string | undefined, host: string | undefined): boolean {
    if (origin === undefined || this.#allowed === '*') return true;
    if (this.#allowed.has(origin.toLowerCase())) return true;
    if (host === undefined || !URL.canParse(origin)) return false;
    const page = new URL(origin);
    const own = `${page.protocol}//${host}`;
    return URL.canParse(own) && new URL(own).host === page.host;
  }
}
