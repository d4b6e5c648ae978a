import { request as httpRequest, type ClientRequest, type IncomingHttpHeaders, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { Watch } from './watch.ts';

/** More of an answer is not taken, bytes. */
const MOST = 8 * 1_024 * 1_024;

export interface RequestHead {
  readonly url: URL;
  /** Path and query, sent as they are: a URL would tidy them up. */
  readonly target: string;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** One request on a connection of its own, and as much of its answer as came so far. */
export class HttpExchange {
  readonly #request: ClientRequest;
  readonly #watch = new Watch();
  #response: IncomingMessage | undefined;
  #chunks: Buffer[] = [];
  #size = 0;
  #over: 'complete' | 'broken' | undefined;
  #trouble = '';

  constructor({ url, target, method, headers }: RequestHead) {
    const options = { host: url.hostname.replace(/^\[|\]$/gu, ''), port: url.port, path: target, method, headers, agent: false as const };
    this.#request = (url.protocol === 'https:' ? httpsRequest : httpRequest)(options);
    this.#request.on('response', (response) => this.#take(response));
    // Once there is an answer, what becomes of that counts: a server may close before it has read the request.
    const failed = (trouble: string): void => {
      if (this.#response === undefined) this.#end('broken', trouble);
    };
    this.#request.on('error', (error) => failed(error.message));
    this.#request.on('close', () => failed('the connection was closed'));
  }

  /** Undefined until it came. */
  get status(): number | undefined {
    return this.#response?.statusCode;
  }

  get headers(): IncomingHttpHeaders {
    return this.#response?.headers ?? {};
  }

  /** How the answer ended; undefined while it goes on. */
  get over(): 'complete' | 'broken' | undefined {
    return this.#over;
  }

  /** Why it broke off. */
  get trouble(): string {
    return this.#trouble;
  }

  /** What came of the body and was not forgotten. */
  get bytes(): Buffer {
    const whole = Buffer.concat(this.#chunks);
    this.#chunks = [whole];
    return whole;
  }

  /** Forgets so many bytes of the body. */
  forget(count: number): void {
    this.#chunks = [this.bytes.subarray(count)];
  }

  /** Sends the head of the request at once. */
  sendHead(): void {
    this.#request.setNoDelay(true);
    this.#request.flushHeaders();
  }

  /** Resolves when the bytes were handed to the system, or `within` ms later; whether they were. */
  async write(bytes: Buffer, within: number): Promise<boolean> {
    let isWritten = false;
    this.#request.write(bytes, () => {
      isWritten = true;
      this.#watch.notify();
    });
    return (await this.until(() => (isWritten || this.#over !== undefined ? true : undefined), within)) !== undefined;
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

  #take(response: IncomingMessage): void {
    this.#response = response;
    response.on('data', (chunk: Buffer) => {
      this.#chunks.push(chunk);
      this.#size += chunk.length;
      if (this.#size > MOST) this.#request.destroy(new Error(`more than ${MOST} bytes came`));
      this.#watch.notify();
    });
    response.on('end', () => this.#end('complete', ''));
    response.on('error', (error) => this.#end('broken', error.message));
    response.on('close', () => this.#end('broken', 'the answer was broken off'));
    this.#watch.notify();
  }

  #end(how: 'complete' | 'broken', trouble: string): void {
    if (this.#over !== undefined) return;
    this.#over = how;
    this.#trouble = trouble;
    this.#watch.notify();
  }
}
