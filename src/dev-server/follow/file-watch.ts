import { watch, type FSWatcher } from 'node:fs';
import { basename, dirname } from 'node:path';

/** ms between looks at the file; a change that the system reports is seen at once. */
const POLL_INTERVAL = 250;

/** Waits for a change of a file, or for a while. */
export class FileWatch {
  readonly #path: string;
  readonly #onChange: () => void;
  #watcher: FSWatcher | undefined;
  #changed = false;
  #wake: () => void = () => {};

  /** `onChange` is called at once where the system reports a change. */
  constructor(path: string, onChange: () => void) {
    this.#path = path;
    this.#onChange = onChange;
    this.#watch();
  }

  async wait(signal: AbortSignal): Promise<void> {
    // The folder may not have been there before.
    if (this.#watcher === undefined) this.#watch();
    if (!this.#changed && !signal.aborted) {
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
    this.#changed = false;
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
        this.#changed = true;
        this.#wake();
      });
      // Watching is a help where the system has it to give: looking now and then finds everything too.
      this.#watcher.on('error', () => this.close());
    } catch {
      this.#watcher = undefined;
    }
  }
}
