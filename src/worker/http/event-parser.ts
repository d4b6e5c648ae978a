import { LIMITS } from '../../protocol/limits.ts';

/** Reads server-sent events out of text that arrives in pieces of any size, cut anywhere. */
export class EventParser {
  readonly #limit: number;
  /** The line that has begun. */
  #line = '';
  #data: string[] = [];
  /** Characters of the event that has begun. */
  #length = 0;
  /** The event that has begun is of a kind of its own, which is not ours. */
  #named = false;
  /** What came last was a CR: an LF that follows belongs to it. */
  #afterCr = false;

  constructor(limit: number = LIMITS.answerLength) {
    this.#limit = limit;
  }

  /** The data of every event that this piece completes. Throws RangeError for an event that is too long. */
  push(text: string): string[] {
    const events: string[] = [];
    const ends = /\r\n?|\n/gu;
    let from = 0;
    if (text !== '' && this.#afterCr) {
      if (text.startsWith('\n')) from = ends.lastIndex = 1;
      this.#afterCr = false;
    }
    for (let end = ends.exec(text); end !== null; end = ends.exec(text)) {
      this.#grow(text.slice(from, end.index));
      from = ends.lastIndex;
      this.#afterCr = end[0] === '\r' && from === text.length;
      const event = this.#take(this.#line);
      if (event !== undefined) events.push(event);
      this.#line = '';
    }
    this.#grow(text.slice(from));
    return events;
  }

  #grow(text: string): void {
    this.#line += text;
    this.#length += text.length;
    if (this.#length > this.#limit) throw new RangeError(`The event is longer than ${this.#limit} characters.`);
  }

  /** Takes a line in; an empty one completes the event. */
  #take(line: string): string | undefined {
    if (line !== '') {
      const [, field, value = ''] = /^([^:]*)(?:: ?(.*))?$/su.exec(line) ?? [];
      if (field === 'data') this.#data.push(value);
      else if (field === 'event') this.#named = value !== '' && value !== 'message';
      // Nothing is kept of comments, positions (they are in the frames) and what is not known.
      if (field !== 'data') this.#length -= line.length;
      return undefined;
    }
    const event = this.#named || this.#data.length === 0 ? undefined : this.#data.join('\n');
    this.#data = [];
    this.#length = 0;
    this.#named = false;
    return event;
  }
}
