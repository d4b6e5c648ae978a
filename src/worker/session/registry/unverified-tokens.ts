import type { Effect, PollResult } from '../events.ts';
import { backoff, earliest, type Now } from '../timing.ts';

export const MAX_UNVERIFIED = {
  /** Tokens that are asked about at a time … */
  parallel: 2,
  /** … and how long an answer may take, ms. */
  answer: 10_000,
} as const;

/** Somebody with a token that the server is to judge. */
export interface Candidate {
  readonly channel: string;
  readonly signed: string;
  /** Whether it may be asked about now, and when something about that changes. */
  askable(moment: Now): boolean;
  due(moment: Now): number;
}

/** What the server says of a token. */
export interface Judgement<T> {
  readonly candidate: T;
  readonly signed: string;
  readonly result: Exclude<PollResult, { readonly kind: 'failed' }>;
}

/** How far the server has been asked about one token. */
interface Attempt {
  flight: { readonly id: number; readonly signed: string; readonly by: number } | undefined;
  failures: number;
  notBefore: number;
}

/**
 * Those who came with a token that the server has not seen, for a log that is followed already. What others were given is
 * not theirs before it accepted that token, and what others have must not depend on it, so it is asked over HTTP.
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
    this.#attempts.set(candidate, { flight: undefined, failures: 0, notBefore: -Infinity });
  }

  drop(candidate: T): void {
    const flight = this.#attempts.get(candidate)?.flight;
    if (flight !== undefined) this.#effects.push({ do: 'abort', id: flight.id });
    this.#attempts.delete(candidate);
  }

  /** Asks what is due. */
  plan(moment: Now): void {
    let flying = 0;
    for (const attempt of this.#attempts.values()) {
      if (attempt.flight !== undefined && moment.now >= attempt.flight.by) {
        this.#effects.push({ do: 'abort', id: attempt.flight.id });
        fail(attempt, moment);
      }
      if (attempt.flight !== undefined) flying += 1;
    }
    for (const [candidate, attempt] of this.#attempts) {
      if (flying >= MAX_UNVERIFIED.parallel) return;
      if (attempt.flight !== undefined || moment.now < attempt.notBefore || !candidate.askable(moment)) continue;
      const { channel, signed } = candidate;
      attempt.flight = { id: this.#nextId(), signed, by: moment.now + MAX_UNVERIFIED.answer };
      this.#effects.push({ do: 'poll', request: { id: attempt.flight.id, channel, topic: signed, position: undefined } });
      flying += 1;
    }
  }

  /** Takes an answer in. Returns what it says of a token that is still asked about. */
  polled(id: number, result: PollResult, moment: Now): Judgement<T> | undefined {
    for (const [candidate, attempt] of this.#attempts) {
      if (attempt.flight?.id !== id) continue;
      const { signed } = attempt.flight;
      attempt.flight = undefined;
      // It says nothing about a token that came meanwhile.
      if (signed !== candidate.signed) return undefined;
      if (result.kind !== 'failed') return { candidate, signed, result };
      fail(attempt, moment);
      return undefined;
    }
    return undefined;
  }

  /** When `plan` has something to do, monotonic. */
  due(moment: Now): number {
    let due = Infinity;
    for (const [candidate, { flight, notBefore }] of this.#attempts) {
      due = earliest(due, flight?.by, candidate.due(moment));
      if (flight === undefined && notBefore > moment.now) due = Math.min(due, notBefore);
    }
    return due;
  }
}

function fail(attempt: Attempt, { now, random }: Now): void {
  attempt.flight = undefined;
  attempt.notBefore = now + backoff(attempt.failures, random);
  attempt.failures += 1;
}
