import { resolve } from 'node:path';
import { readSecrets, SecretError, type Secrets } from '../../protocol/secrets.ts';
import { readTopic } from '../../protocol/topic.ts';
import { parseOrigin } from '../../server/access/origin-policy.ts';
import { checkToken } from '../access/console-token.ts';
import { parseHost, type AllowedHost } from '../util/hosts.ts';
import { parseInteger, type Arguments } from './arguments.ts';
import type { OptionSpec } from './command.ts';
import { UsageError } from '../util/errors.ts';
import { dataDirectory, type ServerAddress, type ServeSettings } from '../config/settings.ts';
import { parseBytes } from '../util/units.ts';

export const ADDRESS_OPTIONS: readonly OptionSpec[] = [
  { name: 'port', value: 'N', help: 'Port of the server (default 8787, or PORT)' },
  { name: 'host', value: 'HOST', help: 'Address of the server (default 127.0.0.1)' },
];

/** For what talks to a server of this machine. */
export const TOKEN_OPTION: OptionSpec = {
  name: 'token',
  value: 'TOKEN',
  help: 'Console token of the server (default LOG_STREAM_CONSOLE_TOKEN, else the one in .log-stream/)',
};

/** For a server elsewhere. */
export const REMOTE_OPTIONS: readonly OptionSpec[] = [
  { name: 'url', value: 'URL', help: 'A server elsewhere, e.g. https://logs.example.com/log-stream' },
  { name: 'topic', value: 'SIGNED', help: 'Signed topic of the log (default: signed with LOG_STREAM_SECRET)' },
];

export const SERVE_OPTIONS: readonly OptionSpec[] = [
  ...ADDRESS_OPTIONS,
  {
    name: 'store',
    value: 'URL',
    help: 'lmdb:DIR, redis://HOST[,HOST…], redis+sentinel://HOST[,HOST…]/MASTER, rediss:// and rediss+sentinel:// for TLS, or memory: (default lmdb in .log-stream/, or LOG_STREAM_STORE)',
  },
  {
    name: 'allow-origin',
    value: 'ORIGIN',
    repeat: true,
    help: 'Let pages of this origin use the server; null for sandboxed frames and files, "*" for all',
  },
  {
    name: 'allow-host',
    value: 'HOST[:PORT]',
    repeat: true,
    help: 'Let the console be opened under this address too, e.g. localhost:9000 for ssh -L 9000:localhost:8787',
  },
  { name: 'retain-lines', value: 'N', help: 'Keep at most the newest N lines of each log' },
  { name: 'retain-bytes', value: 'SIZE', help: 'Keep at most this much text of each log, e.g. 500M' },
  { name: 'retain-age', value: 'TIME', help: 'Remove lines older than this, e.g. 7d' },
  { name: 'public-metrics', help: 'Make /log-stream/metrics public (default: with a topic of `log-stream sign --metrics`)' },
  { name: 'drain', value: 'TIME', help: 'On shutdown, fail health checks (503) for this long before disconnecting viewers' },
  { name: 'no-run', help: "Don't allow running commands from the page" },
];

const CONSOLE_TOKEN = 'LOG_STREAM_CONSOLE_TOKEN';

type Environment = Readonly<Record<string, string | undefined>>;

/** Throws UsageError. */
export function addressFrom(args: Arguments, env: Environment = process.env): ServerAddress {
  const fromEnvironment = env['PORT'] === undefined || env['PORT'] === '' ? 8_787 : parseInteger('PORT', env['PORT'], 0, 65_535);
  const host = args.text('host') ?? '127.0.0.1';
  if (!/^[A-Za-z0-9.:%_-]+$/u.test(host))
    throw new UsageError(`--host takes a name or an address, such as 127.0.0.1, not ${JSON.stringify(host)}.`);
  const url = urlFrom(args);
  const consoleToken = url === undefined ? consoleTokenFrom(args, env) : undefined;
  return { host, port: args.integer('port', 0, 65_535) ?? fromEnvironment, consoleToken, url, topic: topicFrom(args) };
}

function urlFrom(args: Arguments): URL | undefined {
  const text = args.text('url');
  if (text === undefined) return undefined;
  for (const other of ['host', 'port', 'token'])
    if (args.text(other) !== undefined) throw new UsageError(`--url says where the server is: leave out --${other}.`);
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !/^https?:$/u.test(url.protocol) || `${url.username}${url.password}${url.search}${url.hash}` !== '')
    throw new UsageError('--url takes an address such as https://logs.example.com/log-stream, without user, query or fragment.');
  return url;
}

/** The topic itself is in no message: it lets its bearer in. */
function topicFrom(args: Arguments): string | undefined {
  const text = args.text('topic');
  if (text !== undefined && readTopic(text) === undefined)
    throw new UsageError('--topic takes a signed topic, as `log-stream sign` prints it.');
  return text;
}

function consoleTokenFrom(args: Arguments, env: Environment): string | undefined {
  const given = args.text('token');
  if (given !== undefined) return checkToken(given, '--token');
  const text = env[CONSOLE_TOKEN];
  return text === undefined || text === '' ? undefined : checkToken(text.trim(), CONSOLE_TOKEN);
}

/** Throws UsageError. */
export function serveSettings(args: Arguments, env: Environment = process.env): ServeSettings {
  const data = dataDirectory();
  const origins = args.list('allow-origin');
  return {
    ...addressFrom(args, env),
    store: args.text('store') ?? (env['LOG_STREAM_STORE'] || `lmdb:${resolve(data, 'logs')}`),
    dataDirectory: data,
    workingDirectory: process.cwd(),
    secrets: secretsFrom(env),
    allowOrigins: origins.includes('*') ? '*' : origins.map(checkOrigin),
    allowHosts: args.list('allow-host').map(checkHost),
    retain: { lines: args.integer('retain-lines', 1), bytes: bytes(args, 'retain-bytes'), age: args.duration('retain-age') },
    isRunAllowed: !args.flag('no-run'),
    hasPublicMetrics: args.flag('public-metrics'),
    drain: args.duration('drain') ?? 0,
  };
}

/** The secrets of LOG_STREAM_SECRET; undefined when it is not set. Throws UsageError when one of them cannot be used. */
export function secretsFrom(env: Environment = process.env): Secrets | undefined {
  const text = env['LOG_STREAM_SECRET'];
  return text === undefined || text === '' ? undefined : checkSecrets(text, 'LOG_STREAM_SECRET');
}

/** Throws UsageError. */
export function checkSecrets(text: string, where: string): Secrets {
  try {
    return readSecrets(text, where);
  } catch (error) {
    throw error instanceof SecretError ? new UsageError(error.message) : error;
  }
}

function bytes(args: Arguments, name: string): number | undefined {
  const text = args.text(name);
  if (text === undefined) return undefined;
  const size = parseBytes(text);
  if (size === undefined) throw new UsageError(`--${name} takes a size such as 500k, 100M or 2G, not ${JSON.stringify(text)}.`);
  return size;
}

function checkHost(text: string): AllowedHost {
  const host = parseHost(text);
  if (host === undefined) throw new UsageError(`--allow-host takes HOST or HOST:PORT, e.g. localhost:9000, not ${JSON.stringify(text)}.`);
  return host;
}

function checkOrigin(text: string): string {
  const origin = parseOrigin(text);
  if (origin === undefined)
    throw new UsageError(`--allow-origin takes an origin such as https://app.example.com, or null, not ${JSON.stringify(text)}.`);
  return origin;
}
