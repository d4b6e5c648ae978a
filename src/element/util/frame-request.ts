import { monotonic } from '../../worker/platform/attempt.ts';

/** A frame that has not come within this time is not coming: the page is not being drawn; ms. */
const NOT_DRAWN = 1_000;

/** Asks the browser for one frame at a time. */
export class FrameRequest {
  readonly #draw: () => void;
  #since: number | undefined;

  constructor(draw: () => void) {
    this.#draw = draw;
  }

  /** Whether a frame was asked for so long ago that it is not coming. */
  get isOverdue(): boolean {
    return this.#since !== undefined && monotonic() - this.#since > NOT_DRAWN;
  }

  /** Draws in the next frame; any number of calls until then draw once. */
  request(): void {
    if (this.#since !== undefined) return;
    this.#since = monotonic();
    requestAnimationFrame(() => {
      this.#since = undefined;
      this.#draw();
    });
  }
}
