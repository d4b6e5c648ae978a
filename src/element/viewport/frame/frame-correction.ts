import type { Range } from '../../../worker/api.ts';
import { setStyle } from '../../util/set-style.ts';
import { innerSize } from '../layout/measure-element.ts';
import type { ScrollLayout } from '../layout/scroll-layout.ts';
import type { RowsView } from '../rows/rows-view.ts';
import type { FramePlan } from './frame-layout.ts';

/** Third step of a frame: compares what was drawn with what was laid out, and puts the rows and the scrollbar in place. */
export class FrameCorrection {
  readonly #block: HTMLElement;
  readonly #view: RowsView;
  readonly #scroll: ScrollLayout;

  constructor(block: HTMLElement, view: RowsView, scroll: ScrollLayout) {
    this.#block = block;
    this.#view = view;
    this.#scroll = scroll;
  }

  /** Whether drawn lines became higher or lower than they were laid out. */
  isOff(drawn: Range): boolean {
    return this.#scroll.metrics.wraps && Math.abs(innerSize(this.#block).height - this.#scroll.expectedHeight(drawn)) > 1;
  }

  /** Returns whether heights were corrected, so that other lines may have come into sight. */
  correct({ window, near, input }: FramePlan): boolean {
    const { metrics } = this.#scroll;
    const height = metrics.wraps ? innerSize(this.#block).height : undefined;
    const isRemeasured = this.#scroll.correctFields(input);
    const isCorrected = height !== undefined && this.#scroll.correct(window, height, () => this.#view.heights(near), input);
    // Known before the browser lays out, which it has to for the scrollbar; it would have to once more for a row list that moves.
    this.#place(this.#scroll.placeOf(window));
    this.#place(this.#scroll.apply(window));
    this.#view.keepTextInView((line) => this.#scroll.middleOf(line));
    return isCorrected || isRemeasured;
  }
  /** Rows stay where they are in the layer that they are drawn in, which a transform would have the browser draw as a whole. */
  #place(top: number): void {
    setStyle(this.#block, 'top', `${top}px`);
  }
}
