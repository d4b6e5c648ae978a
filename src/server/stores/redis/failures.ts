import type * as redis from 'redis';
import { StoreUnavailableError } from '../../store.ts';
import { adviceFor } from './advice.ts';
import { UnexpectedReplyError } from './replies.ts';

/** The command was not sent, so it has certainly changed nothing. */
export class UnsentError extends Error {
  override readonly name = 'UnsentError';
}

/** `refused`: the server rejected it. `unsent`: it did not run. `lost`: it may have run. `busy`: it will run in a moment. */
export type FailureKind = 'refused' | 'unsent' | 'lost' | 'busy';

/** Whether a failed command ran. */
export function classifyFailure(
  error: unknown,
  { ErrorReply, ClientOfflineError }: Pick<typeof redis, 'ErrorReply' | 'ClientOfflineError'>,
): FailureKind {
  if (error instanceof UnsentError || error instanceof ClientOfflineError) return 'unsent';
  if (!(error instanceof ErrorReply)) return 'lost';
  // The slot is being moved: some keys of the log are at one node and some at the other.
  return error.message.startsWith('TRYAGAIN') ? 'busy' : 'refused';
}

/** Whether a node of a cluster knows none that serves the slot. A failover may be under way. */
export function isSlotUnserved(error: unknown): boolean {
  return error instanceof Error && error.message.startsWith('CLUSTERDOWN');
}

/** Whether a failover has made the connected server a replica. Its name may lead to the new primary by now. */
export function isDemoted(error: unknown): boolean {
  return error instanceof Error && error.message.startsWith('READONLY');
}

/** Whether a node of a cluster refused to select a database other than 0. */
export function isSelectRefused(error: unknown): boolean {
  return reasonOf(error).includes('SELECT is not allowed in cluster mode');
}

export function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message || error.name : String(error);
}

/** The error that the store rejects with for a failure in Redis or on the way to it. */
export function unavailable(error: unknown): StoreUnavailableError {
  if (error instanceof StoreUnavailableError) return error;
  const why = reasonOf(error);
  if (error instanceof UnexpectedReplyError)
    return new StoreUnavailableError(`${why} Was it written by another version?`, { cause: error });
  // Error replies begin with a code in capitals.
  const what = /^[A-Z]+ /.test(why) ? 'Redis refused the command' : 'Redis is unavailable';
  return new StoreUnavailableError(`${what} (${why}). ${adviceFor(error)}`, { cause: error });
}

/** In the error reply to an unknown command: its arguments, which may hold a password. */
const ARGUMENTS = /,? with args beginning with.*/s;

/** The error of a connection, safe to show and to log. */
export function connectFailure(error: unknown): unknown {
  // The package wraps the error after which it gives up.
  const cause = error instanceof Error && 'originalError' in error ? error.originalError : error;
  if (!(cause instanceof Error) || !ARGUMENTS.test(cause.message)) return cause;
  return new Error(cause.message.replace(ARGUMENTS, ''));
}
