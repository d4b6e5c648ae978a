import { durationOf, type Formats } from './formats.ts';

const NUMBER = new Intl.NumberFormat('en');

/** The formats of English, which every page loads: what `formatsOf('en')` is, in fewer bytes. */
export const ENGLISH: Formats = {
  language: 'en',
  count: (value) => NUMBER.format(value),
  decimal: (value, digits = 1) => value.toLocaleString('en', { minimumFractionDigits: digits, maximumFractionDigits: digits }),
  percent: (share) => `${Math.floor(share * 100)}%`,
  plural: (value, { one, other }) => (value === 1 ? (one ?? other) : other),
  duration: (ms) =>
    durationOf(ms, (value, [unit], integer = 1, fraction = 0) => `${value.toFixed(fraction).padStart(integer, '0')}${unit}`),
  date: (date, options) => new Intl.DateTimeFormat('en', options).format(date),
};
