import { monotonic } from '../../worker/platform/attempt.ts';
import { isHidden } from '../util/idle.ts';
import type { LogState } from '../../worker/api.ts';
import type { AnnounceMode } from '../attributes.ts';
import { Announcer } from './announcer.ts';

/** Tells screen readers what {@link Announcer} decides, through one polite live region. Silent in a hidden tab. */
export class LiveRegion {
  readonly #element: HTMLElement;
  readonly #announcer = new Announcer();
  readonly #mode: () => AnnounceMode;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(element: HTMLElement, mode: () => AnnounceMode) {
    this.#element = element;
    this.#mode = mode;
  }

  state(state: LogState, head: number, code: number | undefined): void {
    this.say(this.#mode() === 'off' ? '' : this.#announcer.state(state, head, monotonic(), code));
  }

  missing(text: string | undefined): void {
    const message = this.#announcer.missing(text);
    if (this.#mode() !== 'off') this.say(message);
  }

  grew(count: number, texts: readonly string[]): void {
    this.#announcer.grew(count, texts);
    this.#plan();
  }

  #plan(): void {
    const due = this.#announcer.due(monotonic());
    if (due === undefined || this.#timer !== undefined) return;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.say(this.#announcer.flush(this.#mode(), monotonic()));
      // Timers may go off a little early: then it is not due yet.
      this.#plan();
    }, Math.ceil(due));
  }

  say(text: string): void {
    if (text !== '' && !isHidden()) this.#element.textContent = text;
  }

  dispose(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }
}
