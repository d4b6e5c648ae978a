import type { GroupsPage, LevelsPage, LinePlace } from '../protocol/answers/answers.ts';
import type { Line } from '../protocol/line.ts';
import type { Level } from '../protocol/marks/level.ts';
import type { PackedLines } from './lines/packed-lines.ts';

export type { LevelCounts, LevelsPart, LogGroup } from '../protocol/answers/answers.ts';

/** The state of a log, as read from a store at one moment. A log that was never written to has the tail {@link NO_LOG}. */
export interface LogTail {
  /** Changes when a log is deleted and started again: minted by the store with the first line, empty before. Contains no `-`. */
  readonly epoch: string;
  /** The number of the first line still held; head + 1 when there is none. */
  readonly first: number;
  /** The number of the last line; 0 before the first. */
  readonly head: number;
  /** Exit code of a complete log; undefined while it may grow. */
  readonly end: number | undefined;
  /** When the last line was written, unix ms. */
  readonly time: number;
  /** SGR parameters in force after the last line. */
  readonly carry: string;
  /** The groups that are open after the last line, as {@link Batch.groupsOut} gave them; empty if there are none. */
  readonly groups: string;
}

export const NO_LOG: LogTail = { epoch: '', first: 1, head: 0, end: undefined, time: 0, carry: '', groups: '' };

/** Whether the log was ever written to: a line, or an end without one. */
export function exists(tail: LogTail): boolean {
  return tail.epoch !== '' || tail.end !== undefined;
}

export type { NewLine, PackedLines } from './lines/packed-lines.ts';

/** Lines that become durable together or not at all. */
export interface Batch {
  /** Their bytes belong to the caller, who may use their memory again once the append has settled. */
  readonly lines: PackedLines;
  /** When they were written, unix ms. The store uses the tail's time instead if that is later: time never goes back. */
  readonly time: number;
  /** The carry that the lines were coloured under; the store refuses the batch with `carry` when the tail has another one. */
  readonly carryIn: string;
  /** The carry after the last line. */
  readonly carryOut: string;
  /**
   * The open groups that the lines were marked under, if a line has a marker of groups; the store refuses the batch with `carry`
   * when the tail has others. Undefined: the batch holds no marker, and the tail keeps its groups.
   */
  readonly groupsIn?: string | undefined;
  /** The open groups after the last line; given with `groupsIn`. At most 16 KiB, opaque to the store. */
  readonly groupsOut?: string | undefined;
  /**
   * The marks of the lines depend on this line, by the same writer: one continues its entry, or rewrites its row. The store refuses
   * the batch with `carry` when the head is another.
   */
  readonly follows?: number | undefined;
  /** Append only if the head is exactly this; an undefined `epoch` means the current one. */
  readonly at?: { readonly epoch: string | undefined; readonly offset: number } | undefined;
  /** Completes the log with this exit code, after the lines. */
  readonly end?: number | undefined;
}

export type AppendResult =
  /** `tail` includes the batch, whose lines are `tail.head - lines.count + 1` to `tail.head`, all with time `tail.time`. */
  | { readonly ok: true; readonly tail: LogTail }
  /** Nothing was written. `ended`: the log is complete; `moved`: the head is not `at`; `carry`: colour and mark the lines again. Checked in this order. */
  | { readonly ok: false; readonly reason: 'ended' | 'moved' | 'carry'; readonly tail: LogTail };

/** How much of a log is kept; the oldest lines go first. A bound that is not given does not apply. */
export interface Retention {
  /** Lines. @default no bound */
  readonly lines?: number | undefined;
  /** UTF-8 bytes of text. @default no bound */
  readonly bytes?: number | undefined;
  /** ms since a line was written. @default no bound */
  readonly age?: number | undefined;
}

export interface ReadRange {
  /** The lines after this one. */
  readonly after: number;
  /** At most this many lines … */
  readonly limit: number;
  /** … and this many UTF-8 bytes of text, but at least one line. */
  readonly bytes: number;
}

export interface ReadResult {
  /** The tail at the moment of the read: its epoch, first line and head are those of these lines. */
  readonly tail: LogTail;
  /** Lines `after + 1` …; empty when that line is below `tail.first` or beyond `tail.head`. */
  readonly lines: readonly Line[];
}

/** A page of lines as JSON, for a caller that only forwards it. */
export interface JsonPage {
  /** As in {@link ReadResult}. */
  readonly tail: LogTail;
  /** How many lines the page has. */
  readonly count: number;
  /** `JSON.stringify` of the lines that {@link LogStore.read} returns for the same range, in UTF-8. */
  readonly json: Buffer;
  /** Optional to call, at most once, when `json` is no longer used: its memory is reused for another page. */
  readonly release?: () => void;
}

export interface LevelsQuery {
  /** The lines after this one … */
  readonly after: number;
  /** … up to this one. */
  readonly upto: number;
  /** At most so many parts, of about equal length. The store chooses the borders between them. */
  readonly parts: number;
}

export interface LevelsResult extends LevelsPage {
  readonly tail: LogTail;
}

export interface GroupsQuery {
  /** The groups that begin after this line … */
  readonly after: number;
  /**
   * … and up to this one. No mark of a later line is looked at: a group that ends later counts as open, also if its last line is
   * this one, and the next line says so.
   */
  readonly upto: number;
  /** At most so many of them. */
  readonly limit: number;
  /** Leaves out groups that are deeper. */
  readonly depth: number;
}

