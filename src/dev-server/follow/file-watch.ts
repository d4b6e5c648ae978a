import { watch, type FSWatcher } from 'node:fs';
import { basename, dirname } from 'node:path';

/** ms between checks of the file. Changes that the system reports are noticed at once. */
const POLL_INTERVAL = 250;

/** Waits until a file changes, or the next check is due. */
export class FileWatch {
  readonly #path: string;
  readonly #onChange: () => void;
  #watcher: FSWatcher | undefined;
  #hasChanged = false;
  #wake: () => void = () => {};

  /** `onChange` is called at once when the system reports a change. */
  constructor(path: string, onChange: () => void) {
    this.#path = path;
    this.#onChange = onChange;
    this.#watch();
  }

  async wait(signal: AbortSignal): Promise<void> {
    // The folder may not have existed before.
    if (this.#watcher === undefined) this.#watch();
    if (!this.#hasChanged && !signal.aborted) {
      await new Promise<void>((resolve) => {
        const done = (): void => {
          clearTimeout(timer);
          signal.removeEventListener('abort', done);
          resolve();
        };
        const timer = setTimeout(done, POLL_INTERVAL);
        signal.addEventListener('abort', done, { once: true });
        this.#wake = done;
      });
    }
    this.#hasChanged = false;
    this.#wake = () => {};
  }

  close(): void {
    this.#watcher?.close();
    this.#watcher = undefined;
  }

  #watch(): void {
    const name = basename(this.#path);
    try {
      this.#watcher = watch(dirname(this.#path), (_event, changed) => {
        if (changed !== null && changed !== name) return;
        this.#onChange();
        this.#hasChanged = true;
        this.#wake();
      });
      // Watching only saves time: the regular checks find every change too.
      this.#watcher.on('error', () => this.close());
    } catch {
      this.#watcher = undefined;
    }
  }
}
