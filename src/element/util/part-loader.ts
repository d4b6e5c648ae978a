/** Frames wait for a part that is loading no longer than this, ms. */
export const HOLD = 500;

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
  /** Parts that frames have waited for, and those that they wait for now. */
  readonly #held = new Set<string>();
  readonly #awaited = new Set<string>();

  /** `onChange` is called when a part has come, and when frames wait for one no longer. */
  constructor(onChange: () => void) {
    this.#onChange = onChange;
  }

  /** Whether drawing waits for a part, since without it the log would be drawn wrong, or in another way for a moment. */
  get isHoldingFrames(): boolean {
    return this.#awaited.size > 0;
  }

  /** Loads a part once, and uses it as soon as it has come. `isAwaited`: frames wait for it. */
  load<Part>(name: string, load: () => Promise<Part>, use: (part: Part) => void, isAwaited: boolean): void {
    if (isAwaited) this.#hold(name);
    if (this.#requested.has(name)) return;
    this.#requested.add(name);
    const settle = (): void => {
      this.#settled.add(name);
      this.#awaited.delete(name);
      this.#onChange();
    };
    load().then((part) => {
      use(part);
      settle();
    }, settle);
  }

  /** Holds frames until a part has come, once and not for long. */
  #hold(name: string): void {
    if (this.#settled.has(name) || this.#held.has(name)) return;
    this.#held.add(name);
    this.#awaited.add(name);
    setTimeout(() => {
      if (this.#awaited.delete(name)) this.#onChange();
    }, HOLD);
  }
}
