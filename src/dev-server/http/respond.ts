import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http';

const TITLES: ReadonlyMap<number, string> = new Map([
  [400, 'Bad request'],
  [401, 'Unauthorized'],
  [403, 'Forbidden'],
  [404, 'Not found'],
  [405, 'Method not allowed'],
  [409, 'Conflict'],
  [413, 'Too large'],
  [415, 'Unsupported media type'],
  [429, 'Too many requests'],
  [500, 'Internal error'],
  [503, 'Unavailable'],
]);

const COMMON = { 'x-content-type-options': 'nosniff', 'cross-origin-resource-policy': 'same-origin', 'referrer-policy': 'no-referrer' };

/** Refuses a request: the status, and why. */
export class HttpProblem extends Error {
  override readonly name = 'HttpProblem';
  readonly status: number;
  readonly headers: OutgoingHttpHeaders;

  constructor(status: number, message: string, headers: OutgoingHttpHeaders = {}) {
    super(message);
    this.status = status;
    this.headers = headers;
  }
}

export function sendText(response: ServerResponse, text: string, type = 'text/plain; charset=utf-8'): void {
  response.writeHead(200, { ...COMMON, 'content-type': type, 'cache-control': 'no-store' }).end(text);
}

export function sendJson(response: ServerResponse, status: number, value: unknown): void {
  response
    .writeHead(status, { ...COMMON, 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-store' })
    .end(JSON.stringify(value));
}

/** Sends 204. */
export function sendNoContent(response: ServerResponse): void {
  response.writeHead(204, { ...COMMON, 'cache-control': 'no-store' }).end();
}

export function sendProblem(response: ServerResponse, { status, message, headers }: HttpProblem): void {
  const body = { title: TITLES.get(status) ?? 'Error', status, detail: message };
  response
    .writeHead(status, { ...COMMON, 'content-type': 'application/problem+json; charset=utf-8', 'cache-control': 'no-store', ...headers })
    .end(JSON.stringify(body));
}

/** Opens a stream of server-sent events. */
export function openEvents(response: ServerResponse): void {
  response.writeHead(200, {
    ...COMMON,
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-store',
    'x-accel-buffering': 'no',
  });
  response.flushHeaders();
}

/** Throws HttpProblem 405 unless the method is one of these. */
export function allowMethods(request: IncomingMessage, ...methods: readonly string[]): void {
  if (!methods.includes(request.method ?? '')) {
    throw new HttpProblem(405, `Use ${methods.join(' or ')}.`, {
      allow: methods.join(', '),
    });
  }
}

/**
 * Reads a JSON object. Throws HttpProblem 415, 413 or 400. The content type is checked since a page of another origin cannot send it
 * without a CORS preflight.
 */
export async function readJson(request: IncomingMessage, limit: number): Promise<ReadonlyMap<string, unknown>> {
  if (!/^application\/json(?:\s*;|$)/iu.test(request.headers['content-type'] ?? ''))
    throw new HttpProblem(415, 'Send JSON, with Content-Type: application/json.');
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    if (!Buffer.isBuffer(chunk)) continue;
    size += chunk.length;
    if (size > limit) throw new HttpProblem(413, `The body is larger than ${limit} bytes.`);
    chunks.push(chunk);
  }
  let value: unknown;
  try {
    value = JSON.parse(Buffer.concat(chunks).toString('utf8'));
  } catch {
    throw new HttpProblem(400, 'The body is not JSON.');
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new HttpProblem(400, 'The body is not a JSON object.');
  return new Map(Object.entries(value));
}
