import type { Line } from '../../protocol/line.ts';
import { shownText } from '../../protocol/terminal/shown-text.ts';

/** Longer lines are never taken for a repetition, characters. */
const MAX_LENGTH = 4_096;

/** Dates and times of day, and times since 1970 under the keys that loggers give them. */
const TIMES =
  /\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:[.,]\d{1,9})?)?(?:Z|[+-]\d\d:?\d\d)?)?|\d\d:\d\d:\d\d(?:[.,]\d{1,9})?|"(?:time|ts|timestamp|@timestamp)": ?"?[\d.]{1,20}|\b(?:time|ts)=[\d.]{1,20}/gu;

const keys = new WeakMap<Line, string>();

/** What a line says without the times in it; empty for a line that is never taken for a repetition of another. */
export function repeatKey(line: Line): string {
  let key = keys.get(line);
  if (key === undefined) keys.set(line, (key = keyOf(line)));
  return key;
}

function keyOf([, text, extra]: Line): string {
  if (text.length > MAX_LENGTH || extra?.p === 1 || extra?.k === 1 || extra?.g !== undefined || extra?.e !== undefined) return '';
  return shownText(text).replace(TIMES, '\0').trim();
}
