/** Most channels to remember. Answers for the oldest have arrived long ago. */
const CHANNELS = 1_000;

/**
 * The topics sent on the present socket, by channel. An ack names no topic: it proves one only if no other was sent, and
 * frames under way may belong to a subscription made with another one.
 */
export class SentTokens {
  readonly #sent = new Map<string, Set<string>>();

  /** There is a new socket. */
  clear(): void {
    this.#sent.clear();
  }

  sent(channel: string, topic: string): void {
    const topics = this.#sent.get(channel) ?? new Set();
    topics.add(topic);
    this.#sent.delete(channel);
    this.#sent.set(channel, topics);
    for (const oldest of this.#sent.keys()) {
      if (this.#sent.size <= CHANNELS) break;
      this.#sent.delete(oldest);
    }
  }

  /** The server refused a topic: no other answer to it follows. */
  refused(channel: string, topic: string): void {
    this.#sent.get(channel)?.delete(topic);
  }

  /** The topic that an ack of this channel answers, where that is certain. */
  answeredBy(channel: string): string | undefined {
    const topics = this.#sent.get(channel);
    return topics?.size === 1 ? [...topics][0] : undefined;
  }

  /** Whether frames of this channel can only belong to this topic. */
  isOnly(channel: string, topic: string): boolean {
    for (const other of this.#sent.get(channel) ?? []) if (other !== topic) return false;
    return true;
  }
}
