import { TOOL_STRINGS } from './strings.ts';
import type { Toast } from './toast.ts';

/** What is over sooner than this is not worth a word, ms. */
const PATIENCE = 300;
/** Shortest time between two words on how far it is, ms. */
const INTERVAL = 100;

/** What takes a while: the reader sees how far it is and can stop it. There is one at a time; another one ends it. */
export class Task {
  readonly #toast: Toast;
  readonly #tell: (text: string) => void;
  #running: AbortController | undefined;

  /** `tell` tells screen readers, once for each task. */
  constructor(toast: Toast, tell: (text: string) => void) {
    this.#toast = toast;
    this.#tell = tell;
  }

  /** `report` says how far it is. Rejects with an AbortError when it was stopped. */
  async run<T>(text: string, work: (signal: AbortSignal, report: (text: string) => void) => Promise<T>): Promise<T> {
    this.stop();
    const running = (this.#running = new AbortController());
    const { signal } = running;
    let said = text;
    const show = (): void => {
      this.#toast.hold(said, { label: TOOL_STRINGS.cancel, run: () => this.stop() });
      timer = setTimeout(show, INTERVAL);
    };
    let timer = setTimeout(() => {
      this.#tell(text);
      show();
    }, PATIENCE);
    try {
      return await work(signal, (words) => (said = words));
    } finally {
      clearTimeout(timer);
      if (this.#running === running) {
        this.#running = undefined;
        this.#toast.hide();
      }
    }
  }

  /** Returns whether there was something to stop. */
  stop(): boolean {
    const running = this.#running;
    this.#running = undefined;
    if (running === undefined) return false;
    running.abort(new DOMException('Stopped.', 'AbortError'));
    this.#toast.hide();
    return true;
  }
}

/** Whether something was stopped, rather than that it failed. */
export function wasStopped(error: unknown): boolean {
  return error instanceof DOMException && error.name === 'AbortError';
}
