import type { PartLoader } from '../../util/part-loader.ts';
import type { ScrollLayout } from './scroll-layout.ts';

/** Whether long lines are broken. What that takes is loaded when they first are; frames wait for it, since all rows would move. */
export class WrapSwitch {
  readonly #scroll: ScrollLayout;
  readonly #parts: PartLoader;
  readonly #onChange: () => void;
  #wrap = false;

  constructor(scroll: ScrollLayout, parts: PartLoader, onChange: () => void) {
    this.#scroll = scroll;
    this.#parts = parts;
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
      () => import('./wrapping.ts'),
      ({ Wrapping }) => {
        this.#scroll.metrics.useWrapping(Wrapping);
        this.set(this.#wrap);
      },
      true,
    );
  }
}
