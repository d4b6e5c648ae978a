import type { ClientStats, LogStatus } from './api.ts';
import type { LogBatch, ViewRequest, RefreshFailure } from './session/events.ts';

/** Of this build; tabs and workers of different builds do not talk to each other. */
export const BUILD = '0.1.0';

/** Who a tab is. */
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
  /** To `hello`: a Web Lock that is held as long as whoever answers lives; undefined where there are none. */
  readonly lock?: string | undefined;
}

/** What a tab says of a log besides its topic when it opens it. */
export interface Opening {
  /** It knows nothing of the log: only that would be no news. */
  readonly fresh: boolean;
  /** What its views lack, so that the first batch can have it. */
  readonly looks: readonly { readonly view: number; readonly look: ViewRequest }[];
}

/** One end of a channel for data: a MessagePort, or what takes its place within a page. */
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

/** What a tab posts on its data port. */
export type TabMessage =
  | { readonly t: 'look'; readonly log: number; readonly view: number; readonly look: ViewRequest }
  | { readonly t: 'drop'; readonly log: number; readonly view: number }
  /** The last batch was dealt with: another one may come. `frame`: ms until it is drawn; undefined where nothing is. */
  | { readonly t: 'taken'; readonly frame?: number | undefined }
  | { readonly t: 'visible'; readonly visible: boolean }
  | { readonly t: 'online'; readonly online: boolean }
  /** The tab was resumed: see whether the socket still lives. */
  | { readonly t: 'wake' }
  /** Answers `refresh`. */
  | { readonly t: 'refreshed'; readonly log: number; readonly topic: string | undefined; readonly why?: RefreshFailure | undefined }
  /** Answers `ping`. */
  | { readonly t: 'pong' }
  /** The tab goes, or is parked. One that dies cannot say so. */
  | { readonly t: 'bye' };

/** What a worker posts on the data port of a tab. */
export type WorkerMessage =
  | { readonly t: 'batch'; readonly logs: readonly TabBatch[] }
  | { readonly t: 'refresh'; readonly log: number }
  /** The server accepted the topic that the tab supplied. */
  | { readonly t: 'granted'; readonly log: number; readonly topic: string }
  /** Something went wrong in the worker, whose console few people find. */
  | { readonly t: 'problem'; readonly text: string }
  | { readonly t: 'ping' };

export interface TabBatch {
  readonly log: number;
  readonly status: LogStatus | undefined;
  readonly views: LogBatch['views'];
}
