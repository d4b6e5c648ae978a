import type { ClientRequest } from 'node:http';
import { LIMITS } from '../../protocol/limits.ts';
import { formatPosition, type Position } from '../../protocol/position.ts';
import { Endpoint } from '../http/endpoint.ts';
import type { Topics } from '../http/topics.ts';
import type { Output } from '../processes/outputs.ts';

/** Sent in one request, above which the next one begins with the tail. */
const REQUEST_BYTES = 64 * 1_024;

/**
 * Shows viewers the line that is being written: an append that is begun, never completed, and broken off when the line
 * itself is appended. As it is conditional, the server forgets then what it brought; nothing of it is ever stored.
 */
export class PartPreview {
  readonly #endpoint: Endpoint;
  readonly #topics: Topics;
  readonly #channel: string;
  #request: ClientRequest | undefined;
  #output: Output = 'out';
  /** Characters of the line that were sent or left out. */
  #shown = 0;
  #sent = 0;
  /** Grows with each `clear`: what was begun before it must not go on. */
  #generation = 0;

  constructor(endpoint: Endpoint, topics: Topics, channel: string) {
    this.#endpoint = endpoint;
    this.#topics = topics;
    this.#channel = channel;
  }

  /** `text` is the unfinished line as it is now; between two calls of `clear` it only grows. */
  async show(text: string, output: Output, base: Position): Promise<void> {
    if (this.#request !== undefined && (output !== this.#output || this.#sent > REQUEST_BYTES)) this.clear();
    if (this.#request === undefined) {
      const generation = this.#generation;
      const topic = await this.#topics.sign(this.#channel, true);
      if (generation !== this.#generation) return;
      this.#request = this.#open(topic, output, base);
      this.#output = output;
      this.#shown = startOfTail(text);
    }
    const more = text.slice(this.#shown);
    if (more === '') return;
    this.#request.write(more);
    this.#sent += more.length;
    this.#shown = text.length;
  }

  clear(): void {
    this.#generation += 1;
    this.#request?.destroy();
    this.#request = undefined;
    this.#shown = 0;
    this.#sent = 0;
  }

  #open(topic: string, output: Output, base: Position): ClientRequest {
    const opened = this.#endpoint.open('POST', Endpoint.path(this.#channel, output === 'err' ? { stream: 'err' } : {}), {
      authorization: `Bearer ${topic}`,
      'log-append-at': base.epoch === '' ? String(base.offset) : formatPosition(base),
    });
    // A preview that fails is not missed: the line itself comes by the appender.
    opened.on('error', () => {});
    opened.on('response', (answer) => answer.resume());
    return opened;
  }
}

/** Where what a terminal would show of a long unfinished line begins: behind its last `\r`, 4 KiB before its end at most. */
function startOfTail(text: string): number {
  if (text.length <= LIMITS.partBytes) return 0;
  return Math.max(text.lastIndexOf('\r', text.length - 2) + 1, text.length - LIMITS.partBytes);
}
