import type { LineExtra } from '../../../src/protocol/line.ts';
import { packLines } from '../../../src/server/lines/packed-lines.ts';
import type { LogStore, LogTail, NewLine } from '../../../src/server/store.ts';

/** Appends one line with its marks, written at this time, unix ms. */
export async function appendLine(store: LogStore, channel: string, time: number, text: string, extra?: LineExtra): Promise<LogTail> {
  return appendLines(store, channel, time, [extra === undefined ? [text] : [text, extra]]);
}

/** Appends lines with their marks, as if they had been marked when they were written. */
export async function appendLines(
  store: LogStore,
  channel: string,
  time: number,
  lines: readonly NewLine[],
  end?: number,
): Promise<LogTail> {
  const result = await store.append(channel, { lines: packLines(lines), time, carryIn: '', carryOut: '', end });
  if (!result.ok) throw new Error(`The append was refused: ${result.reason}`);
  return result.tail;
}
