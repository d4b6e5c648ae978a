import type { ToolStrings } from '../strings.ts';
import type { Toast } from './toast.ts';

/** Tasks shorter than this (ms) show nothing. */
const SHOW_AFTER = 300;
/** Shortest time between two reports of progress, ms. */
const REPORT_INTERVAL = 100;

/** A task that takes a while: the reader sees its progress and can cancel it. Starting another one cancels it, too. */
export class Task {
  readonly #toast: Toast;
  readonly #announce: (text: string) => void;
  readonly #strings: ToolStrings;
  #running: AbortController | undefined;

  /** `announce` tells screen readers about a task, once. */
  constructor(toast: Toast, strings: ToolStrings, announce: (text: string) => void) {
    this.#toast = toast;
    this.#strings = strings;
    this.#announce = announce;
  }

  /** Shows `text` until `work` calls `report` with the progress. Rejects with an AbortError when the task is cancelled. */
  async run<T>(text: string, work: (signal: AbortSignal, report: (text: string) => void) => Promise<T>): Promise<T> {
    this.stop();
    const running = (this.#running = new AbortController());
    const { signal } = running;
    let progress = text;
    const show = (): void => {
      this.#toast.keep(progress, { label: this.#strings.cancel, run: () => this.stop() });
      timer = setTimeout(show, REPORT_INTERVAL);
    };
    let timer = setTimeout(() => {
      this.#announce(text);
      show();
    }, SHOW_AFTER);
    try {
      return await work(signal, (report) => (progress = report));
    } finally {
      clearTimeout(timer);
      if (this.#running === running) {
        this.#running = undefined;
        this.#toast.hide();
      }
    }
  }

  /** Cancels the running task. Returns false if there was none. */
  stop(): boolean {
    const running = this.#running;
    this.#running = undefined;
    if (running === undefined) return false;
    running.abort(new DOMException('Stopped.', 'AbortError'));
    this.#toast.hide();
    return true;
  }
}

/** Whether a task was cancelled, as opposed to failed. */
export function isAbortError(error: unknown): boolean {
  return error instanceof DOMException && error.name === 'AbortError';
}
