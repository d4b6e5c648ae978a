import { contain } from '../util/contain.ts';
import type { LogFn, Logger } from './logger.ts';

/** A logger whose calls never throw: a failing log must not affect the work it reports. */
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
