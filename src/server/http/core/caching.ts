import type { OutgoingHttpHeaders } from 'node:http';
import type { TopicExchange } from './exchange.ts';
import { NO_STORE } from './headers.ts';

/** An answer that can never change may be cached, if the request named the epoch. */
export function cacheHeaders({ context, req }: TopicExchange, epoch: string | undefined, isFinal: boolean): OutgoingHttpHeaders {
  if (epoch === undefined || !isFinal) return NO_STORE;
  if (context.historyCache === 'none') return NO_STORE;
  if (context.historyCache === 'private-short') return { 'Cache-Control': 'private, max-age=300' };
  if (!context.publicHistory) return { 'Cache-Control': 'private, max-age=31536000, immutable' };
  // A token in the URL is part of the key of a shared cache; one in a header is only with Vary.
  const byHeader = req.headers.authorization === undefined ? {} : { Vary: 'Accept, Origin, Accept-Encoding, Authorization' };
  return { 'Cache-Control': 'public, max-age=31536000, immutable', ...byHeader };
}
