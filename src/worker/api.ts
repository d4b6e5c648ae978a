import type { Line } from '../protocol/line.ts';
import type { Range } from '../protocol/ranges.ts';

/** The state of a log as a viewer sees it. A gap or a truncated start is a row in the log, not a state. */
export type LogState = 'connecting' | 'catching-up' | 'live' | 'reconnecting' | 'offline' | 'ended' | 'denied' | 'error';

export type { Range };

/** Everything that is known of a log besides its lines. */
export interface LogStatus {
  readonly state: LogState;
  /** Epoch of the log; empty before its first line. When it changes, discard every line. */
  readonly epoch: string;
  /** First line that the server still has; retention removed the lines below. */
  readonly first: number;
  /** Number of the last line; 0 before the first. */
  readonly head: number;
  /** Exit code of a complete log. */
  readonly end: number | undefined;
  /** The unfinished last line. */
  readonly part: Line | null;
  /** While reconnecting, or while access is denied for a reason that may pass: when the next attempt starts, unix ms. */
  readonly retryAt: number | undefined;
  /** For `denied` and `error`, and for `reconnecting` without a lost connection: what happened and what to do. */
  readonly problem: string | undefined;
  /** For the page's developer: what is wrong with the connection and how to fix it. Also printed once in the console. */
  readonly advice?: string | undefined;
  /** Lines arrive over HTTP, because no WebSocket gets through. */
  readonly overHttp?: boolean;
  /** Lines that could not be fetched although the server should have them. */
  readonly unavailable: readonly Range[];
  /** The server answered without these lines; otherwise it did not answer. */
  readonly missingOnServer?: boolean;
}

/** Which lines a log has. */
export type LogExtent = Pick<LogStatus, 'epoch' | 'first' | 'head'>;

/** A run of consecutive lines, the first being number `from`. */
export interface LineRun {
  readonly from: number;
  readonly lines: readonly Line[];
}

/** What a view receives: at most once a frame, and only after it has processed the previous update. */
export interface ViewUpdate {
  readonly status: LogStatus;
  /** Lines that the view asked for and has not received before (in this epoch). */
  readonly runs: readonly LineRun[];
}

/** A window over a log. It receives every line that it asks for, from the cache or over HTTP, and the status. */
export interface View {
  /**
   * Asks for lines. `want`: ranges to deliver once; `tail`: how many of the newest lines to deliver as they arrive (0: none;
   * the head is in the status all the same). Replaces the request before.
   */
  request(want: readonly Range[], tail: number): void;
  close(): void;
}

/** A line as `lines()` and `range()` return it. */
export interface LogLine {
  readonly offset: number;
  /** Unix ms. */
  readonly time: number;
  readonly text: string;
  readonly stderr: boolean;
  /** SGR parameters in force at its start. */
  readonly carry: string;
  /** Continues in the next line, because it was longer than the server's limit. */
  readonly continues: boolean;
}

/** What is known of a view from the beginning. */
export interface ViewOptions {
  /**
   * How many of the newest lines the view ever asks for as its `tail`, at most 10,000. Of a log that grows faster than these
   * can be shown, the lines between may be skipped: they are not delivered unless the view asks for them by number. If all
   * views of a log say so, the server sends no more than that. @default every line arrives
   */
  readonly tail?: number | undefined;
}

export interface OpenOptions {
  /**
   * Supplies a fresh signed topic of the same channel when this one is about to expire or was refused. Resolve to undefined
   * when there is no source for one: it is not called again before `retry()` or another topic. Rejections like those of `fetch`
   * (a TypeError), a NetworkError and a TimeoutError (DOMException) may be transient and are retried soon; after any other, the
   * second try follows after 10 s and the third 30 s later.
   */
  readonly refresh?: (() => Promise<string | undefined>) | undefined;
}

/**
 * A log that is followed. Dispatches `state` (its state changed) and `head` (it grew, ended or was restarted) as plain
 * events; read the details from `status`.
 */
export interface Log extends EventTarget {
  readonly channel: string;
  /** The signed topic in use: the one it was opened or renewed with, or one that was supplied and accepted since. */
  readonly topic: string;
  readonly status: LogStatus;
  /**
   * Every line after `after` (0: all), exactly once and in order, as it arrives; ends when the log has ended. Throws
   * `LogResetError` when the log was restarted, `LogTruncatedError` when retention removed a line before it was read,
   * `LogDeniedError` when access is refused, and an Error when the code that reads lines, which is loaded on first use, could
   * not be loaded.
   */
  lines(options?: { after?: number; signal?: AbortSignal }): AsyncIterableIterator<LogLine>;
  /** The lines from `from` to `to`, both included, as far as the log has them. */
  range(from: number, to: number): Promise<LogLine[]>;
  view(listener: (update: ViewUpdate) => void, options?: ViewOptions): View;
  /** Continues with a fresher signed topic of the same channel. */
  renew(topic: string): void;
  /** Retries now instead of waiting for the next attempt, also after `denied` and `error`. */
  retry(): void;
  close(): void;
}

export interface ClientOptions {
  /** Base URL of the server; default `<link rel="log-stream" href>` in the page's head, then `/log-stream`. */
  readonly endpoint?: string | undefined;
  /** URL of the worker script, when it is not beside this module (another origin, some bundlers). */
  readonly workerUrl?: string | undefined;
  /**
   * Prints every event and effect of the session in this page's console (`console.debug`, one line each, beginning with
   * `log-stream`), wherever the session runs. Signed topics are shown as their channel and a short hash, and log text is not shown. All
   * clients of the page at this endpoint share one connection, so it stays on until the last of them is closed. To turn it on
   * without a change to the page, set `localStorage['log-stream:debug']` to any text and reload. @default false
   */
  readonly debug?: boolean | undefined;
}

export interface ClientStats {
  /** Where the session runs. */
  readonly transport: 'shared-worker' | 'page';
  /** Tabs, sockets (open or opening), topics and views the session serves. */
  readonly tabs: number;
  readonly sockets: number;
  readonly topics: number;
  readonly views: number;
  /** How lines arrive now: over HTTP where no WebSocket gets through. */
  readonly delivery: 'websocket' | 'http';
  /** Bytes of lines in the cache, estimated. */
  readonly cacheBytes: number;
  /** History requests made so far, and socket connects so far. */
  readonly fetches: number;
  readonly connects: number;
}

export interface LogStreamClient {
  readonly transport: 'connecting' | 'shared-worker' | 'page';
  readonly endpoint: string;
  /** Follows a log. Throws a TypeError for a topic that cannot be read. */
  open(topic: string, options?: OpenOptions): Log;
  stats(): Promise<ClientStats>;
  close(): void;
}
