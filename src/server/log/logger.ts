/** Logs one event: its facts, and a sentence. */
export type LogFn = (facts: Readonly<Record<string, unknown>>, message: string) => void;

/**
 * Receives what an operator should know, one call per event. A pino logger fits as it is. No call contains a signed topic
 * or the text of a line.
 */
export interface Logger {
  /** Every request, socket and refusal. */
  readonly debug: LogFn;
  /** Changes of the server as a whole, and irreversible ones of a log. */
  readonly info: LogFn;
  /** A failure that is retried, or was refused. */
  readonly warn: LogFn;
  /** A failure that should not happen. */
  readonly error: LogFn;
}

const nothing: LogFn = () => undefined;

/** Writes nothing. */
export const SILENT: Logger = { debug: nothing, info: nothing, warn: nothing, error: nothing };
