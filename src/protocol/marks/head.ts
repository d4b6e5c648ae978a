import { LEVEL, levelNamed, type Level } from './level.ts';
import { prefixEnd } from './prefixes.ts';

/** Prefixes that are passed over, at most. */
const MAX_PREFIXES = 20;
/** What begins a line of a list, a table, a heading or a diff, which are prose. */
const BULLET = /^(?:-|\||#+)$/u;
/** Longest text in brackets that is taken for a prefix. */
const BRACKETED = 120;

/** What stands at the head of a line, behind times, paths, positions and other prefixes. */
export type Head = { readonly kind: 'level'; readonly level: Level } | { readonly kind: 'json'; readonly at: number };

/**
 * What the head of a line says about its level. A word of prose is no prefix, so what follows one is never read. Each prefix is
 * read once: the cost is linear in the text.
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
  while (text[at] === ' ' || text[at] === '\t' || text[at] === '\u{a0}') at += 1;
  return at;
}

const OBJECT = /\{\s*"/uy;

function isObject(text: string, at: number): boolean {
  return text[at] === '{' && match(OBJECT, text, at) !== null;
}

/** `[error]`, `[core:error]`, `<warn>  `. */
const BRACKETED_LEVEL = /\[\s*(?:\w+:)?(?<word>[A-Za-z]+)\s*\]|<(?<angled>[a-z]+)>\s{2}/uy;
/** Tornado's `[E 240102 03:04:05 web:2239]`. */
const BRACKETED_LETTER = /\[(?<letter>[DIWEC]) \d[\d:-]{3}/uy;

/** The level in a pair of brackets, or else where they end; 0 where they are no prefix. */
function bracketEnd(text: string, at: number): Head | number {
  const groups = match(BRACKETED_LEVEL, text, at)?.groups;
  const level =
    namedOrFailed(groups?.['word'] ?? groups?.['angled'] ?? '') ?? ofLetter(match(BRACKETED_LETTER, text, at)?.groups?.['letter']);
  if (level !== undefined) return { kind: 'level', level };
  if (text[at] === '<') return prefixEnd(text, at);
  const close = text.indexOf(']', at);
  if (close === -1 || close - at > BRACKETED) return 0;
  const inside = readHead(text.slice(at + 1, close));
  return inside?.kind === 'level' ? inside : close + 1;
}

/** What a level, an exception or a phrase begins with; a date before logcat's. */
const START = /[A-Za-z_*]|\d\d-\d\d /uy;

/** The level of a word that stands at `at`; `previous` is the prefix before it. */
function levelAt(text: string, at: number, previous: string): Level | undefined {
  if (match(START, text, at) === null) return undefined;
  return ofWord(text, at, previous) ?? ofCompound(text, at) ?? ofException(text, at) ?? ofSpecial(text, at, previous);
}

const WORD = /[A-Za-z]+/uy;
/** A code behind a word, or a bullet: `error[E0308]`, `ERRO[0001]`, `error TS2322:`, `Error [ERR_X]:`, `error:0308010C:`, `error • `. */
const CODE = /\[[\w-]+\](?=:|\s|$)| [A-Z]+\d+\s?:| \[[A-Z][A-Z\d_]*\]:|:[\dA-F]{8}:| • /uy;
/** What is said of something that is named like a level: `errors: 0`, `debug: false`, `error: {`. */
const VALUE = /:?\s*(?:\d+|true|false|null|none|no|nil|undefined|'[^']*'|"[^"]*"|[[{])[,;]?\s*$/iuy;
/** The end of a word in capitals that is a level by itself. */
const CAPITALS_END = /$|[\s\])|/!,]/uy;
const COLON_END = /:(?:\s|$)/uy;
const POSITION = /(?:^|[^\d:]:)\d+:\d+:?$/u;
const COLUMN_END = /\s{2}/uy;
/** A setting that names a level, as in a dump of options: its value is not the level of the line. */
const SETTING = /(?:level|lvl|severity):$/iu;
/** Valgrind's count of errors, which may be 0. */
const SUMMARY = / SUMMARY: 0\b/uy;

function ofWord(text: string, at: number, previous: string): Level | undefined {
  const word = match(WORD, text, at)?.[0];
  const level = word === undefined ? undefined : namedOrFailed(word);
  if (word === undefined || level === undefined) return undefined;
  const end = at + word.length;
  const positioned = POSITION.test(previous);
  if (!positioned && (match(VALUE, text, end) !== null || SETTING.test(previous))) return undefined;
  const capitals = word.length > 2 && word === word.toUpperCase();
  if (match(COLON_END, text, end) !== null || match(CODE, text, end) !== null) return level;
  if (positioned && match(COLUMN_END, text, end) !== null) return level;
  if (text[at - 1] === '\t' && text[end] === '\t') return level;
  if (!capitals || match(SUMMARY, text, end) !== null) return undefined;
  if (text[end] === ':') return level;
  // A number that nothing stands before counts: `3 ERROR lines`.
  const counted = /^\d+$/u.test(previous) && text.trimStart().startsWith(`${previous} `);
  return !counted && match(CAPITALS_END, text, end) !== null ? level : undefined;
}

