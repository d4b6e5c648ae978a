import type { TimeMode } from './time.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/**
 * The timestamp of a line (unix ms). `start` is the time of the log's first line and `previous` that of the previous line;
 * an unknown time leaves the column empty.
 */
export function formatTime(mode: TimeMode, time: number, start: number | undefined, previous: number | undefined): string {
  switch (mode) {
    case 'none':
      return '';
    case 'local': {
      const date = new Date(time);
      return clock(date.getHours(), date.getMinutes(), date.getSeconds(), date.getMilliseconds());
    }
    case 'utc': {
      const date = new Date(time);
      return `${clock(date.getUTCHours(), date.getUTCMinutes(), date.getUTCSeconds(), date.getUTCMilliseconds())}Z`;
    }
    case 'elapsed':
      return start === undefined ? '' : span(time - start);
    case 'delta':
      return previous === undefined ? '' : `+${span(time - previous)}`;
  }
}

/** Whether a line is of another day than the line before (unix ms), as the clock is shown. */
export function isNewDay(mode: TimeMode, time: number, previous: number): boolean {
  if (mode === 'utc') return Math.floor(time / DAY) !== Math.floor(previous / DAY);
  if (mode !== 'local') return false;
  // No day is shorter than 23 hours or as long as 26.
  return time - previous >= 26 * HOUR || new Date(time).getDate() !== new Date(previous).getDate();
}

/** Writes dates in the language of an element. */
export interface DateWriter {
  date(this: void, date: number, options: Intl.DateTimeFormatOptions): string;
}

/** The day and time of the first line of a day, in the room that timestamps have: `Nov 30 00:04`, `Nov 30 00:04Z`. */
export function formatDay(mode: TimeMode, time: number, { date }: DateWriter): string {
  const isUtc = mode === 'utc';
  const day = date(time, { month: 'short', day: 'numeric', timeZone: isUtc ? 'UTC' : undefined });
  return `${day} ${formatTime(mode, time, undefined, undefined).slice(0, 5)}${isUtc ? 'Z' : ''}`;
}

/** `3.214`, `1:03.214`, `2:01:03.214`. */
function span(ms: number): string {
  // Times never go back within a log; a negative span would mix two logs.
  const total = Math.max(0, Math.round(ms));
  const hours = Math.floor(total / 3_600_000);
  const minutes = Math.floor(total / 60_000) % 60;
  const seconds = Math.floor(total / 1_000) % 60;
  const fraction = `.${pad(total % 1_000, 3)}`;
  if (hours > 0) return `${hours}:${pad(minutes)}:${pad(seconds)}${fraction}`;
  return minutes > 0 ? `${minutes}:${pad(seconds)}${fraction}` : `${seconds}${fraction}`;
}

function clock(hours: number, minutes: number, seconds: number, ms: number): string {
  return Number.isNaN(hours) ? '' : `${pad(hours)}:${pad(minutes)}:${pad(seconds)}.${pad(ms, 3)}`;
}

function pad(value: number, digits = 2): string {
  return String(value).padStart(digits, '0');
}
