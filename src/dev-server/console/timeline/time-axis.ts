/** Lengths of time that people count in, ms. */
const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;
const UNITS: readonly (readonly [unit: number, counts: readonly number[]])[] = [
  [10, [1, 2, 5, 10, 20, 50]],
  [SECOND, [1, 2, 5, 10, 15, 30]],
  [MINUTE, [1, 2, 5, 10, 15, 30]],
  [HOUR, [1, 2, 3, 6, 12]],
  [DAY, [1, 2, 7, 14, 28, 56, 112, 224, 448, 896]],
];
const STEPS = UNITS.flatMap(([unit, counts]) => counts.map((count) => count * unit));

/** A mark of the axis. */
export interface AxisMark {
  /** Unix ms. */
  readonly time: number;
  readonly text: string;
}

/** The last time at or before `time` at which a step begins, as clocks show it; `zone`: what is added to unix time for local time, ms. */
export function alignedTo(step: number, time: number, zone: number): number {
  return Math.floor((time + zone) / step) * step - zone;
}

/** The shortest step, ms, of which at most `most` cover a span from `start` on. */
export function stepFor(span: number, most: number, zone: number, start: number): number {
  const covers = (step: number): boolean => Math.floor((start + span - alignedTo(step, start, zone)) / step) + 1 <= most;
  const step = STEPS.find(covers);
  if (step !== undefined) return step;
  let longest = DAY * 1_792;
  while (!covers(longest) && longest < span) longest *= 2;
  return longest;
}

/** The marks from `from` to `to`, at most `most`; the first one and each first one of another day say the day. */
export function ticksOf(from: number, to: number, most: number, zone: number): AxisMark[] {
  const step = stepFor(to - from, Math.max(1, most), zone, from);
  const ticks: AxisMark[] = [];
  for (let time = alignedTo(step, from + step - 1, zone); time <= to; time += step) {
    const before = ticks.at(-1)?.time;
    const isNewDay = before === undefined || dayOf(before) !== dayOf(time);
    const clock = step >= DAY ? '' : clockText(time, step);
    ticks.push({ time, text: isNewDay || step >= DAY ? [dayText(time), clock].filter(Boolean).join(' ') : clock });
  }
  return ticks;
}

/** The time of day, as exact as steps of that length need it: `12:04`, `12:04:11`, `12:04:11.250`. */
export function clockText(time: number, step: number): string {
  const date = new Date(time);
  const parts = [date.getHours(), date.getMinutes(), ...(step < MINUTE ? [date.getSeconds()] : [])];
  const clock = parts.map((part) => String(part).padStart(2, '0')).join(':');
  return step < SECOND ? `${clock}.${String(date.getMilliseconds()).padStart(3, '0')}` : clock;
}

/** `Nov 30`. */
export function dayText(time: number): string {
  return new Date(time).toLocaleDateString('en', { month: 'short', day: 'numeric' });
}

/** What is added to unix time for the local time of then, ms. */
export function zoneAt(time: number): number {
  return -new Date(time).getTimezoneOffset() * MINUTE;
}

/** The local day, in a form that can be compared. */
export function dayOf(time: number): string {
  return new Date(time).toDateString();
}
