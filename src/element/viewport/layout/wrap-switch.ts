import { HOLD, type Loadable, type PartLoader } from '../../util/part-loader.ts';
import type { ScrollLayout } from './scroll-layout.ts';

/** Whether long lines are broken. What that takes is loaded when they first are; frames wait for it, since all rows would move. */
export class WrapSwitch {
  readonly #scroll: ScrollLayout;
  readonly #parts: PartLoader;
  readonly #text: Loadable;
  readonly #onChange: () => void;
  #wrap = false;

  /** `text` is what draws more than plain text, as high as its rows are counted. */
  constructor(scroll: ScrollLayout, parts: PartLoader, text: Loadable, onChange: () => void) {
    this.#scroll = scroll;
    this.#parts = parts;
    this.#text = text;
    this.#onChange = onChange;
  }

  set(wrap: boolean): void {
    this.#wrap = wrap;
    const { metrics } = this.#scroll;
    if (wrap && !metrics.canWrap) this.#load();
    else if (this.#scroll.reshape(() => metrics.setWrap(wrap))) this.#onChange();
  }

  #load(): void {
    this.#parts.load(
      'wrapping',
      () => Promise.all([import('./wrapping.ts'), this.#text.load()]),
      ([{ Wrapping }]) => {
        this.#scroll.metrics.useWrapping(Wrapping);
        this.set(this.#wrap);
      },
      HOLD.wrong,
    );
  }
}
