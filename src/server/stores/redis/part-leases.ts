import type { LogEvent } from '../../store.ts';

/**
 * ms after which an unfinished line that was not said again is taken back: writers repeat a standing one every second,
 * so whoever is silent for so long is gone.
 */
export const PART_LEASE = 5_000;

/** Writers of one log whose leases are kept; of more, those heard of longest ago are forgotten. */
const MAX_WRITERS = 64;

/** The unfinished lines that were heard and not taken back: a process that dies does not say goodbye. */
export class PartLeases {
  /** Of each log, when its writers were last heard of, in that order. */
  readonly #heard = new Map<string, Map<string, number>>();

  hear(channel: string, { writer, line }: Extract<LogEvent, { kind: 'part' }>, now: number): void {
    let writers = this.#heard.get(channel);
    writers?.delete(writer);
    if (line !== null) {
      if (writers === undefined) this.#heard.set(channel, (writers = new Map<string, number>()));
      writers.set(writer, now);
      for (const oldest of writers.keys()) {
        if (writers.size <= MAX_WRITERS) break;
        writers.delete(oldest);
      }
    }
    if (writers?.size === 0) this.#heard.delete(channel);
  }

  /** Nobody listens to this log any more. */
  forget(channel: string): void {
    this.#heard.delete(channel);
  }

  /** What is to be taken back now. */
  *expire(now: number): Iterable<{ readonly channel: string; readonly news: LogEvent }> {
    for (const [channel, writers] of this.#heard) {
      for (const [writer, heard] of writers) {
        if (heard + PART_LEASE > now) break;
        writers.delete(writer);
        yield { channel, news: { kind: 'part', writer, line: null } };
      }
      if (writers.size === 0) this.#heard.delete(channel);
    }
  }
}
