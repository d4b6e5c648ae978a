import { join } from 'node:path';
import { DEFAULT_BASE_PATH, LIMITS } from '../../protocol/limits.ts';
import { readSecrets, SecretError, type Secrets } from '../../protocol/secrets.ts';
import { SILENT, type Logger } from '../log/logger.ts';
import type { HistoryCache, LogServerOptions, ServerLimits } from './options.ts';
import { defaultThreads } from '../search/search-pool.ts';
import { locateSearchThread } from '../search/locate-search-thread.ts';
import { parseOrigin } from '../access/origin-policy.ts';
import { packageRoot } from '../util/package-root.ts';
import type { Retention } from '../store.ts';

export const DEFAULT_LIMITS: ServerLimits = {
  frameBytes: LIMITS.frameBytes,
  topicsPerSocket: LIMITS.topicsPerSocket,
  sockets: 20_000,
  socketsPerAddress: undefined,
  requests: 20_000,
  lineBytes: LIMITS.lineBytes,
  openLineBytes: 64 * 1_024 * 1_024,
  ringBytes: 4 * 1_024 * 1_024,
  totalRingBytes: 128 * 1_024 * 1_024,
  socketBuffer: 256 * 1_024,
  searches: 64,
  stall: 60_000,
};

/** The options of a server with every default filled in. */
export interface Settings {
  readonly basePath: string;
  readonly retain: Retention | undefined;
  readonly allowOrigins: readonly string[] | '*';
  readonly historyCache: HistoryCache;
  readonly publicHistory: boolean;
  readonly publicMetrics: boolean;
  readonly marks: boolean;
  readonly proxies: number;
  readonly heartbeat: number;
  readonly limits: ServerLimits;
  readonly logger: Logger;
  readonly assets: string;
  readonly searchThreads: number;
  /** The script of the threads that search; undefined for none. */
  readonly searchThread: string | undefined;
}

/** @throws {TypeError} For an invalid option. */
export function settingsOf(options: LogServerOptions): Settings {
  const { basePath = DEFAULT_BASE_PATH, heartbeat = LIMITS.heartbeat, searchThreads = defaultThreads() } = options;
  if (!/^(?:\/[^/?#\s]+)+$/u.test(basePath)) {
    throw new TypeError(
      `basePath cannot be ${JSON.stringify(basePath)}: it must begin with a slash and not end with one, as in "/log-stream".`,
    );
  }
  checkPositive('heartbeat', heartbeat);
  checkPositive('searchThreads', searchThreads);
  const limits = { ...DEFAULT_LIMITS, ...withoutUndefined(options.limits ?? {}) };
  checkAll('limits', limits);
  checkAll('retain', options.retain ?? {});
  return {
    basePath,
    heartbeat,
    limits,
    retain: options.retain,
    allowOrigins: originsOf(options.allowOrigins ?? []),
    ...historyOf(options),
    publicMetrics: options.publicMetrics ?? false,
    marks: options.marks ?? true,
    proxies: proxiesOf(options.trustProxy),
    logger: options.logger ?? SILENT,
    searchThreads,
    searchThread: options.search === false ? undefined : (options.searchThread ?? locateSearchThread()),
    assets: options.assets ?? join(packageRoot(), 'dist', 'assets'),
  };
}

/** The secrets in the options, else those of the environment. @throws {SecretError} If there is no usable secret. */
export function secretsOf({ secrets }: Pick<LogServerOptions, 'secrets'>, env = process.env): Secrets {
  if (secrets !== undefined) return readSecrets(secrets, 'the option "secrets"');
  const text = env['LOG_STREAM_SECRET'];
  if (text !== undefined && text !== '') return readSecrets(text, 'LOG_STREAM_SECRET');
  throw new SecretError('Missing secret for signing topics: set LOG_STREAM_SECRET, or pass the option "secrets".');
}

/** A string is a list of one; `*` anywhere in a list allows all. */
function originsOf(given: string | readonly string[]): readonly string[] | '*' {
  const texts = typeof given === 'string' ? [given] : given;
  if (texts.includes('*')) return '*';
  return texts.map((text) => {
    const origin = parseOrigin(text);
    if (origin === undefined)
      throw new TypeError(`allowOrigins takes origins such as "https://app.example.com", or "null", not ${JSON.stringify(text)}.`);
    return origin;
  });
}

const HISTORY_CACHES: readonly HistoryCache[] = ['immutable', 'private-short', 'none'];

function historyOf({
  historyCache = 'immutable',
  publicHistory = false,
}: LogServerOptions): Pick<Settings, 'historyCache' | 'publicHistory'> {
  if (!HISTORY_CACHES.includes(historyCache)) {
    throw new TypeError(`historyCache cannot be ${String(historyCache)}: it must be one of ${HISTORY_CACHES.join(', ')}.`);
  }
  if (publicHistory && historyCache !== 'immutable') {
    throw new TypeError(
      `publicHistory lets CDNs cache history for a year, which historyCache: '${historyCache}' forbids: leave one of them out.`,
    );
  }
  return { historyCache, publicHistory };
}

function proxiesOf(trustProxy: unknown = false): number {
  if (typeof trustProxy === 'boolean') return trustProxy ? 1 : 0;
  if (typeof trustProxy === 'number' && Number.isInteger(trustProxy) && trustProxy >= 0) return trustProxy;
  throw new TypeError(
    `trustProxy cannot be ${String(trustProxy)}: it must be the number of proxies in front of the server, or true for one.`,
  );
}

function checkAll(group: string, values: Retention | ServerLimits): void {
  const entries: [string, unknown][] = Object.entries(values);
  for (const [name, value] of entries) if (value !== undefined) checkPositive(`${group}.${name}`, value);
}

function checkPositive(name: string, value: unknown): void {
  if (typeof value === 'number' && Number.isFinite(value) && value > 0) return;
  throw new TypeError(`${name} cannot be ${String(value)}: it must be a number above 0. Leave it out for the default.`);
}

function withoutUndefined<T extends object>(options: T): Partial<T> {
  const given = Object.entries(options).filter(([, value]) => value !== undefined);
  return Object.fromEntries(given) as Partial<T>;
}
