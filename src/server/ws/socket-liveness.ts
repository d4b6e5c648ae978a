import type { SocketWriter } from './socket-writer.ts';

/** Unanswered heartbeats after which a socket is dead. */
const MAX_UNANSWERED = 2;
/** Bytes written since the last heartbeat above which the ping may still be waiting behind them. */
const BUSY_BYTES = 64 * 1_024;

/** The progress of a {@link SocketWriter}. */
type WriteProgress = Pick<SocketWriter, 'pending' | 'writes' | 'bytes'>;

/** Tells whether the other end is still there, and reads what is sent. */
export class SocketLiveness {
  readonly #writer: WriteProgress;
  #unanswered = 0;
  #bytesAtHeartbeat = 0;
  #writesSeen = 0;
  #lastProgress: number;

  /** `now` in ms, as in the other methods. */
  constructor(writer: WriteProgress, now: number) {
    this.#writer = writer;
    this.#lastProgress = now;
  }

  /** Something arrived from the other end. */
  heard(): void {
    this.#unanswered = 0;
  }

  /** Whether too many heartbeats were unanswered. To be called at every heartbeat, before the ping. */
  isDead(): boolean {
    const { bytes } = this.#writer;
    const isBusy = bytes - this.#bytesAtHeartbeat > BUSY_BYTES;
    this.#bytesAtHeartbeat = bytes;
    if (isBusy) this.#unanswered = 0;
    if (this.#unanswered >= MAX_UNANSWERED) return true;
    this.#unanswered += 1;
    return false;
  }

  /** Whether data was waiting and none of it was read for `limit` ms. */
  isStalled(now: number, limit: number): boolean {
    const { pending, writes } = this.#writer;
    if (pending === 0 || writes !== this.#writesSeen) {
      this.#writesSeen = writes;
      this.#lastProgress = now;
      return false;
    }
    return now - this.#lastProgress >= limit;
  }
}
