import { QueryError, type SearchMode } from './query.ts';
import { WORD_CLASS, wordUnits } from './word-characters.ts';

/** With a meaning of their own in a regular expression. */
const SYNTAX = /[$()*+./?[\\\]^{|}]/gu;

/** Properties of strings, each of which becomes thousands of alternatives: many take an engine minutes, which nothing can end. */
const STRINGS = /\\p\{(?:Basic_Emoji|Emoji_Keycap_Sequence|RGI_\w+)\}/gu;
const MOST_STRINGS = 2;

/**
 * The regular expression for a text in a query, global. Letters of both cases match as the flag `i` has it together with `v`: by
 * Unicode's simple case folding.
 *
 * @param name The parameter, for the message.
 * @throws {QueryError} If the text cannot be compiled. Some patterns that are too large fail only when they are used.
 */
export function patternOf(name: string, text: string, { regex = false, case: isExact = false, word = false }: SearchMode): RegExp {
  const flags = isExact ? 'g' : 'gi';
  if (!regex) return compileUnicode(escapePattern(text), flags, word);
  if ((text.match(STRINGS)?.length ?? 0) > MOST_STRINGS)
    throw new QueryError(`"${name}" has too many emoji properties: at most ${MOST_STRINGS}.`);
  try {
    return compileUnicode(text, flags, word);
  } catch {
    return compilePlain(name, text, flags, word);
  }
}

function compileUnicode(source: string, flags: string, word: boolean): RegExp {
  const pattern = new RegExp(source, `${flags}v`);
  return word ? new RegExp(asWord(source, WORD_CLASS), `${flags}v`) : pattern;
}

/** Much of what is written for other engines compiles only without flags, such as `\-` and `{`. */
function compilePlain(name: string, source: string, flags: string, word: boolean): RegExp {
  try {
    const pattern = new RegExp(source, flags);
    return word ? new RegExp(asWord(source, (plainWord ??= wordUnits())), flags) : pattern;
  } catch (error) {
    throw new QueryError(`"${name}" is not a regular expression: ${reasonOf(error)}.`);
  }
}

let plainWord: string | undefined;

function asWord(source: string, word: string): string {
  return `(?<!${word})(?:${source})(?!${word})`;
}

/** A regular expression that matches a text. */
export function escapePattern(text: string): string {
  return text.replace(SYNTAX, '\\$&');
}

/** Without the pattern, which engines repeat in the message. */
function reasonOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return message.slice(message.lastIndexOf(': ') + 1).trim();
}
