import { LIMITS } from '../../../protocol/limits.ts';
import type { Line } from '../../../protocol/line.ts';
import type { ReadResult } from '../../store.ts';
import { cacheHeaders } from '../core/caching.ts';
import type { TopicExchange } from '../core/exchange.ts';
import { logHeaders, NO_STORE } from '../core/headers.ts';
import { checkPlain, filterOf, locate, plainStart, type Located } from '../core/locate.ts';
import { acceptsGzip } from '../core/negotiate.ts';
import { isPlain, type ReadParams } from '../core/read-params.ts';
import { ResponseWriter } from '../core/response-writer.ts';

export const TEXT_TYPE = { 'Content-Type': 'text/plain; charset=utf-8' } as const;

/** Answers with the existing lines as text, page by page as fast as the reader reads. */
export async function sendText(exchange: TopicExchange, params: ReadParams): Promise<void> {
  const { context, req, res } = exchange;
  const filter = filterOf(exchange, params);
  const limit = params.limit ?? Number.POSITIVE_INFINITY;
  const { tail, after, upto, page: firstPage } = await begin(exchange, params, limit);
  const last = Math.min(tail.head, upto, filter === undefined ? after + limit : Number.POSITIVE_INFINITY);
  const gzip = acceptsGzip(req.headers['accept-encoding']);
  const isFinal = after + limit <= tail.head || tail.end !== undefined;
  res.writeHead(200, {
    ...TEXT_TYPE,
    ...(gzip ? { 'Content-Encoding': 'gzip' } : {}),
    ...logHeaders(tail),
    ...(isPlain(params) ? cacheHeaders(exchange, params.epoch, isFinal) : NO_STORE),
  });
  if (req.method === 'HEAD') {
    res.end();
    return;
  }
  // A search may take a while before it has something to give.
  if (filter !== undefined) res.flushHeaders();
  const writer = new ResponseWriter(exchange, gzip);
  let at = after;
  let left = limit;
  let read = firstPage;
  for (;;) {
    if (at >= last || left === 0) {
      writer.end();
      return;
    }
    at = (await filter?.skip(tail.epoch, at, last)) ?? at;
    if (at < last) {
      const page = read ?? (await readPage(exchange, at, Math.min(last - at, filter?.readLines ?? LIMITS.pageLines)));
      read = undefined;
      // Lines were removed before they were read: break off rather than skip them silently.
      if (page.tail.epoch !== tail.epoch || page.lines.length === 0) break;
      const lines = filter?.pick(at + 1, page.lines, left).flatMap((run) => run.lines) ?? page.lines;
      const text = Buffer.from(encodeText(lines));
      context.metrics.delivered('text', lines.length, text.length);
      if (lines.length > 0) await writer.write(text);
      at += page.lines.length;
      left -= lines.length;
    }
    if (at < last && left > 0 && (!writer.isOpen || writer.isClosing)) break;
  }
  writer.destroy();
}

/** Finds where to begin. A page of exactly the lines asked for says by itself which they are. */
async function begin(exchange: TopicExchange, params: ReadParams, limit: number): Promise<Located & { readonly page?: ReadResult }> {
  if (!isPlain(params)) return locate(exchange, params);
  const after = plainStart(params);
  const page = await readPage(exchange, after, Math.min(limit, LIMITS.pageLines));
  checkPlain(page.tail, params);
  return { tail: page.tail, after, upto: Number.POSITIVE_INFINITY, page };
}

/** Lines as they were written: a continued line has no line end. */
export function encodeText(lines: readonly Line[]): string {
  let text = '';
  for (const [, line, extra] of lines) text += extra?.p === 1 ? line : `${line}\n`;
  return text;
}

function readPage({ context, channel }: TopicExchange, after: number, limit: number): Promise<ReadResult> {
  return context.store.read(channel, { after, limit, bytes: LIMITS.pageBytes });
}
