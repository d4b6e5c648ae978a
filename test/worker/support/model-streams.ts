import { encodeServerFrame, type ServerFrame } from '../../../src/protocol/messages.ts';
import type { StreamRequest } from '../../../src/worker/session/events.ts';
import { behind, positionIn, type ServerLog } from './model-log.ts';

/** A stream over HTTP; undefined in its queue is a comment. */
interface Stream {
  readonly channel: string;
  cursor: number;
  readonly queue: (ServerFrame | undefined)[];
  /** The server closes it after the queued frames. */
  over: boolean;
  /** It went dead silently. */
  lost: boolean;
}

/** The streams of the model's server, with the frames under way on each. */
export class ModelStreams {
  readonly #log: (channel: string) => ServerLog;
  readonly #streams = new Map<number, Stream>();

  constructor(log: (channel: string) => ServerLog) {
    this.#log = log;
  }

  get ids(): number[] {
    return [...this.#streams.keys()];
  }

  get size(): number {
    return this.#streams.size;
  }

  /** As PROTOCOL.md H30 and H31 say. */
  begin({ id, channel, position }: StreamRequest): void {
    const log = this.#log(channel);
    const reset = (position.epoch !== '' && position.epoch !== log.epoch) || position.offset > log.head;
    const truncated = position.offset + 1 < log.first;
    const cursor = reset || truncated ? log.first - 1 : position.offset;
    const stream: Stream = { channel, cursor, queue: [], over: false, lost: false };
    const off = positionIn(log, cursor);
    if (reset || truncated) stream.queue.push({ e: 'ack', ch: channel, off, first: log.first, st: reset ? 'reset' : 'truncated' });
    this.#streams.set(id, stream);
    this.#pump(stream);
  }

  /** The log has grown, or ended. */
  pump(channel: string): void {
    for (const stream of this.#following(channel)) this.#pump(stream);
  }

  /** Goes on elsewhere, and says so, if it does. */
  move(channel: string, cursor: number, saying?: ServerFrame): void {
    for (const stream of this.#following(channel)) {
      stream.cursor = cursor;
      if (saying !== undefined) stream.queue.push(saying);
    }
  }

  beat(): void {
    for (const { queue } of this.#streams.values()) queue.push(undefined);
  }

  lose(): void {
    for (const stream of this.#streams.values()) stream.lost = true;
  }

  /** The frames that arrive next; they are kept, to arrive again, unless it is the last time. */
  take(id: number, count: number, last: boolean): { readonly frames: string[] | undefined; readonly over: boolean } {
    const stream = this.#streams.get(id);
    if (stream === undefined || stream.lost) return { frames: undefined, over: false };
    const pieces = stream.queue.slice(0, count);
    if (last) stream.queue.splice(0, count);
    const frames = pieces.filter((piece) => piece !== undefined).map(encodeServerFrame);
    return { frames: pieces.length > 0 ? frames : undefined, over: stream.over && stream.queue.length === 0 };
  }

  delete(id: number): boolean {
    return this.#streams.delete(id);
  }

  #pump(stream: Stream): void {
    if (stream.over) return;
    const log = this.#log(stream.channel);
    stream.queue.push(...behind(stream.channel, log, stream.cursor));
    stream.cursor = log.head;
    stream.over = log.end !== undefined;
  }

  *#following(channel: string): Generator<Stream> {
    for (const stream of this.#streams.values()) if (stream.channel === channel && !stream.over) yield stream;
  }
}
