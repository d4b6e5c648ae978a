import type { Line } from '../protocol/line.ts';
import type { LogTail } from './store.ts';

/** Consecutive lines of one log as they were appended together, encoded once for everybody. */
export interface Chunk {
  /** Number of the first line. */
  readonly from: number;
  /** Number of the last line. */
  readonly to: number;
  readonly epoch: string;
  readonly lines: readonly Line[];
  /** The `msg` frame, UTF-8. */
  readonly frame: Buffer;
}

/**
 * One log as the hub knows it while somebody follows it: its tail, the newest chunks, the unfinished line. Followers
 * (sockets, SSE, text) keep a cursor, nothing else; they are woken and take what they lack.
 */
export interface Topic {
  readonly channel: string;
  /** As last heard from the store. */
  readonly tail: LogTail;
  /** The unfinished last line, encoded on demand by the follower; null when there is none. */
  readonly part: Line | null;
  /** Grows with each change of `part`, so that a follower knows whether it has sent it. */
  readonly partVersion: number;
  /** The chunk that holds line `after + 1`, if the ring still has it. */
  chunkAfter(after: number): Chunk | undefined;
  /** Calls `listener` (synchronously, cheap, must not throw) after every change of tail, ring or part. */
  subscribe(listener: () => void): () => void;
  /** Asks the store for the tail, taking in what was missed. */
  refresh(): Promise<LogTail>;
}
