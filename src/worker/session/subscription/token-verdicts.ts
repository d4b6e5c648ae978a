import { readTopic } from '../../../protocol/topic.ts';

/** Most tokens of one log that are remembered as accepted, and as expired. */
const REMEMBERED = 64;

/** What the server said of the tokens of one log. Nothing else counts: anybody can write what a token claims. */
export class TokenVerdicts {
  /** In the order in which they were accepted. */
  readonly #accepted = new Set<string>();
  readonly #expired = new Set<string>();

  /** The server accepted a token and did not take that back. */
  get proven(): boolean {
    return this.#accepted.size > 0;
  }

  /** The server accepted a token, which may have expired since. */
  get genuine(): boolean {
    return this.proven || this.#expired.size > 0;
  }

  /** Whether the server accepted this token and it should still be good. */
  accepts(signed: string, wall: number): boolean {
    return this.#accepted.has(signed) && expiryOf(signed) > wall;
  }

  /** Whether the server called this token expired. */
  expired(signed: string): boolean {
    return this.#expired.has(signed);
  }

  accept(signed: string): void {
    remember(this.#accepted, signed);
    this.#expired.delete(signed);
  }

  /** The server does not accept this token, or no longer does. */
  refuse(signed: string, how: 'expired' | 'denied'): void {
    this.#accepted.delete(signed);
    if (how === 'expired') remember(this.#expired, signed);
    else this.#expired.delete(signed);
  }

  /** None of the accepted tokens can be gone on with. */
  forget(): void {
    this.#accepted.clear();
  }

  /** The freshest accepted token that should still be good. */
  best(wall: number): string | undefined {
    let best: string | undefined;
    for (const signed of this.#accepted) {
      if (expiryOf(signed) > wall && (best === undefined || isFresher(signed, best))) best = signed;
    }
    return best;
  }
}

/** Whether a token was issued later than another one, or at the same time for longer. */
export function isFresher(signed: string, other: string): boolean {
  const [one, two] = [readTopic(signed), readTopic(other)];
  if (one === undefined || two === undefined) return one !== undefined;
  return one.issuedAt > two.issuedAt || (one.issuedAt === two.issuedAt && expiryOf(signed) > expiryOf(other));
}

/** Unix ms. */
function expiryOf(signed: string): number {
  return (readTopic(signed)?.expiresAt ?? Infinity) * 1_000;
}

function remember(tokens: Set<string>, signed: string): void {
  tokens.delete(signed);
  tokens.add(signed);
  for (const oldest of tokens) {
    if (tokens.size <= REMEMBERED) break;
    tokens.delete(oldest);
  }
}
