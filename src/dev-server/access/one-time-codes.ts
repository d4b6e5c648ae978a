import { isSame, randomToken } from './console-token.ts';

/** Codes that are valid at the same time; the oldest are dropped. */
export const MAX_CODES = 10;
/** ms that a code is valid. */
export const CODE_LIFE = 60_000;

interface IssuedCode {
  readonly code: string;
  /** Unix ms. */
  readonly expiresAt: number;
}

/** Codes that replace the token once, for addresses that other users may read before the browser does. */
export class OneTimeCodes {
  readonly #now: () => number;
  #issued: readonly IssuedCode[] = [];

  constructor(now: () => number = Date.now) {
    this.#now = now;
  }

  issue(): string {
    const code = randomToken();
    this.#issued = [...this.#valid(), { code, expiresAt: this.#now() + CODE_LIFE }].slice(-MAX_CODES);
    return code;
  }

  /** Whether a code is valid. It can be redeemed only once. */
  redeem(given: string): boolean {
    const valid = this.#valid();
    this.#issued = valid.filter(({ code }) => !isSame(code, given));
    return this.#issued.length < valid.length;
  }

  #valid(): readonly IssuedCode[] {
    const now = this.#now();
    return this.#issued.filter(({ expiresAt }) => expiresAt > now);
  }
}
