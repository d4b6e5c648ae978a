import { once } from 'node:events';
import http, { type ClientRequest, type IncomingHttpHeaders, type IncomingMessage, type OutgoingHttpHeaders } from 'node:http';
import { onTestFinished, vi } from 'vitest';
import type { LogServerOptions } from '../../../src/server/config/options.ts';
import type { LogStore } from '../../../src/server/store.ts';
import { startServer as startAny, type TestServer } from '../../support/server.ts';

/** A log server to be asked over HTTP. */
export interface HttpTestServer extends TestServer {
  /** Path of a channel with a topic in the query. */
  path(channel: string, query?: string, write?: boolean): string;
}

/** A log server on a real HTTP server, taken down when the test is over. */
export async function startServer(options: Partial<LogServerOptions> = {}): Promise<HttpTestServer> {
  const server = await startAny(options);
  const path = (channel: string, query = '', write = true): string => {
    const topic = encodeURIComponent(server.sign(channel, { write }));
    return `/log-stream/topics/${channel}?topic=${topic}${query === '' ? '' : `&${query}`}`;
  };
  return { ...server, path };
}

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  readonly text: string;
  /** The body as JSON. */
  json(): Record<string, unknown>;
}

export interface Asked {
  readonly method?: string;
  readonly headers?: OutgoingHttpHeaders;
  readonly body?: string | Buffer;
  readonly agent?: http.Agent;
}

/** One request and its whole answer. */
export async function ask(
  { port }: Pick<TestServer, 'port'>,
  path: string,
  { method = 'GET', headers = {}, body, agent }: Asked = {},
): Promise<Answer> {
  const request = http.request({ port, host: '127.0.0.1', path, method, headers, agent: agent ?? false });
  // The server may answer and disconnect before it has read all of a body.
  request.on('error', () => undefined);
  request.end(body);
  return answerOf(request);
}

/** Waits for the whole answer to a request. */
export async function answerOf(request: ClientRequest): Promise<Answer> {
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk as Buffer);
  const bytes = Buffer.concat(chunks);
  const text = bytes.toString();
  return {
    status: response.statusCode ?? 0,
    headers: response.headers,
    body: bytes,
    text,
    json: () => JSON.parse(text) as Record<string, unknown>,
  };
}

/** A request whose body is written bit by bit; it is kept open until it is ended or destroyed. */
export interface Upload {
  readonly request: ClientRequest;
  /** Rejects when the connection breaks before the whole answer was read. */
  readonly answer: Promise<Answer>;
}

export function upload({ port }: Pick<TestServer, 'port'>, path: string, headers: OutgoingHttpHeaders = {}, method = 'PUT'): Upload {
  const request = http.request({ port, host: '127.0.0.1', path, method, headers, agent: false });
  request.on('error', () => undefined);
  request.flushHeaders();
  const answer = answerOf(request);
  answer.catch(() => undefined);
  onTestFinished(() => void request.destroy());
  return { request, answer };
}

/** An answer that is read while it is written. */
export class Stream {
  readonly response: IncomingMessage;
  #text = '';
  #isComplete = false;
  #isClosed = false;

  constructor(response: IncomingMessage) {
    this.response = response;
    response.setEncoding('utf8');
    response.on('data', (chunk: string) => {
      this.#text += chunk;
    });
    response.on('end', () => {
      this.#isComplete = response.complete;
    });
    response.on('error', () => undefined);
    response.on('close', () => {
      this.#isClosed = true;
    });
  }

  get text(): string {
    return this.#text;
  }

  /** Waits until the text is exactly this. */
  async has(text: string): Promise<void> {
    await vi.waitFor(() => {
      if (this.#text !== text)
        throw new Error(`expected ${JSON.stringify(text)}, so far there is ${JSON.stringify(this.#text.slice(-2_000))}`);
    }, PATIENCE);
  }

  /** Waits until the text contains this. */
  async contains(text: string): Promise<void> {
    await vi.waitFor(() => {
      if (!this.#text.includes(text)) throw new Error(`expected ${JSON.stringify(text)} in ${JSON.stringify(this.#text.slice(-2_000))}`);
    }, PATIENCE);
  }

  /** Waits for the end; returns whether it was a proper one. */
  async ended(): Promise<boolean> {
    await vi.waitFor(() => {
      if (!this.#isClosed) throw new Error(`the answer goes on: ${JSON.stringify(this.#text.slice(-2_000))}`);
    }, PATIENCE);
    return this.#isComplete;
  }
}

const PATIENCE = { timeout: 15_000, interval: 5 };

/** Opens an answer and returns once its head is there. */
export async function open({ port }: Pick<TestServer, 'port'>, path: string, headers: OutgoingHttpHeaders = {}): Promise<Stream> {
  const request = http.request({ port, host: '127.0.0.1', path, headers, agent: false });
  request.on('error', () => undefined);
  onTestFinished(() => void request.destroy());
  request.end();
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  return new Stream(response);
}

/** Appends lines with one request and fails when that does. */
export async function appendText(
  server: HttpTestServer,
  channel: string,
  body: string | Buffer,
  query = '',
): Promise<Record<string, unknown>> {
  const answer = await ask(server, server.path(channel, query), { method: 'POST', body });
  if (answer.status !== 200) throw new Error(`append: ${answer.status} ${answer.text}`);
  return answer.json();
}

/** The texts of all lines of a log. */
export async function textsOf(store: LogStore, channel: string): Promise<string[]> {
  const { lines } = await store.read(channel, { after: 0, limit: 1_000_000, bytes: 1_000_000_000 });
  return lines.map(([, text]) => text);
}

/** Lines `from` to `to`, numbered. */
export function numbered(from: number, to: number): string {
  let text = '';
  for (let number = from; number <= to; number += 1) text += `line ${number}\n`;
  return text;
}
