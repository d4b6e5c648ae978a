import { readTopic } from '../../../protocol/topic.ts';

/** Most topics of one log to remember as accepted, and as expired. */
const REMEMBERED = 64;

/** The server's verdicts on the topics of one log. Nothing else counts: anybody can make up the claims of a topic. */
export class TokenVerdicts {
  /** In the order of acceptance. */
  readonly #accepted = new Set<string>();
  readonly #expired = new Set<string>();

  /** The server accepted a topic and has not taken that back. */
  get anyAccepted(): boolean {
    return this.#accepted.size > 0;
  }

  /** The server accepted a topic, which may have expired since. */
  get anyGenuine(): boolean {
    return this.anyAccepted || this.#expired.size > 0;
  }

  /** Whether the server accepted this topic and it should still be valid. */
  isAccepted(topic: string, wall: number): boolean {
    return this.#accepted.has(topic) && expiryOf(topic) > wall;
  }

  /** Whether the server called this topic expired. */
  isExpired(topic: string): boolean {
    return this.#expired.has(topic);
  }

  accept(topic: string): void {
    remember(this.#accepted, topic);
    this.#expired.delete(topic);
  }

  /** The server does not accept this topic, or no longer does. */
  refuse(topic: string, how: 'expired' | 'denied'): void {
    this.#accepted.delete(topic);
    if (how === 'expired') remember(this.#expired, topic);
    else this.#expired.delete(topic);
  }

  /** None of the accepted topics is usable any more. */
  clearAccepted(): void {
    this.#accepted.clear();
  }

  /** The freshest accepted topic that should still be valid. */
  best(wall: number): string | undefined {
    let best: string | undefined;
    for (const topic of this.#accepted) {
      if (expiryOf(topic) > wall && (best === undefined || isFresher(topic, best))) best = topic;
    }
    return best;
  }
}

/** Whether a topic was issued later than another one, or at the same time for longer. */
export function isFresher(topic: string, other: string): boolean {
  const [one, two] = [readTopic(topic), readTopic(other)];
  if (one === undefined || two === undefined) return one !== undefined;
  return one.issuedAt > two.issuedAt || (one.issuedAt === two.issuedAt && expiryOf(topic) > expiryOf(other));
}

/** Unix ms. */
function expiryOf(topic: string): number {
  return (readTopic(topic)?.expiresAt ?? Infinity) * 1_000;
}

function remember(topics: Set<string>, topic: string): void {
  topics.delete(topic);
  topics.add(topic);
  for (const oldest of topics) {
    if (topics.size <= REMEMBERED) break;
    topics.delete(oldest);
  }
}
