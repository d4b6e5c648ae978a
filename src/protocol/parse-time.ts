const UNIT_MS: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };
const SPAN = /^(?<count>0|[1-9]\d{0,9})(?<unit>[smhd])$/u;
const UNIX_MS = /^(?:0|[1-9]\d{0,15})$/u;
/** RFC 3339. The `+` of an offset may have arrived as a space. */
const DATE =
  /^(?<year>\d{4})-(?<month>\d\d)-(?<day>\d\d)[Tt ](?<hour>\d\d):(?<minute>\d\d):(?<second>\d\d)(?:\.(?<fraction>\d+))?(?:[Zz]|(?<sign>[+ -])(?<offsetHour>\d\d):(?<offsetMinute>\d\d))$/u;

/**
 * Reads a point in time as unix ms: unix ms, RFC 3339 (`2026-11-29T17:00:00Z`), or a span back from now (`90s`, `15m`, `2h`,
 * `3d`). Fractions of a ms are dropped. Undefined for any other text.
 *
 * @param now Unix ms.
 */
export function parseTime(text: string, now: number): number | undefined {
  if (UNIX_MS.test(text)) {
    const time = Number(text);
    return Number.isSafeInteger(time) ? time : undefined;
  }
  const span = SPAN.exec(text)?.groups;
  if (span !== undefined) return Math.max(0, now - Number(span['count']) * (UNIT_MS[span['unit'] ?? ''] ?? 0));
  const date = DATE.exec(text)?.groups;
  return date === undefined ? undefined : timeOf(date);
}

function timeOf(date: Readonly<Record<string, string | undefined>>): number | undefined {
  const part = (name: string): number => Number(date[name] ?? 0);
  const [month, day, hour, minute, second] = [part('month'), part('day'), part('hour'), part('minute'), part('second')];
  const [offsetHour, offsetMinute] = [part('offsetHour'), part('offsetMinute')];
  // A second of 60 is a leap second.
  if (hour > 23 || minute > 59 || second > 60 || offsetHour > 23 || offsetMinute > 59) return undefined;
  const midnight = new Date(0);
  midnight.setUTCFullYear(part('year'), month - 1, day);
  // Days that a month does not have lead to another month.
  if (midnight.getUTCMonth() !== month - 1 || midnight.getUTCDate() !== day) return undefined;
  const ms = Number((date['fraction'] ?? '').slice(0, 3).padEnd(3, '0'));
  const offset = (offsetHour * 60 + offsetMinute) * (date['sign'] === '-' ? -60_000 : 60_000);
  const time = midnight.getTime() + hour * 3_600_000 + minute * 60_000 + second * 1_000 + ms - offset;
  return Math.max(0, time);
}
