import { gunzipSync } from 'node:zlib';
import { bodyBytes } from './body.ts';
import { MismatchError, NotTestableError } from './failure.ts';
import { HttpExchange } from './http-exchange.ts';
import { anything, describe, mismatch, show, type Pattern } from './pattern.ts';
import type { AnswerSpec, HttpStep, OtherStep, RequestSpec } from './steps.ts';
import { pause } from './watch.ts';
import { timeoutError, type World } from './world.ts';

/** ms between two attempts of a repeated request. */
const RETRY = 50;

/** Begins a request: builds its head, without the body. */
export function beginRequest(world: World, spec: RequestSpec, isStreamed: boolean): HttpExchange {
  const { method = 'GET', log = 'a', topicIn = 'header', body } = spec;
  const { url, path: base } = world.target;
  const reads = method === 'GET' || method === 'HEAD';
  const needed = reads ? {} : method === 'DELETE' ? { remove: true } : { write: true };
  const topic = spec.topic === 'none' ? undefined : world.sign(spec.topic ?? needed, log);
  const query = [spec.query === undefined || spec.query === '' ? [] : world.expand(spec.query), topicQuery(topic, topicIn)]
    .flat()
    .join('&');
  const path = `${base}${spec.path === undefined ? `/topics/${world.channel(log)}` : world.expand(spec.path)}`;
  if (!reads) world.written.add(writtenChannel(world, spec.topic, log));
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(spec.headers ?? {})) headers[name] = world.expand(value);
  if (topic !== undefined && topicIn === 'header') headers['Authorization'] = `Bearer ${topic}`;
  if (isStreamed) headers['Transfer-Encoding'] = 'chunked';
  else if (body !== undefined || !reads) headers['Content-Length'] = String(bodyBytes(body ?? '').length);
  return new HttpExchange({ url, target: query === '' ? path : `${path}?${query}`, method, headers });
}

function writtenChannel(world: World, topic: RequestSpec['topic'], log: string): string {
  return typeof topic === 'object' && topic.channel !== undefined ? world.expand(topic.channel) : world.channel(log);
}

function topicQuery(topic: string | undefined, where: 'header' | 'query' | 'spaced'): string[] {
  if (topic === undefined || where === 'header') return [];
  return [`topic=${where === 'query' ? encodeURIComponent(topic) : topic.replaceAll('=', '%3D')}`];
}

/** Sends a request and checks its answer; repeats that if the step says so. */
export async function runRequest(world: World, { request, expect, retry }: HttpStep): Promise<void> {
  const giveUp = Date.now() + world.target.timeout;
  for (;;) {
    try {
      await tryRequest(world, request, expect);
      return;
    } catch (error) {
      if (retry !== true || !(error instanceof MismatchError) || Date.now() > giveUp || world.isClosed) throw error;
    }
    await pause(RETRY);
  }
}

/** Throws NotTestableError unless a line has the marks that a case is about. */
export async function checkMarked(world: World, { log, line, extra }: Extract<OtherStep, { do: 'marked' }>): Promise<void> {
  const exchange = beginRequest(world, { log, query: `after=${line - 1}&limit=1` }, false);
  try {
    exchange.finish();
    await checkAnswer(world, exchange, { status: 200 });
    const page = parse(bodyOf(exchange));
    // A line without marks may have no third element.
    const patterns: Pattern[] = [[anything, anything, extra], ...(mismatch(extra, {}, world) === undefined ? [[anything, anything]] : [])];
    if (patterns.some((line) => mismatch({ lines: [line] }, page, world) === undefined)) return;
    throw new NotTestableError(`not testable from outside: the server marks lines in other ways than ${describe(extra, world)}`);
  } finally {
    exchange.break();
  }
}

/** Throws NotTestableError if the server answers a request with 404. */
export async function checkOffered(world: World, { request }: Extract<OtherStep, { do: 'offered' }>): Promise<void> {
  const exchange = beginRequest(world, request, false);
  try {
    exchange.finish(request.body === undefined ? undefined : bodyBytes(request.body));
    await exchange.until(() => (exchange.status === undefined && exchange.ending === undefined ? undefined : true), world.target.timeout);
    if (exchange.status === 404) throw new NotTestableError(`the server has no ${request.path ?? 'such resource'}`);
  } finally {
    exchange.break();
  }
}

