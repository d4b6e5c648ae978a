import { Problem } from '../problem.ts';
import type { Logger } from '../log/logger.ts';
import { parseOrigin, type OriginPolicy, type PageHeaders } from './origin-policy.ts';

/** Refused origins that are named in the log, each once: who makes them up must not fill it. */
export const NAMED_ORIGINS = 100;
/** Longest text of a request that is repeated, characters. */
const LONGEST = 200;

/** Lets pages in or not, and says of those it does not let in what would. */
export class OriginGate {
  readonly #policy: OriginPolicy;
  readonly #logger: Logger;
  readonly #named = new Set<string>();

  constructor(policy: OriginPolicy, logger: Logger) {
    this.#policy = policy;
    this.#logger = logger;
  }

  /** Whether a request may be answered to its page. A refusal is logged, once for each origin. */
  admits(headers: PageHeaders): boolean {
    return this.refusal(headers) === undefined;
  }

  /** Why a request is not let in; undefined for one that is. */
  refusal(headers: PageHeaders): Problem | undefined {
    const { origin, host = '', 'sec-fetch-site': site } = headers;
    if (origin === undefined || this.#policy.allows(origin, headers.host, site)) return undefined;
    const facts = { origin: shortened(origin), host: shortened(host) };
    const detail = detailOf(facts);
    this.#tell(facts, detail);
    return new Problem('origin', detail, {}, facts);
  }

  #tell(facts: { readonly origin: string; readonly host: string }, detail: string): void {
    if (this.#named.has(facts.origin) || this.#named.size > NAMED_ORIGINS) return;
    const isLast = this.#named.size === NAMED_ORIGINS;
    this.#named.add(facts.origin);
    if (isLast) this.#logger.warn({ event: 'origins-refused' }, 'Pages of more origins are refused; their names are not logged any more.');
    else this.#logger.warn({ event: 'origin-refused', ...facts }, detail);
  }
}

function detailOf({ origin, host }: { readonly origin: string; readonly host: string }): string {
  const named = parseOrigin(origin);
  if (named === undefined) return `The Origin ${JSON.stringify(origin)} is not that of a page, so this server (Host ${host}) refuses it.`;
  return (
    `Pages from ${named} may not use this server (Host ${host}). To let them in, start it with --allow-origin ${named}, or add that to the allowed origins (allowOrigins). ` +
    (named === 'null'
      ? 'Sandboxed frames, pages opened as files and data: workers of any site have the origin null.'
      : 'If they are one site, a proxy changes the Host header: let it pass Host on.')
  );
}

function shortened(text: string): string {
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text;
}
