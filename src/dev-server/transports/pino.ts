import type { Writable } from 'node:stream';
import { LogSender } from './log-sender.ts';
import type { LogSenderOptions } from './options.ts';
import { PinoStream } from './pino-stream.ts';

export type { LogSenderOptions } from './options.ts';

/**
 * A transport of pino: its lines become lines of a log. In a thread of its own, which is what pino recommends, or in this one.
 *
 * @throws {TypeError} For invalid options.
 * @example
 * // The secret is LOG_STREAM_SECRET of the environment.
 * const logger = pino({ transport: { target: 'log-stream/pino', options: { channel: 'app:api' } } });
 */
export default function logStreamTransport(options: LogSenderOptions): Writable {
  return new PinoStream(new LogSender(options));
}