export interface GroupsResult extends GroupsPage {
  readonly tail: LogTail;
}

export type SeekQuery =
  /** The first line at or after this time, unix ms. */
  | { readonly kind: 'time'; readonly time: number }
  /** The first entry of this level or above after a line. */
  | { readonly kind: 'next'; readonly level: Level; readonly after: number }
  /** The last entry of this level or above before a line; `before` may be beyond the head. */
  | { readonly kind: 'previous'; readonly level: Level; readonly before: number };

export interface SeekResult {
  readonly tail: LogTail;
  /** Undefined if no line held is as asked. */
  readonly found: LinePlace | undefined;
}

/**
 * What a store knows of the marks of its lines without reading them. An entry is a line with a level that neither continues
 * another (`k`), nor rewrites a row (`r`), nor is a later piece of a long line (it is preceded by one with `p`).
 */
export interface MarkIndex {
  /** Counts entries. Costs O(parts × log lines). */
  levels(channel: string, query: LevelsQuery): Promise<LevelsResult>;
  /** Lists groups. Costs O(limit × log lines). */
  groups(channel: string, query: GroupsQuery): Promise<GroupsResult>;
  /** Finds a line. Costs O(log lines). */
  seek(channel: string, query: SeekQuery): Promise<SeekResult>;
}

/** Consecutive lines as a store keeps them. A reader in another thread decodes them. */
export interface StoredBlock {
  /** The first line. */
  readonly from: number;
  readonly count: number;
  /** `block`: as `encodeBlocks` of `stores/lmdb/block.ts` makes it; `sealed`: as a {@link SealedPage} has it. */
  readonly format: 'block' | 'sealed';
  /** A copy: it may be transferred. */
  readonly data: Uint8Array<ArrayBuffer>;
}

/** The lines after `after`, of about so many bytes. */
export interface BlocksRange {
  readonly after: number;
  readonly bytes: number;
}

export interface BlocksResult {
  readonly tail: LogTail;
  /** In order; the first contains line `after + 1`. Empty when that line is below `tail.first` or beyond `tail.head`. */
  readonly blocks: readonly StoredBlock[];
}

/** A page of history that can no longer change, compressed once. */
export interface SealedPage {
  readonly tail: LogTail;
  /** How many lines it has. */
  readonly count: number;
  /** Gzip of the JSON answer to the request for this page: `{"epoch":…,"after":…,"lines":[…]}`. */
  readonly gzip: Buffer;
  /** Optional to call, at most once, when `gzip` is no longer used: its memory is reused for another page. */
  readonly release?: () => void;
}

/** An event that watchers of a log receive. Events may be lost: a watcher that must not miss a line compares heads from time to time. */
export type LogEvent =
  /** These lines were appended; `tail.head` is the last of them. */
  | { readonly kind: 'lines'; readonly tail: LogTail; readonly lines: readonly Line[] }
  /** The log changed in some other way: read the tail. */
  | { readonly kind: 'changed' }
  /** The unfinished last line of one writer; null retracts it. */
  | { readonly kind: 'part'; readonly writer: string; readonly line: Line | null };

/**
 * Keeps logs. Every method may be called at any time, also concurrently. A method that fails because the store is down or
 * full rejects with {@link StoreUnavailableError} and has changed nothing.
 */
export interface LogStore {
  tail(channel: string): Promise<LogTail>;
  /** Appends atomically; resolves once the lines are durable. Watchers receive them no earlier. */
  append(channel: string, batch: Batch): Promise<AppendResult>;
  read(channel: string, range: ReadRange): Promise<ReadResult>;
  /**
   * Like {@link LogStore.read}, as JSON. Optional: for stores that can do this with less work than reading the lines and
   * stringifying them.
   */
  readJson?(channel: string, range: ReadRange): Promise<JsonPage>;
  /** Optional: for stores that keep pages compressed. Undefined if the page after line `after`, a multiple of 1,000, is not sealed. */
  readSealed?(channel: string, after: number): Promise<SealedPage | undefined>;
  /** Reads lines without decoding them: at least one block, at most about `bytes` in all. Optional. */
  readBlocks?(channel: string, range: BlocksRange): Promise<BlocksResult>;
  /** Optional: a server over a store without it offers neither levels nor groups nor seek. */
  readonly marks?: MarkIndex;
  /** Removes the lines that `retain` does not cover; resolves to the tail after that. `now` is unix ms. */
  trim(channel: string, retain: Retention, now: number): Promise<LogTail>;
  /** Removes the log; the next append begins a new epoch. Resolves to whether there was one. */
  remove(channel: string): Promise<boolean>;
  /** Passes the events of a log to `listener` until the returned function is called. */
  watch(channel: string, listener: (event: LogEvent) => void): () => void;
  /**
   * Emits the unfinished last line of a writer to watchers, without storing it. A writer repeats an unchanged one every
   * second, for new watchers; a store shared by processes retracts one that was not repeated for a few seconds.
   */
  publishPart(channel: string, writer: string, line: Line | null): void;
  /**
   * The channels of all logs, in any order. Where a part of a distributed store does not answer, rejects with
   * StoreUnavailableError after the channels of the rest.
   */
  channels(): AsyncIterable<string>;
  close(): Promise<void>;
}

/** The store is down, full or read-only; trying again later may help. */
export class StoreUnavailableError extends Error {
  override readonly name = 'StoreUnavailableError';
}
