import type * as redis from 'redis';
import { StoreUnavailableError } from '../../store.ts';
import { adviceFor } from './advice.ts';
import { UnexpectedReplyError } from './replies.ts';

/** A command that was not sent, so that it has certainly changed nothing. */
export class UnsentError extends Error {
  override readonly name = 'UnsentError';
}

/** `refused`: the server said no. `unsent`: nothing happened. `lost`: perhaps it happened. `busy`: not yet, but in a moment. */
export type FailureVerdict = 'refused' | 'unsent' | 'lost' | 'busy';

/** What became of a command that failed. */
export function judge(
  error: unknown,
  { ErrorReply, ClientOfflineError }: Pick<typeof redis, 'ErrorReply' | 'ClientOfflineError'>,
): FailureVerdict {
  if (error instanceof UnsentError || error instanceof ClientOfflineError) return 'unsent';
  if (!(error instanceof ErrorReply)) return 'lost';
  // Some keys of the log are here, and some at the node that its slot is being moved to.
  return error.message.startsWith('TRYAGAIN') ? 'busy' : 'refused';
}

/** Whether a node of a cluster said that nobody serves this slot: a failover may be under way. */
export function isHeadless(error: unknown): boolean {
  return error instanceof Error && error.message.startsWith('CLUSTERDOWN');
}

/** Whether a failover made the server a replica while the connection stood: what its name leads to now is another one. */
export function isDemoted(error: unknown): boolean {
  return error instanceof Error && error.message.startsWith('READONLY');
}

/** Whether a node of a cluster refused another database than the first. */
export function isSelectRefused(error: unknown): boolean {
  return reasonOf(error).includes('SELECT is not allowed in cluster mode');
}

export function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message || error.name : String(error);
}

/** The error the store rejects with for what went wrong on the way to Redis. */
export function unavailable(error: unknown): StoreUnavailableError {
  if (error instanceof StoreUnavailableError) return error;
  const why = reasonOf(error);
  if (error instanceof UnexpectedReplyError)
    return new StoreUnavailableError(`${why} Was it written by another version?`, { cause: error });
  return new StoreUnavailableError(`Redis did not do it (${why}). ${adviceFor(error)}`, { cause: error });
}

/** How a server says that it does not know a command; what follows are the arguments, which may hold a password. */
const ARGUMENTS = /,? with args beginning with.*/s;

/** What went wrong while a connection was made, as it may be shown and logged. */
export function connectFailure(error: unknown): unknown {
  // The package wraps what it was told not to try again.
  const cause = error instanceof Error && 'originalError' in error ? error.originalError : error;
  if (!(cause instanceof Error) || !ARGUMENTS.test(cause.message)) return cause;
  return new Error(cause.message.replace(ARGUMENTS, ''));
}
