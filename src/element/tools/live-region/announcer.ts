import type { LogState } from '../../../worker/api.ts';
import type { AnnounceMode } from '../../attributes.ts';
import type { ToolStrings } from '../strings.ts';

/** Shortest time between two announcements of lines, ms. */
export const ANNOUNCE_INTERVAL = 5_000;
/** Lines that are read out in one announcement; more are only counted. */
const READ_LINES = 20;

/**
 * Decides what a screen reader announces and when: a change of state at once, new lines in one message at most every five
 * seconds. Has no clock of its own: `now` is in ms.
 */
export class Announcer {
  #lines: string[] = [];
  #count = 0;
  /** The last line before the new ones. */
  #before = 0;
  #lastAt = Number.NEGATIVE_INFINITY;
  /** Whether missing lines have been announced. */
  #hasMissing = false;
  readonly #strings: ToolStrings;

  constructor(strings: ToolStrings) {
    this.#strings = strings;
  }

  /** The message for a new state; empty for none. `code` is the exit code of a complete log, `errors` are counted in all of it. */
  stateMessage(state: LogState, head: number, now: number, code?: number, errors = 0): string {
    const text = this.#strings.announceState[state];
    if (text === '') return '';
    this.#lastAt = now;
    // The state covers the lines that arrived before it.
    this.#clear();
    return state === 'ended' ? this.#strings.announceEnd(code, head, errors) : text;
  }

  /** The message for lines that could not be fetched, given once until there are none; `text` is undefined for none. */
  missingMessage(text: string | undefined): string {
    const isKnown = this.#hasMissing;
    this.#hasMissing = text !== undefined;
    return isKnown ? '' : (text ?? '');
  }

  /** Adds new lines up to `head`: their number, and the texts of those that are held. */
  addLines(count: number, texts: readonly string[], head = 0): void {
    if (this.#count === 0) this.#before = head - count;
    this.#count += count;
    for (const text of texts) if (this.#lines.length <= READ_LINES) this.#lines.push(text);
  }

  /** Time until {@link nextMessage} has a message, ms; undefined when there is none to wait for. */
  timeToNext(now: number): number | undefined {
    return this.#count === 0 ? undefined : Math.max(0, this.#lastAt + ANNOUNCE_INTERVAL - now);
  }

  /** The message about new lines, if it is due; else empty. `errorsAfter` counts the errors after a line. */
  nextMessage(mode: AnnounceMode, now: number, errorsAfter: (line: number) => number = () => 0): string {
    if (this.timeToNext(now) !== 0) return '';
    const count = this.#count;
    const lines = this.#lines;
    this.#clear();
    if (mode === 'off') return '';
    this.#lastAt = now;
    if (mode === 'lines' && count > READ_LINES) return this.#strings.tooMuch;
    // Lines that are not on screen may not be held: only their number is known.
    if (mode === 'lines' && lines.length === count) return lines.join('\n');
    const errors = errorsAfter(this.#before);
    return [this.#strings.newLines(count), ...(errors === 0 ? [] : [this.#strings.newErrors(errors)])].join(', ');
  }

  #clear(): void {
    this.#count = 0;
    this.#lines = [];
  }
}
