import { isSame, randomToken } from './console-token.ts';

/** Codes that wait to be used at the same time; the oldest are dropped. */
export const CODES = 10;
/** ms that a code is good for. */
export const CODE_LIFE = 60_000;

interface Issued {
  readonly code: string;
  /** Unix ms. */
  readonly until: number;
}

/** Codes that stand in for the token once, where others may read an address before the browser does. */
export class OneTimeCodes {
  readonly #now: () => number;
  #issued: readonly Issued[] = [];

  constructor(now: () => number = Date.now) {
    this.#now = now;
  }

  issue(): string {
    const code = randomToken();
    this.#issued = [...this.#good(), { code, until: this.#now() + CODE_LIFE }].slice(-CODES);
    return code;
  }

  /** Whether a code is good. It is not any more afterwards. */
  redeem(given: string): boolean {
    const good = this.#good();
    this.#issued = good.filter(({ code }) => !isSame(code, given));
    return this.#issued.length < good.length;
  }

  #good(): readonly Issued[] {
    const now = this.#now();
    return this.#issued.filter(({ until }) => until > now);
  }
}
