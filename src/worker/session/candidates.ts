import type { Effect, PollResult } from './events.ts';
import { backoff, earliest, type Moment } from './pacing.ts';
import type { Subject } from './subject.ts';

export const CANDIDATES = {
  /** Signatures that are asked about at a time … */
  parallel: 2,
  /** … and how long an answer may take, ms. */
  answer: 10_000,
} as const;

/** How far the server has been asked about one signature. */
interface Attempt {
  flight: { readonly id: number; readonly signed: string; readonly by: number } | undefined;
  failures: number;
  notBefore: number;
}

/**
 * Tabs that came for a log which is followed already, with a signature that the server has not seen. What others were
 * given is not theirs before it accepted that, so they wait here, by signature, while it is asked over HTTP.
 */
export class Candidates implements Iterable<Subject> {
  readonly #effects: Effect[];
  readonly #nextId: () => number;
  readonly #attempts = new Map<Subject, Attempt>();

  constructor(effects: Effect[], nextId: () => number) {
    this.#effects = effects;
    this.#nextId = nextId;
  }

  [Symbol.iterator](): Iterator<Subject> {
    return this.#attempts.keys();
  }

  has(subject: Subject): boolean {
    return this.#attempts.has(subject);
  }

  /** Those who wait with this very signature. */
  find(signed: string): Subject | undefined {
    for (const subject of this.#attempts.keys()) if (subject.topic.signed === signed) return subject;
    return undefined;
  }

  add(subject: Subject): void {
    this.#attempts.set(subject, { flight: undefined, failures: 0, notBefore: -Infinity });
  }

  drop(subject: Subject): void {
    const flight = this.#attempts.get(subject)?.flight;
    if (flight !== undefined) this.#effects.push({ do: 'abort', id: flight.id });
    this.#attempts.delete(subject);
  }

  /** Asks what is due. */
  plan(moment: Moment): void {
    let flying = 0;
    for (const attempt of this.#attempts.values()) {
      if (attempt.flight !== undefined && moment.now >= attempt.flight.by) {
        this.#effects.push({ do: 'abort', id: attempt.flight.id });
        fail(attempt, moment);
      }
      if (attempt.flight !== undefined) flying += 1;
    }
    for (const [subject, attempt] of this.#attempts) {
      if (flying >= CANDIDATES.parallel) return;
      if (attempt.flight !== undefined || moment.now < attempt.notBefore || !subject.subscribable(moment)) continue;
      const { channel, signed } = subject.topic;
      attempt.flight = { id: this.#nextId(), signed, by: moment.now + CANDIDATES.answer };
      this.#effects.push({ do: 'poll', request: { id: attempt.flight.id, channel, topic: signed, position: undefined } });
      flying += 1;
    }
  }

  /** Takes an answer in. Returns those whose signature the server accepted. */
  polled(id: number, result: PollResult, moment: Moment): Subject | undefined {
    for (const [subject, attempt] of this.#attempts) {
      if (attempt.flight?.id !== id) continue;
      const { signed } = attempt.flight;
      attempt.flight = undefined;
      // It says nothing about a signature that came meanwhile.
      if (signed !== subject.topic.signed) return undefined;
      if (result.kind === 'log') return subject;
      if (result.kind === 'expired') subject.expired(moment);
      else if (result.kind === 'denied') subject.topic.deny(result.problem);
      else fail(attempt, moment);
      return undefined;
    }
    return undefined;
  }

  /** When `plan` has something to do, monotonic. */
  due(moment: Moment): number {
    let due = Infinity;
    for (const [subject, { flight, notBefore }] of this.#attempts) {
      due = earliest(due, flight?.by, subject.due(moment));
      if (flight === undefined && notBefore > moment.now) due = Math.min(due, notBefore);
    }
    return due;
  }
}

function fail(attempt: Attempt, { now, random }: Moment): void {
  attempt.flight = undefined;
  attempt.notBefore = now + backoff(attempt.failures, random);
  attempt.failures += 1;
}
