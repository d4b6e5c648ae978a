import type { Line } from '../../protocol/line.ts';
import type { Position } from '../../protocol/position.ts';
import type { LogStatus, LineRun } from '../api.ts';
import type { Diagnosis } from '../diagnosis/diagnosis.ts';
import type { ViewState } from './view-state.ts';

/**
 * Why a page supplied no fresh topic: `none`, it has no source for one; `transient`, the network or a server is down;
 * `rejected`, its source failed for another reason, or what it gave is no topic of this channel.
 */
export type RefreshFailure = 'none' | 'transient' | 'rejected';

/** What a view asks for, and what it has received of that. */
export interface ViewRequest extends ViewState {
  /** Lines are delivered to hidden tabs too: code waits for them (`lines()`, `range()`). */
  readonly pull: boolean;
  /**
   * How many of the newest lines it needs as they come, whatever it asks for at the moment: what comes faster than it could be
   * shown may be skipped. @default Infinity: every line
   */
  readonly liveLines?: number | undefined;
}

/** The server does not accept a token, or no longer does. */
export type TokenRefusal = { readonly kind: 'expired' } | { readonly kind: 'denied'; readonly problem: string };

/** The outcome of a history request. */
export type HistoryResult =
  | {
      readonly kind: 'lines';
      readonly lines: readonly Line[];
      readonly first: number;
      readonly head: number;
      readonly end: number | undefined;
    }
  /** Retention removed the first line of the request. */
  | { readonly kind: 'truncated'; readonly first: number }
  /** The log is in another epoch, or does not exist. */
  | { readonly kind: 'epoch' }
  | TokenRefusal
  /** Anything else; trying again may help. */
  | { readonly kind: 'failed' };

/** Everything that happens to a session. The caller numbers logs and views. */
export type SessionEvent =
  /** `refreshable`: the page can supply a fresh topic. */
  | {
      readonly type: 'open';
      readonly log: number;
      readonly topic: string;
      readonly refreshable: boolean;
      /** What views ask for from the beginning. */
      readonly requests?: readonly { readonly view: number; readonly request: ViewRequest }[];
    }
  | { readonly type: 'close'; readonly log: number }
  | { readonly type: 'renew'; readonly log: number; readonly topic: string }
  | { readonly type: 'retry'; readonly log: number }
  | { readonly type: 'request'; readonly log: number; readonly view: number; readonly request: ViewRequest }
  | { readonly type: 'closeView'; readonly log: number; readonly view: number }
  | { readonly type: 'show'; readonly log: number; readonly visible: boolean }
  | { readonly type: 'opened'; readonly generation: number }
  | { readonly type: 'frame'; readonly generation: number; readonly text: string }
  /** `unsupported`: the platform has no sockets. */
  | { readonly type: 'closed'; readonly generation: number; readonly code: number; readonly unsupported?: boolean }
  /** The reason why the last handshake failed is being looked for … */
  | { readonly type: 'diagnosing' }
  /** … and was found; undefined where nothing more is known. */
  | { readonly type: 'diagnosed'; readonly diagnosis: Diagnosis | undefined }
  | { readonly type: 'fetched'; readonly id: number; readonly result: HistoryResult }
  | { readonly type: 'polled'; readonly id: number; readonly result: PollResult }
  /** A stream brought these frames; none when it only showed that it is alive. */
  | { readonly type: 'streamed'; readonly id: number; readonly frames: readonly string[] }
  /** A stream ended or never started. `busy`: other tabs hold all connections for streams. */
  | { readonly type: 'streamEnded'; readonly id: number; readonly busy?: boolean }
  /** Answers `refresh`. `topic` undefined: there is none, because of `failure`. */
  | { readonly type: 'refreshed'; readonly log: number; readonly topic: string | undefined; readonly failure?: RefreshFailure | undefined }
  | { readonly type: 'network'; readonly online: boolean }
  /** The network or the machine is back, or a tab became visible: check that the socket is alive. */
  | { readonly type: 'wake' }
  /** The last tab closed or was parked. Where all are parked, a browser may stop the worker at any point. */
  | { readonly type: 'noTabs' }
  /** `due` was reached, or a batch was collected. */
  | { readonly type: 'tick' };

export interface HistoryRequest {
  readonly id: number;
  readonly channel: string;
  readonly topic: string;
  readonly epoch: string;
  readonly after: number;
  readonly limit: number;
}

/** Asks for the state of a log, and for the lines after a position. */
export interface PollRequest {
  readonly id: number;
  readonly channel: string;
  readonly topic: string;
  /** Undefined while nothing is known of the log. */
  readonly position: Position | undefined;
}

/** The outcome of a poll. */
export type PollResult =
  | {
      readonly kind: 'log';
      /** Empty when the log has no line. */
      readonly epoch: string;
      readonly first: number;
      readonly head: number;
      readonly end: number | undefined;
      /** The first lines after the position. */
      readonly lines: readonly Line[];
    }
  | TokenRefusal
  /** No answer from a log server; trying again may help. */
  | { readonly kind: 'failed' };

/** Asks for a stream of everything after a position. */
export interface StreamRequest {
  readonly id: number;
  readonly channel: string;
  readonly topic: string;
  readonly position: Position;
}

/** What a session wants its runner to do. */
export type Effect =
  | { readonly do: 'connect'; readonly generation: number }
  /** Drop the socket at once, without a closing handshake. */
  | { readonly do: 'abandon'; readonly generation: number }
  | { readonly do: 'send'; readonly generation: number; readonly text: string }
  | { readonly do: 'fetch'; readonly request: HistoryRequest }
  | { readonly do: 'poll'; readonly request: PollRequest }
  | { readonly do: 'stream'; readonly request: StreamRequest }
  /** Cancel a request: its answer will be ignored. */
  | { readonly do: 'abort'; readonly id: number }
  /** Ask the page that opened `log` for a fresh topic. */
  | { readonly do: 'refresh'; readonly log: number }
  /** The server accepted the topic that the page of `log` supplied. */
  | { readonly do: 'granted'; readonly log: number; readonly topic: string }
  /** There may be a new batch for this log. */
  | { readonly do: 'dirty'; readonly log: number };

/** What changed for one log since the batch before. */
export interface LogBatch {
  readonly status?: LogStatus;
  readonly views: readonly { readonly view: number; readonly runs: readonly LineRun[] }[];
  /** There is more than the budget allowed. */
  readonly more: boolean;
}
