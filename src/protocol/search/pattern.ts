import { MAX_QUERY_LENGTH, QueryError, type SearchMode } from './query.ts';
import { WORD_CLASS, wordUnits } from './word-characters.ts';

/** With a meaning of their own in a regular expression. */
const SYNTAX = /[$()*+./?[\\\]^{|}]/gu;

/**
 * The regular expression for a text in a query, global. Letters of both cases match as the flag `i` has it together with `v`: by
 * Unicode's simple case folding.
 *
 * @param name The parameter, for the message.
 * @throws {QueryError} If the text is too long or cannot be compiled. Some patterns that are too large fail only when they are used.
 */
export function patternOf(name: string, text: string, { regex = false, case: isExact = false, word = false }: SearchMode): RegExp {
  if (text.length > MAX_QUERY_LENGTH) throw new QueryError(`"${name}" must have at most ${MAX_QUERY_LENGTH} characters.`);
  const flags = isExact ? 'g' : 'gi';
  if (!regex) return compileUnicode(escapePattern(text), flags, word);
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

function escapePattern(text: string): string {
  return text.replace(SYNTAX, '\\$&');
}

/** Without the pattern, which engines repeat in the message. */
function reasonOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return message.slice(message.lastIndexOf(': ') + 1).trim();
}
