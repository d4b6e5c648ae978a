import type { SecretsInput } from '../../protocol/secrets.ts';
import type { Logger } from '../log/logger.ts';
import type { LogStore, Retention } from '../store.ts';

/** Bounds of one server process; each has a default. */
export interface ServerLimits {
  /** Largest frame a client may send, bytes. @default 65536 */
  readonly frameBytes: number;
  /** Topics one socket may follow. @default 1000 */
  readonly topicsPerSocket: number;
  /** Sockets of the process; one more is refused with 503. @default 20000 */
  readonly sockets: number;
  /**
   * Sockets of one address, an IPv6 network of 64 bits being one; one more is refused with 429. Behind a proxy it needs
   * `trustProxy`, else all viewers are the proxy. @default no limit
   */
  readonly socketsPerAddress: number | undefined;
  /** HTTP requests that are being answered at a time, followers and appends included; one more is refused with 503. @default 20000 */
  readonly requests: number;
  /** A longer line is stored as several, UTF-8 bytes. @default 1048576 */
  readonly lineBytes: number;
  /**
   * Text of lines without an end yet that all appending requests together hold, UTF-8 bytes. Where it is reached the longest of
   * them are stored as far as they have come, and go on in the next line, as lines beyond `lineBytes` do. @default 67108864
   */
  readonly openLineBytes: number;
  /** Encoded lines a followed log keeps in memory for its followers, bytes. @default 4194304 */
  readonly ringBytes: number;
  /** Encoded lines that all followed logs together keep in memory, bytes; what was appended longest ago goes first. @default 134217728 */
  readonly totalRingBytes: number;
  /** Bytes handed to a socket that it has not sent yet, above which it is given no more. @default 262144 */
  readonly socketBuffer: number;
  /** ms a socket may take nothing before it is closed with 4408. @default 60000 */
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
