export const PACE = {
  /** Time between two frames of a tab, ms. */
  frame: 1_000 / 60,
  /**
   * How long before a frame a batch is sent, ms: one early enough to be drawn for certain, and one with the lines that came
   * since, which would wait for the frame after it otherwise.
   */
  leads: [7, 2.5],
  /** Batches that a tab may have before it takes the first of them. */
  credit: 2,
} as const;

/** When a tab that is drawn receives its batches: shortly before its frames, and only as long as it takes them. */
export class FramePace {
  #untaken = 0;
  #sentAt = -Infinity;
  /** When one of the tab's frames begins; undefined where nothing is drawn. */
  #frameAt: number | undefined;

  /** When the last batch was sent. */
  get sentAt(): number {
    return this.#sentAt;
  }

  /** Whether the tab has to take a batch before it is sent another. */
  get isSpent(): boolean {
    return this.#untaken >= PACE.credit;
  }

  /** When the next batch is due. */
  get dueAt(): number {
    const frameAt = this.#frameAt;
    if (frameAt === undefined) return this.#sentAt + PACE.frame;
    return Math.min(...PACE.leads.map((lead) => nextAfter(this.#sentAt, frameAt - lead)));
  }

  sent(now: number): void {
    this.#untaken += 1;
    this.#sentAt = now;
  }

  /** The tab took a batch; `frame`: ms until it draws the next frame, undefined where nothing is drawn. */
  taken(now: number, frame: number | undefined): void {
    this.#untaken = Math.max(0, this.#untaken - 1);
    this.#frameAt = frame === undefined ? undefined : now + Math.min(PACE.frame, frame);
  }
}

/** The first time after `time` that is a whole number of frames from `phase`. */
function nextAfter(time: number, phase: number): number {
  return time === -Infinity ? time : phase + (Math.floor((time - phase) / PACE.frame) + 1) * PACE.frame;
}
