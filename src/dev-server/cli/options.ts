import { Option } from 'commander';
import { levelNamed } from '../../protocol/marks/level.ts';
import { parseTime } from '../../protocol/parse-time.ts';
import { UsageError } from '../util/errors.ts';
import { parseBytes, parseDuration } from '../util/units.ts';

/** Options of commands. Those with a value throw UsageError for a bad one and, unless they are lists, when they are given twice. */

/** An option without a value. */
export function flag(flags: string, help: string): Option {
  return new Option(flags, help);
}

/** An option whose value `parse` checks; by default any text. */
export function text(flags: string, help: string, parse: (text: string, name: string) => unknown = (value) => value): Option {
  const option = new Option(flags, help);
  const name = option.long ?? flags;
  return option.argParser((value: string, previous: unknown) => {
    if (previous !== undefined) throw new UsageError(`${name} was given more than once: give it once.`);
    return parse(value, name);
  });
}

/** An option that may be given several times. */
export function list(flags: string, help: string, parse: (text: string) => string = (value) => value): Option {
  return new Option(flags, help).argParser((value: string, previous: readonly string[] | undefined) => [...(previous ?? []), parse(value)]);
}

/** An option that takes a whole number from `min` to `max`. */
export function integer(flags: string, help: string, min: number, max?: number): Option {
  return text(flags, help, (value, name) => parseInteger(name, value, min, max));
}

/** An option that takes a time such as `90s`, `1h30m` or `7d`; its value is in ms. */
export function duration(flags: string, help: string): Option {
  return text(flags, help, (value, name) => {
    const ms = parseDuration(value);
    if (ms === undefined) throw new UsageError(`${name} takes a time such as 30s, 10m, 1h or 7d, not ${JSON.stringify(value)}.`);
    return ms;
  });
}

/** An option that takes a time in the past: unix ms, RFC 3339, or a span back from now. Its value is in unix ms. */
export function moment(flags: string, help: string): Option {
  return text(flags, help, (value, name) => {
    const time = parseTime(value, Date.now());
    if (time === undefined)
      throw new UsageError(`${name} takes a time such as 15m, 2h or 2026-11-29T17:00:00Z, not ${JSON.stringify(value)}.`);
    return time;
  });
}

/** An option that takes a level of lines; its value is a SeverityNumber. */
export function level(flags: string, help: string): Option {
  return text(flags, help, (value, name) => {
    const number = levelNamed(value) ?? (/^\d{1,2}$/u.test(value) ? Number(value) : 0);
    if (number < 1 || number > 24)
      throw new UsageError(`${name} takes trace, debug, info, warn, error, fatal or a number from 1 to 24, not ${JSON.stringify(value)}.`);
    return number;
  });
}

/** An option that takes a size such as `500k` or `2G`; its value is in bytes. */
export function size(flags: string, help: string): Option {
  return text(flags, help, (value, name) => {
    const bytes = parseBytes(value);
    if (bytes === undefined) throw new UsageError(`${name} takes a size such as 500k, 100M or 2G, not ${JSON.stringify(value)}.`);
    return bytes;
  });
}

/** Throws UsageError unless `value` is a whole number from `min` to `max`. */
export function parseInteger(name: string, value: string, min: number, max: number = Number.MAX_SAFE_INTEGER): number {
  const number = /^-?\d+$/u.test(value) ? Number(value) : Number.NaN;
  if (!Number.isSafeInteger(number) || number < min || number > max) {
    const range = max === Number.MAX_SAFE_INTEGER ? `from ${min}` : `from ${min} to ${max}`;
    throw new UsageError(`${name} takes a whole number ${range}, not ${JSON.stringify(value)}.`);
  }
  return number;
}
