import { parseTime } from '../../../protocol/parse-time.ts';

/** A line, or a point in time (unix ms). */
export type GoToTarget = { readonly line: number } | { readonly time: number };

export interface GoToClock {
  /** Unix ms. */
  readonly now: number;
  /** Whether times without a zone are UTC rather than local. */
  readonly isUtc: boolean;
  /** The time that a time of day without a date is near: that of the lines on screen; unix ms. */
  readonly near: number;
}

/** With the separators of any language; those that are a decimal point elsewhere only before three digits. */
const LINE = /^(?:#?L)?(?<line>[1-9](?:[\d,_ \u00a0\u202f'’]|\.(?=\d{3}(?!\d)))*)$/iu;
/** Greater numbers are unix ms; no log has so many lines. */
const MAX_LINE = 99_999_999_999;
const AGO = /^(?<span>\d+ ?[smhd])(?: ago)?$/iu;
const CLOCK = /^(?<hour>\d{1,2}):(?<minute>\d\d)(?::(?<second>\d\d)(?:[.,](?<fraction>\d{1,3})\d*)?)?(?<utc> ?Z)?$/iu;
const DATE = /^(?<year>\d{4})-(?<month>\d\d)-(?<day>\d\d)(?:[T ](?<clock>[\d:.,]+))?$/iu;
const DAY = 86_400_000;

/**
 * Reads where to go: a line (`412`, `1,204`, `L412`), a time of day (`12:04`, `12:04:11.250`, `12:04Z`), a date (`2026-11-29`,
 * `2026-11-29 17:00`, RFC 3339), or a span back from now (`15m`, `2h ago`). Undefined for any other text.
 */
export function parseTarget(text: string, clock: GoToClock): GoToTarget | undefined {
  const given = text.trim();
  if (/^0+$/u.test(given)) return undefined;
  const digits = LINE.exec(given)?.groups?.['line']?.replaceAll(/\D/gu, '');
  if (digits !== undefined && Number(digits) <= MAX_LINE) return { line: Number(digits) };
  const span = AGO.exec(given)?.groups?.['span'];
  const time =
    parseTime(span?.replace(' ', '').toLowerCase() ?? digits ?? given, clock.now) ??
    timeOfDay(given, clock) ??
    timeOfDate(given, clock.isUtc);
  return time === undefined ? undefined : { time };
}

/** The time of day that is nearest to the lines on screen. */
function timeOfDay(text: string, { near, isUtc }: GoToClock): number | undefined {
  const parts = partsOf(text);
  if (parts === undefined) return undefined;
  const days = [-DAY, 0, DAY].map((shift) => {
    const date = new Date(near + shift);
    return parts.isUtc || isUtc
      ? Date.UTC(date.getUTCFullYear(), date.getUTCMonth(), date.getUTCDate()) + parts.ms
      : local(date.getFullYear(), date.getMonth(), date.getDate(), parts.ms);
  });
  return days.reduce((best, time) => (Math.abs(time - near) < Math.abs(best - near) ? time : best));
}

function timeOfDate(text: string, isUtc: boolean): number | undefined {
  const groups = DATE.exec(text)?.groups;
  if (groups === undefined) return undefined;
  const [year = 0, month = 0, day = 0] = ['year', 'month', 'day'].map((name) => Number(groups[name]));
  const parts = groups['clock'] === undefined ? { ms: 0 } : partsOf(groups['clock']);
  const utc = Date.UTC(year, month - 1, day);
  // Days that a month does not have lead to another month.
  if (parts === undefined || new Date(utc).getUTCMonth() !== month - 1 || new Date(utc).getUTCDate() !== day) return undefined;
  return isUtc ? utc + parts.ms : local(year, month - 1, day, parts.ms);
}

/** A time of day in ms since midnight. */
function partsOf(text: string): { readonly ms: number; readonly isUtc: boolean } | undefined {
  const groups = CLOCK.exec(text)?.groups;
  if (groups === undefined) return undefined;
  const [hour = 0, minute = 0, second = 0] = ['hour', 'minute', 'second'].map((name) => Number(groups[name] ?? 0));
  if (hour > 23 || minute > 59 || second > 59) return undefined;
  const ms = Number((groups['fraction'] ?? '').padEnd(3, '0'));
  return { ms: hour * 3_600_000 + minute * 60_000 + second * 1_000 + ms, isUtc: groups['utc'] !== undefined };
}

/** A local time; the clock of that day decides, whatever daylight saving does. */
function local(year: number, month: number, day: number, ms: number): number {
  return new Date(year, month, day, 0, 0, 0, ms).getTime();
}
