import type { LogTail } from '../../store.ts';

/** A log as this process has seen it. A failover that lost any of it must not go unnoticed. */
export interface SeenTail {
  readonly tail: LogTail;
  /** The run of the Redis server in which its last line was appended; see scripts.ts. */
  readonly generation: string;
}

/** How many logs are remembered. Beyond that, the ones seen longest ago are forgotten. */
const MAX_LOGS = 10_000;

/** The newest tail that this process has seen of each log. */
export class SeenTails {
  readonly #logs = new Map<string, SeenTail>();

  get(channel: string): SeenTail | undefined {
    return this.#logs.get(channel);
  }

  /**
   * Remembers the reply to a script that was sent `sent`, and has checked that nothing of it was lost. A reply of another
   * generation is ignored when a newer tail was seen meanwhile, which no script has checked: the next one will.
   */
  onReply(channel: string, seen: SeenTail, sent: SeenTail | undefined): void {
    const known = this.#logs.get(channel);
    if (known === sent || !isOtherGeneration(seen, known)) this.#remember(channel, seen, known);
  }

  /** Remembers the tail in a message. Returns false for one of another generation, which a script has to check first. */
  onMessage(channel: string, seen: SeenTail): boolean {
    const known = this.#logs.get(channel);
    if (isOtherGeneration(seen, known)) return false;
    this.#remember(channel, seen, known);
    return true;
  }

  #remember(channel: string, seen: SeenTail, known: SeenTail | undefined): void {
    // Replies and messages arrive over two connections: an older tail must not replace a newer one.
    const isOlder =
      known?.tail.epoch === seen.tail.epoch &&
      (known.tail.head > seen.tail.head || (known.tail.head === seen.tail.head && known.tail.end !== undefined));
    if (isOlder) return;
    this.#logs.delete(channel);
    this.#logs.set(channel, seen);
    for (const oldest of this.#logs.keys()) {
      if (this.#logs.size <= MAX_LOGS) break;
      this.#logs.delete(oldest);
    }
  }
}

/** Whether known lines may have been lost between the two. */
function isOtherGeneration(seen: SeenTail, known: SeenTail | undefined): boolean {
  return known?.tail.epoch === seen.tail.epoch && known.generation !== seen.generation;
}

/** The arguments of scripts that describe it: epoch, head, generation, and whether the log had ended. */
export function seenArguments(seen: SeenTail | undefined): [epoch: string, head: string, generation: string, ended: string] {
  if (seen === undefined) return ['', '0', '', ''];
  const { epoch, head, end } = seen.tail;
  return [epoch, String(head), seen.generation, end === undefined ? '' : '1'];
}
