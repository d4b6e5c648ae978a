/** A part of a table of words: what is left out is not replaced. A text may stand for a function, whatever its arguments. */
export type Replacing<T> = {
  readonly [K in keyof T]?: T[K] extends (...given: infer A) => string
    ? string | ((...given: A) => string)
    : T[K] extends string
      ? string
      : Replacing<T[K]>;
};

/** Reports something in a table that cannot be used: what stands there, under which name, and why. */
export type ReportWord = (path: string, given: unknown, reason: unknown) => void;

/**
 * One complete table: each word from the first layer that has it, else from `fallback`. Layers are what a page gives, and may hold
 * anything: a function that throws or returns no text counts as missing, and is reported.
 */
export function resolveWords<T extends object>(fallback: T, layers: readonly unknown[], report: ReportWord, path = ''): T {
  const resolved = Object.entries(fallback).map(([key, word]: [string, unknown]) => {
    const name = path === '' ? key : `${path}.${key}`;
    const given = layers.map((layer) => wordIn(layer, key, name, report)).filter((each) => each !== undefined);
    return [key, given.length === 0 && typeof word !== 'object' ? word : replaced(word, given, name, report)];
  });
  return Object.fromEntries(resolved) as T;
}

/** What a layer has under a key; `name` is its whole path. */
export function wordIn(layer: unknown, key: string, name: string, report: ReportWord): unknown {
  if (typeof layer !== 'object' || layer === null) return undefined;
  try {
    return Object.hasOwn(layer, key) ? (layer as Readonly<Record<string, unknown>>)[key] : undefined;
  } catch (error) {
    report(name, layer, error);
    return undefined;
  }
}

function replaced(word: unknown, given: readonly unknown[], name: string, report: ReportWord): unknown {
  if (isFunction(word)) {
    const usable = given.filter((each) => isUsable(typeof each === 'string' || isFunction(each), each, name, report));
    return (...values: unknown[]) => said(usable, values, name, report) ?? word(...values);
  }
  if (typeof word === 'string') return given.find((each) => isUsable(typeof each === 'string', each, name, report)) ?? word;
  return resolveWords(
    Object(word) as object,
    given.filter((each) => isUsable(typeof each === 'object', each, name, report)),
    report,
    name,
  );
}

/** What the first of some words says that says anything. */
function said(words: readonly unknown[], values: readonly unknown[], name: string, report: ReportWord): string | undefined {
  for (const word of words) {
    if (typeof word === 'string') return word;
    try {
      const text = isFunction(word) ? word(...values) : undefined;
      if (typeof text === 'string') return text;
      report(name, word, 'it returns no text');
    } catch (error) {
      report(name, word, error);
    }
  }
  return undefined;
}

function isUsable(isRight: boolean, given: unknown, name: string, report: ReportWord): boolean {
  if (!isRight) report(name, given, `it is ${given === null ? 'null' : `a ${typeof given}`}`);
  return isRight;
}

const isFunction = (value: unknown): value is (...values: unknown[]) => unknown => typeof value === 'function';
