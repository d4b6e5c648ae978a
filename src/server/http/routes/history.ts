import type { OutgoingHttpHeaders } from 'node:http';
import { LIMITS } from '../../../protocol/limits.ts';
import { exists, type JsonPage, type LogStore, type LogTail, type ReadRange } from '../../store.ts';
import type { TopicExchange } from '../core/exchange.ts';
import { logHeaders, NO_STORE } from '../core/headers.ts';
import type { ReadParams } from '../core/params.ts';
import { Problem } from '../../problem.ts';
import { sendGzippedJson, sendJsonBytes } from '../core/respond.ts';
import { isRange, keepSealed, readSealed } from '../core/sealed-history.ts';

/** The most lines in one JSON answer, whatever `limit` says. */
const MAX_LINES = 10_000;

/** Answers with a page of lines as JSON. */
export async function sendHistory(exchange: TopicExchange, params: ReadParams): Promise<void> {
  const limit = Math.min(params.limit ?? LIMITS.pageLines, MAX_LINES);
  const sealed = isRange(params.after, limit) ? await readSealed(exchange, params.after) : undefined;
  if (sealed === undefined) return sendPage(exchange, params, limit);
  checkReadable(sealed.tail, params);
  const headers = { ...logHeaders(sealed.tail), ...cacheHeaders(exchange, params, true) };
  exchange.context.metrics.delivered('json', sealed.count, await sendGzippedJson(exchange, sealed.gzip, headers));
}

async function sendPage(exchange: TopicExchange, params: ReadParams, limit: number): Promise<void> {
  const { context, channel } = exchange;
  const page = await readPage(context.store, channel, { after: params.after, limit, bytes: LIMITS.pageBytes });
  checkReadable(page.tail, params);
  // Released only once the last byte was sent: after a disconnect it may still be in use.
  exchange.res.once('finish', () => {
    if (!exchange.req.socket.destroyed) page.release?.();
  });
  const json = [Buffer.from(`{"epoch":${JSON.stringify(page.tail.epoch)},"after":${params.after},"lines":`), page.json, CLOSING];
  const final = isFinal(page, params.after, limit);
  const headers = { ...logHeaders(page.tail), ...cacheHeaders(exchange, params, final) };
  const gzip = final && isRange(params.after, limit) ? await keepSealed(exchange, params.after, page, json) : undefined;
  const bytes = gzip === undefined ? await sendJsonBytes(exchange, json, headers) : await sendGzippedJson(exchange, gzip, headers);
  context.metrics.delivered('json', page.count, bytes);
}

const CLOSING = Buffer.from('}');

/** Reads lines as JSON: from the store if it has them in that form, which saves making strings of them. */
async function readPage(store: LogStore, channel: string, range: ReadRange): Promise<JsonPage> {
  if (store.readJson !== undefined) return store.readJson(channel, range);
  const { tail, lines } = await store.read(channel, range);
  return { tail, count: lines.length, json: Buffer.from(JSON.stringify(lines)) };
}

/** Throws if the log does not exist, was replaced, or no longer keeps the lines asked for. */
export function checkReadable(tail: LogTail, { epoch, after }: Pick<ReadParams, 'epoch' | 'after'>): void {
  if (!exists(tail)) throw new Problem('not-found', 'Nothing has been written to this log yet. Add follow=1 to wait for its first line.');
  checkUnbroken(tail, { epoch, after });
}

/** Like {@link checkReadable}, but the log need not exist: a follower waits for its first line. */
export function checkUnbroken(tail: LogTail, { epoch, after }: Pick<ReadParams, 'epoch' | 'after'>): void {
  if (epoch !== undefined && epoch !== tail.epoch) {
    throw new Problem('epoch', 'The log was deleted or restarted. Discard its lines and read it from the start.', logHeaders(tail));
  }
  if (after + 1 < tail.first) {
    throw new Problem('truncated', `Lines before ${tail.first} are no longer kept: read with after=${tail.first - 1}.`, logHeaders(tail));
  }
}

/** An answer that can never change may be cached, if the request named the epoch. */
export function cacheHeaders({ context, req }: TopicExchange, { epoch }: ReadParams, final: boolean): OutgoingHttpHeaders {
  if (epoch === undefined || !final) return NO_STORE;
  if (context.historyCache === 'none') return NO_STORE;
  if (context.historyCache === 'private-short') return { 'Cache-Control': 'private, max-age=300' };
  if (!context.publicHistory) return { 'Cache-Control': 'private, max-age=31536000, immutable' };
  // A token in the URL is part of the key of a shared cache; one in a header is only with Vary.
  const byHeader = req.headers.authorization === undefined ? {} : { Vary: 'Accept, Origin, Accept-Encoding, Authorization' };
  return { 'Cache-Control': 'public, max-age=31536000, immutable', ...byHeader };
}

/** Whether a page can never grow: it is full, was limited by its bytes, or reaches the end of a complete log. */
function isFinal({ tail, count }: JsonPage, after: number, limit: number): boolean {
  const cutByBytes = count > 0 && after + count < tail.head;
  return count === limit || cutByBytes || (tail.end !== undefined && after + count >= tail.head);
}
