/** Most channels that are remembered. What was on its way for the oldest has long arrived. */
const CHANNELS = 1_000;

/**
 * The tokens that were sent on the present socket, by channel. An ack names no token: it proves one only where no other
 * was sent, and frames that are on their way may belong to a subscription made with another one.
 */
export class SentTokens {
  readonly #sent = new Map<string, Set<string>>();

  /** There is a new socket. */
  clear(): void {
    this.#sent.clear();
  }

  sent(channel: string, signed: string): void {
    const tokens = this.#sent.get(channel) ?? new Set();
    tokens.add(signed);
    this.#sent.delete(channel);
    this.#sent.set(channel, tokens);
    for (const oldest of this.#sent.keys()) {
      if (this.#sent.size <= CHANNELS) break;
      this.#sent.delete(oldest);
    }
  }

  /** The server refused a token: nothing else will come of it. */
  refused(channel: string, signed: string): void {
    this.#sent.get(channel)?.delete(signed);
  }

  /** The token that an ack of this channel answers, where that is certain. */
  answered(channel: string): string | undefined {
    const tokens = this.#sent.get(channel);
    return tokens?.size === 1 ? [...tokens][0] : undefined;
  }

  /** Whether what comes for this channel can only be for this token. */
  isOnly(channel: string, signed: string): boolean {
    for (const other of this.#sent.get(channel) ?? []) if (other !== signed) return false;
    return true;
  }
}
