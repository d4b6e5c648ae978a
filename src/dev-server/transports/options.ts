import { readTopic } from '../../protocol/topic.ts';
import { DEFAULT_BASE_PATH } from '../../protocol/limits.ts';
import { Endpoint } from '../client/endpoint.ts';
import { FixedTopic } from '../client/fixed-topic.ts';
import { TopicSigner, type TopicSource } from '../client/topic-signer.ts';

/** Where a logging library sends its entries. */
export interface LogSenderOptions {
  /**
   * The address of the server, with its base path unless that is `/log-stream`. @default LOG_STREAM_URL of the environment, else
   * http://127.0.0.1:8787/log-stream
   */
  readonly url?: string | undefined;
  /**
   * A signed topic that may append (`"w": 1`). Once it has expired the server refuses its lines: a service gives `channel` and a secret.
   * @default LOG_STREAM_TOPIC of the environment, if there is no `channel`
   */
  readonly topic?: string | undefined;
  /** The log, instead of `topic`: topics for it are signed here. */
  readonly channel?: string | undefined;
  /** What signs the topics of `channel`. @default LOG_STREAM_SECRET of the environment */
  readonly secret?: string | undefined;
  /** Completes the log with this exit code when the logger is closed. @default the log stays open */
  readonly end?: number | undefined;
  /**
   * Bytes of lines that are held while the server does not take them. Above it new lines are dropped, and both the log and stderr say
   * how many. @default 16777216
   */
  readonly bufferBytes?: number | undefined;
  /** How long a logger that is closed waits for a server that takes nothing, ms. The rest is lost, and stderr says so. @default 5000 */
  readonly closeTimeout?: number | undefined;
}

/** The options with everything filled in. */
export interface SenderTarget {
  readonly endpoint: Endpoint;
  readonly topics: TopicSource;
  readonly channel: string;
  readonly end: number | undefined;
  readonly bufferBytes: number;
  readonly closeTimeout: number;
}

const DEFAULT_URL = `http://127.0.0.1:8787${DEFAULT_BASE_PATH}`;

/** @throws {TypeError} If they do not say where to, or have no right to. The message says what to give. */
export function senderTarget(options: LogSenderOptions, env = process.env): SenderTarget {
  const { url = env['LOG_STREAM_URL'] ?? DEFAULT_URL, channel, end, bufferBytes = 16 * 1_024 * 1_024, closeTimeout = 5_000 } = options;
  if (!URL.canParse(url) || !/^https?:$/u.test(new URL(url).protocol))
    throw new TypeError(`url must be the address of a log-stream server, as ${DEFAULT_URL}, not ${JSON.stringify(url)}.`);
  if (end !== undefined && !Number.isInteger(end)) throw new TypeError(`end must be an exit code, not ${String(end)}.`);
  checkPositive('bufferBytes', bufferBytes);
  checkPositive('closeTimeout', closeTimeout);
  const endpoint = new Endpoint(new URL(url));
  const rest = { endpoint, end, bufferBytes, closeTimeout };
  const { topic = channel === undefined ? env['LOG_STREAM_TOPIC'] : undefined, secret = env['LOG_STREAM_SECRET'] } = options;
  if (topic !== undefined) return { ...rest, ...fromTopic(topic) };
  if (channel === undefined) throw new TypeError('Where to? Give a signed topic as "topic", or the "channel" of the log.');
  if (secret === undefined || secret === '')
    throw new TypeError('The topic of a channel is signed with a secret: set LOG_STREAM_SECRET, give "secret", or give a signed "topic".');
  return { ...rest, channel, topics: new TopicSigner(endpoint, secret, undefined) };
}

function fromTopic(topic: string): Pick<SenderTarget, 'channel' | 'topics'> {
  const claims = readTopic(topic);
  if (claims === undefined) throw new TypeError('"topic" is not a signed topic.');
  if (!claims.write) throw new TypeError('"topic" is read-only: sign one with "w": 1.');
  return { channel: claims.channel, topics: new FixedTopic(topic) };
}

function checkPositive(name: string, value: unknown): void {
  if (typeof value !== 'number' || !(value > 0)) throw new TypeError(`${name} must be a number above 0, not ${String(value)}.`);
}
