import type { TopicClaims } from '../../protocol/topic.ts';

/** What is known of a payload that came with a signature that matches. */
export interface VerifiedTopic {
  readonly claims: TopicClaims;
  /** The signature under each secret. */
  readonly expected: readonly Buffer[];
}

/**
 * Remembers the payloads that were verified last, so that a topic is signed again once and not for each request. Only payloads that
 * came with a valid signature are remembered, and each signature is still compared: another one for the same payload is refused.
 */
export class VerifiedTopics {
  readonly #capacity: number;
  /** The one that was used last is last. */
  readonly #topics = new Map<string, VerifiedTopic>();

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  get size(): number {
    return this.#topics.size;
  }

  get(payload: string): VerifiedTopic | undefined {
    const topic = this.#topics.get(payload);
    if (topic === undefined) return undefined;
    this.#topics.delete(payload);
    this.#topics.set(payload, topic);
    return topic;
  }

  set(payload: string, topic: VerifiedTopic): void {
    // A copy: the payload may be part of a long header, which would be kept with it.
    this.#topics.set(Buffer.from(payload).toString(), topic);
    if (this.#topics.size <= this.#capacity) return;
    const [oldest = ''] = this.#topics.keys();
    this.#topics.delete(oldest);
  }
}
