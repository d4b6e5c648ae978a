import type { SocketWriter } from './socket-writer.ts';

/** Heartbeats without an answer after which a socket is dead. */
const PATIENCE = 2;
/** A socket that was given more than this since the last heartbeat may have our ping far behind. */
const BUSY_BYTES = 64 * 1_024;

/** What of an outlet shows how it fares. */
type Taking = Pick<SocketWriter, 'pending' | 'writes' | 'bytes'>;

/** Tells whether somebody is still at the other end, and takes what is sent. */
export class SocketLiveness {
  readonly #outlet: Taking;
  #unanswered = 0;
  #bytesAtBeat = 0;
  #writesSeen = 0;
  #lastTaken: number;

  /** `now` in ms, as in the other methods. */
  constructor(outlet: Taking, now: number) {
    this.#outlet = outlet;
    this.#lastTaken = now;
  }

  /** Something came from the other end. */
  heard(): void {
    this.#unanswered = 0;
  }

  /** To be asked at every heartbeat, before the ping: whether the last ones stayed without an answer. */
  isDead(): boolean {
    const { bytes } = this.#outlet;
    const isBusy = bytes - this.#bytesAtBeat > BUSY_BYTES;
    this.#bytesAtBeat = bytes;
    if (isBusy) this.#unanswered = 0;
    if (this.#unanswered >= PATIENCE) return true;
    this.#unanswered += 1;
    return false;
  }

  /** Whether there was something to take, and nothing was taken, for `limit` ms. */
  isStalled(now: number, limit: number): boolean {
    const { pending, writes } = this.#outlet;
    if (pending === 0 || writes !== this.#writesSeen) {
      this.#writesSeen = writes;
      this.#lastTaken = now;
      return false;
    }
    return now - this.#lastTaken >= limit;
  }
}
