import { authenticate, requireRemove } from '../core/auth.ts';
import type { TopicExchange } from '../core/exchange.ts';
import { NO_STORE } from '../core/headers.ts';
import { Problem } from '../../problem.ts';

/** Removes a log; the store notifies its followers. */
export async function remove(exchange: TopicExchange): Promise<void> {
  requireRemove(exchange, authenticate(exchange));
  const existed = await exchange.context.store.remove(exchange.channel);
  exchange.context.sealedPages.forget(exchange.channel);
  if (!existed) throw new Problem('not-found', 'Nothing has been written to this log, so there is nothing to remove.');
  exchange.context.logger.info({ event: 'removed', channel: exchange.channel }, 'A log was removed.');
  exchange.res.writeHead(204, NO_STORE);
  exchange.res.end();
}
