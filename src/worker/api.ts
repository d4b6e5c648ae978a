import type { Line } from '../protocol/line.ts';
import type { Range } from '../protocol/ranges.ts';

/** The states of a log as a viewer sees it. A gap or a truncated start is a row in the log, not a state. */
export type LogState = 'connecting' | 'catching-up' | 'live' | 'reconnecting' | 'offline' | 'ended' | 'denied' | 'error';

export type { Range };

/** Everything a viewer knows of a log besides its lines. */
export interface LogStatus {
  readonly state: LogState;
  /** Incarnation of the log; empty before its first line. When it changes, forget every line. */
  readonly epoch: string;
  /** First line the server still has; lines below were removed by retention. */
  readonly first: number;
  /** Number of the last line; 0 before the first. */
  readonly head: number;
  /** Exit code of a complete log. */
  readonly end: number | undefined;
  /** The unfinished last line. */
  readonly part: Line | null;
  /** While reconnecting, or while access is denied for what may pass: when the next attempt is made, unix ms. */
  readonly retryAt: number | undefined;
  /** For `denied` and `error`, and where it is no lost connection for `reconnecting`: what happened and what to do. */
  readonly problem: string | undefined;
  /** For the page's developer: what keeps the connection from being as it should, and the remedy. The console has it, once. */
  readonly advice?: string | undefined;
  /** Lines come over HTTP, because no WebSocket gets through. */
  readonly overHttp?: boolean;
  /** Lines that could not be fetched although the server should have them. */
  readonly missing: readonly Range[];
  /** The server answered without the missing lines; else it did not answer. */
  readonly absent?: boolean;
}

/** A run of consecutive lines, the first being number `from`. */
export interface LineRun {
  readonly from: number;
  readonly lines: readonly Line[];
}

/** What a view hears, at most once a frame and only after the previous one was taken. */
export interface ViewUpdate {
  readonly status: LogStatus;
  /** Lines the view looks at and was not given before (in this epoch). */
  readonly runs: readonly LineRun[];
}

/**
 * A window over a log. It is told of every line in what it looks at, from the cache or over HTTP, and of the status.
 */
export interface View {
  /**
   * What the view lacks: `want` are ranges to deliver once; `tail` is how many of the newest lines to deliver from now
   * on as they come (0: none; heads are told all the same). Replaces what was asked before.
   */
  request(want: readonly Range[], tail: number): void;
  close(): void;
}

/** A line as `lines()` and `range()` give it. */
export interface LogLine {
  readonly offset: number;
  /** Unix ms. */
  readonly time: number;
  readonly text: string;
  readonly stderr: boolean;
  /** SGR parameters in force at its start. */
  readonly carry: string;
  /** Goes on in the next line, because it was longer than the server's limit. */
  readonly continues: boolean;
}

export interface OpenOptions {
  /**
   * Supplies a fresh signed topic of the same channel when this one is about to expire or was refused; undefined when there is
   * nowhere to get one, which is then not asked for again before `retry()` or another topic. Rejections as those of `fetch` (a
   * TypeError), and a NetworkError or TimeoutError (DOMException), may pass and are tried again soon; after any other, the
   * second try is made after 10 s and the third 30 s later.
   */
  readonly refresh?: (() => Promise<string | undefined>) | undefined;
}

/**
 * A log that is followed. Dispatches `state` (its state changed) and `head` (it grew, ended or began anew) as plain
 * events; read the facts from `status`.
 */
export interface Log extends EventTarget {
  readonly channel: string;
  /** The signed topic it goes by: the one it was opened or renewed with, or one that was supplied and accepted since. */
  readonly topic: string;
  readonly status: LogStatus;
  /**
   * Every line behind `after` (0: all), exactly once and in order, as it comes; ends when the log has ended. Throws
   * `LogResetError` when the log began anew, `LogTruncatedError` when retention took a line before it was read,
   * `LogDeniedError` when access is refused, and an Error when what reads lines, which is loaded now, could not be loaded.
   */
  lines(options?: { after?: number; signal?: AbortSignal }): AsyncIterableIterator<LogLine>;
  /** Lines `from` to `to`, both included, as far as the log has them. */
  range(from: number, to: number): Promise<LogLine[]>;
  view(listener: (update: ViewUpdate) => void): View;
  /** Gives a fresher signature of the same channel. */
  renew(topic: string): void;
  /** Tries at once instead of waiting for the next attempt, also after `denied` and `error`. */
  retry(): void;
  close(): void;
}

export interface ClientOptions {
  /** Base URL of the server; default `<link rel="log-stream" href>` in the page's head, then `/log-stream`. */
  readonly endpoint?: string | undefined;
  /** URL of the worker script, when it is not found beside this module (another origin, some bundlers). */
  readonly workerUrl?: string | undefined;
}

export interface ClientStats {
  /** Where the session runs. */
  readonly transport: 'shared-worker' | 'page';
  /** Tabs, sockets (open or opening), topics and views the session serves. */
  readonly tabs: number;
  readonly sockets: number;
  readonly topics: number;
  readonly views: number;
  /** How logs are followed now: over HTTP where no WebSocket gets through. */
  readonly following: 'websocket' | 'http';
  /** Bytes of lines in the cache, estimated. */
  readonly cacheBytes: number;
  /** History requests made so far, and socket connects so far. */
  readonly fetches: number;
  readonly connects: number;
}

export interface LogStreamClient {
  readonly transport: 'connecting' | 'shared-worker' | 'page';
  readonly endpoint: string;
  /** Follows a log. Throws TypeError for a topic that cannot be read. */
  open(topic: string, options?: OpenOptions): Log;
  stats(): Promise<ClientStats>;
  close(): void;
}
