import type { Option } from 'commander';
import { resolve } from 'node:path';
import { readSecrets, SecretError, type Secrets } from '../../protocol/secrets.ts';
import { readTopic } from '../../protocol/topic.ts';
import { parseOrigin } from '../../server/access/origin-policy.ts';
import { checkToken } from '../access/console-token.ts';
import { dataDirectory, type ServerAddress, type ServeSettings } from '../config/settings.ts';
import { UsageError } from '../util/errors.ts';
import { parseHost, type AllowedHost } from '../util/hosts.ts';
import { duration, flag, integer, list, parseInteger, size, text } from './options.ts';

type Environment = Readonly<Record<string, string | undefined>>;

export interface AddressOptions {
  readonly port?: number;
  readonly host?: string;
  readonly token?: string;
}

export const ADDRESS_OPTIONS: readonly Option[] = [
  integer('--port <N>', 'Port of the server (default: PORT, else 8787)', 0, 65_535),
  text('--host <HOST>', 'Address of the server (default: 127.0.0.1)', checkHostName),
];

/** For commands that use a server of this machine. */
export const TOKEN_OPTION: Option = text(
  '--token <TOKEN>',
  'Console token of the server; visible in the list of processes, unlike LOG_STREAM_CONSOLE_TOKEN (default: LOG_STREAM_CONSOLE_TOKEN, else the one in .log-stream/)',
  checkToken,
);

export interface RemoteOptions extends AddressOptions {
  readonly url?: URL;
  readonly topic?: string;
}

/** For commands that can use a server elsewhere. */
export const URL_OPTION: Option = text('--url <URL>', 'A server elsewhere, e.g. https://logs.example.com/log-stream', checkUrl).conflicts([
  'host',
  'port',
  'token',
]);

/** For commands that use one log of a server that may be elsewhere. */
export const REMOTE_OPTIONS: readonly Option[] = [
  URL_OPTION,
  text(
    '--topic <SIGNED>',
    'Signed topic of the log; visible in the list of processes, unlike LOG_STREAM_TOPIC (default: LOG_STREAM_TOPIC, else signed with LOG_STREAM_SECRET)',
    checkTopic,
  ),
];

export interface ServeOptions extends AddressOptions {
  readonly store?: string;
  readonly allowOrigin?: readonly string[];
  readonly allowHost?: readonly string[];
  readonly retainLines?: number;
  readonly retainBytes?: number;
  readonly retainAge?: number;
  readonly publicMetrics?: true;
  readonly drain?: number;
  /** False with `--no-run`. */
  readonly run?: boolean;
}

export const SERVE_OPTIONS: readonly Option[] = [
  ...ADDRESS_OPTIONS,
  text(
    '--store <URL>',
    'lmdb:DIR, redis://HOST[,HOST…], redis+sentinel://HOST[,HOST…]/MASTER, rediss:// and rediss+sentinel:// for TLS, or memory: (default: LOG_STREAM_STORE, else lmdb in .log-stream/)',
  ),
  list(
    '--allow-origin <ORIGIN>',
    'Let pages of this origin use the server; null for sandboxed frames and files, "*" for all (repeatable; default: its own origin only)',
    (value) => (value === '*' ? value : checkOrigin(value)),
  ),
  list(
    '--allow-host <HOST>',
    'Let the console be opened under this HOST or HOST:PORT too, e.g. localhost:9000 for ssh -L 9000:localhost:8787 (repeatable)',
    (value) => (checkHost(value), value),
  ),
  integer('--retain-lines <N>', 'Keep at most the newest N lines of each log (default: all)', 1),
  size('--retain-bytes <SIZE>', 'Keep at most this many bytes of text of each log, e.g. 500M (default: all)'),
  duration('--retain-age <TIME>', 'Remove lines older than this, e.g. 7d (default: never)'),
  flag('--public-metrics', 'Make /log-stream/metrics public (default: with a topic of `log-stream sign --metrics`)'),
  duration('--drain <TIME>', 'On shutdown, fail health checks (503) for this long before disconnecting viewers, e.g. 10s (default: 0)'),
  flag('--no-run', "Don't allow running commands from the page"),
];

