import type { LitElement } from 'lit';
import type { Strings } from '../strings.ts';
import type { ElementWords } from '../words/element-words.ts';
import type { Formats } from '../words/formats.ts';
import { languageOf } from '../words/language-of.ts';
import { formatsOf } from './formats-of.ts';
import { LanguageWatch } from './language-watch.ts';
import { loadLanguage } from './load-language.ts';
import { resolveWords, wordIn } from './resolve-words.ts';

/** Words that were reported: each is, once. */
const reported = new WeakSet<object>();
const reportedNames = new Set<string>();

/**
 * Fills the tables of an element: the words that the page replaced, else those of a shipped language, else English, in the formats of the
 * element's language.
 */
export class WordChooser {
  /** Resolves when the words are those chosen last. */
  ready: Promise<void> = Promise.resolve();
  readonly #element: LitElement;
  readonly #words: ElementWords<Strings>;
  readonly #replaced: () => readonly unknown[];
  readonly #watch = new LanguageWatch(() => {
    if (languageOf(this.#element) !== this.#language) this.choose();
  });
  #language = '';
  #shipped: unknown;

  /** `replaced` gives what the page replaced, the nearest first. */
  constructor(element: LitElement, words: ElementWords<Strings>, replaced: () => readonly unknown[]) {
    this.#element = element;
    this.#words = words;
    this.#replaced = replaced;
    words.fill = (tables) => {
      const formats = formatsOf(this.#language);
      const english = /^en(?:-|$)/iu.test(this.#language) ? formats : formatsOf('en');
      const given = [...this.#replaced(), this.#shipped].filter((each) => each !== undefined);
      const layers = given.map((each) => this.#tableOf(each, formats));
      for (const [name, { table, english: make }] of tables) {
        const own = name === '' ? layers : layers.map((layer) => wordIn(layer, name, name, this.#report));
        Object.assign(table, resolveWords(make(english, words.strings), own, this.#report));
      }
    };
  }

  /** Call when the element is put into the page. */
  connect(): void {
    this.#watch.connect(this.#element);
    this.choose();
  }

  disconnect(): void {
    this.#watch.disconnect();
  }

  /** Chooses words: the language changed, or the page replaced some. */
  choose(): void {
    const language = languageOf(this.#element);
    const loading = language === this.#language ? undefined : loadLanguage(language);
    if (language !== this.#language) this.#shipped = undefined;
    this.#language = language;
    // While a language loads, the words stay as they are rather than turn English for a moment.
    if (loading === undefined) return this.#show();
    this.ready = loading.then(
      (shipped) => {
        if (this.#language !== language) return;
        this.#shipped = shipped;
        this.#show();
      },
      (error: unknown) => this.#warn(`the words of the language "${language}" couldn't be loaded.`, error),
    );
  }

  #show(): void {
    this.#words.update();
    // Screen readers choose their voice by it. Lines are in whatever language they are, which is the page's if it is any.
    void this.#element.updateComplete.then(() => {
      const { renderRoot } = this.#element;
      renderRoot.querySelector('.base')?.setAttribute('lang', this.#words.strings.language);
      renderRoot.querySelector('.viewport')?.setAttribute('lang', this.#language);
    });
  }

  #tableOf(words: unknown, formats: Formats): unknown {
    if (typeof words !== 'function') return words;
    try {
      return (words as (formats: Formats, strings: Strings) => unknown)(formats, this.#words.strings);
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
    this.#warn(`the words given for "${path}" can't be used: English stands in.`, reason);
  };

  #warn(text: string, error: unknown): void {
    console.warn(`<${this.#element.localName}>: ${text}`, error);
  }
}
