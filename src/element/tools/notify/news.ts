import { LEVEL } from '../../../protocol/marks/level.ts';
import { lineLevel } from '../../../protocol/marks/line-level.ts';
import type { Line } from '../../../protocol/line.ts';
import { shownText } from '../../../protocol/terminal/shown-text.ts';
import type { LogState } from '../../../worker/api.ts';
import type { NotifyMode } from '../../attributes.ts';
import { outcomeOf } from '../../outcome.ts';

/** What there is to tell of a log. */
export type News = 'failed' | 'ended';

/** Finds out what is worth telling of one log: that it ended, or its first failure, each once and only if it was live before. */
export class LogNews {
  #wasLive = false;
  #hasFailed = false;
  #hasEnded = false;
  /** There were errors before the log was live: a further one is not its first. Its process may still fail. */
  #hadErrors = false;
  /** The errors that were counted while nothing was to be told. */
  #untold = 0;

  /** The state of the log changed; `code` is its exit code once it is complete. */
  stateChanged(state: LogState, code: number | undefined, mode: NotifyMode): News | undefined {
    if (state === 'live' || state === 'connecting') this.#wasLive = state === 'live';
    if (state !== 'ended' || !this.#wasLive || this.#hasEnded) return undefined;
    this.#hasEnded = true;
    const isFailure = ['failed', 'killed'].includes(outcomeOf(code));
    const isFirstFailure = isFailure && !this.#hasFailed;
    this.#hasFailed ||= isFailure;
    if (mode === 'end' || mode === 'all') return isFailure ? 'failed' : 'ended';
    return mode === 'error' && isFirstFailure ? 'failed' : undefined;
  }

  /** The errors of the log were counted: how many there are, and how many of them came since it was live. */
  errorsCounted({ errors, fresh }: { readonly errors: number; readonly fresh: number }, mode: NotifyMode): News | undefined {
    if (mode === 'off') this.#untold = errors;
    if (mode === 'off' || this.#hadErrors || this.#hasFailed || errors <= this.#untold) return undefined;
    this.#hadErrors = this.#untold === 0 && errors > fresh;
    if (this.#hadErrors) return undefined;
    this.#hasFailed = true;
    return mode === 'end' ? undefined : 'failed';
  }

  /** Lines were added to a live log whose errors are not counted. */
  linesAdded(lines: readonly Line[], mode: NotifyMode): News | undefined {
    if (this.#hasFailed || mode === 'off' || !lines.some(isError)) return undefined;
    this.#hasFailed = true;
    return mode === 'end' ? undefined : 'failed';
  }

  /** Another log is shown, or this one began again. */
  reset(): void {
    this.#hasFailed = this.#hasEnded = this.#hadErrors = false;
    this.#untold = 0;
  }
}

/** Whether a line is an error, by its mark, or by its text where the server marks none. */
function isError([, text, extra]: Line): boolean {
  return (extra?.l ?? lineLevel(shownText(text)) ?? 0) >= LEVEL.error;
}
