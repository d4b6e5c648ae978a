import type { LogStreamWords } from '../../../../src/element/element.ts';
import { STRINGS } from '../../../../src/element/strings.ts';
import { FIND_STRINGS, TOOL_STRINGS } from '../../../support/english.ts';

const PLAIN = 'aeiounycsgAEIOUNYCSG';
const ACCENTED = 'áéíóúñýçšğÁÉÍÓÚÑÝÇŠĞ';
/** Begins each text; it makes the text one that runs from right to left. */
export const MARK = '\u200f';

function accent(text: string): string {
  if (text === '' || text.startsWith(MARK)) return text;
  const letters = Array.from(text, (letter) => ACCENTED[PLAIN.indexOf(letter)] ?? letter).join('');
  // As much longer as translations are: 40 %, in words that lines can be broken between.
  const more = Math.ceil(text.length * 0.4);
  return `${MARK}${letters} ${'ŵörd '
    .repeat(Math.ceil(more / 5))
    .slice(0, more)
    .trim()}`.trim();
}

function accentAll(table: object): object {
  const all = Object.entries(table).map(([key, word]: [string, unknown]) => {
    if (typeof word === 'string') return [key, accent(word)];
    if (typeof word === 'function')
      return [key, (...given: unknown[]) => accent(String((word as (...given: unknown[]) => unknown)(...given)))];
    return [key, accentAll(word as object)];
  });
  return Object.fromEntries(all) as object;
}

/** A language that does not exist: accented, 40 % longer than English, and from right to left. Figures stay as they are. */
export const PSEUDO = {
  ...accentAll({ ...STRINGS, tools: TOOL_STRINGS, find: FIND_STRINGS }),
  language: 'ar',
  count: STRINGS.count,
  duration: STRINGS.duration,
  date: STRINGS.date,
  age: STRINGS.age,
} as LogStreamWords;
