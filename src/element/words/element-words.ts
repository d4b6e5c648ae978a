import { ENGLISH } from './english-formats.ts';
import type { Formats } from './formats.ts';

/** Makes the English table of a part of the element. `terms` are words of the whole table that others contain. */
export type EnglishTable<T, Terms> = (formats: Formats, terms: Terms) => T;

/** The tables of an element by the name that pages replace them under; empty for the words of the first load. */
type WordTables<Terms> = ReadonlyMap<string, { readonly table: object; readonly english: EnglishTable<object, Terms> }>;

/**
 * The words of an element: plain English, until something fills the tables with others. The tables stay the same objects, and what they
 * hold is always of the language of now.
 */
export class ElementWords<Terms extends object> {
  /** The words of the first load. */
  readonly strings = {} as Terms;
  /** Fills the tables; undefined while they are in plain English. */
  fill: ((tables: WordTables<Terms>) => void) | undefined;
  readonly #tables = new Map<string, { readonly table: object; readonly english: EnglishTable<object, Terms> }>();
  readonly #users: ((strings: Terms) => void)[] = [];

  constructor(english: EnglishTable<Terms, Terms>) {
    this.#tables.set('', { table: Object.assign(this.strings, english(ENGLISH, this.strings)), english });
  }

  /** Adds the words of a part that loads later, which pages replace under `name`. */
  add<T extends object>(name: string, english: EnglishTable<T, Terms>): T {
    const table = english(ENGLISH, this.strings);
    this.#tables.set(name, { table, english });
    this.fill?.(this.#tables);
    return table;
  }

  /** Calls `use` now and whenever words change. */
  use(use: (strings: Terms) => void): void {
    this.#users.push(use);
    use(this.strings);
  }

  /** Fills the tables again. */
  update(): void {
    this.fill?.(this.#tables);
    for (const use of this.#users) use(this.strings);
  }
}
