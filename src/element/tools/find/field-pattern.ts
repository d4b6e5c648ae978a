import { escapePattern } from '../../../protocol/search/pattern.ts';
import { MAX_QUERY_LENGTH } from '../../../protocol/search/query.ts';

/** How JSON abbreviates characters in a string, besides writing their number. */
const SHORT: Readonly<Record<string, string>> = {
  '"': '"',
  '\\': '\\',
  '/': '/',
  '\b': 'b',
  '\f': 'f',
  '\n': 'n',
  '\r': 'r',
  '\t': 't',
};

/** What a backslash in a string stands for. */
const ESCAPE = /\\(?:u(?<code>[\da-fA-F]{4})|(?<short>["\\/bfnrt]))/gu;

const BARE_JSON = /^(?:-?\d[\d.eE+-]*|true|false|null)$/u;
/** Values that logfmt needs no quotes for. */
const BARE_LOGFMT = /^[^\s"]+$/u;
/** What follows a value without quotes. */
const END_IN_JSON = String.raw`(?=[\s,\}\]]|$)`;
const END_IN_LOGFMT = String.raw`(?=\s|$)`;

/**
 * A regular expression for the lines, as they are written, that have a field with a value: `"name":"value"` in JSON, on any level, and
 * `name=value` in logfmt, quoted or not. `value` is given as one of the lines has it, without quotes: strings with their escapes,
 * numbers, booleans and whatever is nested as it stands there. Other ways of writing a string are found as well. Where the whole
 * expression would be too long, the value only begins as given. Case matters.
 */
export function fieldPattern(name: string, value: string): string {
  const key = inString(characters(name));
  const meant = characters(value);
  for (let length = meant.length; ; length = Math.floor(length * 0.8)) {
    const isWhole = length === meant.length;
    const string = `"${inString(meant.slice(0, length))}${isWhole ? '"' : ''}`;
    const bare = isWhole ? value : value.slice(0, length);
    const pattern = String.raw`"${key}"\s*:\s*${jsonValue(string, bare, isWhole)}|(?<=^|\s)${escapePattern(name)}=${plainValue(string, bare, isWhole)}`;
    if (pattern.length <= MAX_QUERY_LENGTH || length === 0) return pattern;
  }
}

function jsonValue(string: string, bare: string, isWhole: boolean): string {
  if (/^[[{]/u.test(bare)) return `(?:${string}|${escapePattern(bare)})`;
  return BARE_JSON.test(bare) ? String.raw`(?:${string}|${escapePattern(bare)}${isWhole ? END_IN_JSON : ''})` : string;
}

function plainValue(string: string, bare: string, isWhole: boolean): string {
  if (bare !== '' && !BARE_LOGFMT.test(bare)) return string;
  return String.raw`(?:${string}|${escapePattern(bare)}${isWhole ? END_IN_LOGFMT : ''})`;
}

/** The characters that the inside of a quoted string stands for. */
function characters(written: string): string[] {
  const text = written.replaceAll(ESCAPE, (escape, code: string | undefined, short: string | undefined) => {
    if (code !== undefined) return String.fromCharCode(Number.parseInt(code, 16));
    return Object.keys(SHORT).find((character) => SHORT[character] === short) ?? escape;
  });
  return text.match(/./gsu) ?? [];
}

/** A pattern for characters in a quoted string, in each way that they may be written. */
function inString(text: readonly string[]): string {
  return text.map(characterPattern).join('');
}

function characterPattern(character: string): string {
  const short = SHORT[character];
  const isPlain = character >= ' ' && character !== '"' && character !== '\\';
  const ways = [
    ...(isPlain ? [escapePattern(character)] : []),
    ...(short === undefined ? [] : [String.raw`\\${escapePattern(short)}`]),
    ...(short !== undefined || character < ' ' || character > '~' ? [numbers(character)] : []),
  ];
  return ways.length === 1 ? ways.join('') : `(?:${ways.join('|')})`;
}

/** The number of each UTF-16 unit of a character, whose letters may be small or capital. */
function numbers(character: string): string {
  return Array.from({ length: character.length }, (_, at) => {
    const hex = character.charCodeAt(at).toString(16).padStart(4, '0');
    return String.raw`\\u${hex.replaceAll(/[a-f]/gu, (letter) => `[${letter}${letter.toUpperCase()}]`)}`;
  }).join('');
}
