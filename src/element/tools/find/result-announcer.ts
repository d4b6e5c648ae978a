import type { FindState } from './find-state.ts';
import { announcementOf, type FindStrings } from './strings.ts';

/** How long a search has run before its result is announced, ms: the reader may still be typing. */
const ANNOUNCE_AFTER = 500;

/** Announces the result of each search once, unless the next one begins before. */
export class ResultAnnouncer {
  readonly #strings: FindStrings;
  readonly #state: () => FindState;
  readonly #announce: (text: string) => void;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #isAnnounced = true;

  constructor(strings: FindStrings, state: () => FindState, announce: (text: string) => void) {
    this.#strings = strings;
    this.#state = state;
    this.#announce = announce;
  }

  /** A search began. */
  begin(): void {
    this.end();
    this.#isAnnounced = false;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.stateChanged();
    }, ANNOUNCE_AFTER);
  }

  /** The result is not announced any more. */
  end(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#isAnnounced = true;
  }

  stateChanged(): void {
    const text = this.#isAnnounced || this.#timer !== undefined ? '' : announcementOf(this.#state(), this.#strings);
    if (text === '') return;
    this.#isAnnounced = true;
    this.#announce(text);
  }
}
