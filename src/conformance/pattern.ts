/** Describes a value from a server. Objects may have more keys than the pattern; arrays must have the same length. */
export type Pattern = null | boolean | number | string | Matcher | readonly Pattern[] | { readonly [key: string]: Pattern };

/** Patterns that an example cannot express. */
export type Matcher =
  | { readonly $: 'any' }
  | { readonly $: 'absent' }
  | { readonly $: 'number'; readonly min: number; readonly max: number; readonly whole: boolean }
  /** A number not less than the one saved by this name. */
  | { readonly $: 'from saved'; readonly name: string }
  /** This text, in which nothing is filled in. */
  | { readonly $: 'exactly'; readonly text: string }
  | { readonly $: 'like'; readonly expression: RegExp }
  | { readonly $: 'without'; readonly text: string }
  /** A header list that has all of these items, case-insensitive. */
  | { readonly $: 'lists'; readonly items: readonly string[] }
  | { readonly $: 'either'; readonly of: readonly Pattern[] }
  | { readonly $: 'other'; readonly than: Pattern }
  /** Matches like `of`, and saves the value by this name. */
  | { readonly $: 'saved'; readonly as: string; readonly of: Pattern }
  /** `EPOCH-OFFSET`, with any offset unless it is given; saves the epoch by this name. */
  | { readonly $: 'position'; readonly as: string; readonly offset: number | undefined }
  /** A line; without `extra` it may have none of the known keys. */
  | { readonly $: 'line'; readonly text: Pattern; readonly extra: Pattern | undefined }
  /** The lines of a `numbered` body. */
  | { readonly $: 'numbered'; readonly from: number; readonly to: number };

export const anything: Matcher = { $: 'any' };
export const absent: Matcher = { $: 'absent' };
export const whole = (min = 0, max: number = Number.MAX_SAFE_INTEGER): Matcher => ({ $: 'number', min, max, whole: true });
export const positive: Matcher = { $: 'number', min: Number.MIN_VALUE, max: Number.MAX_VALUE, whole: false };
export const fromSaved = (name: string): Matcher => ({ $: 'from saved', name });
export const exactly = (text: string): Matcher => ({ $: 'exactly', text });
export const like = (expression: RegExp): Matcher => ({ $: 'like', expression });
export const without = (text: string): Matcher => ({ $: 'without', text });
export const lists = (...items: readonly string[]): Matcher => ({ $: 'lists', items });
export const either = (...of: readonly Pattern[]): Matcher => ({ $: 'either', of });
export const other = (than: Pattern): Matcher => ({ $: 'other', than });
export const saved = (as: string, of: Pattern = anything): Matcher => ({ $: 'saved', as, of });
export const position = (as: string, offset?: number): Matcher => ({ $: 'position', as, offset });
export const line = (text: Pattern, extra?: Pattern): Matcher => ({ $: 'line', text, extra });
export const numbered = (from: number, to: number): Matcher => ({ $: 'numbered', from, to });

/** The saved names of a case; `expand` fills them in where a text has `<name>`. */
export interface Names {
  expand(text: string): string;
  save(name: string, value: string): void;
}

/** Where a value does not match. */
export interface Mismatch {
  readonly path: string;
  readonly expected: string;
  readonly actual: string;
}

/** The text of line N in a `numbered` body. */
export function numberedLine(number: number): string {
  return `line ${number}`;
}

