import type { Line } from '../../protocol/line.ts';
import type { Position } from '../../protocol/position.ts';
import type { LogStatus, Range, LineRun } from '../api.ts';
import type { Diagnosis } from '../diagnosis/classify.ts';

/** Why no fresh topic came: there is nobody to supply one, the network or a server is down for now, or it is no good. */
export type RefreshFailure = 'none' | 'passing' | 'refused';

/** What a tab's view asks for; `given` are lines of the tail it has already, `epoch` the incarnation it speaks of. */
export interface ViewRequest {
  readonly want: readonly Range[];
  readonly tail: number;
  /** Pulled lines (`lines()`, `range()`) are delivered to hidden tabs too: somebody waits for them. */
  readonly pull: boolean;
  readonly epoch: string;
  readonly given: readonly Range[];
}

/** A token that the server does not accept: any more, or at all. */
export type TokenRefusal = { readonly kind: 'expired' } | { readonly kind: 'denied'; readonly problem: string };

/** What a history request came to. */
export type HistoryResult =
  | {
      readonly kind: 'lines';
      readonly lines: readonly Line[];
      readonly first: number;
      readonly head: number;
      readonly end: number | undefined;
    }
  /** Retention took the first line asked for. */
  | { readonly kind: 'truncated'; readonly first: number }
  /** Another incarnation, or no log at all. */
  | { readonly kind: 'epoch' }
  /** The token was not accepted. */
  | TokenRefusal
  /** Anything else; trying again may help. */
  | { readonly kind: 'failed' };

/** Everything that happens to a session. Logs and views are named by whoever opens them. */
export type SessionEvent =
  /** `refreshable`: whoever opened it can supply a fresher topic. */
  | { readonly type: 'open'; readonly log: number; readonly topic: string; readonly refreshable: boolean }
  | { readonly type: 'close'; readonly log: number }
  | { readonly type: 'renew'; readonly log: number; readonly topic: string }
  | { readonly type: 'retry'; readonly log: number }
  | { readonly type: 'look'; readonly log: number; readonly view: number; readonly look: ViewRequest }
  | { readonly type: 'drop'; readonly log: number; readonly view: number }
  | { readonly type: 'show'; readonly log: number; readonly visible: boolean }
  | { readonly type: 'opened'; readonly generation: number }
  | { readonly type: 'frame'; readonly generation: number; readonly text: string }
  /** `impossible`: the platform has no sockets. */
  | { readonly type: 'closed'; readonly generation: number; readonly code: number; readonly impossible?: boolean }
  /** Why the last attempt came to no socket is being found out … */
  | { readonly type: 'examining' }
  /** … and was; undefined where there is nothing to say but that it failed. */
  | { readonly type: 'examined'; readonly diagnosis: Diagnosis | undefined }
  | { readonly type: 'fetched'; readonly id: number; readonly result: HistoryResult }
  | { readonly type: 'polled'; readonly id: number; readonly result: PollResult }
  /** A stream lives; frames that came, if any. */
  | { readonly type: 'streamed'; readonly id: number; readonly frames: readonly string[] }
  /** A stream is over, or never began; `busy`: other tabs have all the connections there are for streams. */
  | { readonly type: 'unstreamed'; readonly id: number; readonly busy?: boolean }
  /** `topic` undefined: there is none to be had now, and `why`. */
  | { readonly type: 'refreshed'; readonly log: number; readonly topic: string | undefined; readonly why?: RefreshFailure | undefined }
  | { readonly type: 'network'; readonly online: boolean }
  /** The network or the machine is back, or somebody looks again: check that the socket lives. */
  | { readonly type: 'wake' }
  /** The last tab is gone, or parked; where all are parked, a browser stops the worker in the middle of what it does. */
  | { readonly type: 'deserted' }
  /** `due` was reached, or lines were taken. */
  | { readonly type: 'tick' };

export interface HistoryRequest {
  readonly id: number;
  readonly channel: string;
  readonly topic: string;
  readonly epoch: string;
  readonly after: number;
  readonly limit: number;
}

/** Asks how a log stands, and for the lines behind a position. */
export interface PollRequest {
  readonly id: number;
  readonly channel: string;
  readonly topic: string;
  /** Undefined when nothing is known of the log yet. */
  readonly position: Position | undefined;
}

/** What such a request came to. */
export type PollResult =
  | {
      readonly kind: 'log';
      /** Empty when the log has no line. */
      readonly epoch: string;
      readonly first: number;
      readonly head: number;
      readonly end: number | undefined;
      /** The lines behind the position, or some of them. */
      readonly lines: readonly Line[];
    }
  /** The token was not accepted. */
  | TokenRefusal
  /** No answer of a log server; trying again may help. */
  | { readonly kind: 'failed' };

/** Asks for everything that is written behind a position, as it is written. */
export interface StreamRequest {
  readonly id: number;
  readonly channel: string;
  readonly topic: string;
  readonly position: Position;
}

/** What a session wants done. */
export type Effect =
  | { readonly do: 'connect'; readonly generation: number }
  /** Be done with the socket at once, without waiting for it. */
  | { readonly do: 'abandon'; readonly generation: number }
  | { readonly do: 'send'; readonly generation: number; readonly text: string }
  | { readonly do: 'fetch'; readonly request: HistoryRequest }
  | { readonly do: 'poll'; readonly request: PollRequest }
  | { readonly do: 'stream'; readonly request: StreamRequest }
  /** Give a request up: whatever still comes of it is not heard. */
  | { readonly do: 'abort'; readonly id: number }
  /** Ask whoever opened `log` for a fresher topic. */
  | { readonly do: 'refresh'; readonly log: number }
  /** The server accepted the topic that whoever opened `log` supplied. */
  | { readonly do: 'granted'; readonly log: number; readonly topic: string }
  /** There may be something to take for this log. */
  | { readonly do: 'dirty'; readonly log: number };

/** What changed for one log since it was taken before. */
export interface LogBatch {
  readonly status?: LogStatus;
  readonly views: readonly { readonly view: number; readonly runs: readonly LineRun[] }[];
  /** There is more than the budget allowed. */
  readonly more: boolean;
}
