import type { SearchQuery } from '../../../protocol/search/query.ts';

/** Tells quickly whether a text in UTF-8 may hold what is looked for in some line. It may say yes wrongly, but never no. */
export interface TextFilter {
  mayHold(bytes: Buffer): boolean;
}

/** Tells which blocks need not be decoded. */
export class Prefilter {
  /** For texts as they are. */
  readonly text: TextFilter;
  /** For texts in JSON. */
  readonly json: TextFilter;
  readonly #level: number | undefined;
  readonly #levelInJson: RegExp | undefined;

  constructor(query: SearchQuery) {
    const needle = needleOf(query);
    this.text = needle === undefined ? ANY : new NeedleFilter(needle, TEXT_FORM);
    this.json = needle === undefined ? ANY : new NeedleFilter(needle, JSON_FORM);
    this.#level = query.level;
    this.#levelInJson = query.level === undefined ? undefined : levelsInJson(query.level);
  }

  /** Whether some of these levels, each of one or more lines, is among those looked for. */
  admitsAny(levels: readonly (number | undefined)[]): boolean {
    const least = this.#level;
    return least === undefined || levels.some((level) => level !== undefined && level >= least);
  }

  /** The same of lines in JSON. */
  admitsJson(bytes: Buffer): boolean {
    return this.#levelInJson === undefined || this.#levelInJson.test(bytes.toString('latin1'));
  }
}

const ANY: TextFilter = { mayHold: () => true };

/** A text that every line found contains, in one piece as shown. */
interface Needle {
  readonly text: string;
  readonly isExact: boolean;
}

/** What is looked for as it is. Of a text that is found in both cases, the longest part in ASCII: other letters have many forms. */
function needleOf({ q, regex = false, case: isExact = false }: SearchQuery): Needle | undefined {
  if (regex || q === '') return undefined;
  if (isExact) return { text: q, isExact };
  const parts = q.match(/[\0-\x7f]+/gu) ?? [];
  const longest = parts.reduce((best, part) => (part.length > best.length ? part : best), '');
  return longest === '' ? undefined : { text: longest, isExact };
}

/** Where a quote is part of a text it has a backslash before it, so this is a key. */
function levelsInJson(least: number): RegExp {
  const levels = Array.from({ length: HIGHEST_LEVEL - least + 1 }, (_, at) => least + at);
  return new RegExp(`"l":(?:${levels.join('|')})[,}]`, 'u');
}

const HIGHEST_LEVEL = 24;

/** How control characters are written in a form of text. */
interface TextForm {
  /** The bytes of a text, each as one character. */
  encode(text: string): string;
  /** ESC, as a pattern. */
  readonly escape: string;
  /** A control character other than ESC that changes what is shown, as a pattern. */
  readonly controls: string;
}

const TEXT_FORM: TextForm = {
  encode: (text) => Buffer.from(text).toString('latin1'),
  escape: '\\x1b',
  controls: '[\\x07\\b\\r]',
};

const JSON_FORM: TextForm = {
  encode: (text) => TEXT_FORM.encode(JSON.stringify(text).slice(1, -1)),
  escape: '\\\\u001b',
  controls: '\\\\(?:[br]|u0007)',
};

/**
 * A line holds a text as shown only if one of these holds of its bytes: they have the text in one piece; they have the beginning of
 * it, and a sequence follows; a control character or a sequence other than a colour may have moved the cursor.
 */
class NeedleFilter implements TextFilter {
  readonly #pattern: RegExp;

  constructor({ text, isExact }: Needle, { encode, escape, controls }: TextForm) {
    const units = Array.from(text, (character) => (isExact ? escapeUnits(encode(character)) : bothCases(character, encode)));
    const interrupted = units.reduceRight((rest, unit) => (rest === '' ? unit : `${unit}(?:${escape}|${rest})`), '');
    this.#pattern = new RegExp(`${interrupted}|${controls}|${escape}(?!\\[[0-9;:]{0,64}m)`, 'u');
  }

  mayHold(bytes: Buffer): boolean {
    return this.#pattern.test(bytes.toString('latin1'));
  }
}

/** The two letters beyond ASCII that are other forms of letters in it: ſ and the kelvin sign. */
const ALSO: Readonly<Record<string, string>> = { s: '\u017f', k: '\u212a' };

function bothCases(character: string, encode: (text: string) => string): string {
  const forms = new Set([character.toLowerCase(), character.toUpperCase(), ALSO[character.toLowerCase()] ?? character]);
  return `(?:${[...forms].map((form) => escapeUnits(encode(form))).join('|')})`;
}

function escapeUnits(text: string): string {
  return Array.from(text, (unit) => `\\x${unit.charCodeAt(0).toString(16).padStart(2, '0')}`).join('');
}
