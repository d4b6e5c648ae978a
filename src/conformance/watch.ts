/** Waits for conditions that depend on incoming data. They are checked whenever some arrives, until a deadline. */
export class Watch {
  readonly #waiting = new Set<() => void>();

  /** To be called when data has arrived. */
  notify(): void {
    for (const check of this.#waiting) check();
  }

  /** Resolves to the first result of `check` that is not undefined; to undefined after `within` ms. */
  until<T>(check: () => T | undefined, within: number): Promise<T | undefined> {
    return new Promise((resolve) => {
      const settle = (value: T | undefined): void => {
        clearTimeout(timer);
        this.#waiting.delete(look);
        resolve(value);
      };
      const look = (): void => {
        const value = check();
        if (value !== undefined) settle(value);
      };
      const timer = setTimeout(() => settle(undefined), within);
      this.#waiting.add(look);
      look();
    });
  }
}

/** Resolves after `ms`. */
export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
