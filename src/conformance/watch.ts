/** Waits for conditions on what comes from outside: checked when something came, never longer than it may take. */
export class Watch {
  readonly #waiting = new Set<() => void>();

  /** Something came. */
  notify(): void {
    for (const check of this.#waiting) check();
  }

  /** Resolves to what `check` returns once that is not undefined; to undefined when it took more than `within` ms. */
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

/** Resolves after that many ms. */
export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
