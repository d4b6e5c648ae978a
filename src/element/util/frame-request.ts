import { monotonic } from '../../worker/platform/attempt.ts';

/** A frame that takes longer than this (ms) will not come: the page is not being drawn. */
const NOT_DRAWN = 1_000;

/** Requests one frame at a time. */
export class FrameRequest {
  readonly #draw: () => void;
  #since: number | undefined;

  constructor(draw: () => void) {
    this.#draw = draw;
  }

  /** Whether the requested frame is so late that it will not come. */
  get isOverdue(): boolean {
    return this.#since !== undefined && monotonic() - this.#since > NOT_DRAWN;
  }

  /** Draws in the next frame; once for any number of calls until then. */
  request(): void {
    if (this.#since !== undefined) return;
    this.#since = monotonic();
    requestAnimationFrame(() => {
      this.#since = undefined;
      this.#draw();
    });
  }
}
