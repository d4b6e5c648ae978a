import type { Line } from '../../protocol/line.ts';
import { shownText } from '../../protocol/terminal/shown-text.ts';
import { MAX_REPEATED, withoutTimes } from './repeats.ts';

const keys = new WeakMap<Line, string>();

/** What a line says without the times in it; empty for a line that is never taken for a repetition of another. */
export function repeatKey(line: Line): string {
  let key = keys.get(line);
  if (key === undefined) keys.set(line, (key = keyOf(line)));
  return key;
}

function keyOf([, text, extra]: Line): string {
  if (text.length > MAX_REPEATED || extra?.p === 1 || extra?.k === 1 || extra?.g !== undefined || extra?.e !== undefined) return '';
  return withoutTimes(shownText(text));
}
