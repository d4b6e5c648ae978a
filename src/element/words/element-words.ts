import { ENGLISH } from './english-formats.ts';
import type { Formats } from './formats.ts';

/** Makes the English table of a part of the element. `terms` are words of the whole table that others contain. */
export type EnglishTable<T, Terms> = (formats: Formats, terms: Terms) => T;

/** The tables of an element by the name that pages replace them under; empty for the words of the first load. */
export type WordTables<Terms> = ReadonlyMap<string, { readonly table: object; readonly english: EnglishTable<object, Terms> }>;

/** Fills the tables with other words than plain English. */
export interface WordChooser {
  /** Fills them for a language. Resolves when its words are there, which is at once where nothing has to be loaded. */
  choose(language: string): Promise<void> | undefined;
  /** Fills them as last chosen. */
  fill(): void;
}

export interface ElementWordsHost<Terms> {
  /** Whether the page replaced words. */
  isReplaced(): boolean;
  /** Loads what fills the tables; `changed` is to be called whenever it did. */
  load(tables: WordTables<Terms>, changed: () => void): Promise<WordChooser>;
  warn(text: string, error: unknown): void;
}

/** Languages of which the words of the first load are. */
const PLAIN = /^(?:en(?:-us)?)?$/iu;

/**
 * The words of an element: plain English at first; what other languages and replaced words need is loaded with the first of them. The
 * tables it gives stay the same objects, and what they hold is always of the language of now.
 */
export class ElementWords<Terms extends object> {
  /** The words of the first load. */
  readonly strings: Terms;
  readonly #host: ElementWordsHost<Terms>;
  readonly #tables = new Map<string, { readonly table: object; readonly english: EnglishTable<object, Terms> }>();
  readonly #users: ((strings: Terms) => void)[] = [];
  #language = '';
  #chooser: WordChooser | undefined;
  #pending: Promise<void> | undefined;

  constructor(english: EnglishTable<Terms, Terms>, host: ElementWordsHost<Terms>) {
    this.#host = host;
    this.strings = {} as Terms;
    Object.assign(this.strings, english(ENGLISH, this.strings));
    this.#tables.set('', { table: this.strings, english });
  }

  /** Resolves when the words are those chosen last; undefined where they are. */
  get pending(): Promise<void> | undefined {
    return this.#pending;
  }

  /** Adds the words of a part that loads later, which pages replace under `name`. */
  add<T extends object>(name: string, english: EnglishTable<T, Terms>): T {
    const table = english(ENGLISH, this.strings);
    this.#tables.set(name, { table, english });
    this.#chooser?.fill();
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
    this.update();
  }

  /** The language changed, or the page replaced words. */
  update(): void {
    if (this.#chooser === undefined && PLAIN.test(this.#language) && !this.#host.isReplaced()) return;
    const pending = this.#chooser === undefined ? this.#load() : this.#chooser.choose(this.#language);
    this.#pending = pending;
    void pending?.finally(() => {
      if (this.#pending === pending) this.#pending = undefined;
    });
  }

  async #load(): Promise<void> {
    try {
      const changed = (): void => {
        for (const use of this.#users) use(this.strings);
      };
      this.#chooser ??= await this.#host.load(this.#tables, changed);
      await this.#chooser.choose(this.#language);
    } catch (error) {
      this.#host.warn("the words of this page couldn't be loaded.", error);
    }
  }
}
