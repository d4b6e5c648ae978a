import type { WordChooser, WordTables } from '../words/element-words.ts';
import { formatsOf } from './formats-of.ts';
import type { Formats } from '../words/formats.ts';
import { resolveWords, wordIn } from './resolve-words.ts';
import { loadLanguage } from './load-language.ts';

export interface ChosenWordsHost<Terms> {
  readonly tables: WordTables<Terms>;
  /** The words of the first load, which others contain. */
  readonly strings: Terms;
  /** What the page replaced, the nearest first. */
  replaced(): readonly unknown[];
  changed(): void;
  /** Tells the page's developer. */
  warn(text: string, error: unknown): void;
}

/** Words that were reported: each is, once. */
const reported = new WeakSet<object>();
const reportedNames = new Set<string>();

/** The words that the page replaced, else those of a shipped language, else English, in the formats of the element's language. */
export class ChosenWords<Terms extends object> implements WordChooser {
  readonly #host: ChosenWordsHost<Terms>;
  #language: string | undefined;
  #shipped: unknown;

  constructor(host: ChosenWordsHost<Terms>) {
    this.#host = host;
  }

  choose(language: string): Promise<void> | undefined {
    const loading = language === this.#language ? undefined : loadLanguage(language);
    if (language !== this.#language) this.#shipped = undefined;
    this.#language = language;
    // While a language loads, the words stay as they are rather than turn English for a moment.
    if (loading === undefined) return this.#show();
    return loading.then(
      (shipped) => {
        if (this.#language !== language) return;
        this.#shipped = shipped;
        this.#show();
      },
      (error: unknown) => this.#host.warn(`the words of the language "${language}" couldn't be loaded.`, error),
    );
  }

  fill(): void {
    const { tables, strings, replaced } = this.#host;
    const language = this.#language ?? '';
    const formats = formatsOf(language);
    const english = /^en(?:-|$)/iu.test(language) ? formats : formatsOf('en');
    const given = [...replaced(), this.#shipped].filter((words) => words !== undefined);
    const layers = given.map((words) => this.#tableOf(words, formats));
    for (const [name, { table, english: make }] of tables) {
      const own = name === '' ? layers : layers.map((layer) => wordIn(layer, name, name, this.#report));
      Object.assign(table, resolveWords(make(english, strings), own, this.#report));
    }
  }

  #show(): undefined {
    this.fill();
    this.#host.changed();
  }

  #tableOf(words: unknown, formats: Formats): unknown {
    if (typeof words !== 'function') return words;
    try {
      return (words as (formats: Formats, strings: Terms) => unknown)(formats, this.#host.strings);
    } catch (error) {
      this.#report('strings', words, error);
      return undefined;
    }
  }

  readonly #report = (path: string, given: unknown, reason: unknown): void => {
    const isObject = (typeof given === 'object' && given !== null) || typeof given === 'function';
    if (isObject ? reported.has(given) : reportedNames.has(path)) return;
    if (isObject) reported.add(given);
    else reportedNames.add(path);
    this.#host.warn(`the words given for "${path}" can't be used: English stands in.`, reason);
  };
}
