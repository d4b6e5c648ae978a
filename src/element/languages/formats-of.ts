import { durationOf, type Formats } from '../words/formats.ts';

/** The formats of a language; those of English for a tag that cannot be read. */
export function formatsOf(tag: string): Formats {
  const language = readable(tag);
  const formats = new Map<string, Intl.NumberFormat>();
  let rules: Intl.PluralRules | undefined;
  const number = (value: number, options: Intl.NumberFormatOptions = {}): string => {
    const key = JSON.stringify(options);
    let format = formats.get(key);
    if (format === undefined) formats.set(key, (format = new Intl.NumberFormat(language, options)));
    return format.format(value);
  };
  return {
    language,
    count: (value) => number(value),
    decimal: (value, digits = 1) => number(value, { minimumFractionDigits: digits, maximumFractionDigits: digits }),
    percent: (share) => number(Math.floor(share * 100) / 100, { style: 'percent' }),
    plural: (value, forms) => forms[(rules ??= new Intl.PluralRules(language)).select(value)] ?? forms.other,
    duration: (ms) =>
      durationOf(ms, (value, unit, integer = 1, fraction = 0) =>
        number(value, { style: 'unit', unit, unitDisplay: 'narrow', minimumIntegerDigits: integer, minimumFractionDigits: fraction }),
      ),
    date: (date, options) => new Intl.DateTimeFormat(language, options).format(date),
  };
}

function readable(tag: string): string {
  try {
    return new Intl.NumberFormat(tag || 'en').resolvedOptions().locale;
  } catch {
    return 'en';
  }
}
