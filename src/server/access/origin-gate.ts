import { Problem } from '../problem.ts';
import type { Logger } from '../log/logger.ts';
import { parseOrigin, type OriginPolicy, type PageHeaders } from './origin-policy.ts';

/** How many refused origins are named in the log, each once: a client that makes them up must not fill the log. */
export const NAMED_ORIGINS = 100;
/** The longest text of a request that a message repeats, characters. */
const LONGEST = 200;

/** Allows or refuses the pages of an origin. A refusal says how to allow it. */
export class OriginGate {
  readonly #policy: OriginPolicy;
  readonly #logger: Logger;
  readonly #named = new Set<string>();

  constructor(policy: OriginPolicy, logger: Logger) {
    this.#policy = policy;
    this.#logger = logger;
  }

  /** Whether the page of a request may read the answer. A refusal is logged, once for each origin. */
  admits(headers: PageHeaders): boolean {
    return this.refusal(headers) === undefined;
  }

  /** Why a request is refused; undefined for one that is allowed. */
  refusal(headers: PageHeaders): Problem | undefined {
    const { origin, host = '', 'sec-fetch-site': site } = headers;
    if (origin === undefined || this.#policy.allows(origin, headers.host, site)) return undefined;
    const facts = { origin: shortened(origin), host: shortened(host) };
    const detail = detailOf(facts);
    this.#report(facts, detail);
    return new Problem('origin', detail, {}, facts);
  }

  #report(facts: { readonly origin: string; readonly host: string }, detail: string): void {
    if (this.#named.has(facts.origin) || this.#named.size > NAMED_ORIGINS) return;
    const isLast = this.#named.size === NAMED_ORIGINS;
    this.#named.add(facts.origin);
    if (isLast) this.#logger.warn({ event: 'origins-refused' }, 'Further origins are refused; they are no longer named here.');
    else this.#logger.warn({ event: 'origin-refused', ...facts }, detail);
  }
}

function detailOf({ origin, host }: { readonly origin: string; readonly host: string }): string {
  const named = parseOrigin(origin);
  if (named === undefined)
    return `The Origin ${JSON.stringify(origin)} is not the origin of a page, so this server (Host ${host}) refuses it.`;
  return (
    `Pages from ${named} may not use this server (Host ${host}). To allow them, start it with --allow-origin ${named}, or add it to the allowed origins (allowOrigins). ` +
    (named === 'null'
      ? 'Sandboxed frames, pages opened as files and data: workers of any site have the origin null.'
      : 'If both are the same site, a proxy changes the Host header: let it forward Host.')
  );
}

function shortened(text: string): string {
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text;
}
