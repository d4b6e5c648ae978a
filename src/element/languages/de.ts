import type { LogStreamWords } from './log-stream-words.ts';

/** German. */
export const german: LogStreamWords = ({ count, plural }) => ({
  lines: (lines) => `${count(lines)} ${plural(lines, { one: 'Zeile', other: 'Zeilen' })}`,
});