async function tryRequest(world: World, request: RequestSpec, expect: AnswerSpec): Promise<void> {
  const exchange = beginRequest(world, request, false);
  try {
    exchange.finish(request.body === undefined ? undefined : bodyBytes(request.body));
    await checkAnswer(world, exchange, expect);
  } finally {
    exchange.break();
  }
}

/** Waits for status and headers, and checks them. */
export async function checkHead(world: World, exchange: HttpExchange, { status, headers = {} }: AnswerSpec): Promise<void> {
  const { timeout } = world.target;
  const wanted = typeof status === 'number' ? [status] : status;
  const expected = `status ${wanted.join(' or ')}`;
  await exchange.until(() => (exchange.status === undefined && exchange.ending === undefined ? undefined : true), timeout);
  const actual = exchange.status;
  if (actual === undefined) {
    if (exchange.ending === undefined) throw timeoutError(expected, timeout);
    throw new MismatchError(expected, `no answer: ${exchange.trouble}`);
  }
  if (!wanted.includes(actual)) {
    await exchange.until(() => exchange.ending, Math.min(timeout, 1_000));
    throw new MismatchError(expected, `${actual} ${exchange.bytes.toString('utf8', 0, 300)}`.trim());
  }
  for (const [name, pattern] of Object.entries(headers)) {
    const value = exchange.headers[name];
    check(world, pattern, Array.isArray(value) ? value.join(', ') : value, `header ${name}`);
  }
}

/** Waits for a whole answer, and checks it. */
export async function checkAnswer(world: World, exchange: HttpExchange, expect: AnswerSpec): Promise<void> {
  const { timeout } = world.target;
  await checkHead(world, exchange, expect);
  const over = await exchange.until(() => exchange.ending, timeout);
  if (over === undefined) throw timeoutError('the end of the answer', timeout, `${exchange.bytes.length} bytes`);
  if (over === 'broken') throw new MismatchError('a complete answer', exchange.trouble);
  const body = bodyOf(exchange);
  if (expect.text !== undefined) check(world, expect.text, body.toString(), 'body');
  if (expect.objects !== undefined) check(world, expect.objects, objectsOf(body), 'body');
  if (expect.json === undefined && expect.lineBytes === undefined) return;
  const json = parse(body);
  if (expect.json !== undefined) check(world, expect.json, json, 'body');
  if (expect.lineBytes !== undefined) checkLineBytes(json, expect.lineBytes);
}

function bodyOf(exchange: HttpExchange): Buffer {
  if (exchange.headers['content-encoding'] !== 'gzip') return exchange.bytes;
  try {
    return gunzipSync(exchange.bytes);
  } catch (error) {
    throw new MismatchError('a body in gzip', String(error));
  }
}

/** Every object but those that say how far a search has come (PROTOCOL.md H85). */
function objectsOf(body: Buffer): unknown[] {
  const lines = body
    .toString()
    .split('\n')
    .filter((line) => line !== '');
  const objects = lines.map((line) => parse(Buffer.from(line)));
  return objects.filter((object) => !(typeof object === 'object' && object !== null && 'scanned' in object && !('done' in object)));
}

function parse(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString());
  } catch {
    throw new MismatchError('a body in JSON', show(body.toString('utf8', 0, 300)));
  }
}

function checkLineBytes(page: unknown, [min, max]: readonly [number, number]): void {
  const lines: unknown = typeof page === 'object' && page !== null && 'lines' in page ? page.lines : undefined;
  if (!Array.isArray(lines)) throw new MismatchError('a page of lines', show(page));
  let bytes = 0;
  for (const line of lines as unknown[]) if (Array.isArray(line)) bytes += Buffer.byteLength(String(line[1]));
  if (bytes < min || bytes > max) throw new MismatchError(`${min} to ${max} bytes of text`, `${bytes} bytes in ${lines.length} lines`);
}

/** Throws MismatchError if a value does not match; `what` names it. */
export function check(world: World, pattern: Pattern, value: unknown, what: string): void {
  const wrong = mismatch(pattern, value, world);
  if (wrong === undefined) return;
  const where = wrong.path === '' ? what : `${what}: ${wrong.path}`;
  throw new MismatchError(`${where} ${wrong.expected}`, wrong.actual);
}
