import type { LogTail } from '../../store.ts';

/** A log as this process has seen it: what a failover must not have lost. */
export interface SeenTail {
  readonly tail: LogTail;
  /** Which run of the server its last line was appended in; see the scripts. */
  readonly generation: string;
}

/** Logs whose newest tail is remembered; of more, those that were seen longest ago are forgotten. */
const LIMIT = 10_000;

/** The newest that this process has seen of each log. */
export class SeenTails {
  readonly #logs = new Map<string, SeenTail>();

  get(channel: string): SeenTail | undefined {
    return this.#logs.get(channel);
  }

  /**
   * Takes in the answer to a script that was told `asked`: it has found that nothing of that was lost. Where more was seen
   * meanwhile, and the answer comes from another generation, nobody has looked; the next script will.
   */
  answered(channel: string, seen: SeenTail, asked: SeenTail | undefined): void {
    const known = this.#logs.get(channel);
    if (known === asked || !isBeyondBreak(seen, known)) this.#take(channel, seen, known);
  }

  /** Takes in news, and returns true; false when they are from another generation, so that a script has to look first. */
  heard(channel: string, seen: SeenTail): boolean {
    const known = this.#logs.get(channel);
    if (isBeyondBreak(seen, known)) return false;
    this.#take(channel, seen, known);
    return true;
  }

  #take(channel: string, seen: SeenTail, known: SeenTail | undefined): void {
    // Answers and news come over two connections: an older one must not undo a newer.
    const isOlder =
      known?.tail.epoch === seen.tail.epoch &&
      (known.tail.head > seen.tail.head || (known.tail.head === seen.tail.head && known.tail.end !== undefined));
    if (isOlder) return;
    this.#logs.delete(channel);
    this.#logs.set(channel, seen);
    for (const oldest of this.#logs.keys()) {
      if (this.#logs.size <= LIMIT) break;
      this.#logs.delete(oldest);
    }
  }
}

/** Whether lines that are known may have been lost between the two. */
function isBeyondBreak(seen: SeenTail, known: SeenTail | undefined): boolean {
  return known?.tail.epoch === seen.tail.epoch && known.generation !== seen.generation;
}

/** What scripts are told of it: epoch, head, generation, and whether it had ended. */
export function seenArguments(seen: SeenTail | undefined): [epoch: string, head: string, generation: string, ended: string] {
  if (seen === undefined) return ['', '0', '', ''];
  const { epoch, head, end } = seen.tail;
  return [epoch, String(head), seen.generation, end === undefined ? '' : '1'];
}
