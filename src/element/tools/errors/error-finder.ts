import type { Range } from '../../../worker/api.ts';
import type { LogBinding } from '../../log-binding.ts';
import type { Viewport } from '../../viewport/viewport.ts';
import { TOOL_STRINGS } from '../strings.ts';
import { isAbortError, type Task } from '../messages/task.ts';
import type { ToastAction } from '../messages/toast.ts';
import { findError, SEARCH_LIMIT } from './find-error.ts';

/** Characters of an error that are announced. */
const ANNOUNCED = 200;

export interface ErrorFinderHost {
  readonly binding: LogBinding;
  readonly viewport: Pick<Viewport, 'line' | 'visible' | 'goTo'>;
  readonly task: Task;
  /** The first and the last line of the log. */
  lines(): Range;
  /** The current line, while it is on screen. */
  current(): number | undefined;
  select(line: number): void;
  notify(text: string, action?: ToastAction): void;
  /** For screen readers only. */
  announce(text: string): void;
}

/** Jumps from error to error. */
export class ErrorFinder {
  readonly #host: ErrorFinderHost;

  constructor(host: ErrorFinderHost) {
    this.#host = host;
  }

  /** Jumps to the first error of the log. */
  goFirst(): Promise<number | undefined> {
    return this.go(false, this.#host.lines().from);
  }

  /**
   * Jumps to the next or the previous line that looks like an error, seen from the lines on screen or from line `from`.
   * Resolves with its number; undefined when there is none or the reader cancels the search.
   */
  async go(backwards: boolean, from?: number): Promise<number | undefined> {
    const { binding, viewport, task, notify, announce, lines, select } = this.#host;
    const { log } = binding;
    const all = lines();
    if (log === undefined || all.to < all.from) {
      notify(TOOL_STRINGS.noError(0));
      return undefined;
    }
    const start = from ?? this.#start(backwards);
    const held = (line: number): ReturnType<Viewport['line']> => viewport.line(line);
    const result = await task
      .run(TOOL_STRINGS.searching(0), (signal, report) =>
        findError({ all, start, backwards, held, log, signal, progress: (searched) => report(TOOL_STRINGS.searching(searched)) }),
      )
      .catch((error: unknown) => {
        if (isAbortError(error)) return undefined;
        throw error;
      });
    if (result?.kind === 'none') notify(TOOL_STRINGS.noError(all.to - all.from + 1));
    if (result?.kind === 'stopped')
      notify(TOOL_STRINGS.noError(SEARCH_LIMIT), { label: TOOL_STRINGS.keepSearching, run: () => void this.go(backwards, result.next) });
    if (result?.kind !== 'found') return undefined;
    select(result.line);
    // A survivor of redrawn lines is shown in its place in the fold, which need not open.
    viewport.goTo(result.line, false);
    if (result.wrapped) notify(TOOL_STRINGS.errorWrapped(backwards));
    announce(TOOL_STRINGS.errorAt(result.line, result.text.slice(0, ANNOUNCED)));
    return result.line;
  }

  /** After the current line, which the error found last is, while that is on screen; else at the edge of the screen. */
  #start(backwards: boolean): number {
    const { viewport, current } = this.#host;
    const { from, to } = viewport.visible;
    const line = current();
    if (line === undefined) return backwards ? to : from;
    return line + (backwards ? -1 : 1);
  }
}
