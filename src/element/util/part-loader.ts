/** How long frames wait for a part at most, ms. */
export const HOLD = {
  /** Where lines would be drawn in another way for a moment. */
  flash: 500,
  /** Where lines would not be what the log says, or would move. */
  wrong: 3_000,
} as const;

/** A part that something else needs, too. */
export interface Loadable {
  /** Loads it once. */
  load(): Promise<unknown>;
}

/**
 * Loads parts of the code when they are first needed: most logs need few of them. A part that does not load is done without, and not
 * requested again, since that would fail with each line that comes.
 */
export class PartLoader {
  readonly #onChange: () => void;
  readonly #requested = new Set<string>();
  readonly #settled = new Set<string>();
  /** Parts that frames have waited for, and the timers of those that they wait for now. */
  readonly #held = new Set<string>();
  readonly #awaited = new Map<string, ReturnType<typeof setTimeout>>();

  /** `onChange` is called when a part has come, and when frames wait for one no longer. */
  constructor(onChange: () => void) {
    this.#onChange = onChange;
  }

  /** Whether drawing waits for a part. */
  get isHoldingFrames(): boolean {
    return this.#awaited.size > 0;
  }

  /** Loads a part once, and uses it as soon as it has come. Frames wait for it for `hold` ms at most. */
  load<Part>(name: string, load: () => Promise<Part>, use: (part: Part) => void, hold = 0): void {
    if (hold > 0) this.#hold(name, hold);
    if (this.#requested.has(name)) return;
    this.#requested.add(name);
    const settle = (): void => {
      this.#settled.add(name);
      this.#release(name);
      this.#onChange();
    };
    load().then((part) => {
      use(part);
      settle();
    }, settle);
  }

  /** Holds frames until a part has come, once. */
  #hold(name: string, ms: number): void {
    if (this.#settled.has(name) || this.#held.has(name)) return;
    this.#held.add(name);
    const timer = setTimeout(() => {
      this.#release(name);
      this.#onChange();
    }, ms);
    this.#awaited.set(name, timer);
  }

  #release(name: string): void {
    clearTimeout(this.#awaited.get(name));
    this.#awaited.delete(name);
  }
}
