import { formatsOf, type Formats } from './formats.ts';
import { resolveWords, wordIn } from './resolve.ts';

/**
 * A table of words, or what makes one: {@link Formats} writes numbers and plurals in the language of the element, and `strings` has its
 * words, for those that contain others.
 */
export type WordsOf<T, Terms> = T | ((formats: Formats, strings: Terms) => T | undefined);

/** Makes the English table of a part of the element. `terms` are words of the whole table that others contain. */
type English<T, Terms> = (formats: Formats, terms: Terms) => T;

export interface ElementWordsHost {
  /** What the page replaced, the nearest first. */
  replaced(): readonly unknown[];
  /** Loads the table of a language that is shipped; undefined for other languages. */
  load(language: string): Promise<unknown> | undefined;
  /** Tells the page's developer. */
  warn(text: string, error: unknown): void;
}

/** Words that were reported: each is, once. */
const reported = new WeakSet<object>();
const reportedNames = new Set<string>();

/**
 * The words of an element: those that the page replaced, else those of a shipped language, else English. The tables it gives stay the
 * same objects, and what they hold is always of the language of now.
 */
export class ElementWords<Terms extends object> {
  /** The words of the first load. */
  readonly strings: Terms;
  readonly #host: ElementWordsHost;
  readonly #tables = new Map<string, { readonly table: object; readonly english: English<object, Terms> }>();
  readonly #users: ((strings: Terms) => void)[] = [];
  #language = '';
  #shipped: unknown;

  constructor(english: English<Terms, Terms>, host: ElementWordsHost) {
    this.#host = host;
    this.strings = {} as Terms;
    this.#tables.set('', { table: this.strings, english });
    this.#fill();
  }

  /** Adds the words of a part that loads later, which pages replace under `name`. */
  add<T extends object>(name: string, english: English<T, Terms>): T {
    const table = {} as T;
    this.#tables.set(name, { table, english });
    this.#fill();
    return table;
  }

  /** Calls `use` with the words of the first load, now and whenever words change. */
  use(use: (strings: Terms) => void): void {
    this.#users.push(use);
    use(this.strings);
  }

  /** The language of the element, as a BCP 47 tag; empty for an unknown one. */
  get language(): string {
    return this.#language;
  }

  set language(language: string) {
    if (language === this.#language) return;
    this.#language = language;
    this.#shipped = undefined;
    const loading = this.#host.load(language);
    loading?.then(
      (shipped) => {
        if (this.#language !== language) return;
        this.#shipped = shipped;
        this.update();
      },
      (error: unknown) => this.#host.warn(`the words of the language "${language}" couldn't be loaded.`, error),
    );
    // While a language loads, the words stay as they are rather than turn English for a moment.
    if (loading === undefined) this.update();
  }

  /** The page replaced words. */
  update(): void {
    this.#fill();
    for (const use of this.#users) use(this.strings);
  }

  #fill(): void {
    const formats = formatsOf(this.#language);
    const english = /^en(?:-|$)/iu.test(this.#language) ? formats : formatsOf('en');
    const given = [...this.#host.replaced(), this.#shipped].filter((words) => words !== undefined);
    const layers = given.map((words) => this.#tableOf(words, formats));
    for (const [name, { table, english: make }] of this.#tables) {
      const own = name === '' ? layers : layers.map((layer) => wordIn(layer, name, name, this.#report));
      Object.assign(table, resolveWords(make(english, this.strings), own, this.#report));
    }
  }

  #tableOf(words: unknown, formats: Formats): unknown {
    if (typeof words !== 'function') return words;
    try {
      return (words as (formats: Formats, strings: Terms) => unknown)(formats, this.strings);
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
