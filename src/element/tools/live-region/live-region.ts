import { monotonic } from '../../../worker/platform/attempt.ts';
import type { LogState } from '../../../worker/api.ts';
import type { AnnounceMode } from '../../attributes.ts';
import { isHidden } from '../../util/idle.ts';
import type { ToolStrings } from '../strings.ts';
import { Announcer } from './announcer.ts';

/** Announces to screen readers what {@link Announcer} decides, through one polite live region. Silent in a hidden tab. */
export class LiveRegion {
  readonly #element: HTMLElement;
  readonly #announcer: Announcer;
  readonly #mode: () => AnnounceMode;
  readonly #errorsAfter: (line: number) => number;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** `errorsAfter` counts the errors after a line. */
  constructor(element: HTMLElement, strings: ToolStrings, mode: () => AnnounceMode, errorsAfter: (line: number) => number) {
    this.#announcer = new Announcer(strings);
    this.#errorsAfter = errorsAfter;
    this.#element = element;
    this.#mode = mode;
  }

  announce(text: string): void {
    if (text !== '' && !isHidden()) this.#element.textContent = text;
  }

  announceState(state: LogState, head: number, code: number | undefined, errors: number): void {
    this.announce(this.#mode() === 'off' ? '' : this.#announcer.stateMessage(state, head, monotonic(), code, errors));
  }

  announceMissing(text: string | undefined): void {
    const message = this.#announcer.missingMessage(text);
    if (this.#mode() !== 'off') this.announce(message);
  }

  /** Announces new lines when their turn comes: how many, or their texts. */
  addLines(count: number, texts: readonly string[], head: number): void {
    this.#announcer.addLines(count, texts, head);
    this.#schedule();
  }

  dispose(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #schedule(): void {
    const wait = this.#announcer.timeToNext(monotonic());
    if (wait === undefined || this.#timer !== undefined) return;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.announce(this.#announcer.nextMessage(this.#mode(), monotonic(), this.#errorsAfter));
      // Timers may fire slightly early, before the message is due.
      this.#schedule();
    }, Math.ceil(wait));
  }
}
