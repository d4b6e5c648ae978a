import type { LogState } from '../../worker/api.ts';
import type { AnnounceMode } from '../attributes.ts';
import { TOOL_STRINGS } from './strings.ts';

/** Shortest time between two announcements of lines, ms. */
export const ANNOUNCE_INTERVAL = 5_000;
/** Lines read out in one go; more are only counted. */
const READ_LINES = 20;

/**
 * Decides what a screen reader is told and when: a change of state at once, new lines as one message at most every
 * five seconds. Has no clock of its own: `now` is in ms.
 */
export class Announcer {
  #lines: string[] = [];
  #count = 0;
  #last = Number.NEGATIVE_INFINITY;
  /** That lines are missing was said. */
  #missing = false;

  /** The message for a new state; empty for none. `code` is the exit code of a log that is complete. */
  state(state: LogState, head: number, now: number, code?: number): string {
    const text = TOOL_STRINGS.announceState[state];
    if (text === '') return '';
    this.#last = now;
    // What came before is part of the log the reader is told about now.
    this.#forget();
    return state === 'ended' ? TOOL_STRINGS.announceEnd(code, head) : text;
  }

  /** The message for lines that could not be had, said once until there are none; `text` is undefined for none. */
  missing(text: string | undefined): string {
    const said = this.#missing;
    this.#missing = text !== undefined;
    return said ? '' : (text ?? '');
  }

  /** Takes new lines in: how many, and the text of those that are held. */
  grew(count: number, texts: readonly string[]): void {
    this.#count += count;
    for (const text of texts) if (this.#lines.length <= READ_LINES) this.#lines.push(text);
  }

  /** When {@link flush} has something to say, in ms from now; undefined when there is nothing. */
  due(now: number): number | undefined {
    return this.#count === 0 ? undefined : Math.max(0, this.#last + ANNOUNCE_INTERVAL - now);
  }

  /** The message that is due; empty for none. */
  flush(mode: AnnounceMode, now: number): string {
    if (this.due(now) !== 0) return '';
    const count = this.#count;
    const lines = this.#lines;
    this.#forget();
    if (mode === 'off') return '';
    this.#last = now;
    if (mode === 'lines' && count > READ_LINES) return TOOL_STRINGS.tooMuch;
    // Of those that are not on screen nothing but their number may be known.
    return mode === 'summary' || lines.length < count ? TOOL_STRINGS.newLines(count) : lines.join('\n');
  }

  #forget(): void {
    this.#count = 0;
    this.#lines = [];
  }
}
