/** One server-sent event. */
export interface ServerEvent {
  /** `message` where the stream names none. */
  readonly name: string;
  readonly data: string;
}

/** Parses server-sent events from text that arrives in pieces of any size. */
export class EventParser {
  readonly #limit: number;
  /** The unfinished line. */
  #line = '';
  #data: string[] = [];
  #name = '';
  /** Characters held of the unfinished event. */
  #length = 0;
  /** The last piece ended with CR: an LF that follows belongs to it. */
  #afterCr = false;

  /** `limit`: longest event, characters. */
  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Returns the events that this piece completes. Throws RangeError when an event exceeds the limit. */
  push(text: string): ServerEvent[] {
    const events: ServerEvent[] = [];
    const ends = /\r\n?|\n/gu;
    let from = 0;
    if (text !== '' && this.#afterCr) {
      if (text.startsWith('\n')) from = ends.lastIndex = 1;
      this.#afterCr = false;
    }
    for (let end = ends.exec(text); end !== null; end = ends.exec(text)) {
      this.#append(text.slice(from, end.index));
      from = ends.lastIndex;
      this.#afterCr = end[0] === '\r' && from === text.length;
      const event = this.#line === '' ? this.#complete() : this.#readField(this.#line);
      if (event !== undefined) events.push(event);
      this.#line = '';
    }
    this.#append(text.slice(from));
    return events;
  }

  #append(text: string): void {
    this.#line += text;
    this.#length += text.length;
    if (this.#length > this.#limit) throw new RangeError(`The event is longer than ${this.#limit} characters.`);
  }

  #readField(line: string): undefined {
    const [, field, value = ''] = /^([^:]*)(?:: ?(.*))?$/su.exec(line) ?? [];
    if (field === 'data') {
      this.#data.push(value);
      return;
    }
    if (field === 'event') this.#name = value;
    // Comments, ids (frames carry their position) and unknown fields are not kept.
    this.#length -= line.length;
  }

  /** An empty line completes an event; one without data is dropped. */
  #complete(): ServerEvent | undefined {
    const event = this.#data.length === 0 ? undefined : { name: this.#name || 'message', data: this.#data.join('\n') };
    this.#data = [];
    this.#name = '';
    this.#length = 0;
    return event;
  }
}
