import type { ServerResponse } from 'node:http';

/** ms that answers get to end when the server closes. */
const PATIENCE = 5_000;

/** Answers that are not over yet. */
export class Drain {
  readonly #open = new Set<ServerResponse>();
  #onEmpty: (() => void) | undefined;

  get size(): number {
    return this.#open.size;
  }

  add(res: ServerResponse): void {
    this.#open.add(res);
    res.once('close', () => {
      this.#open.delete(res);
      if (this.#open.size === 0) this.#onEmpty?.();
    });
  }

  /** Resolves when all have ended; those that do not within 5 s are cut off. */
  async empty(): Promise<void> {
    if (this.#open.size === 0) return;
    const timer = setTimeout(() => {
      for (const res of this.#open) res.destroy();
    }, PATIENCE);
    await new Promise<void>((resolve) => {
      this.#onEmpty = resolve;
    });
    clearTimeout(timer);
  }
}