/** `FAIL`, `FAILED` and `FAILURE` are what test runners and builds write for an error. */
function namedOrFailed(word: string): Level | undefined {
  return /^FAIL(?:ED|URE)?$/u.test(word) ? LEVEL.error : levelNamed(word);
}

/** `fatal error:`, `runtime error:`, `fatal error LNK1104:`. */
const COMPOUND =
  /(?:(?:(?<fatal>fatal)|internal|server|compiler|compilation|linker|runtime|syntax|parse|python|rsync|recoverable|unexpected|uncaught) ){1,3}error(?: [A-Z]+\d+)?\s?:(?:\s|$)/iuy;

function ofCompound(text: string, at: number): Level | undefined {
  const found = match(COMPOUND, text, at);
  if (found === null) return undefined;
  return found.groups?.['fatal'] === undefined ? LEVEL.error : LEVEL.fatal;
}

const NAME = /[A-Za-z_][\w.$\\/]*/uy;
const EXCEPTION = /(?<kind>Error|Exception|Warning)$/u;
/** What stands behind an exception's name: its text, its code, or nothing. */
const EXCEPTION_END = /: |:?$| \[[A-Z][A-Z\d_]*\]:/uy;

/** `TypeError: …`, `java.lang.NullPointerException`, `DeprecationWarning: …`. */
function ofException(text: string, at: number): Level | undefined {
  const name = match(NAME, text, at)?.[0] ?? '';
  const kind = EXCEPTION.exec(name)?.groups?.['kind'];
  const end = at + name.length;
  if (kind === undefined || match(EXCEPTION_END, text, end) === null) return undefined;
  // Alone it is a word, unless it can be nothing else.
  if (end === text.length && name === kind) return undefined;
  return kind === 'Warning' ? LEVEL.warn : LEVEL.error;
}

/** Phrases and columns that tools write in front of what went wrong. */
const SPECIAL = new RegExp(
  [
    // klog and glog; logcat.
    String.raw`(?<letter>[IWEF](?=(?:\d{4}|\d{8}) \d\d:\d\d:\d\d\.\d)|[VDIWEFA](?=/[^(]{1,60}\(\s*\d+\):))`,
    // kotlinc and apt.
    String.raw`(?<tool>[ew](?=: (?:file:|/))|[EW](?=: [A-Z]\w+ \w))`,
    String.raw`(?<fatal>thread '[^']{0,100}' (?:\(\d+\) )?panicked at|Segmentation fault|(?:Killed|Aborted|Bus error|Illegal instruction|Floating point exception)(?=\s{2}|$| \(core)|terminate called|Kernel panic)`,
    String.raw`(?<error>Traceback \(most recent call last\)|Exception in thread |Unhandled exception[.:]|Uncaught [\w.]*(?:Error|Exception)|npm (?:ERR!|error)(?=\s|$)|make(?:\[\d+\])?: \*\*\* |CMake Error|Error response from daemon: |Error from server |ERR_PNPM_|\*\* \([A-Z][\w.]*\) |test result: FAILED|error during build:|BUILD FAIL(?:ED|URE)\b|fail: [\w.]+\[\d+\]|\w[\w-]*\.ERROR: )`,
    String.raw`(?<warn>npm (?:WARN|warn)(?=\s)|CMake (?:Deprecation )?Warning|\w[\w-]*\.WARNING: )`,
    String.raw`(?<info>npm (?:notice|info)(?=\s)|\w[\w-]*\.(?:INFO|NOTICE): )`,
  ].join('|'),
  'uy',
);
/** Ruby's line of an exception, which ends in its class. */
const RUBY = /[\w./-]+\.rb:\d+:in .*\([A-Z][\w:]*\)$/uy;
/** logcat's threadtime: date, time, process, thread, level, tag. */
const THREADTIME = /^\d\d-\d\d \d\d:\d\d:\d\d\.\d+ +\d+ +\d+ (?<letter>[VDIWEFA]) /u;

function ofSpecial(text: string, at: number, previous: string): Level | undefined {
  if (previous === '') {
    const letter = ofLetter(THREADTIME.exec(text)?.groups?.['letter']);
    if (letter !== undefined) return letter;
  }
  if (text.endsWith(')') && match(RUBY, text, at) !== null) return LEVEL.error;
  const groups = match(SPECIAL, text, at)?.groups;
  if (groups === undefined) return undefined;
  const { letter, tool, fatal, error, warn } = groups;
  // An apt-like letter counts at the start of the line alone.
  if (tool !== undefined) return previous === '' ? ofLetter(tool.toUpperCase()) : undefined;
  if (letter !== undefined) return ofLetter(letter);
  if (fatal !== undefined) return LEVEL.fatal;
  return error !== undefined ? LEVEL.error : warn !== undefined ? LEVEL.warn : LEVEL.info;
}

const LETTERS: Readonly<Record<string, Level>> = {
  V: LEVEL.trace,
  D: LEVEL.debug,
  I: LEVEL.info,
  W: LEVEL.warn,
  E: LEVEL.error,
  F: LEVEL.fatal,
  A: LEVEL.fatal,
  C: LEVEL.fatal,
};

function ofLetter(letter: string | undefined): Level | undefined {
  return letter === undefined ? undefined : LETTERS[letter];
}

/** Matches a sticky pattern at a place. */
function match(pattern: RegExp, text: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at;
  return pattern.exec(text);
}