const CONSOLE_TOKEN = 'LOG_STREAM_CONSOLE_TOKEN';
const TOPIC = 'LOG_STREAM_TOPIC';

/** Throws UsageError for a bad value in the environment. */
export function addressFrom({ host, port, token }: AddressOptions, env: Environment = process.env): ServerAddress {
  return {
    host: host ?? '127.0.0.1',
    port: port ?? (env['PORT'] ? parseInteger('PORT', env['PORT'], 0, 65_535) : 8_787),
    consoleToken: token ?? (env[CONSOLE_TOKEN] ? checkToken(env[CONSOLE_TOKEN].trim(), CONSOLE_TOKEN) : undefined),
  };
}

/** The address of a server that may be elsewhere: then the console token of this machine is not for it. */
export function remoteAddressFrom(options: RemoteOptions, env: Environment = process.env): ServerAddress {
  const { url } = options;
  const topic = options.topic ?? (env[TOPIC] ? checkTopic(env[TOPIC].trim(), TOPIC) : undefined);
  // The token is not even read, so that a bad one is no obstacle.
  const address = url === undefined ? addressFrom(options, env) : addressFrom({}, { ...env, [CONSOLE_TOKEN]: undefined });
  return { ...address, url, topic };
}

/** Throws UsageError for a bad value in the environment. */
export function serveSettings(options: ServeOptions, env: Environment = process.env): ServeSettings {
  const data = dataDirectory();
  const { store, allowOrigin = [], allowHost = [], retainLines, retainBytes, retainAge, publicMetrics, drain, run } = options;
  return {
    ...addressFrom(options, env),
    store: store ?? (env['LOG_STREAM_STORE'] || `lmdb:${resolve(data, 'logs')}`),
    dataDirectory: data,
    workingDirectory: process.cwd(),
    secrets: secretsFrom(env),
    allowOrigins: allowOrigin.includes('*') ? '*' : allowOrigin,
    allowHosts: allowHost.map(checkHost),
    retain: { lines: retainLines, bytes: retainBytes, age: retainAge },
    isRunAllowed: run !== false,
    hasPublicMetrics: publicMetrics === true,
    drain: drain ?? 0,
  };
}

/** The secrets of LOG_STREAM_SECRET; undefined when it is not set. Throws UsageError for one that cannot be used. */
export function secretsFrom(env: Environment = process.env): Secrets | undefined {
  const secrets = env['LOG_STREAM_SECRET'];
  return secrets ? checkSecrets(secrets, 'LOG_STREAM_SECRET') : undefined;
}

/** Throws UsageError. */
export function checkSecrets(value: string, where: string): Secrets {
  try {
    return readSecrets(value, where);
  } catch (error) {
    throw error instanceof SecretError ? new UsageError(error.message) : error;
  }
}

function checkHostName(value: string): string {
  if (/^[A-Za-z0-9.:%_-]+$/u.test(value)) return value;
  throw new UsageError(`--host takes a name or an address, such as 127.0.0.1, not ${JSON.stringify(value)}.`);
}

function checkUrl(value: string): URL {
  const url = URL.canParse(value) ? new URL(value) : undefined;
  if (url === undefined || !/^https?:$/u.test(url.protocol) || `${url.username}${url.password}${url.search}${url.hash}` !== '')
    throw new UsageError('--url takes an address such as https://logs.example.com/log-stream, without user, query or fragment.');
  return url;
}

/** Throws UsageError. The topic itself is in no message: it grants access to its bearer. */
export function checkTopic(value: string, name: string): string {
  if (readTopic(value) === undefined) throw new UsageError(`${name} takes a signed topic, as \`log-stream sign\` prints it.`);
  return value;
}

function checkHost(value: string): AllowedHost {
  const host = parseHost(value);
  if (host === undefined) throw new UsageError(`--allow-host takes HOST or HOST:PORT, e.g. localhost:9000, not ${JSON.stringify(value)}.`);
  return host;
}

function checkOrigin(value: string): string {
  const origin = parseOrigin(value);
  if (origin === undefined)
    throw new UsageError(`--allow-origin takes an origin such as https://app.example.com, or null, not ${JSON.stringify(value)}.`);
  return origin;
}
