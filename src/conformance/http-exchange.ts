import { request as httpRequest, type ClientRequest, type IncomingHttpHeaders, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { Watch } from './watch.ts';

/** The most bytes of an answer: no case needs more. */
const MAX_BYTES = 8 * 1_024 * 1_024;

export interface RequestHead {
  readonly url: URL;
  /** Path and query, sent as they are: a URL would normalize them. */
  readonly target: string;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** One request on its own connection, and as much of its answer as has arrived. */
export class HttpExchange {
  readonly #request: ClientRequest;
  readonly #watch = new Watch();
  #response: IncomingMessage | undefined;
  #chunks: Buffer[] = [];
  #size = 0;
  #ending: 'complete' | 'broken' | undefined;
  #trouble = '';

  constructor({ url, target, method, headers }: RequestHead) {
    const options = { host: url.hostname.replace(/^\[|\]$/gu, ''), port: url.port, path: target, method, headers, agent: false as const };
    this.#request = (url.protocol === 'https:' ? httpsRequest : httpRequest)(options);
    this.#request.on('response', (response) => this.#receive(response));
    // Once there is an answer, only that counts: a server may close before it has read the request.
    const failed = (trouble: string): void => {
      if (this.#response === undefined) this.#end('broken', trouble);
    };
    this.#request.on('error', (error) => failed(error.message));
    this.#request.on('close', () => failed('the connection was closed'));
  }

  /** Undefined until it has arrived. */
  get status(): number | undefined {
    return this.#response?.statusCode;
  }

  get headers(): IncomingHttpHeaders {
    return this.#response?.headers ?? {};
  }

  /** How the answer ended; undefined until then. */
  get ending(): 'complete' | 'broken' | undefined {
    return this.#ending;
  }

  /** Why the answer broke off. */
  get trouble(): string {
    return this.#trouble;
  }

  /** The bytes of the body that have arrived and were not consumed. */
  get bytes(): Buffer {
    const whole = Buffer.concat(this.#chunks);
    this.#chunks = [whole];
    return whole;
  }

  /** Removes the first `count` bytes of the body. */
  consume(count: number): void {
    this.#chunks = [this.bytes.subarray(count)];
  }

  /** Sends the head of the request at once. */
  sendHead(): void {
    this.#request.setNoDelay(true);
    this.#request.flushHeaders();
  }

  /** Resolves to whether the bytes were written to the connection within `within` ms. */
  async write(bytes: Buffer, within: number): Promise<boolean> {
    let isWritten = false;
    this.#request.write(bytes, () => {
      isWritten = true;
      this.#watch.notify();
    });
    return (await this.until(() => (isWritten || this.#ending !== undefined ? true : undefined), within)) !== undefined;
  }

  finish(body?: Buffer): void {
    this.#request.end(body);
  }

  break(): void {
    this.#request.destroy();
  }

  until<T>(check: () => T | undefined, within: number): Promise<T | undefined> {
    return this.#watch.until(check, within);
  }

  #receive(response: IncomingMessage): void {
    this.#response = response;
    response.on('data', (chunk: Buffer) => {
      this.#chunks.push(chunk);
      this.#size += chunk.length;
      if (this.#size > MAX_BYTES) this.#request.destroy(new Error(`more than ${MAX_BYTES} bytes`));
      this.#watch.notify();
    });
    response.on('end', () => this.#end('complete', ''));
    response.on('error', (error) => this.#end('broken', error.message));
    response.on('close', () => this.#end('broken', 'the answer was broken off'));
    this.#watch.notify();
  }

  #end(how: 'complete' | 'broken', trouble: string): void {
    if (this.#ending !== undefined) return;
    this.#ending = how;
    this.#trouble = trouble;
    this.#watch.notify();
  }
}
