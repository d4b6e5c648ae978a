import { Agent, request, type ClientRequest, type IncomingMessage, type OutgoingHttpHeaders } from 'node:http';
import { Agent as SecureAgent, request as secureRequest } from 'node:https';
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

/** Largest body that is read whole: a page of history in which JSON escapes every character. */
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

  /** The path of a channel's log below the origin. */
  path(channel: string, query: Readonly<Record<string, string>> = {}): string {
    const search = new URLSearchParams(query).toString();
    return `${this.basePath}/topics/${channel.split('/').map(encodeURIComponent).join('/')}${search === '' ? '' : `?${search}`}`;
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
