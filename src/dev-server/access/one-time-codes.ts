import { isSame, randomToken } from './console-token.ts';

/** Codes that wait to be used at the same time; the oldest are dropped. */
export const MAX_CODES = 10;
/** ms that a code is good for. */
export const CODE_LIFE = 60_000;

interface IssuedCode {
  readonly code: string;
  /** Unix ms. */
  readonly expiresAt: number;
}

/** Codes that stand in for the token once, where others may read an address before the browser does. */
export class OneTimeCodes {
  readonly #now: () => number;
  #issued: readonly IssuedCode[] = [];

  constructor(now: () => number = Date.now) {
    this.#now = now;
  }

  issue(): string {
    const code = randomToken();
    this.#issued = [...this.#good(), { code, expiresAt: this.#now() + CODE_LIFE }].slice(-MAX_CODES);
    return code;
  }

  /** Whether a code is good. It is not any more afterwards. */
  redeem(given: string): boolean {
    const good = this.#good();
    this.#issued = good.filter(({ code }) => !isSame(code, given));
    return this.#issued.length < good.length;
  }

  #good(): readonly IssuedCode[] {
    const now = this.#now();
    return this.#issued.filter(({ expiresAt }) => expiresAt > now);
  }
}
