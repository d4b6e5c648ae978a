import { LIMITS } from '../../../protocol/limits.ts';
import type { JsonPage, SealedPage } from '../../store.ts';
import type { TopicExchange } from './exchange.ts';
import { acceptsGzip } from './negotiate.ts';
import { compressJson, isCompressible } from './respond.ts';

/** Whether a request for these lines is one for a whole range, as clients ask for it. */
export function isRange(after: number, limit: number): boolean {
  return limit === LIMITS.pageLines && after % LIMITS.pageLines === 0;
}

/** The compressed answer to the request for the range after line `after`, if it is kept: by the store, else in memory. */
export async function readSealed({ context, channel, req }: TopicExchange, after: number): Promise<SealedPage | undefined> {
  const { store, sealedPages } = context;
  if (store.readSealed !== undefined) return store.readSealed(channel, after);
  if (!sealedPages.has(channel) || !acceptsGzip(req.headers['accept-encoding'])) return undefined;
  const tail = await store.tail(channel);
  const page = sealedPages.get(channel, tail, after);
  return page === undefined ? undefined : { tail, ...page };
}

/**
 * Compresses the answer to a request for a whole range that can no longer change, and keeps it. Undefined if the store keeps
 * such answers, or this one need not be compressed.
 */
export async function keepSealed(
  exchange: TopicExchange,
  after: number,
  { tail, count }: JsonPage,
  json: readonly Buffer[],
): Promise<Buffer | undefined> {
  const { context, channel } = exchange;
  if (context.store.readSealed !== undefined || !isCompressible(exchange, json)) return undefined;
  const gzip = await compressJson(json);
  context.sealedPages.set(channel, tail, after, { count, gzip });
  return gzip;
}
