import { plainText } from './terminal-text.ts';

/** Prints a message to stderr, so that stdout has only the requested output. Control sequences in quoted text are removed. */
export function note(message: string): void {
  process.stderr.write(`log-stream: ${plainText(message)}\n`);
}
