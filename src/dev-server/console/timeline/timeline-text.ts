import { counted } from '../format.ts';
import type { Tally, TimeRange } from './histogram.ts';
import { clockText, dayOf, dayText } from './time-axis.ts';

/** `12:04:11–12:06:30`, as exact as steps of that length; with days unless both ends are on `today` (unix ms). */
export function rangeText({ from, to }: TimeRange, step: number, today: number): string {
  const isToday = dayOf(from) === dayOf(today) && dayOf(to) === dayOf(today);
  if (isToday) return `${clockText(from, step)}–${clockText(to, step)}`;
  const isOneDay = dayOf(from) === dayOf(to);
  return `${dayText(from)} ${clockText(from, step)}–${isOneDay ? '' : `${dayText(to)} `}${clockText(to, step)}`;
}

/** `1,204 lines`, `3 errors`, `27 warnings`. */
export function tallyText({ lines, errors, warnings }: Tally): readonly string[] {
  return [
    counted(lines, 'line'),
    ...(errors > 0 ? [counted(errors, 'error')] : []),
    ...(warnings > 0 ? [counted(warnings, 'warning')] : []),
  ];
}
