import type { Line } from '../../protocol/line.ts';
import type { LogTail } from '../store.ts';

/** Consecutive lines of one log, encoded once for everybody. */
export interface EncodedLines {
  /** Number of the first line. */
  readonly from: number;
  /** Number of the last line. */
  readonly to: number;
  readonly epoch: string;
  readonly lines: readonly Line[];
  /** The `msg` frame, UTF-8. */
  readonly frame: Buffer;
  /** The same as a whole WebSocket frame, header included; `frame` is its end. */
  readonly wire: Buffer;
}

/**
 * One log as the hub knows it while somebody follows it: its tail, the newest chunks, the unfinished line. Followers
 * (sockets, SSE, text) keep a cursor, nothing else; they are woken and take what they lack.
 */
export interface FollowedLog {
  readonly channel: string;
  /** As last heard from the store. */
  readonly tail: LogTail;
  /** The unfinished last line, encoded on demand by the follower; null when there is none. */
  readonly part: Line | null;
  /** Grows with each change of `part`, so that a follower knows whether it has sent it. */
  readonly partVersion: number;
  /** The chunk that holds line `after + 1`, if the ring still has it. It may begin before that line: see `chunkBehind`. */
  linesAfter(after: number): EncodedLines | undefined;
  /**
   * The lines behind `after` up to the head, when they are few enough to be replayed (1,000 lines and 256 KiB of text):
   * from the ring or the store. Undefined when they are more, or when the log became another one meanwhile.
   * Rejects with StoreUnavailableError.
   */
  backlog(after: number): Promise<readonly EncodedLines[] | undefined>;
  /**
   * Calls `listener` (cheap, must not throw, not one that listens already) soon after a change of tail, ring or part;
   * changes in one turn of the event loop are one call. Returns how to stop it.
   */
  subscribe(listener: () => void): () => void;
  /** As `subscribe`, for who stops it with `unlisten`: of some listeners there are very many. */
  listen(listener: () => void): void;
  unlisten(listener: () => void): void;
  /** Asks the store for the tail, taking in what was missed. Rejects with StoreUnavailableError. */
  refresh(): Promise<LogTail>;
}
