import { StoreUnavailableError } from '../../store.ts';
import type { Exchange } from './exchange.ts';
import { Problem } from '../../problem.ts';

/** The answer to a request that went wrong. What nobody expected is for the operator, not for whoever asked. */
export function problemOf({ context }: Exchange, error: unknown): Problem {
  if (error instanceof Problem) return error;
  if (error instanceof StoreUnavailableError) {
    context.logger.warn({ event: 'store-refused', err: error }, 'The store refused to work; a request was answered with 503.');
    return new Problem('unavailable', 'The store is down or full. Nothing of what failed was written: try again in a moment.', {
      'Retry-After': 1,
    });
  }
  context.logger.error({ event: 'request-failed', err: error }, 'A request failed.');
  return new Problem('internal', 'The server could not answer; its log says why.');
}
