import type { LogEvent } from '../../store.ts';

/** ms after which an unfinished line that was not repeated is withdrawn. Writers repeat theirs every second. */
export const PART_LEASE = 5_000;

/** Writers tracked for one log. Beyond that, the ones heard longest ago are forgotten. */
const MAX_WRITERS = 64;

/** Tracks unfinished lines, so that those of a process that died are withdrawn. */
export class PartLeases {
  /** For each log, when each writer was last heard, oldest first. */
  readonly #lastHeard = new Map<string, Map<string, number>>();

  renew(channel: string, { writer, line }: Extract<LogEvent, { kind: 'part' }>, now: number): void {
    let writers = this.#lastHeard.get(channel);
    writers?.delete(writer);
    if (line !== null) {
      if (writers === undefined) this.#lastHeard.set(channel, (writers = new Map<string, number>()));
      writers.set(writer, now);
      for (const oldest of writers.keys()) {
        if (writers.size <= MAX_WRITERS) break;
        writers.delete(oldest);
      }
    }
    if (writers?.size === 0) this.#lastHeard.delete(channel);
  }

  /** Forgets a log that has no listeners any more. */
  forget(channel: string): void {
    this.#lastHeard.delete(channel);
  }

  /** The withdrawals that are due now. */
  *expire(now: number): Iterable<{ readonly channel: string; readonly news: LogEvent }> {
    for (const [channel, writers] of this.#lastHeard) {
      for (const [writer, heard] of writers) {
        if (heard + PART_LEASE > now) break;
        writers.delete(writer);
        yield { channel, news: { kind: 'part', writer, line: null } };
      }
      if (writers.size === 0) this.#lastHeard.delete(channel);
    }
  }
}
