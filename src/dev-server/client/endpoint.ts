import { Agent, request, type ClientRequest, type IncomingMessage, type OutgoingHttpHeaders } from 'node:http';
import { Agent as SecureAgent, request as secureRequest } from 'node:https';
import { addAbortSignal } from 'node:stream';
import { DEFAULT_BASE_PATH } from '../../protocol/limits.ts';
import { originOf, type HostAndPort } from '../util/hosts.ts';

/** A response with its whole body. */
export interface EndpointResponse {
  readonly status: number;
  readonly headers: ReadonlyMap<string, string>;
  readonly body: string;
}

export interface AskOptions {
  readonly method?: 'GET' | 'HEAD' | 'POST';
  readonly headers?: OutgoingHttpHeaders;
  readonly body?: string;
  /** ms without a byte of the response after which the request fails. @default 30000 */
  readonly timeout?: number;
}

/** What a server has of a log. */
export type ReadResource = 'topics' | 'levels' | 'groups' | 'seek' | 'search';

/** A response of lines; `body` and no lines if the request was refused. */
export interface LineResponse {
  readonly status: number;
  readonly body: string;
  readonly lines?: AsyncIterable<string>;
}

/** ms without a byte after which a response of lines counts as broken off. */
const LINE_TIMEOUT = 30_000;

/** Largest body that is read whole, and longest line: a page of history in which JSON escapes every character. */
const MAX_BODY_BYTES = 16 * 1_024 * 1_024;

/** A log-stream server as a client sees it. */
export class Endpoint {
  /** Such as `http://127.0.0.1:8787`. */
  readonly origin: string;
  readonly host: string;
  /** Such as `/log-stream`. */
  readonly basePath: string;
  readonly #agent: Agent;

  constructor(at: HostAndPort | URL) {
    const isUrl = at instanceof URL;
    const agent = { keepAlive: true, maxSockets: 4 };
    this.host = isUrl ? at.hostname : at.host;
    this.origin = isUrl ? at.origin : originOf(at);
    this.basePath = (isUrl ? at.pathname.replace(/\/+$/u, '') : '') || DEFAULT_BASE_PATH;
    this.#agent = isUrl && at.protocol === 'https:' ? new SecureAgent(agent) : new Agent(agent);
  }

  /** The path below the origin of a channel's log, or of another resource of it. */
  path(channel: string, query: Readonly<Record<string, string>> = {}, resource: ReadResource = 'topics'): string {
    const search = new URLSearchParams(query).toString();
    return `${this.basePath}/${resource}/${channel.split('/').map(encodeURIComponent).join('/')}${search === '' ? '' : `?${search}`}`;
  }

  /** Opens a request, which the caller ends, after writing a body if there is one. Errors are events of the returned request. */
  open(method: string, path: string, headers: OutgoingHttpHeaders): ClientRequest {
    const send = this.#agent instanceof SecureAgent ? secureRequest : request;
    return send(`${this.origin}${path}`, { method, headers, agent: this.#agent });
  }

  /** Makes a request and reads the whole response; rejects when there is none. */
  ask(path: string, { method = 'GET', headers = {}, body, timeout = 30_000 }: AskOptions = {}): Promise<EndpointResponse> {
    return new Promise((resolve, reject) => {
      const length = body === undefined ? {} : { 'content-length': Buffer.byteLength(body) };
      const sent = this.open(method, path, { ...headers, ...length });
      sent.setTimeout(timeout, () => sent.destroy(new Error(`no answer for ${Math.round(timeout / 1_000)} s`)));
      sent.on('error', reject);
      sent.on('response', (message) => {
        read(message).then(resolve, (error: unknown) => {
          sent.destroy();
          reject(error instanceof Error ? error : new Error(String(error)));
        });
      });
      sent.end(body);
    });
  }

  /** Makes a request and reads a response of lines as it arrives; one that is refused is read whole. Rejects when there is none. */
  async lines(path: string, headers: OutgoingHttpHeaders, signal?: AbortSignal): Promise<LineResponse> {
    const message = await new Promise<IncomingMessage>((resolve, reject) => {
      const sent = this.open('GET', path, headers);
      sent.setTimeout(LINE_TIMEOUT, () => sent.destroy(new Error(`no answer for ${LINE_TIMEOUT / 1_000} s`)));
      sent.on('error', reject);
      sent.on('response', resolve);
      if (signal !== undefined) addAbortSignal(signal, sent);
      sent.end();
    });
    const status = message.statusCode ?? 0;
    if (status !== 200) return read(message);
    return { status, body: '', lines: readLines(message) };
  }

  close(): void {
    this.#agent.destroy();
  }
}

/** Headers by their lower-case names, each with its first value. */
export function headersOf(message: IncomingMessage): ReadonlyMap<string, string> {
  return new Map(
    Object.entries(message.headers).flatMap(([name, value]) => (value === undefined ? [] : [[name, [value].flat()[0] ?? '']])),
  );
}

/** The lines of a response. Throws when it breaks off, or has a line that is too long. */
async function* readLines(message: IncomingMessage): AsyncGenerator<string> {
  message.setEncoding('utf8');
  let rest = '';
  for await (const chunk of message) {
    const [first = '', ...others] = String(chunk).split('\n');
    rest += first;
    if (rest.length > MAX_BODY_BYTES) throw new Error('a line of the response is too long');
    const last = others.pop();
    if (last === undefined) continue;
    yield rest;
    yield* others;
    rest = last;
  }
  if (rest !== '') yield rest;
}

async function read(message: IncomingMessage): Promise<EndpointResponse> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of message) {
    if (!Buffer.isBuffer(chunk)) continue;
    size += chunk.length;
    if (size > MAX_BODY_BYTES) throw Object.assign(new Error('the response is too large'), { code: 'ERR_TOO_LARGE' });
    chunks.push(chunk);
  }
  if (!message.complete) throw new Error('the response was cut off');
  return { status: message.statusCode ?? 0, headers: headersOf(message), body: Buffer.concat(chunks).toString('utf8') };
}
