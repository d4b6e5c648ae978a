import type { Logger } from '../../server/log/logger.ts';
import { note } from '../terminal/note.ts';

/** Levels of the server's log, from nothing to everything. */
export const LOG_LEVELS = ['silent', 'error', 'warn', 'info', 'debug'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/** Keys that are left out at a terminal: the sentence covers them. */
const PLAIN: ReadonlySet<string> = new Set(['level', 'time', 'pid', 'hostname', 'event', 'msg']);

/**
 * The logger of a server process: JSON lines on stderr, or one sentence per line at a terminal. `level` is by default `warn` at a
 * terminal, else `info`.
 */
export async function openLogger(level: LogLevel | undefined, isTerminal: boolean): Promise<Logger> {
  // Loaded on demand: other commands write no log.
  const { pino } = await import('pino');
  const options = {
    level: level ?? (isTerminal ? 'warn' : 'info'),
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }) },
    // No event has these keys. Should one, they are not logged.
    redact: { paths: ['topic', 'token', 'signed', 'authorization', 'secret', 'lines', 'text'], remove: true },
  };
  // Synchronous: the last events before a process ends matter most.
  const stream = isTerminal ? { write: (json: string) => note(sentence(json)) } : pino.destination({ dest: 2, sync: true });
  const logger = pino(options, stream);
  // Not the logger itself: its type allows any member, even `then`, so that it cannot be the value of a promise.
  return {
    debug: (facts, message) => logger.debug(facts, message),
    info: (facts, message) => logger.info(facts, message),
    warn: (facts, message) => logger.warn(facts, message),
    error: (facts, message) => logger.error(facts, message),
  };
}

/** An event as a sentence: `The store did not answer. (channel: run:1; ECONNREFUSED)`. */
export function sentence(json: string): string {
  const event: unknown = JSON.parse(json);
  if (typeof event !== 'object' || event === null) return json.trim();
  const facts = Object.entries(event).flatMap(([key, value]: [string, unknown]) => {
    if (PLAIN.has(key)) return [];
    if (key === 'err') return [messageIn(value)];
    return [`${key}: ${typeof value === 'string' ? value : JSON.stringify(value)}`];
  });
  const message = 'msg' in event && typeof event.msg === 'string' ? event.msg : '';
  return facts.length === 0 ? message : `${message} (${facts.join('; ')})`;
}

function messageIn(error: unknown): string {
  return typeof error === 'object' && error !== null && 'message' in error ? String(error.message) : String(error);
}
