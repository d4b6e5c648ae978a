import { contain } from '../util/contain.ts';
import type { LogFn, Logger } from './logger.ts';

/** The same logger, of which no call fails: a log that cannot be written must not end what it was to tell of. */
export function safeLogger(logger: Logger): Logger {
  const safe =
    (level: keyof Logger): LogFn =>
    (facts, message) =>
      contain(
        () => logger[level](facts, message),
        () => undefined,
      );
  return { debug: safe('debug'), info: safe('info'), warn: safe('warn'), error: safe('error') };
}
