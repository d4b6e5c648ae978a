import { LogStreamAttributes } from './attributes.ts';
import type { LogStreamWords } from './languages/log-stream-words.ts';
import { englishStrings, type Strings } from './strings.ts';
import { ElementWords } from './words/element-words.ts';
import { LanguageWatch, languageOf } from './words/language-watch.ts';

export type { LogStreamStrings, LogStreamWords } from './languages/log-stream-words.ts';
export type { Formats, PluralForms } from './words/formats.ts';

/** What the page replaced for all elements of a class. */
const replacedIn = new WeakMap<object, LogStreamWords | undefined>();
const connected = new Set<WordedElement>();

/** What the page replaced for a class, else for the nearest class that it extends. */
function wordsOfClass(element: object): LogStreamWords | undefined {
  if (replacedIn.has(element)) return replacedIn.get(element);
  const base: unknown = Object.getPrototypeOf(element);
  return typeof base === 'function' ? wordsOfClass(base) : undefined;
}

/** The part of the element that chooses its words. */
export class WordedElement extends LogStreamAttributes {
  #strings: LogStreamWords | undefined;
  /** The words of this element, in its language. */
  protected readonly words: ElementWords<Strings> = new ElementWords<Strings>(englishStrings, {
    isReplaced: () => this.#replaced().some((words) => words !== undefined),
    load: async (tables, changed) => {
      const { ChosenWords } = await import('./languages/chosen-words.ts');
      const { strings } = this.words;
      return new ChosenWords<Strings>({ tables, strings, replaced: this.#replaced, changed, warn: this.#warn });
    },
    warn: (text, error) => this.#warn(text, error),
  });
  readonly #language = new LanguageWatch(() => (this.words.language = languageOf(this)));

  readonly #replaced = (): readonly unknown[] => [this.#strings, (this.constructor as typeof WordedElement).strings];
  readonly #warn = (text: string, error: unknown): void => console.warn(`<${this.localName}>: ${text}`, error);

  constructor() {
    super();
    this.words.use(() => this.requestUpdate());
  }

  /**
   * Words in place of the element's own, for all elements: a part of the table, or a function that makes one from the formats of the
   * element's language. What is missing falls back to the shipped language that the element's `lang` names, then to English.
   */
  static get strings(): LogStreamWords | undefined {
    return wordsOfClass(this);
  }

  static set strings(words: LogStreamWords | undefined) {
    replacedIn.set(this, words);
    for (const element of connected) element.words.update();
  }

  /** Words in place of the element's own, for this element alone; those of `LogStreamElement.strings` stand in for what is missing. */
  get strings(): LogStreamWords | undefined {
    return this.#strings;
  }

  set strings(words: LogStreamWords | undefined) {
    this.#strings = words;
    this.words.update();
  }

  override connectedCallback(): void {
    connected.add(this);
    // One that was set before the element was defined hides the accessor.
    if (Object.hasOwn(this, 'strings')) {
      const { strings } = this;
      Reflect.deleteProperty(this, 'strings');
      this.strings = strings;
    }
    this.#language.connect(this);
    const language = languageOf(this);
    // Words may have been replaced while it was outside the page.
    if (language === this.words.language) this.words.update();
    else this.words.language = language;
    super.connectedCallback();
  }

  /** Rendered with the words that were chosen last. */
  protected override async getUpdateComplete(): Promise<boolean> {
    await this.words.pending;
    return super.getUpdateComplete();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    connected.delete(this);
    this.#language.disconnect();
  }
}
