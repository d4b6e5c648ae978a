import type { Effect, SessionEvent } from '../session/events.ts';
import type { describeEffect, describeEvent } from './describe.ts';

/** Puts an event or effect into words. */
type Describe = (words: { readonly describeEvent: typeof describeEvent; readonly describeEffect: typeof describeEffect }) => string;

/** Most lines that wait for a tab that has not printed the last ones; more are dropped and counted. */
export const TRACE_LINES = 500;

/**
 * The trace of a session for one tab that asked for it: a line for each event and effect. It is sent in pieces, and the
 * next one after the tab took the last, so that a tab which is frozen costs a bounded amount. The words are loaded with the first piece.
 */
export class SessionTrace {
  readonly #send: (lines: readonly string[], dropped: number) => void;
  #lines: Describe[] = [];
  #dropped = 0;
  #isScheduled = false;
  #awaitsTaken = false;

  constructor(send: (lines: readonly string[], dropped: number) => void) {
    this.#send = send;
  }

  event(event: SessionEvent): void {
    if (this.#hasRoom()) this.#add((words) => words.describeEvent(event));
  }

  effect(effect: Effect): void {
    if (this.#hasRoom()) this.#add((words) => words.describeEffect(effect));
  }

  /** The tab printed the last piece. */
  taken(): void {
    this.#awaitsTaken = false;
    this.#schedule();
  }

  #hasRoom(): boolean {
    if (this.#lines.length < TRACE_LINES) return true;
    this.#dropped += 1;
    return false;
  }

  #add(line: Describe): void {
    this.#lines.push(line);
    this.#schedule();
  }

  /** Collects what one event causes into one message. */
  #schedule(): void {
    if (this.#isScheduled || this.#awaitsTaken || this.#lines.length === 0) return;
    this.#isScheduled = true;
    queueMicrotask(() => void this.#flush());
  }

  async #flush(): Promise<void> {
    this.#isScheduled = false;
    const lines = this.#lines;
    const dropped = this.#dropped;
    this.#lines = [];
    this.#dropped = 0;
    this.#awaitsTaken = true;
    const words = await import('./describe.ts');
    this.#send(
      lines.map((describe) => describe(words)),
      dropped,
    );
  }
}
