import type { SecretsInput } from '../../protocol/secrets.ts';
import type { Logger } from '../log/logger.ts';
import type { LogStore, Retention } from '../store.ts';

/** Bounds of one server process. Each has a default, which suits a process of a few hundred megabytes. */
export interface ServerLimits {
  /**
   * The largest frame a client may send, in bytes. A larger one closes its socket with 1009. Raise it only for clients that
   * subscribe with very long tokens. @default 65536
   */
  readonly frameBytes: number;
  /** Topics one socket may follow. A further subscribe is answered with `err` `limit`; the others work on. @default 1000 */
  readonly topicsPerSocket: number;
  /**
   * Open sockets of the process. A further handshake is refused with 503, and the client tries again later. Each idle
   * socket takes a few kilobytes, and a file descriptor of the process. @default 20000
   */
  readonly sockets: number;
  /**
   * Open sockets of one address, where the 64-bit network of an IPv6 address counts as one. A further handshake is refused
   * with 429. Behind a proxy this needs `trustProxy`, else all viewers share the address of the proxy. @default no limit
   */
  readonly socketsPerAddress: number | undefined;
  /**
   * HTTP requests in flight, followers and appends included. A further one is refused with 503; health and metrics are
   * always answered. @default 20000
   */
  readonly requests: number;
  /**
   * The longest line, in bytes of UTF-8. A longer one is stored as several lines and shown as one. One append holds up to 16 of
   * them in memory. @default 1048576
   */
  readonly lineBytes: number;
  /**
   * Text of unfinished lines that all writers together hold, in bytes of UTF-8. At the limit the longest are stored as far as
   * they have come, and continue in the next line, as lines beyond `lineBytes` do. @default 67108864
   */
  readonly openLineBytes: number;
  /**
   * Encoded lines kept in memory for the followers of one log, in bytes. A viewer that falls farther behind is moved to the
   * head, and fetches the lines between over HTTP. @default 4194304
   */
  readonly ringBytes: number;
  /**
   * Encoded lines kept in memory for the followers of all logs, in bytes. At the limit the logs that have been quiet longest
   * are dropped; their next viewer reads from the store. @default 134217728
   */
  readonly totalRingBytes: number;
  /**
   * Unsent data of one socket, in bytes, above which no more is written to it. A larger value feeds viewers on slow or distant
   * networks better; each slow viewer may hold that much memory. @default 262144
   */
  readonly socketBuffer: number;
  /**
   * Searches that run or wait, of which those of one log may be a quarter. A further one is refused with 429. Each may hold 256 KiB
   * for its reader. @default 64
   */
  readonly searches: number;
  /** How long a viewer may read nothing although data is waiting, in ms. After that its socket is closed with 4408. @default 60000 */
  readonly stall: number;
}

/** How long browsers may cache history that can no longer change. */
export type HistoryCache = 'immutable' | 'private-short' | 'none';

/** The options of `createLogServer`. */
export interface LogServerOptions {
  /** Keeps the logs. The caller opens it, and closes it after `close()` of the server. */
  readonly store: LogStore;
  /**
   * HMAC secrets of at least 16 bytes. The first signs, all verify: to rotate, put the new one in front, and drop the old
   * one when its topics have expired. A string is split at commas and trimmed; give a secret that contains a comma as
   * bytes. Anyone who knows a secret can read, write and remove every log. @default LOG_STREAM_SECRET of the environment
   */
  readonly secrets?: SecretsInput | undefined;
  /** The path everything is mounted under, without a slash at the end. Pages must then name it as their endpoint. @default '/log-stream' */
  readonly basePath?: string;
  /**
   * How much of each log is kept. Older lines are removed for good soon after an append, or as they age; viewers see where
   * the log now begins. Without it the store grows without bound. @default everything
   */
  readonly retain?: Retention;
  /**
   * Origins of pages that may use this server, besides its own, e.g. `https://app.example.com`; `'*'` allows any. `'null'`
   * is the origin of sandboxed frames, pages opened as files and `data:` workers of any site. Pages still need a signed
   * topic; an origin that is not allowed is refused with 403. @default []
   */
  readonly allowOrigins?: readonly string[] | string;
  /**
   * How long browsers may cache lines, and counts of levels, that can no longer change: `immutable` for a year, `private-short`
   * for five minutes, `none` not at all. The cache of a browser serves any later user of it, also without a topic or after the log
   * was removed: choose `none` for shared computers. @default 'immutable'
   */
  readonly historyCache?: HistoryCache | undefined;
  /**
   * Marks unchanging history `public`, so that CDNs cache it; needs `historyCache: 'immutable'`. Anyone who knows the URL of
   * a range, which contains its token, can then read it from the CDN, even after the token has expired. @default false
   */
  readonly publicHistory?: boolean;
  /**
   * Interval of heartbeats on sockets and SSE, ms. Clients take silence of twice that for a dead connection: a shorter one
   * finds dead connections sooner and costs traffic, a longer one may exceed the idle timeout of a proxy. @default 15000
   */
  readonly heartbeat?: number;
  /** Bounds on memory and load. @default see ServerLimits */
  readonly limits?: Partial<ServerLimits>;
  /**
   * How many proxies are in front of the server; `true` means one. `limits.socketsPerAddress` then trusts that many entries
   * of `X-Forwarded-For`, from the right. Too high a number lets clients forge their address. @default false
   */
  readonly trustProxy?: boolean | number | undefined;
  /** Receives events for operators; a pino logger fits as it is. No event contains a signed topic or the text of a line. @default logs nothing */
  readonly logger?: Logger;
  /**
   * Makes `/metrics` public. Otherwise it requires a topic signed for the channel `log-stream/metrics`. Metrics name no log,
   * but show how busy the server is. @default false
   */
  readonly publicMetrics?: boolean;
  /**
   * Whether lines get marks when they are appended: levels, entries and groups, which are read from their text. Lines keep the marks
   * that they have. An append can do without by itself, with `?marks=0`. @default true
   */
  readonly marks?: boolean;
  /** Whether logs can be searched: the channel's readers may then use the processor for that, in threads. @default true */
  readonly search?: boolean;
  /** How many threads search. They are started when they are needed, and end half a minute later. @default one fewer than cores, at least one */
  readonly searchThreads?: number;
  /**
   * The script of the threads that search: `log-stream/server/search-thread`, bundled as an entry of its own, where the server is
   * bundled without this package beside it. @default that of this package
   */
  readonly searchThread?: string;
  /** The folder of the browser build that `/assets/` serves. @default that of this package */
  readonly assets?: string;
}
