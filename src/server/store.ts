import type { Line, LineExtra } from '../protocol/line.ts';

/** What a store knows of a log, read in one piece. A log that nobody wrote to has the tail {@link NO_LOG}. */
export interface LogTail {
  /** Incarnation of the log, minted by the store with the first line; empty before. Holds no `-`. */
  readonly epoch: string;
  /** The first line that is still held; head + 1 when none is. */
  readonly first: number;
  /** The number of the last line; 0 before the first. */
  readonly head: number;
  /** Exit code of a log that is complete; undefined while it goes on. */
  readonly end: number | undefined;
  /** When the last line was written, unix ms. */
  readonly time: number;
  /** SGR parameters in force behind the last line. */
  readonly carry: string;
}

export const NO_LOG: LogTail = { epoch: '', first: 1, head: 0, end: undefined, time: 0, carry: '' };

/** Whether anything was ever written: a line, or an end without one. */
export function exists(tail: LogTail): boolean {
  return tail.epoch !== '' || tail.end !== undefined;
}

/** A line to append; the batch gives it its time, the store its number. */
export type NewLine = readonly [text: string, extra?: LineExtra];

/** Lines that become durable together or not at all. */
export interface Batch {
  readonly lines: readonly NewLine[];
  /** When they were written, unix ms. The store takes the tail's time instead where that is later: time never goes back. */
  readonly time: number;
  /** The carry the lines were coloured under; the store refuses the batch with `carry` when the tail has another one. */
  readonly carryIn: string;
  /** The carry behind the last line. */
  readonly carryOut: string;
  /** Append only if the head is exactly this; `epoch` undefined: of whatever incarnation is there now. */
  readonly at?: { readonly epoch: string | undefined; readonly offset: number } | undefined;
  /** Completes the log with this exit code, behind the lines. */
  readonly end?: number | undefined;
}

export type AppendResult =
  /** `tail` is the one behind the batch; its lines are `tail.head - lines.length + 1` to `tail.head`, all with time `tail.time`. */
  | { readonly ok: true; readonly tail: LogTail }
  /** Nothing was written. `ended`: the log is complete; `moved`: the head is not `at`; `carry`: colour it anew. In this order. */
  | { readonly ok: false; readonly reason: 'ended' | 'moved' | 'carry'; readonly tail: LogTail };

/** How much of a log is kept. What is not given is not bounded. */
export interface Retention {
  readonly lines?: number | undefined;
  /** UTF-8 bytes of text. */
  readonly bytes?: number | undefined;
  /** ms since a line was written. */
  readonly age?: number | undefined;
}

export interface ReadRange {
  /** Lines begin behind this one. */
  readonly after: number;
  /** At most this many lines … */
  readonly limit: number;
  /** … and this many UTF-8 bytes of text, but at least one line. */
  readonly bytes: number;
}

export interface ReadResult {
  /** The tail at the moment of the read: epoch, floor and head belong to these very lines. */
  readonly tail: LogTail;
  /** Lines `after + 1` …; empty when that line is below `tail.first` or beyond `tail.head`. */
  readonly lines: readonly Line[];
}

/** A page of lines as JSON, for who sends it on and does not look into it. */
export interface JsonPage {
  /** As in {@link ReadResult}. */
  readonly tail: LogTail;
  /** How many lines the page has. */
  readonly count: number;
  /** UTF-8 bytes of `JSON.stringify(lines)`, with the lines that {@link LogStore.read} of the same range gives. */
  readonly json: Buffer;
  /** Says, at most once, that nobody looks at `json` any more: its memory is used for another page. It need not be said. */
  readonly release?: () => void;
}

/** What a watcher of a log hears. Any of it may be lost: whoever must not miss a line compares heads now and then. */
export type News =
  /** These lines were appended, `tail.head` being the last of them. */
  | { readonly kind: 'lines'; readonly tail: LogTail; readonly lines: readonly Line[] }
  /** Something changed: ask for the tail. */
  | { readonly kind: 'wake' }
  /** The unfinished last line of one writer; null takes it back. */
  | { readonly kind: 'part'; readonly writer: string; readonly line: Line | null };

/**
 * Where logs are kept. Every method may be called at any time, also concurrently; a method that cannot be carried out
 * because the store is down or full rejects with {@link StoreUnavailableError} and has changed nothing.
 */
export interface LogStore {
  tail(channel: string): Promise<LogTail>;
  /** Appends atomically; resolves once the lines are durable. Watchers hear of them no earlier. */
  append(channel: string, batch: Batch): Promise<AppendResult>;
  read(channel: string, range: ReadRange): Promise<ReadResult>;
  /**
   * As {@link LogStore.read}, as JSON. Only a store that comes to it with less work than reading lines and stringifying them
   * has this; of any other `read` is used.
   */
  readJson?(channel: string, range: ReadRange): Promise<JsonPage>;
  /** Removes what `retain` no longer covers; resolves to the tail behind that. `now` is unix ms. */
  trim(channel: string, retain: Retention, now: number): Promise<LogTail>;
  /** Removes the log; the next append begins a new epoch. Resolves to whether there was one. */
  remove(channel: string): Promise<boolean>;
  /** Hears of changes to a log until the returned function is called. */
  watch(channel: string, listener: (news: News) => void): () => void;
  /**
   * Shows watchers the unfinished last line of a writer; never stored. A writer says a standing one again every second, also
   * for who begins to watch; where it may be in another process the store takes back what was not repeated for a few seconds.
   */
  publishPart(channel: string, writer: string, line: Line | null): void;
  /** The channels of all logs, in any order. */
  channels(): AsyncIterable<string>;
  close(): Promise<void>;
}

/** The store is down, full or refuses to work; trying again later may help. */
export class StoreUnavailableError extends Error {
  override readonly name = 'StoreUnavailableError';
}
