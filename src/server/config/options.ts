import type { SecretsInput } from '../../protocol/secrets.ts';
import type { Logger } from '../log/logger.ts';
import type { LogStore, Retention } from '../store.ts';

/** Bounds of one server process. The table in docs/operating.md is made from these comments: `node scripts/docs-tables.mjs`. */
export interface ServerLimits {
  /** Largest frame a client may send, in bytes, whole or in fragments. A larger one closes the socket with 1009. @default 65536 */
  readonly frameBytes: number;
  /** Topics one socket may follow. Each one above that gets `err` `limit`; the socket and its other topics continue. @default 1000 */
  readonly topicsPerSocket: number;
  /** Sockets of the process. Above that, a handshake is answered with 503. @default 20000 */
  readonly sockets: number;
  /**
   * Sockets of one address; an IPv6 /64 network counts as one. Above that, a handshake from there is answered with 429. Behind proxies
   * it needs `trustProxy`, else all viewers share the address of the proxy. @default no limit
   */
  readonly socketsPerAddress: number | undefined;
  /**
   * HTTP requests in progress, followers and appends included. Above that, a request is answered with 503; health and metrics are
   * always answered. @default 20000
   */
  readonly requests: number;
  /** Longest line, in bytes of UTF-8. A longer one is stored as several lines and shown as one. @default 1048576 */
  readonly lineBytes: number;
  /**
   * Text of the unfinished lines of all appending requests together, in bytes of UTF-8. Above that, the longest are stored as far as
   * they have come, and continue in the next line. @default 67108864
   */
  readonly openLineBytes: number;
  /** Encoded lines that a followed log keeps in memory for its viewers, in bytes. Older lines are read from the store. @default 4194304 */
  readonly ringBytes: number;
  /**
   * Encoded lines that all followed logs keep in memory together, in bytes; they take up to four times as much memory. Above that, the
   * logs that grew longest ago are read from the store. @default 134217728
   */
  readonly totalRingBytes: number;
  /** Unsent data of one socket, in bytes. Above that, the viewer is sent nothing until it reads, then skips to the head. @default 262144 */
  readonly socketBuffer: number;
  /** How long a socket may read nothing, in ms. After that it is closed with 4408; most are found dead before, by three missed pongs. @default 60000 */
  readonly stall: number;
}

/** How long browsers may keep history that can no longer change. */
export type HistoryCache = 'immutable' | 'private-short' | 'none';

/** Everything `createLogServer` can be told. */
export interface LogServerOptions {
  /** Where logs are kept. The caller opened it and closes it, after `close()` of the server. */
  readonly store: LogStore;
  /**
   * HMAC secrets of at least 16 bytes: the first signs, all verify. A text is split at commas and its blanks are trimmed; a secret
   * that contains a comma is given as bytes. @default LOG_STREAM_SECRET of the environment
   */
  readonly secrets?: SecretsInput | undefined;
  /** Path all of it is mounted under, without a slash at the end. @default '/log-stream' */
  readonly basePath?: string;
  /** How much of each log is kept. @default everything */
  readonly retain?: Retention;
  /**
   * Origins besides the server's own that pages may use it from, such as `https://app.example.com`; `'*'`: any. `'null'` is that
   * of sandboxed frames, pages opened as files and `data:` workers, of whatever site. @default []
   */
  readonly allowOrigins?: readonly string[] | string;
  /**
   * How long a browser may keep lines that can no longer change: `immutable` for a year, `private-short` for five minutes, `none` not at all. What it
   * keeps it shows to whoever uses it next, with any topic or none, also when the log was removed. @default 'immutable'
   */
  readonly historyCache?: HistoryCache | undefined;
  /** Marks unchanging history `public`, for CDNs; needs `historyCache: 'immutable'`. Who knows the URL of a range, with its token, shares it. @default false */
  readonly publicHistory?: boolean;
  /** Heartbeat of sockets and SSE, ms. @default 15000 */
  readonly heartbeat?: number;
  readonly limits?: Partial<ServerLimits>;
  /**
   * How many proxies stand in front of the server, `true` being one: that many entries of `X-Forwarded-For`, from the right, are believed when
   * `limits.socketsPerAddress` counts. Viewers write the others. @default false
   */
  readonly trustProxy?: boolean | number | undefined;
  /** Where events are told, such as a logger of pino. @default nothing is written */
  readonly logger?: Logger;
  /**
   * Whether anybody may read `/metrics`. Else it takes a topic signed for the channel `log-stream/metrics`. Metrics name no
   * log, but show how much is going on. @default false
   */
  readonly publicMetrics?: boolean;
  /** Folder of the browser build that `/assets/` serves. @default the one of this package */
  readonly assets?: string;
}