/** Compares a value with a pattern; undefined if it matches. */
export function mismatch(pattern: Pattern, value: unknown, names: Names, path = ''): Mismatch | undefined {
  const no = (): Mismatch => ({ path, expected: describe(pattern, names), actual: show(value) });
  if (typeof pattern === 'string') return value === names.expand(pattern) ? undefined : no();
  if (typeof pattern !== 'object' || pattern === null) return value === pattern ? undefined : no();
  if (isMatcher(pattern)) return matcherMismatch(pattern, value, names, path);
  if (isList(pattern)) {
    if (!Array.isArray(value) || value.length !== pattern.length) return no();
    return first(pattern, (item, at) => mismatch(item, (value as unknown[])[at], names, `${path}[${at}]`));
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return no();
  return first(Object.entries(pattern), ([key, wanted]) => {
    const name = names.expand(key);
    const found: unknown = Object.hasOwn(value, name) ? (value as Record<string, unknown>)[name] : undefined;
    return mismatch(wanted, found, names, path === '' ? name : `${path}.${name}`);
  });
}

function matcherMismatch(matcher: Matcher, value: unknown, names: Names, path: string): Mismatch | undefined {
  const no = (fits: boolean): Mismatch | undefined =>
    fits ? undefined : { path, expected: describe(matcher, names), actual: show(value) };
  switch (matcher.$) {
    case 'any':
      return no(value !== undefined);
    case 'absent':
      return no(value === undefined);
    case 'number':
      return no(isNumber(value, matcher.whole) && value >= matcher.min && value <= matcher.max);
    case 'from saved':
      return no(isNumber(value, false) && value >= Number(names.expand(`<${matcher.name}>`)));
    case 'exactly':
      return no(value === matcher.text);
    case 'like':
      return no(typeof value === 'string' && matcher.expression.test(value));
    case 'without':
      return no(typeof value === 'string' && !value.toLowerCase().includes(names.expand(matcher.text).toLowerCase()));
    case 'lists':
      return no(typeof value === 'string' && matcher.items.every((item) => listOf(value).includes(item.toLowerCase())));
    case 'either':
      return no(matcher.of.some((pattern) => mismatch(pattern, value, names) === undefined));
    case 'other':
      return no(value !== undefined && mismatch(matcher.than, value, names) !== undefined);
    case 'saved': {
      const wrong = mismatch(matcher.of, value, names, path);
      if (wrong === undefined) names.save(matcher.as, String(value));
      return wrong;
    }
    case 'position':
      return no(isPosition(matcher, value, names));
    case 'line':
      return lineMismatch(matcher, value, names, path) ?? no(Array.isArray(value));
    case 'numbered': {
      const { from, to } = matcher;
      if (!Array.isArray(value) || value.length !== to - from + 1) return no(false);
      return first(value, (item, at) => mismatch(line(exactly(numberedLine(from + at))), item, names, `${path}[${at}]`));
    }
  }
}

const POSITION = /^([^-\s]{1,64})-(0|[1-9]\d*)$/u;

function isPosition({ as, offset }: Extract<Matcher, { $: 'position' }>, value: unknown, names: Names): boolean {
  const [, epoch, number] = (typeof value === 'string' ? POSITION.exec(value) : undefined) ?? [];
  if (epoch === undefined || (offset !== undefined && number !== String(offset))) return false;
  names.save(as, epoch);
  return true;
}

/** Keys that a line has only where they apply (PROTOCOL.md M13). */
const NO_EXTRA: Pattern = { s: absent, c: absent, p: absent };

function lineMismatch({ text, extra }: Extract<Matcher, { $: 'line' }>, value: unknown, names: Names, path: string): Mismatch | undefined {
  if (!Array.isArray(value)) return undefined;
  const [time, its, more] = value as readonly unknown[];
  return (
    mismatch(whole(1), time, names, `${path}[0]`) ??
    mismatch(text, its, names, `${path}[1]`) ??
    (more === undefined && extra === undefined ? undefined : mismatch(extra ?? NO_EXTRA, more, names, `${path}[2]`))
  );
}

/** The pattern in words, for a report. */
export function describe(pattern: Pattern, names: Names): string {
  if (typeof pattern === 'string') return JSON.stringify(names.expand(pattern));
  if (typeof pattern !== 'object' || pattern === null) return String(pattern);
  if (isList(pattern)) return `[${pattern.map((item) => describe(item, names)).join(', ')}]`;
  if (!isMatcher(pattern)) {
    return `{${Object.entries(pattern)
      .map(([key, value]) => `${names.expand(key)}: ${describe(value, names)}`)
      .join(', ')}}`;
  }
  return describeMatcher(pattern, names);
}

function describeMatcher(matcher: Matcher, names: Names): string {
  switch (matcher.$) {
    case 'any':
      return 'anything';
    case 'absent':
      return 'nothing';
    case 'number':
      return `a ${matcher.whole ? 'whole ' : ''}number ${matcher.max >= Number.MAX_SAFE_INTEGER ? `from ${matcher.min}` : `from ${matcher.min} to ${matcher.max}`}`;
    case 'from saved':
      return `a number from ${names.expand(`<${matcher.name}>`)}`;
    case 'exactly':
      return JSON.stringify(matcher.text);
    case 'like':
      return `text like ${String(matcher.expression)}`;
    case 'without':
      return 'text without the right signature';
    case 'lists':
      return `a list with ${matcher.items.join(', ')}`;
    case 'either':
      return matcher.of.map((item) => describe(item, names)).join(' or ');
    case 'other':
      return `anything but ${describe(matcher.than, names)}`;
    case 'saved':
      return describe(matcher.of, names);
    case 'position':
      return `a position EPOCH-${matcher.offset ?? 'OFFSET'}`;
    case 'line':
      return `a line ${describe(matcher.text, names)}${matcher.extra === undefined ? '' : ` with ${describe(matcher.extra, names)}`}`;
    case 'numbered':
      return `the ${matcher.to - matcher.from + 1} lines "${numberedLine(matcher.from)}" to "${numberedLine(matcher.to)}"`;
  }
}

/** A received value, for a report. */
export function show(value: unknown): string {
  return value === undefined ? 'nothing' : JSON.stringify(value);
}

function first<T>(items: readonly T[], check: (item: T, at: number) => Mismatch | undefined): Mismatch | undefined {
  for (const [at, item] of items.entries()) {
    const wrong = check(item, at);
    if (wrong !== undefined) return wrong;
  }
  return undefined;
}

function isMatcher(pattern: object): pattern is Matcher {
  return '$' in pattern;
}

function isList(pattern: Pattern): pattern is readonly Pattern[] {
  return Array.isArray(pattern);
}

function isNumber(value: unknown, isWhole: boolean): value is number {
  return typeof value === 'number' && (isWhole ? Number.isSafeInteger(value) : Number.isFinite(value));
}

function listOf(header: string): string[] {
  return header.split(',').map((item) => item.trim().toLowerCase());
}
