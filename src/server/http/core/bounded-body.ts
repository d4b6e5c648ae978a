import { Problem } from '../../problem.ts';
import type { Shares } from '../../util/shares.ts';

/** The largest body that is held as a whole, compressed or not, bytes. */
export const BODY_BYTES = 4 * 1_024 * 1_024;

/** A body that is collected as a whole. Its bytes are taken from what all such bodies together may hold. */
export class BoundedBody {
  readonly #shares: Shares;
  readonly #channel: string;
  readonly #chunks: Buffer[] = [];
  readonly #taken: (() => void)[] = [];
  #length = 0;

  constructor(shares: Shares, channel: string) {
    this.#shares = shares;
    this.#channel = channel;
  }

  /** Throws a {@link Problem} if the body becomes too large, or if there is no room for it at the moment. */
  add(chunk: Buffer): void {
    this.#length += chunk.length;
    if (this.#length > BODY_BYTES) throw tooLarge();
    const giveBack = this.#shares.take(this.#channel, chunk.length);
    if (giveBack === undefined) {
      throw new Problem('busy', 'Too much is being sent to this log, or to this server, at once: send it again.', { 'Retry-After': 1 });
    }
    this.#taken.push(giveBack);
    this.#chunks.push(chunk);
  }

  get bytes(): Buffer {
    return Buffer.concat(this.#chunks);
  }

  /** Gives back what it took. */
  release(): void {
    for (const giveBack of this.#taken) giveBack();
  }
}

export function tooLarge(): Problem {
  return new Problem(
    'too-large',
    `A body may have ${BODY_BYTES / 1_024 / 1_024} MiB at most, compressed or not: send fewer records at once.`,
  );
}
