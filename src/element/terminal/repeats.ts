import type { Line } from '../../protocol/line.ts';
import { withoutColours } from './plain-text.ts';

/** Longer lines are never taken for a repetition, characters. */
export const MAX_REPEATED = 4_096;

/** Dates and times of day, and times since 1970 under the keys that loggers give them. */
const TIMES =
  /\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:[.,]\d{1,9})?)?(?:Z|[+-]\d\d:?\d\d)?)?|\d\d:\d\d:\d\d(?:[.,]\d{1,9})?|"(?:time|ts|timestamp|@timestamp)": ?"?[\d.]{1,20}|\b(?:time|ts)=[\d.]{1,20}/gu;

/** A text without the times in it. */
export function withoutTimes(text: string): string {
  return text.replace(TIMES, '\0').trim();
}

/** Whether a line may repeat the one before, so that it is worth loading what compares them as they are shown. */
export function mayRepeat([, text]: Line, [, before]: Line): boolean {
  // Few lines have the same length.
  if (text.length !== before.length || text.length > MAX_REPEATED) return false;
  const key = withoutTimes(withoutColours(text));
  return key !== '' && key === withoutTimes(withoutColours(before));
}
