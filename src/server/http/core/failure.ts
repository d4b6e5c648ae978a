import { AppendConflictError } from '../../append/append-conflict-error.ts';
import { StoreUnavailableError } from '../../store.ts';
import type { Exchange } from './exchange.ts';
import { Problem } from '../../problem.ts';

/** The answer to a request that failed. Details of unexpected errors go to the operator's log, not to the client. */
export function problemOf({ context }: Exchange, error: unknown): Problem {
  if (error instanceof Problem) return error;
  if (error instanceof AppendConflictError) return new Problem(error.reason, error.message);
  if (error instanceof StoreUnavailableError) {
    context.logger.warn({ event: 'store-refused', err: error }, 'The store failed; a request was answered with 503.');
    return new Problem('unavailable', 'The store is down or full. Nothing was written by the failed operation: try again in a moment.', {
      'Retry-After': 1,
    });
  }
  context.logger.error({ event: 'request-failed', err: error }, 'A request failed.');
  return new Problem('internal', 'Something went wrong on the server; its log has the details.');
}
