import type { OutgoingHttpHeaders } from 'node:http';
import { LIMITS } from '../../../protocol/limits.ts';
import { exists, type JsonPage, type LogStore, type LogTail, type ReadRange } from '../../store.ts';
import type { TopicExchange } from '../core/exchange.ts';
import { logHeaders, NO_STORE } from '../core/headers.ts';
import type { ReadParams } from '../core/params.ts';
import { Problem } from '../../problem.ts';
import { sendJsonBytes } from '../core/respond.ts';

/** More lines than this are never sent as one JSON answer, whatever `limit` says. */
const MAX_LINES = 10_000;

/** Answers with a page of lines as JSON. */
export async function sendHistory(exchange: TopicExchange, params: ReadParams): Promise<void> {
  const { context, channel } = exchange;
  const limit = Math.min(params.limit ?? LIMITS.pageLines, MAX_LINES);
  const page = await readPage(context.store, channel, { after: params.after, limit, bytes: LIMITS.pageBytes });
  checkReadable(page.tail, params);
  // Sent to the last byte, the page is of no use any more. Of a reader who left that is not known.
  exchange.res.once('finish', () => {
    if (!exchange.req.socket.destroyed) page.release?.();
  });
  const opening = `{"epoch":${JSON.stringify(page.tail.epoch)},"after":${params.after},"lines":`;
  const bytes = await sendJsonBytes(exchange, [Buffer.from(opening), page.json, CLOSING], {
    ...logHeaders(page.tail),
    ...cacheHeaders(exchange, params, isFinal(page, params.after, limit)),
  });
  context.metrics.delivered('json', page.count, bytes);
}

const CLOSING = Buffer.from('}');

/** Lines are only sent on: a store that has them as JSON need not make strings of them first. */
async function readPage(store: LogStore, channel: string, range: ReadRange): Promise<JsonPage> {
  if (store.readJson !== undefined) return store.readJson(channel, range);
  const { tail, lines } = await store.read(channel, range);
  return { tail, count: lines.length, json: Buffer.from(JSON.stringify(lines)) };
}

/** Refuses to read what is not there, is another log by now, or was taken by retention. */
export function checkReadable(tail: LogTail, { epoch, after }: Pick<ReadParams, 'epoch' | 'after'>): void {
  if (!exists(tail)) throw new Problem('not-found', 'Nothing was written to this log yet. Add follow=1 to wait for its first line.');
  checkUnbroken(tail, { epoch, after });
}

/** As {@link checkReadable}, for who waits for the first line. */
export function checkUnbroken(tail: LogTail, { epoch, after }: Pick<ReadParams, 'epoch' | 'after'>): void {
  if (epoch !== undefined && epoch !== tail.epoch) {
    throw new Problem('epoch', 'The log was removed, or written anew: forget its lines and read it from the start.', logHeaders(tail));
  }
  if (after + 1 < tail.first) {
    throw new Problem('truncated', `Lines before ${tail.first} are not kept any more: ask with after=${tail.first - 1}.`, logHeaders(tail));
  }
}

/** An answer that can never change is kept by whoever asked for one incarnation of the log. */
export function cacheHeaders({ context, req }: TopicExchange, { epoch }: ReadParams, final: boolean): OutgoingHttpHeaders {
  if (epoch === undefined || !final) return NO_STORE;
  if (context.historyCache === 'none') return NO_STORE;
  if (context.historyCache === 'private-short') return { 'Cache-Control': 'private, max-age=300' };
  if (!context.publicHistory) return { 'Cache-Control': 'private, max-age=31536000, immutable' };
  // A token in the URL is part of a shared cache's key; one in a header has to be made so.
  const byHeader = req.headers.authorization === undefined ? {} : { Vary: 'Accept, Origin, Accept-Encoding, Authorization' };
  return { 'Cache-Control': 'public, max-age=31536000, immutable', ...byHeader };
}

/** Whether a page holds all it ever will: it is full, was cut by its bytes, or reaches the end of a log that has ended. */
function isFinal({ tail, count }: JsonPage, after: number, limit: number): boolean {
  const cutByBytes = count > 0 && after + count < tail.head;
  return count === limit || cutByBytes || (tail.end !== undefined && after + count >= tail.head);
}
