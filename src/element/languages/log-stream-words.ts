import type { Strings } from '../strings.ts';
import type { FindStrings } from '../tools/find/strings.ts';
import type { ToolStrings } from '../tools/strings.ts';
import type { Formats } from '../words/formats.ts';
import type { Replacing } from './resolve-words.ts';

/** Every word that the element shows or says: texts, and functions that return one. */
export interface LogStreamStrings extends Strings {
  /** Toolbar, menu, messages, help, go to, announcements. */
  readonly tools: ToolStrings;
  /** The find bar. */
  readonly find: FindStrings;
}

/**
 * A table of words, or what makes one: {@link Formats} writes numbers and plurals in the language of the element, and `strings` has its
 * words, for those that contain others.
 */
export type WordsOf<T, Terms> = T | ((formats: Formats, strings: Terms) => T | undefined);

/**
 * Words in place of the element's own, as few or as many as wanted: a part of {@link LogStreamStrings}, or a function that makes one
 * from the numbers, times and plurals of the element's language.
 */
export type LogStreamWords = WordsOf<Replacing<LogStreamStrings>, Strings>;
