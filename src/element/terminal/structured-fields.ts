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

/** Where the text of a line begins, after the time that some tools write before it. */
const START = new RegExp(`^${TIME_PREFIX}?[ \\t]*`, 'u');
/** The keys of the message, the most usual first. */
const MESSAGE_KEYS: readonly string[] = ['msg', 'message', '@m', '@mt', 'body', 'MESSAGE'];

/** A key with its colon; then a string, a number or word, or the start of something nested. */
const KEY = /[\s,]*"(?<key>(?:[^"\\]|\\.)*)"\s*:\s*/uy;
const STRING = /"(?<text>(?:[^"\\]|\\.)*)"/uy;
const LITERAL = /[\w.+-]+/uy;
/** What changes the depth, and strings, which hide it; one without an end goes to the end of the line, so that it is read once. */
const NESTING = /"(?:[^"\\]|\\[\s\S]?)*(?:"|$)|[[\]{}]/gu;
const END = /[\s,]*\}\s*$/uy;

/** `key=value`, where the value may be quoted, and the blanks after it. */
const PAIR = /(?<key>[\w@][\w@./-]*)=(?:"(?<quoted>(?:[^"\\]|\\.)*)"|(?<bare>[^\s"]*))(?:\s+|$)/uy;

/**
 * The fields of a line that is one JSON object or consists of logfmt pairs, in order; those of nested objects are part of the value.
 * Undefined for any other line. Accepts any text, in linear time.
 */
export function structuredFields(text: string): readonly Field[] | undefined {
  if (text.length > MAX_STRUCTURED) return undefined;
  const start = START.exec(text)?.[0].length ?? 0;
  return text[start] === '{' ? jsonFields(text, start + 1) : text.includes('=') ? pairs(text, start) : undefined;
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
  const fields: Field[] = [];
  for (let at = start; ;) {
    const key = matchAt(KEY, text, at);
    if (key === undefined) return fields.length > 0 && matchAt(END, text, at) !== undefined ? fields : undefined;
    const from = at + key[0].length;
    const string = matchAt(STRING, text, from);
    const to = string === undefined ? endOfValue(text, from) : from + string[0].length;
    if (to === undefined) return undefined;
    const quote = string === undefined ? 0 : 1;
    if (fields.length < MAX_FIELDS) fields.push({ key: key.groups?.['key'] ?? '', from: from + quote, to: to - quote });
    at = to;
  }
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

/** At least two pairs, and nothing else. */
function pairs(text: string, start: number): readonly Field[] | undefined {
  const fields: Field[] = [];
  for (let at = start; at < text.length;) {
    const pair = matchAt(PAIR, text, at);
    if (pair === undefined) return undefined;
    const key = pair.groups?.['key'] ?? '';
    const quoted = pair.groups?.['quoted'];
    const from = at + key.length + (quoted === undefined ? 1 : 2);
    if (fields.length < MAX_FIELDS) fields.push({ key, from, to: from + (quoted ?? pair.groups?.['bare'] ?? '').length });
    at += pair[0].length;
  }
  return fields.length > 1 ? fields : undefined;
}

function matchAt(pattern: RegExp, text: string, at: number): RegExpExecArray | undefined {
  pattern.lastIndex = at;
  return pattern.exec(text) ?? undefined;
}
