import type { ClientStats, LogStatus } from './api.ts';
import type { LogBatch, RefreshFailure, ViewRequest } from './session/events.ts';

/** Tabs and workers of different builds do not talk to each other. */
export const BUILD = '0.1.0';

/** A tab introduces itself. */
export interface TabHello {
  readonly build: string;
  /** Absolute, without a slash at the end. */
  readonly endpoint: string;
  /** A Web Lock that the tab holds as long as it lives; undefined where there are none. */
  readonly lock: string | undefined;
  readonly visible: boolean;
  readonly online: boolean;
}

export interface Reply {
  readonly ok: boolean;
  /** Why not. */
  readonly code?: 'outdated' | 'malformed';
  /** To `hello`: a Web Lock that the host holds as long as it lives; undefined where there are none. */
  readonly lock?: string | undefined;
}

/** What a tab says of a log that it opens, besides the topic. */
export interface Opening {
  /** The tab knows nothing of the log: a status that says the same is no news to it. */
  readonly fresh: boolean;
  /** What its views ask for, so that the first batch can bring it. */
  readonly requests: readonly { readonly view: number; readonly request: ViewRequest }[];
}

/** One end of a channel for data: a MessagePort, or its stand-in within a page. */
export interface DataPort {
  onmessage: ((event: MessageEvent) => unknown) | null;
  postMessage(message: unknown): void;
  close(): void;
}

/** What a tab may call over comlink. Errors do not survive the way, so they are results. */
export interface Control {
  /** Comes first; lines go over `data`. */
  hello(hello: TabHello, data: DataPort): Promise<Reply>;
  open(log: number, topic: string, refreshable: boolean, opening?: Opening): Reply;
  renew(log: number, topic: string): Reply;
  retry(log: number): Reply;
  close(log: number): Reply;
  stats(): Omit<ClientStats, 'transport'> | undefined;
  ping(): Reply;
}

/** What a tab posts on its data port. Those that a worker does not know are ignored. */
export type TabMessage =
  | { readonly t: 'request'; readonly log: number; readonly view: number; readonly request: ViewRequest }
  | { readonly t: 'closeView'; readonly log: number; readonly view: number }
  /** The last batch was processed: another one may come. `frame`: ms until it is drawn; undefined where nothing is drawn. */
  | { readonly t: 'taken'; readonly frame?: number | undefined }
  | { readonly t: 'visible'; readonly visible: boolean }
  | { readonly t: 'online'; readonly online: boolean }
  /** The tab was resumed: check that the socket is alive. */
  | { readonly t: 'wake' }
  /** Answers `refresh`. */
  | {
      readonly t: 'refreshed';
      readonly log: number;
      readonly topic: string | undefined;
      readonly failure?: RefreshFailure | undefined;
    }
  /** Asks for a trace of the session from now on. */
  | { readonly t: 'debug' }
  /** The last trace was printed: another one may come. */
  | { readonly t: 'traceTaken' }
  /** Answers `ping`. */
  | { readonly t: 'pong' }
  /** The tab closes or is parked. One that dies cannot say so. */
  | { readonly t: 'bye' };

/** What a worker posts on the data port of a tab. */
export type WorkerMessage =
  | { readonly t: 'batch'; readonly logs: readonly TabBatch[] }
  | { readonly t: 'refresh'; readonly log: number }
  /** The server accepted the topic that the tab supplied. */
  | { readonly t: 'granted'; readonly log: number; readonly topic: string }
  /** Something failed in the worker, whose own console is hard to find. */
  | { readonly t: 'problem'; readonly text: string }
  /** Events and effects of the session, and how many after these were dropped. Only to a tab that sent `debug`. */
  | { readonly t: 'trace'; readonly lines: readonly string[]; readonly dropped: number }
  | { readonly t: 'ping' };

export interface TabBatch {
  readonly log: number;
  readonly status: LogStatus | undefined;
  readonly views: LogBatch['views'];
}
