import type { Range } from '../../../worker/api.ts';
import type { LogBinding } from '../../log-binding.ts';
import type { Viewport } from '../../viewport/viewport.ts';
import { TOOL_STRINGS } from '../strings.ts';
import { wasStopped, type Task } from '../task.ts';
import type { ToastAction } from '../toast.ts';
import { findError, SEARCH_LIMIT } from './find-error.ts';

/** Characters of an error that are read out. */
const READ_OUT = 200;

export interface ErrorFinderHost {
  readonly session: LogBinding;
  readonly viewport: Pick<Viewport, 'line' | 'visible' | 'goTo'>;
  readonly task: Task;
  /** First and last line there is. */
  lines(): Range;
  /** The lines that are selected as a whole. */
  selected(): Range | undefined;
  select(line: number): void;
  say(text: string, action?: ToastAction): void;
  /** Tells screen readers only. */
  tell(text: string): void;
}

/** Goes from error to error. */
export class ErrorFinder {
  readonly #host: ErrorFinderHost;

  constructor(host: ErrorFinderHost) {
    this.#host = host;
  }

  /**
   * Goes to the next line that looks like an error, or the one before, seen from what is on screen; `from` begins at
   * another line. Resolves with its number; undefined when there is none, or the reader stopped it.
   */
  async go(backwards: boolean, from?: number): Promise<number | undefined> {
    const { session, viewport, task, say, tell, lines, select } = this.#host;
    const { log } = session;
    const all = lines();
    if (log === undefined || all.to < all.from) {
      say(TOOL_STRINGS.noError(0));
      return undefined;
    }
    const start = from ?? this.#start(backwards);
    const held = (line: number): ReturnType<Viewport['line']> => viewport.line(line);
    const result = await task
      .run(TOOL_STRINGS.lookingForError(0), (signal, report) =>
        findError({ all, start, backwards, held, log, signal, progress: (looked) => report(TOOL_STRINGS.lookingForError(looked)) }),
      )
      .catch((error: unknown) => {
        if (wasStopped(error)) return undefined;
        throw error;
      });
    if (result?.kind === 'none') say(TOOL_STRINGS.noError(all.to - all.from + 1));
    if (result?.kind === 'stopped')
      say(TOOL_STRINGS.noError(SEARCH_LIMIT), { label: TOOL_STRINGS.goOn, run: () => void this.go(backwards, result.next) });
    if (result?.kind !== 'found') return undefined;
    select(result.line);
    // What is left of redrawn lines is shown where it stands: the others need not be.
    viewport.goTo(result.line, false);
    if (result.wrapped) say(TOOL_STRINGS.errorWrapped(backwards));
    tell(TOOL_STRINGS.errorAt(result.line, result.text.slice(0, READ_OUT)));
    return result.line;
  }

  /** Behind the error that was gone to last, as long as it is on screen; else at the edge of the screen. */
  #start(backwards: boolean): number {
    const { viewport, selected } = this.#host;
    const { from, to } = viewport.visible;
    const last = selected();
    const step = backwards ? -1 : 1;
    if (last !== undefined && last.from === last.to && last.from >= from && last.from <= to) return last.from + step;
    return backwards ? to : from;
  }
}
