/** The forms of a word by number, as the language has them: `other` stands for those that are not given. */
export type PluralForms = Readonly<Partial<Record<Intl.LDMLPluralRule, string>>> & { readonly other: string };

/** How a language writes numbers, times and plurals. */
export interface Formats {
  /** A BCP 47 tag: `de-CH`. */
  readonly language: string;
  /** A whole number with its separators: `1,204`. */
  count(this: void, value: number): string;
  /** A number with `digits` after the decimal point, by default 1. */
  decimal(this: void, value: number, digits?: number): string;
  /** A share, 0 to 1, as whole percents that are rounded down: `41%`. */
  percent(this: void, share: number): string;
  /** The form of a word that goes with a number. */
  plural(this: void, value: number, forms: PluralForms): string;
  /** How long something took: `<1s`, `2.1s`, `42s`, `3m 12s`, `2h 05m`, `3d 04h`. */
  duration(this: void, ms: number): string;
  /** A date or a time; a number is unix ms. */
  date(this: void, date: Date | number, options: Intl.DateTimeFormatOptions): string;
}

export type DurationUnit = 'second' | 'minute' | 'hour' | 'day';

/** How many of a unit make one of the next. */
const SMALL = [
  ['second', 60],
  ['minute', 60],
  ['hour', 24],
] as const;

/** Writes a duration; `unit` writes a number with one of its units, with so many digits before or after the decimal point at least. */
export function durationOf(ms: number, unit: (value: number, name: DurationUnit, integer?: number, fraction?: number) => string): string {
  if (ms < 1_000) return `<${unit(1, 'second')}`;
  const tenths = Math.round(ms / 100);
  if (tenths < 100) return unit(tenths / 10, 'second', 1, 1);
  let value = Math.round(ms / 1_000);
  let rest = '';
  for (const [name, size] of SMALL) {
    if (value < size) return unit(value, name) + rest;
    rest = ` ${unit(value % size, name, 2)}`;
    value = Math.floor(value / size);
  }
  return unit(value, 'day') + rest;
}
