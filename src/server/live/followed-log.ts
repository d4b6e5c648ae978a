import type { Line } from '../../protocol/line.ts';
import type { LogTail } from '../store.ts';

/** A WebSocket frame with consecutive lines of one log. */
export interface LinesFrame {
  /** Number of the first line. */
  readonly from: number;
  /** Number of the last line. */
  readonly to: number;
  readonly epoch: string;
  /** The whole frame, header included. */
  readonly wire: Buffer;
}

/** Consecutive lines of one log, encoded once for all followers. */
export interface EncodedLines extends LinesFrame {
  readonly lines: readonly Line[];
  /** The `msg` frame, UTF-8: a view of the end of `wire`. */
  readonly frame: Buffer;
}

/** The newest lines of a log. */
export interface NewestLines {
  /** The lines after this one … */
  readonly after: number;
  /** … in one frame; undefined when there are none. */
  readonly frame: LinesFrame | undefined;
}

/** Is notified of the changes of a followed log. */
export interface LogListener {
  /** Must be cheap, and must not throw. */
  logChanged(): void;
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
   * Where the newest lines after `after` begin: at most `limit` lines and 256 KiB of text follow the line that is returned,
   * which is `after` itself where there are no more and all are kept. Undefined when the ring holds too few lines to tell.
   */
  newestAfter(after: number, limit: number): number | undefined;
  /** All lines after `after` in one frame, which must all be in the ring. */
  frameAfter(after: number): LinesFrame;
  /**
   * The newest lines after `after`, from the ring or the store: at most `limit`, and 256 KiB of text. Undefined when the log was
   * replaced meanwhile. Rejects with StoreUnavailableError.
   */
  newest(after: number, limit: number): Promise<NewestLines | undefined>;
  /**
   * Calls `listener` soon after a change of tail, ring or part, once for all changes in one turn of the event loop. It must
   * be cheap, and must not throw. Returns a function that unsubscribes it.
   */
  subscribe(listener: () => void): () => void;
  /** Like `subscribe`, ended with `unlisten`: without a closure, since there may be very many listeners. */
  listen(listener: LogListener): void;
  unlisten(listener: LogListener): void;
  /** Reads the tail from the store, and the lines that were missed. Rejects with StoreUnavailableError. */
  refresh(): Promise<LogTail>;
}
