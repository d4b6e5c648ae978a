import { LIMITS } from '../../../protocol/limits.ts';
import type { Line } from '../../../protocol/line.ts';
import type { ReadResult } from '../../store.ts';
import type { TopicExchange } from '../core/exchange.ts';
import { logHeaders } from '../core/headers.ts';
import { cacheHeaders, checkReadable } from './history.ts';
import { acceptsGzip } from '../core/negotiate.ts';
import { ResponseWriter } from '../core/response-writer.ts';
import type { ReadParams } from '../core/params.ts';

export const TEXT_TYPE = { 'Content-Type': 'text/plain; charset=utf-8' } as const;

/** Answers with the existing lines as text, page by page as fast as the reader reads. */
export async function sendText(exchange: TopicExchange, params: ReadParams): Promise<void> {
  const { req, res } = exchange;
  const { after, limit = Number.POSITIVE_INFINITY } = params;
  let page = await readPage(exchange, after, limit);
  checkReadable(page.tail, params);
  const { epoch, head, end } = page.tail;
  const until = Math.min(head, after + limit);
  const gzip = acceptsGzip(req.headers['accept-encoding']);
  res.writeHead(200, {
    ...TEXT_TYPE,
    ...(gzip ? { 'Content-Encoding': 'gzip' } : {}),
    ...logHeaders(page.tail),
    ...cacheHeaders(exchange, params, after + limit <= head || end !== undefined),
  });
  if (req.method === 'HEAD') {
    res.end();
    return;
  }
  const writer = new ResponseWriter(exchange, gzip);
  for (let at = after; ; page = await readPage(exchange, at, until - at)) {
    // Lines were removed before they were read: break off rather than skip them silently.
    if (page.tail.epoch !== epoch || (page.lines.length === 0 && at < until)) break;
    const text = Buffer.from(encodeText(page.lines));
    exchange.context.metrics.delivered('text', page.lines.length, text.length);
    await writer.write(text);
    at += page.lines.length;
    if (at >= until) {
      writer.end();
      return;
    }
    if (!writer.isOpen || writer.isClosing) break;
  }
  writer.destroy();
}

/** Lines as they were written: a continued line has no line end. */
export function encodeText(lines: readonly Line[]): string {
  let text = '';
  for (const [, line, extra] of lines) text += extra?.p === 1 ? line : `${line}\n`;
  return text;
}

function readPage({ context, channel }: TopicExchange, after: number, limit: number): Promise<ReadResult> {
  return context.store.read(channel, { after, limit: Math.min(limit, LIMITS.pageLines), bytes: LIMITS.pageBytes });
}
