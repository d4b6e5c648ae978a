import { TIME_PREFIX } from '../../protocol/marks/time-prefix.ts';

/** Longer lines are not read as structured, characters. */
export const MAX_STRUCTURED = 65_536;
/** Fields that are read, at most. */
export const MAX_FIELDS = 200;

/** A field of a structured line: its key, and where its value stands in the line, without quotes. */
export interface Field {
  readonly key: string;
  readonly from: number;
  readonly to: number;
}

const START = new RegExp(`^${TIME_PREFIX}?[ \\t]*`, 'u');
/** The keys of the message, the most usual first. */
const MESSAGE_KEYS: readonly string[] = ['msg', 'message', '@m', '@mt', 'body', 'MESSAGE'];

/** A key with its colon; then a string, a number or word, or the start of something nested. */
const KEY = /[\s,]*"(?<key>(?:[^"\\]|\\.)*)"\s*:\s*/uy;
const STRING = /"(?:[^"\\]|\\.)*(?<close>"|$)/uy;
const LITERAL = /[\w.+-]+/uy;
/** What changes the depth, and strings, which hide it; one without an end goes to the end of the line, so that it is read once. */
const NESTING = /"(?:[^"\\]|\\[\s\S]?)*(?:"|$)|[[\]{}]/gu;
const GAP = /[\s,]*/uy;
const END = /[\s,]*\}/uy;

/** `key=value`, where the value may be quoted, and the blanks after it. */
const PAIR = /(?<key>[\w@][\w@./-]*)=(?:"(?<quoted>(?:[^"\\]|\\.)*)"|(?<bare>[^\s"]*))(?:\s+|$)/uy;

/**
 * The fields of a line that is one JSON object or consists of logfmt pairs, in order; those of nested objects are part of the value.
 * Undefined for any other line. Accepts any text, in linear time.
 */
export function structuredFields(text: string): readonly Field[] | undefined {
  if (text.length > MAX_STRUCTURED) return undefined;
  const start = startOfFields(text);
  return text[start] === '{' ? jsonFields(text, start + 1) : text.includes('=') ? pairs(text, start) : undefined;
}

/** Where the text of a line begins, after the time that some tools write before it. */
export function startOfFields(text: string): number {
  return START.exec(text)?.[0].length ?? 0;
}

/** The field that says what happened; undefined where none does. */
export function messageOf(fields: readonly Field[]): Field | undefined {
  for (const key of MESSAGE_KEYS) {
    const field = fields.find((each) => each.key === key && each.to > each.from);
    if (field !== undefined) return field;
  }
  return undefined;
}

function jsonFields(text: string, start: number): readonly Field[] | undefined {
  const { fields, end } = objectFields(text, start);
  return fields.length > 0 && end !== undefined && text.slice(end).trim() === '' ? fields : undefined;
}

/** The fields of a JSON object or of pairs, as far as they can be read. */
export interface ObjectFields {
  readonly fields: readonly Field[];
  /** Whether there are more than {@link MAX_FIELDS}. */
  readonly hasMore: boolean;
  /** Where they end; undefined for an object that is malformed or cut off. */
  readonly end: number | undefined;
}

/** The fields of the object whose opening brace is before `start`; a value that is cut off counts as far as it goes. */
export function objectFields(text: string, start: number): ObjectFields {
  const fields: Field[] = [];
  let hasMore = false;
  for (let at = start; ;) {
    const key = matchAt(KEY, text, at);
    if (key === undefined) {
      const end = matchAt(END, text, at);
      return { fields, hasMore, end: end && at + end[0].length };
    }
    const from = at + key[0].length;
    const string = matchAt(STRING, text, from);
    const isWhole = string?.groups?.['close'] === '"';
    const end = string === undefined ? endOfValue(text, from) : from + string[0].length;
    const isNested = text[from] === '{' || text[from] === '[';
    if (end === undefined && !isNested) return { fields, hasMore, end: undefined };
    const to = end ?? text.length;
    if (fields.length === MAX_FIELDS) hasMore = true;
    else fields.push({ key: key.groups?.['key'] ?? '', from: from + (string === undefined ? 0 : 1), to: to - (isWhole ? 1 : 0) });
    if (end === undefined || (string !== undefined && !isWhole)) return { fields, hasMore, end: undefined };
    at = to;
  }
}

/** Where the values of an array stand, whose opening bracket is before `start`, as far as it can be read; at most one more than {@link MAX_FIELDS}. */
export function arrayItems(text: string, start: number): readonly Omit<Field, 'key'>[] {
  const items: Omit<Field, 'key'>[] = [];
  for (let at = start; items.length <= MAX_FIELDS;) {
    const from = at + (matchAt(GAP, text, at)?.[0].length ?? 0);
    const string = matchAt(STRING, text, from);
    const to = string === undefined ? endOfValue(text, from) : from + string[0].length;
    if (to === undefined || to === from) return items;
    const quote = string === undefined ? 0 : 1;
    items.push({ from: from + quote, to: to - quote });
    at = to;
  }
  return items;
}

/** Where a value that is no string ends; undefined where it is none, or has no end. */
function endOfValue(text: string, from: number): number | undefined {
  if (text[from] !== '{' && text[from] !== '[') {
    const literal = matchAt(LITERAL, text, from);
    return literal && from + literal[0].length;
  }
  let depth = 0;
  NESTING.lastIndex = from;
  for (let found = NESTING.exec(text); found !== null; found = NESTING.exec(text)) {
    if (found[0] === '{' || found[0] === '[') depth += 1;
    else if ((found[0] === '}' || found[0] === ']') && (depth -= 1) === 0) return found.index + 1;
  }
  return undefined;
}

/** The logfmt pairs from `start` on, up to the first text that is none. */
export function pairFields(text: string, start: number): ObjectFields {
  const fields: Field[] = [];
  let hasMore = false;
  for (let at = start; ;) {
    const pair = at < text.length ? matchAt(PAIR, text, at) : undefined;
    if (pair === undefined) return { fields, hasMore, end: at };
    const key = pair.groups?.['key'] ?? '';
    const quoted = pair.groups?.['quoted'];
    const from = at + key.length + (quoted === undefined ? 1 : 2);
    if (fields.length === MAX_FIELDS) hasMore = true;
    else fields.push({ key, from, to: from + (quoted ?? pair.groups?.['bare'] ?? '').length });
    at += pair[0].length;
  }
}

/** At least two pairs, and nothing else. */
function pairs(text: string, start: number): readonly Field[] | undefined {
  const { fields, end } = pairFields(text, start);
  return fields.length > 1 && end === text.length ? fields : undefined;
}

function matchAt(pattern: RegExp, text: string, at: number): RegExpExecArray | undefined {
  pattern.lastIndex = at;
  return pattern.exec(text) ?? undefined;
}
