/** One event of a stream of server-sent events. */
export interface StreamEvent {
  readonly name: string;
  readonly data: string;
}

/** Characters of one event, above which the stream is broken: a list of a hundred thousand logs is shorter. */
export const EVENT_LENGTH = 64 * 1_024 * 1_024;

/** Reads events from text as it comes, cut anywhere. */
export class EventReader {
  /** Of a line that is not complete. */
  #rest = '';
  #name = '';
  #data: string[] = [];
  #length = 0;

  /** The events that this text completes. Throws when one is too long. */
  push(text: string): readonly StreamEvent[] {
    const lines = (this.#rest + text).split('\n');
    this.#rest = lines.pop() ?? '';
    const events = lines.flatMap((line) => this.#take(line.replace(/\r$/u, '')) ?? []);
    if (this.#rest.length + this.#length > EVENT_LENGTH) throw new Error('An event of the server is too long.');
    return events;
  }

  #take(line: string): StreamEvent | undefined {
    if (line === '') return this.#complete();
    const [, field = '', value = ''] = /^([^:]*):? ?(.*)$/u.exec(line) ?? [];
    if (field === 'event') this.#name = value;
    if (field === 'data') {
      this.#data.push(value);
      this.#length += value.length;
    }
    return undefined;
  }

  #complete(): StreamEvent | undefined {
    const event = this.#data.length === 0 ? undefined : { name: this.#name, data: this.#data.join('\n') };
    this.#name = '';
    this.#data = [];
    this.#length = 0;
    return event;
  }
}
