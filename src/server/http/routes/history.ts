import type { OutgoingHttpHeaders } from 'node:http';
import { LIMITS } from '../../../protocol/limits.ts';
import type { JsonPage, LogStore, ReadRange } from '../../store.ts';
import { cacheHeaders } from '../core/caching.ts';
import type { TopicExchange } from '../core/exchange.ts';
import { logHeaders, NO_STORE } from '../core/headers.ts';
import { checkPlain, locate, plainStart } from '../core/locate.ts';
import { isPlain, type ReadParams } from '../core/read-params.ts';
import { sendGzippedJson, sendJsonBytes } from '../core/respond.ts';
import { isRange, keepSealed, readSealed } from '../core/sealed-history.ts';

/** The most lines in one JSON answer, whatever `limit` says. */
const MAX_LINES = 10_000;

/** Answers with a page of lines as JSON. */
export async function sendHistory(exchange: TopicExchange, params: ReadParams): Promise<void> {
  const limit = Math.min(params.limit ?? LIMITS.pageLines, MAX_LINES);
  if (!isPlain(params)) return sendPage(exchange, await readLocated(exchange, params, limit), NO_STORE);
  const after = plainStart(params);
  const isWhole = isRange(after, limit);
  const sealed = isWhole ? await readSealed(exchange, after) : undefined;
  if (sealed === undefined) return sendPlain(exchange, params, limit, isWhole);
  checkPlain(sealed.tail, params);
  releaseWhenSent(exchange, sealed);
  const headers = { ...logHeaders(sealed.tail), ...cacheHeaders(exchange, params.epoch, true) };
  exchange.context.metrics.delivered('json', sealed.count, await sendGzippedJson(exchange, sealed.gzip, headers));
}

/** `isWhole`: whether the request is one for a whole range, whose compressed answer may be kept. */
async function sendPlain(exchange: TopicExchange, params: ReadParams, limit: number, isWhole: boolean): Promise<void> {
  const found = await readPlain(exchange, params, limit);
  const { page, after } = found;
  const isLast = isFinal(page, after, limit);
  const caching = cacheHeaders(exchange, params.epoch, isLast);
  const gzip = isLast && isWhole ? await keepSealed(exchange, after, page, jsonOf(found)) : undefined;
  return sendPage(exchange, found, caching, gzip);
}

/** Sends a page, compressed already if `gzip` is given. */
async function sendPage(exchange: TopicExchange, found: FoundPage, caching: OutgoingHttpHeaders, gzip?: Buffer): Promise<void> {
  const { page } = found;
  releaseWhenSent(exchange, page);
  const headers = { ...logHeaders(page.tail), ...caching };
  const bytes = gzip === undefined ? await sendJsonBytes(exchange, jsonOf(found), headers) : await sendGzippedJson(exchange, gzip, headers);
  exchange.context.metrics.delivered('json', page.count, bytes);
}

/** Releases the memory of a page once its last byte was sent: after a disconnect it may still be in use. */
function releaseWhenSent({ req, res }: TopicExchange, { release }: Pick<JsonPage, 'release'>): void {
  if (release === undefined) return;
  res.once('finish', () => {
    if (!req.socket.destroyed) release();
  });
}

function jsonOf({ page, after }: FoundPage): readonly Buffer[] {
  return [Buffer.from(`{"epoch":${JSON.stringify(page.tail.epoch)},"after":${after},"lines":`), page.json, CLOSING];
}

const CLOSING = Buffer.from('}');

interface FoundPage {
  readonly page: JsonPage;
  readonly after: number;
}

async function readPlain({ context, channel }: TopicExchange, params: ReadParams, limit: number): Promise<FoundPage> {
  const after = plainStart(params);
  const page = await readPage(context.store, channel, { after, limit, bytes: LIMITS.pageBytes });
  checkPlain(page.tail, params);
  return { page, after };
}

/** Finds the page first; again if the log was replaced, or lost lines of the page, before that was read. */
async function readLocated(exchange: TopicExchange, params: ReadParams, limit: number): Promise<FoundPage> {
  const { context, channel } = exchange;
  for (;;) {
    const { tail, after, upto } = await locate(exchange, params);
    const most = Math.min(limit, upto - after);
    if (most <= 0) return { page: { tail, count: 0, json: Buffer.from('[]') }, after };
    const page = await readPage(context.store, channel, { after, limit: most, bytes: LIMITS.pageBytes });
    if (page.tail.epoch === tail.epoch && after + 1 >= page.tail.first) return { page, after };
    page.release?.();
  }
}

/** Reads lines as JSON: from the store if it has them in that form, which saves making strings of them. */
async function readPage(store: LogStore, channel: string, range: ReadRange): Promise<JsonPage> {
  if (store.readJson !== undefined) return store.readJson(channel, range);
  const { tail, lines } = await store.read(channel, range);
  return { tail, count: lines.length, json: Buffer.from(JSON.stringify(lines)) };
}

/** Whether a page can never grow: it is full, was limited by its bytes, or reaches the end of a complete log. */
function isFinal({ tail, count }: JsonPage, after: number, limit: number): boolean {
  const cutByBytes = count > 0 && after + count < tail.head;
  return count === limit || cutByBytes || (tail.end !== undefined && after + count >= tail.head);
}
