import type { PropertyDeclarations } from 'lit';
import { LogStreamAttributes } from './attributes.ts';
import type { LogStreamWords } from './languages/log-stream-words.ts';
import type { WordChooser } from './languages/word-chooser.ts';
import { englishStrings, type Strings } from './strings.ts';
import { ElementWords } from './words/element-words.ts';
import { languageOf } from './words/language-of.ts';

export type { LogStreamStrings, LogStreamWords } from './languages/log-stream-words.ts';
export type { Formats, PluralForms } from './words/formats.ts';

/** Languages of which the words of the first load are. */
const PLAIN = /^(?:en(?:-us)?)?$/iu;
/** Where a class keeps what the page replaced; classes that extend it inherit that. */
const REPLACED = Symbol('strings');
const connected = new Set<WordedElement>();

/** The part of the element that has its words. What chooses others than plain English is loaded when there are some, else with the tools. */
export class WordedElement extends LogStreamAttributes {
  // One that was set before the element was defined is kept by Lit.
  static override properties: PropertyDeclarations = { strings: { attribute: false, noAccessor: true } };
  private static [REPLACED]: LogStreamWords | undefined;

  protected readonly words = new ElementWords<Strings>(englishStrings);
  #strings: LogStreamWords | undefined;
  #chooser: WordChooser | undefined;
  #loading: Promise<void> | undefined;
  /** Other words than those that are shown were chosen, and what fills them in is loading. */
  #pending: Promise<void> | undefined;

  constructor() {
    super();
    this.words.use(() => this.requestUpdate());
  }

  /**
   * Words in place of the element's own, for all elements: a part of the table, or a function that makes one from the formats of the
   * element's language. What is missing falls back to the shipped language that the element's `lang` names, then to English.
   */
  static get strings(): LogStreamWords | undefined {
    return this[REPLACED];
  }

  static set strings(words: LogStreamWords | undefined) {
    this[REPLACED] = words;
    for (const element of connected) element.#choose();
  }

  /** Words in place of the element's own, for this element alone; those of `LogStreamElement.strings` stand in for what is missing. */
  get strings(): LogStreamWords | undefined {
    return this.#strings;
  }

  set strings(words: LogStreamWords | undefined) {
    this.#strings = words;
    this.#choose();
  }

  override connectedCallback(): void {
    connected.add(this);
    if (this.#chooser !== undefined) this.#chooser.connect();
    else this.#choose();
    super.connectedCallback();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    connected.delete(this);
    this.#chooser?.disconnect();
  }

  /** The words, of which changes are noticed from now on. */
  protected watchedWords(): ElementWords<Strings> {
    void this.#load();
    return this.words;
  }

  /** Rendered with the words that were chosen last. */
  protected override async getUpdateComplete(): Promise<boolean> {
    await this.#pending;
    await this.#chooser?.ready;
    return super.getUpdateComplete();
  }

  get #replaced(): readonly (LogStreamWords | undefined)[] {
    return [this.#strings, (this.constructor as typeof WordedElement).strings];
  }

  #choose(): void {
    if (this.#chooser !== undefined) this.#chooser.choose();
    else if (!PLAIN.test(languageOf(this)) || this.#replaced.some((words) => words !== undefined)) this.#pending = this.#load();
  }

  #load(): Promise<void> {
    return (this.#loading ??= import('./languages/word-chooser.ts').then(
      ({ WordChooser: Loaded }) => {
        this.#chooser = new Loaded(this, this.words, () => this.#replaced);
        if (this.isConnected) this.#chooser.connect();
      },
      (error: unknown) => {
        this.#loading = undefined;
        console.warn(`<${this.localName}>: its words couldn't be loaded.`, error);
      },
    ));
  }
}
