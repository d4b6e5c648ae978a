/** One event, told as what is known of it and a sentence. */
export type LogFn = (facts: Readonly<Record<string, unknown>>, message: string) => void;

/**
 * Where a server writes what an operator should know: one call per event. A logger of pino fits as it is. No call ever
 * holds a signed topic, or what is written in a line.
 */
export interface Logger {
  /** Every request, socket and refusal. */
  readonly debug: LogFn;
  /** What changes the server as a whole, or a log for good. */
  readonly info: LogFn;
  /** Something did not work, and is tried again or was refused. */
  readonly warn: LogFn;
  /** Something is broken that should not be. */
  readonly error: LogFn;
}

const nothing: LogFn = () => undefined;

/** Writes nothing. */
export const SILENT: Logger = { debug: nothing, info: nothing, warn: nothing, error: nothing };
