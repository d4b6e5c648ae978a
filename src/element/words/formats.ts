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
  /** How long something took: `<1s`, `2.1s`, `42s`, `3m 12s`, `2h 05m`. */
  duration(this: void, ms: number): string;
  /** A date or a time; a number is unix ms. */
  date(this: void, date: Date | number, options: Intl.DateTimeFormatOptions): string;
}

/** The formats of a language; those of English for a tag that cannot be read. */
export function formatsOf(tag: string): Formats {
  const language = canonical(tag);
  const numbers = new Map<string, Intl.NumberFormat>();
  let rules: Intl.PluralRules | undefined;
  const number = (value: number, options: Intl.NumberFormatOptions = {}): string => {
    const key = JSON.stringify(options);
    let format = numbers.get(key);
    if (format === undefined) numbers.set(key, (format = new Intl.NumberFormat(language, options)));
    return format.format(value);
  };
  const unit = (value: number, name: string, options?: Intl.NumberFormatOptions): string =>
    number(value, { style: 'unit', unit: name, unitDisplay: 'narrow', ...options });
  const decimal = (value: number, digits = 1): string => number(value, { minimumFractionDigits: digits, maximumFractionDigits: digits });
  return {
    language,
    count: (value) => number(value),
    decimal,
    percent: (share) => number(Math.floor(share * 100) / 100, { style: 'percent' }),
    plural: (value, forms) => forms[(rules ??= new Intl.PluralRules(language)).select(value)] ?? forms.other,
    duration: (ms) => durationOf(ms, unit),
    date: (date, options) => new Intl.DateTimeFormat(language, options).format(date),
  };
}

/** Writes a duration with the units of a language; `unit` writes a number with one of them. */
export function durationOf(
  ms: number,
  unit: (value: number, name: 'second' | 'minute' | 'hour', options?: Intl.NumberFormatOptions) => string,
): string {
  const two = { minimumIntegerDigits: 2 };
  if (ms < 1_000) return `<${unit(1, 'second')}`;
  const tenths = Math.round(ms / 100);
  if (tenths < 100) return unit(tenths / 10, 'second', { minimumFractionDigits: 1 });
  const seconds = Math.round(ms / 1_000);
  if (seconds < 60) return unit(seconds, 'second');
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${unit(minutes, 'minute')} ${unit(seconds % 60, 'second', two)}`;
  return `${unit(Math.floor(minutes / 60), 'hour')} ${unit(minutes % 60, 'minute', two)}`;
}

function canonical(tag: string): string {
  try {
    return new Intl.NumberFormat(tag || 'en').resolvedOptions().locale;
  } catch {
    return 'en';
  }
}
