import { levelNamed, levelOfPino, levelOfSeverityNumber, levelOfSyslog, type Level } from './level.ts';
import { matchEnd } from './sticky.ts';

/** Characters of a JSON line that are read for its level. */
const JSON_READ = 4 * 1_024;

/** The keys that name a level, each with the meaning of its numbers. */
const NUMBERS: Readonly<Record<string, (number: number) => Level | undefined>> = {
  level: levelOfLevel,
  lvl: levelOfLevel,
  severity: levelOfSyslog,
  severityText: () => undefined,
  severityNumber: levelOfSeverityNumber,
  'log.level': levelOfLevel,
  levelname: () => undefined,
  '@l': () => undefined,
  PRIORITY: levelOfSyslog,
};

export const LEVEL_KEYS: readonly string[] = Object.keys(NUMBERS);

function levelOfLevel(number: number): Level | undefined {
  return levelOfPino(number) ?? levelOfSyslog(number);
}

function levelOfField(key: string, value: string): Level | undefined {
  if (!Object.hasOwn(NUMBERS, key)) return undefined;
  return /^\d{1,3}$/u.test(value) ? NUMBERS[key]?.(Number(value)) : levelNamed(value);
}

/** A string, with its opening quote; the closing one may be cut off. */
const STRING = /"(?:[^"\\]|\\.)*/uy;
/** A number, `true`, `false` or `null`. */
const LITERAL = /[\w.+-]+/uy;
/** Blanks and commas between the fields of an object. */
const GAP = /[\s,]*/uy;
const COLON = /\s*:\s*/uy;
/** The next character that changes the depth, or may hide one. */
const NESTING = /["[\]{}]/gu;

/**
 * The level of the JSON object at `start`: the first of its own keys that names one. The object is scanned, not parsed; nested
 * values are skipped, and an object that is cut off counts as far as it goes.
 */
export function levelOfJson(line: string, start: number): Level | undefined {
  const text = line.slice(start, start + JSON_READ);
  for (let at = 1; ;) {
    at = matchEnd(GAP, text, at);
    const keyEnd = matchEnd(STRING, text, at);
    const valueAt = text[keyEnd] === '"' ? matchEnd(COLON, text, keyEnd + 1) : -1;
    if (keyEnd === -1 || valueAt === -1) return undefined;
    const end = endOfValue(text, valueAt);
    if (end === -1) return undefined;
    const level = levelOfField(text.slice(at + 1, keyEnd), text.slice(valueAt, end).replaceAll('"', ''));
    if (level !== undefined) return level;
    at = end;
  }
}

/** Where the value at `from` ends; -1 if it is malformed or cut off. */
function endOfValue(text: string, from: number): number {
  const first = text[from];
  if (first !== '{' && first !== '[') return first === '"' ? endOfString(text, from) : matchEnd(LITERAL, text, from);
  let depth = 0;
  for (let at = from; ;) {
    NESTING.lastIndex = at;
    const found = NESTING.exec(text);
    if (found === null) return -1;
    at = found[0] === '"' ? endOfString(text, found.index) : found.index + 1;
    if (at === -1) return -1;
    if (found[0] === '{' || found[0] === '[') depth += 1;
    else if (found[0] !== '"' && (depth -= 1) === 0) return at;
  }
}

function endOfString(text: string, from: number): number {
  const end = matchEnd(STRING, text, from);
  return text[end] === '"' ? end + 1 : -1;
}

/** `key=value` at the start or after a blank; the value may be quoted. Other words match without groups. */
const PAIR = /(?<key>[\w@][\w@./-]*)=(?:"(?<quoted>(?:[^"\\]|\\.)*)"?|(?<bare>[^\s"]*))\S*|\S+/gu;

/** Rules out most lines with pairs: they have none that names a level. */
const LEVEL_PAIR = new RegExp(`(?:^|\\s)(?:${LEVEL_KEYS.join('|').replace('.', '\\.')})=`, 'u');

/** The level of a logfmt line, which has at least two pairs. */
export function levelOfLogfmt(text: string): Level | undefined {
  if (!LEVEL_PAIR.test(text)) return undefined;
  let pairs = 0;
  let level: Level | undefined;
  for (const { groups } of text.matchAll(PAIR)) {
    const key = groups?.['key'];
    if (key === undefined) continue;
    pairs += 1;
    level ??= levelOfField(key, groups?.['quoted'] ?? groups?.['bare'] ?? '');
    if (pairs > 1 && level !== undefined) return level;
  }
  return undefined;
}
