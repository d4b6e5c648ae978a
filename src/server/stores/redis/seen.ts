import type { LogTail } from '../../store.ts';

/** A log as this process has seen it: what a failover must not have lost. */
export interface Seen {
  readonly tail: LogTail;
  /** Which run of the server its last line was appended in; see the scripts. */
  readonly generation: string;
}

/** Logs whose newest tail is remembered; of more, those that were seen longest ago are forgotten. */
const LIMIT = 10_000;

/** The newest that this process has seen of each log. */
export class SeenTails {
  readonly #logs = new Map<string, Seen>();

  take(channel: string, seen: Seen): void {
    const known = this.#logs.get(channel);
    // Answers and news come over two connections: an older one must not undo a newer.
    const isOlder =
      known !== undefined &&
      known.tail.epoch === seen.tail.epoch &&
      (known.tail.head > seen.tail.head || (known.tail.head === seen.tail.head && known.tail.end !== undefined));
    if (isOlder) return;
    this.#logs.delete(channel);
    this.#logs.set(channel, seen);
    for (const oldest of this.#logs.keys()) {
      if (this.#logs.size <= LIMIT) break;
      this.#logs.delete(oldest);
    }
  }

  /** What scripts are told of it: epoch, head, generation, and whether it had ended. */
  argumentsFor(channel: string): [epoch: string, head: string, generation: string, ended: string] {
    const seen = this.#logs.get(channel);
    if (seen === undefined) return ['', '0', '', ''];
    const { epoch, head, end } = seen.tail;
    return [epoch, String(head), seen.generation, end === undefined ? '' : '1'];
  }
}
