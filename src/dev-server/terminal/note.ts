import { plainText } from './terminal-text.ts';

/** Says something to the person at the terminal; goes to stderr, so that stdout holds nothing but what was asked for. What it quotes of others gives the terminal no orders. */
export function note(message: string): void {
  process.stderr.write(`log-stream: ${plainText(message)}\n`);
}
