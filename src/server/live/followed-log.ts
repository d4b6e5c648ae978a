import type { Line } from '../../protocol/line.ts';
import type { LogTail } from '../store.ts';

/** Consecutive lines of one log, encoded once for all followers. */
export interface EncodedLines {
  /** Number of the first line. */
  readonly from: number;
  /** Number of the last line. */
  readonly to: number;
  readonly epoch: string;
  readonly lines: readonly Line[];
  /** The `msg` frame, UTF-8. */
  readonly frame: Buffer;
  /** The whole WebSocket frame, header included; `frame` is a view of its end. */
  readonly wire: Buffer;
}

/**
 * A log while it is followed: its tail, its newest lines in a ring, its unfinished line. Followers (sockets, SSE, text)
 * keep a cursor and nothing else: they are notified, and read the lines after it.
 */
export interface FollowedLog {
  readonly channel: string;
  /** The latest known state. */
  readonly tail: LogTail;
  /** The unfinished last line; null when there is none. */
  readonly part: Line | null;
  /** Grows with each change of `part`, so that a follower knows whether it has sent that. */
  readonly partVersion: number;
  /** The encoded lines that contain line `after + 1`, if the ring holds it. They may begin earlier. */
  linesAfter(after: number): EncodedLines | undefined;
  /**
   * The lines after `after` up to the head, from the ring or the store, if they are few enough to be replayed (1,000 lines
   * and 256 KiB of text). Undefined when there are more, or when the log was replaced meanwhile.
   * Rejects with StoreUnavailableError.
   */
  backlog(after: number): Promise<readonly EncodedLines[] | undefined>;
  /**
   * Calls `listener` soon after a change of tail, ring or part, once for all changes in one turn of the event loop. It must
   * be cheap, must not throw, and must not be subscribed already. Returns a function that unsubscribes it.
   */
  subscribe(listener: () => void): () => void;
  /** Like `subscribe`, ended with `unlisten`: without a closure, since there may be very many listeners. */
  listen(listener: () => void): void;
  unlisten(listener: () => void): void;
  /** Reads the tail from the store, and the lines that were missed. Rejects with StoreUnavailableError. */
  refresh(): Promise<LogTail>;
}
