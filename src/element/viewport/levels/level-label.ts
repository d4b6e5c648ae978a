import type { Strings } from '../../strings.ts';
import type { RowLevel } from './row-level.ts';

/** The hidden words in a row that say that its line is an error or a warning. In the document only where there are some. */
export class LevelLabel {
  readonly #number: HTMLElement;
  #element: HTMLSpanElement | undefined;

  /** They follow the number of the line. */
  constructor(number: HTMLElement) {
    this.#number = number;
  }

  /** Number of nodes. */
  get nodes(): number {
    return this.#element?.isConnected === true ? 2 : 0;
  }

  update(level: RowLevel | undefined, strings: Strings): void {
    if (level?.says === undefined) {
      this.#element?.remove();
      return;
    }
    if (this.#element === undefined) {
      this.#element = document.createElement('span');
      this.#element.className = 'level';
    }
    const label = strings[level.says];
    if (this.#element.textContent !== label) this.#element.textContent = label;
    if (this.#element.previousSibling !== this.#number) this.#number.after(this.#element);
  }
}
