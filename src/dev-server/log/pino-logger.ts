import type { Logger } from '../../server/log/logger.ts';
import { note } from '../terminal/note.ts';

/** How much is told, from little to much. */
export const LOG_LEVELS = ['silent', 'error', 'warn', 'info', 'debug'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/** Keys of an event that people are not shown: the sentence says them. */
const PLAIN: ReadonlySet<string> = new Set(['level', 'time', 'pid', 'hostname', 'event', 'msg']);

/**
 * A logger for a server process: JSON lines on stderr for whatever collects them, a sentence a line for a person at a
 * terminal. `level`: by default a person hears of what is wrong alone.
 */
export async function openLogger(level: LogLevel | undefined, isTerminal: boolean): Promise<Logger> {
  // Loaded when it is needed: other commands write no log.
  const { pino } = await import('pino');
  const options = {
    level: level ?? (isTerminal ? 'warn' : 'info'),
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }) },
    // Nobody passes these; should somebody, they stay out.
    redact: { paths: ['topic', 'token', 'signed', 'authorization', 'secret', 'lines', 'text'], remove: true },
  };
  // At once: what is told last is what matters when a process ends.
  const stream = isTerminal ? { write: (json: string) => note(sentence(json)) } : pino.destination({ dest: 2, sync: true });
  const logger = pino(options, stream);
  // Not the logger itself: a promise of pino's type cannot be, since that may have any member, `then` too.
  return {
    debug: (facts, message) => logger.debug(facts, message),
    info: (facts, message) => logger.info(facts, message),
    warn: (facts, message) => logger.warn(facts, message),
    error: (facts, message) => logger.error(facts, message),
  };
}

/** An event as a person reads it: `The store did not answer. (channel: run:1; ECONNREFUSED)`. */
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
