import type { Effect, PollResult } from '../events.ts';
import { backoff, earliest, type Now } from '../timing.ts';

export const MAX_UNVERIFIED = {
  /** Topics to ask about at a time … */
  parallel: 2,
  /** … and how long an answer may take, ms. */
  answer: 10_000,
} as const;

/** What holds a topic for the server to judge. */
export interface Candidate {
  readonly channel: string;
  readonly topic: string;
  /** Whether the server may be asked about it now. */
  canSubscribe(now: Now): boolean;
  /** When that may change, monotonic. */
  due(now: Now): number;
}

/** The server's verdict on a topic. */
export interface Judgement<T> {
  readonly candidate: T;
  readonly topic: string;
  readonly result: Exclude<PollResult, { readonly kind: 'failed' }>;
}

/** How far the server has been asked about one candidate. */
interface Attempt {
  request: { readonly id: number; readonly topic: string; readonly by: number } | undefined;
  failures: number;
  notBefore: number;
}

/**
 * Topics that the server has not judged, for channels that are followed already. The lines that others received must not
 * be shown before it accepts such a topic, and their subscription must not depend on it: it is verified over HTTP.
 */
export class UnverifiedTokens<T extends Candidate> implements Iterable<T> {
  readonly #effects: Effect[];
  readonly #nextId: () => number;
  readonly #attempts = new Map<T, Attempt>();

  constructor(effects: Effect[], nextId: () => number) {
    this.#effects = effects;
    this.#nextId = nextId;
  }

  [Symbol.iterator](): Iterator<T> {
    return this.#attempts.keys();
  }

  has(candidate: T): boolean {
    return this.#attempts.has(candidate);
  }

  add(candidate: T): void {
    this.#attempts.set(candidate, { request: undefined, failures: 0, notBefore: -Infinity });
  }

  remove(candidate: T): void {
    const request = this.#attempts.get(candidate)?.request;
    if (request !== undefined) this.#effects.push({ do: 'abort', id: request.id });
    this.#attempts.delete(candidate);
  }

  /** Makes the requests that are due. */
  plan(now: Now): void {
    let pending = 0;
    for (const attempt of this.#attempts.values()) {
      if (attempt.request !== undefined && now.monotonic >= attempt.request.by) {
        this.#effects.push({ do: 'abort', id: attempt.request.id });
        fail(attempt, now);
      }
      if (attempt.request !== undefined) pending += 1;
    }
    for (const [candidate, attempt] of this.#attempts) {
      if (pending >= MAX_UNVERIFIED.parallel) return;
      if (attempt.request !== undefined || now.monotonic < attempt.notBefore || !candidate.canSubscribe(now)) continue;
      const { channel, topic } = candidate;
      attempt.request = { id: this.#nextId(), topic, by: now.monotonic + MAX_UNVERIFIED.answer };
      this.#effects.push({ do: 'poll', request: { id: attempt.request.id, channel, topic, position: undefined } });
      pending += 1;
    }
  }

  /** Applies an answer. Returns the verdict, if it is one on a topic that still matters. */
  polled(id: number, result: PollResult, now: Now): Judgement<T> | undefined {
    for (const [candidate, attempt] of this.#attempts) {
      if (attempt.request?.id !== id) continue;
      const { topic } = attempt.request;
      attempt.request = undefined;
      // The candidate has another topic meanwhile.
      if (topic !== candidate.topic) return undefined;
      if (result.kind !== 'failed') return { candidate, topic, result };
      fail(attempt, now);
      return undefined;
    }
    return undefined;
  }

  /** When `plan` has something to do, monotonic. */
  due(now: Now): number {
    let due = Infinity;
    for (const [candidate, { request, notBefore }] of this.#attempts) {
      due = earliest(due, request?.by, candidate.due(now));
      if (request === undefined && notBefore > now.monotonic) due = Math.min(due, notBefore);
    }
    return due;
  }
}

function fail(attempt: Attempt, { monotonic, random }: Now): void {
  attempt.request = undefined;
  attempt.notBefore = monotonic + backoff(attempt.failures, random);
  attempt.failures += 1;
}
