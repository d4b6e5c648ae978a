import { encodeServerFrame, type ServerFrame } from '../../../src/protocol/messages.ts';
import { SegmentCache } from '../../../src/worker/session/lines/segment-cache.ts';
import type { Effect, SessionEvent } from '../../../src/worker/session/events.ts';
import { Session } from '../../../src/worker/session/session.ts';
import { dice } from './dice.ts';

/** Virtual time that passes as fast as possible: events happen in order. */
export class Clockwork {
  now = 0;
  /** A binary heap by time, then by order. */
  readonly #events: { readonly at: number; readonly order: number; readonly act: () => void }[] = [];
  #order = 0;

  later(delay: number, act: () => void): void {
    const events = this.#events;
    events.push({ at: this.now + Math.max(0, delay), order: (this.#order += 1), act });
    for (let at = events.length - 1; at > 0;) {
      const parent = (at - 1) >> 1;
      if (!this.#before(at, parent)) break;
      this.#swap(at, parent);
      at = parent;
    }
  }

  /** Lets everything happen until then. */
  run(until: number): void {
    for (let next = this.#events[0]; next !== undefined && next.at <= until; next = this.#events[0]) {
      this.#remove();
      this.now = Math.max(this.now, next.at);
      next.act();
    }
    this.now = until;
  }

  #remove(): void {
    const events = this.#events;
    this.#swap(0, events.length - 1);
    events.pop();
    for (let at = 0; ;) {
      let least = at;
      for (const child of [2 * at + 1, 2 * at + 2]) if (child < events.length && this.#before(child, least)) least = child;
      if (least === at) return;
      this.#swap(at, least);
      at = least;
    }
  }

  #before(one: number, other: number): boolean {
    const a = this.#events[one]!;
    const b = this.#events[other]!;
    return a.at < b.at || (a.at === b.at && a.order < b.order);
  }

  #swap(one: number, other: number): void {
    [this.#events[one], this.#events[other]] = [this.#events[other]!, this.#events[one]!];
  }
}

/** How a server reacts to an effect of a client. */
export type Reaction = (client: Client, effect: Effect) => void;

/** A session whose timers are those of a clockwork. */
export class Client {
  readonly clock: Clockwork;
  /** The times of its effects, by their names. */
  readonly did = new Map<Effect['do'], number[]>();
  readonly #session = new Session({ cache: new SegmentCache(100_000) });
  readonly #react: Reaction;
  readonly #random: () => number;
  #armed = Infinity;

  constructor(clock: Clockwork, seed: number, react: Reaction) {
    this.clock = clock;
    this.#random = dice(seed);
    this.#react = react;
  }

  dispatch(event: SessionEvent): void {
    const { now } = this.clock;
    for (const effect of this.#session.handle(event, { monotonic: now, wall: 1_700_000_000_000 + now, random: this.#random() })) {
      const times = this.did.get(effect.do) ?? [];
      this.did.set(effect.do, times);
      times.push(now);
      this.#react(this, effect);
    }
    this.#arm();
  }

  /** Something happens to the client after a while. */
  later(delay: number, event: SessionEvent): void {
    this.clock.later(delay, () => this.dispatch(event));
  }

  /** A frame arrives after a while. */
  frame(delay: number, generation: number, frame: ServerFrame): void {
    this.later(delay, { type: 'frame', generation, text: encodeServerFrame(frame) });
  }

  /** Most times that it did so within any minute. */
  busiest(what: Effect['do']): number {
    const times = this.did.get(what) ?? [];
    let from = 0;
    let most = 0;
    for (const [at, time] of times.entries()) {
      while (times[from]! <= time - 60_000) from += 1;
      most = Math.max(most, at - from + 1);
    }
    return most;
  }

  #arm(): void {
    const { due } = this.#session;
    if (due === this.#armed || due === Infinity) return;
    this.#armed = due;
    this.clock.later(due - this.clock.now, () => {
      if (this.#armed !== due) return;
      this.#armed = Infinity;
      this.dispatch({ type: 'tick' });
    });
  }
}
