import type { ClientRequest } from 'node:http';
import { formatPosition, type Position } from '../../protocol/position.ts';
import type { Endpoint } from '../client/endpoint.ts';
import type { TopicSource } from '../client/topic-signer.ts';
import type { Output } from '../processes/child-outputs.ts';
import type { GrowingLine } from './growing-line.ts';

/** Characters sent in one request; beyond them another request starts with the visible part of the line. */
const MAX_REQUEST_LENGTH = 64 * 1_024;

/**
 * Shows viewers the line that is being written, by an append that is never completed and is cancelled when the line itself is
 * appended. Since the append is conditional, the server then discards its text; nothing of it is ever stored.
 */
export class LinePreview {
  readonly #endpoint: Endpoint;
  readonly #topics: TopicSource;
  readonly #channel: string;
  #request: ClientRequest | undefined;
  #output: Output = 'out';
  #line: GrowingLine | undefined;
  #sent = 0;
  /** Incremented by each `clear`, so that requests that began before it are abandoned. */
  #generation = 0;

  constructor(endpoint: Endpoint, topics: TopicSource, channel: string) {
    this.#endpoint = endpoint;
    this.#topics = topics;
    this.#channel = channel;
  }

  /** Shows an unfinished line as it is now. */
  async show(line: GrowingLine, output: Output, base: Position): Promise<void> {
    if (this.#request !== undefined && (line !== this.#line || output !== this.#output || this.#sent > MAX_REQUEST_LENGTH)) this.clear();
    if (this.#request === undefined) {
      const generation = this.#generation;
      const topic = await this.#topics.sign(this.#channel, true);
      if (generation !== this.#generation) return;
      this.#begin(line, output, this.#open(topic, output, base));
      return;
    }
    const addition = line.addition();
    // So much text that most of it is not visible any more.
    if (addition === undefined) {
      this.clear();
      return this.show(line, output, base);
    }
    this.#send(this.#request, addition);
  }

  clear(): void {
    this.#generation += 1;
    this.#request?.destroy();
    this.#request = undefined;
    this.#line = undefined;
    this.#sent = 0;
  }

  #begin(line: GrowingLine, output: Output, request: ClientRequest): void {
    this.#request = request;
    this.#line = line;
    this.#output = output;
    this.#send(request, line.whole());
  }

  #send(request: ClientRequest, text: string): void {
    if (text === '') return;
    request.write(text);
    this.#sent += text.length;
  }

  #open(topic: string, output: Output, base: Position): ClientRequest {
    const opened = this.#endpoint.open('POST', this.#endpoint.path(this.#channel, output === 'err' ? { stream: 'err' } : {}), {
      authorization: `Bearer ${topic}`,
      'log-append-at': base.epoch === '' ? String(base.offset) : formatPosition(base),
    });
    // A failed preview is no loss: the appender sends the line itself.
    opened.on('error', () => {});
    opened.on('response', (response) => response.resume());
    return opened;
  }
}
