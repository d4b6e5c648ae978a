import { LEVEL, levelNamed, type Level } from './level.ts';
import { levelOfLetter, levelOfPhrase } from './phrases.ts';
import { prefixEnd } from './prefixes.ts';
import { matchAt, matchEnd } from './sticky.ts';

/** The most prefixes that are skipped. */
const MAX_PREFIXES = 20;
/** The first token of a list item, a table row, a heading or a removed line of a diff: all prose. */
const BULLET = /^(?:-|\||#+)$/u;
/** The longest text in brackets that counts as a prefix. */
const BRACKETED = 120;

/** What the head of a line holds, after times, paths, positions and other prefixes. */
export type Head = { readonly kind: 'level'; readonly level: Level } | { readonly kind: 'json'; readonly at: number };

/**
 * Reads the head of a line. A word of prose is not a prefix, so the text after one is never read. Each prefix is read once: the
 * cost is linear in the text.
 */
export function readHead(text: string): Head | undefined {
  let previous = '';
  for (let at = afterBlanks(text, 0), count = 0; at < text.length && count < MAX_PREFIXES; count += 1) {
    const level = levelAt(text, at, previous);
    if (level !== undefined) return { kind: 'level', level };
    if (isObject(text, at)) return { kind: 'json', at };
    const end = text[at] === '[' || text[at] === '<' ? bracketEnd(text, at) : prefixEnd(text, at);
    if (typeof end === 'object') return end;
    if (end <= at) return undefined;
    previous = text.slice(at, end);
    if (count === 0 && BULLET.test(previous)) return undefined;
    at = afterBlanks(text, end);
  }
  return undefined;
}

function afterBlanks(text: string, from: number): number {
  let at = from;
  while (text[at] === ' ' || text[at] === '\t') at += 1;
  return at;
}

const OBJECT = /\{\s*"/uy;

function isObject(text: string, at: number): boolean {
  return text[at] === '{' && matchEnd(OBJECT, text, at) !== -1;
}

/** `[error]`, `[core:error]`, `<warn>  `. */
const BRACKETED_LEVEL = /\[[ \t]*(?:\w+:)?(?<word>[A-Za-z]+)[ \t]*\]|<(?<angled>[a-z]+)>[ \t]{2}/uy;
/** Tornado's `[E 240102 03:04:05 web:2239]`. */
const BRACKETED_LETTER = /\[(?<letter>[DIWEC]) \d[\d:-]{3}/uy;

/** The level in a pair of brackets; without one, where the brackets end, or -1 if they are not a prefix. */
function bracketEnd(text: string, at: number): Head | number {
  const groups = matchAt(BRACKETED_LEVEL, text, at)?.groups;
  const level =
    namedOrFailed(groups?.['word'] ?? groups?.['angled'] ?? '') ?? levelOfLetter(matchAt(BRACKETED_LETTER, text, at)?.groups?.['letter']);
  if (level !== undefined) return { kind: 'level', level };
  if (text[at] === '<') return prefixEnd(text, at);
  const close = text.indexOf(']', at);
  if (close === -1 || close - at > BRACKETED) return -1;
  const inside = readHead(text.slice(at + 1, close));
  return inside?.kind === 'level' ? inside : close + 1;
}

/** The first characters of a level, an exception or a phrase; logcat's begin with a date, Ruby's with a path. */
const START = /[A-Za-z_*]|\d\d-\d\d |[./][\w./-]*\.rb:\d|-e:\d/uy;

/** The level that the text at `at` names; `previous` is the prefix before it. */
function levelAt(text: string, at: number, previous: string): Level | undefined {
  if (matchEnd(START, text, at) === -1) return undefined;
  return ofWord(text, at, previous) ?? ofCompound(text, at) ?? ofException(text, at) ?? levelOfPhrase(text, at, previous === '');
}

const WORD = /[A-Za-z]+/uy;
/** A code after a level, or a bullet: `error[E0308]`, `ERRO[0001]`, `error TS2322:`, `Error [ERR_X]:`, `error:0308010C:`, `error • `. */
const CODE = /\[[\w-]+\](?=:|\s|$)| [A-Z]+\d+[ \t]?:| \[[A-Z][A-Z\d_]*\]:|:[\dA-F]{8}:| • /uy;
/** The value of a key that is named like a level: `error: 0`, `debug: false`, `error: {`. */
const VALUE = /:?\s*(?:\d+|true|false|null|none|no|nil|undefined|'[^']*'|"[^"]*"|[[{])[,;]?\s*$/iuy;
/** The end of a word in capitals that needs no colon to be a level. */
const CAPITALS_END = /$|[ \t\])|/!,]/uy;
const COLON_END = /:(?:\s|$)/uy;
const POSITION = /(?:^|[^\d:]:)\d+:\d+:?$/u;
const COLUMN_END = /[ \t]{2}/uy;
/** A setting such as `logLevel: ERROR`: its value is not the level of the line. */
const SETTING = /(?:level|lvl|severity):$/iu;
/** Valgrind's count of errors, which may be 0. */
const SUMMARY = / SUMMARY: 0\b/uy;

function ofWord(text: string, at: number, previous: string): Level | undefined {
  const word = matchAt(WORD, text, at)?.[0];
  const level = word === undefined ? undefined : namedOrFailed(word);
  if (word === undefined || level === undefined) return undefined;
  const end = at + word.length;
  const positioned = POSITION.test(previous);
  if (!positioned && (matchEnd(VALUE, text, end) !== -1 || SETTING.test(previous))) return undefined;
  const capitals = word.length > 2 && word === word.toUpperCase();
  if (matchEnd(COLON_END, text, end) !== -1 || matchEnd(CODE, text, end) !== -1) return level;
  if (positioned && matchEnd(COLUMN_END, text, end) !== -1) return level;
  if (text[at - 1] === '\t' && text[end] === '\t') return level;
  if (!capitals || matchEnd(SUMMARY, text, end) !== -1) return undefined;
  if (text[end] === ':') return level;
  // A number at the start of the line is a count: `3 ERROR lines`.
  const counted = /^\d+$/u.test(previous) && text.trimStart().startsWith(`${previous} `);
  return !counted && matchEnd(CAPITALS_END, text, end) !== -1 ? level : undefined;
}

/** Test runners and builds write `FAIL`, `FAILED` or `FAILURE` for an error. */
function namedOrFailed(word: string): Level | undefined {
  return /^FAIL(?:ED|URE)?$/u.test(word) ? LEVEL.error : levelNamed(word);
}

/** `fatal error:`, `runtime error:`, `fatal error LNK1104:`. */
const COMPOUND =
  /(?:(?:(?<fatal>fatal)|internal|server|compiler|compilation|linker|runtime|syntax|parse|python|rsync|recoverable|unexpected|uncaught) ){1,3}error(?: [A-Z]+\d+)?[ \t]?:(?:\s|$)/iuy;

function ofCompound(text: string, at: number): Level | undefined {
  const found = matchAt(COMPOUND, text, at);
  if (found === null) return undefined;
  return found.groups?.['fatal'] === undefined ? LEVEL.error : LEVEL.fatal;
}

const NAME = /[A-Za-z_][\w.$\\/]*/uy;
const EXCEPTION = /(?<kind>Error|Exception|Warning)$/u;
/** The text after an exception's name: a message, a code, or nothing. */
const EXCEPTION_END = /: |:?$| \[[A-Z][A-Z\d_]*\]:/uy;

/** `TypeError: …`, `java.lang.NullPointerException`, `DeprecationWarning: …`. */
function ofException(text: string, at: number): Level | undefined {
  const name = matchAt(NAME, text, at)?.[0] ?? '';
  const kind = EXCEPTION.exec(name)?.groups?.['kind'];
  const end = at + name.length;
  if (kind === undefined || matchEnd(EXCEPTION_END, text, end) === -1) return undefined;
  // A line of just `Error` may be a heading.
  if (end === text.length && name === kind) return undefined;
  return kind === 'Warning' ? LEVEL.warn : LEVEL.error;
}
