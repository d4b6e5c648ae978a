import type { GroupsPage } from '../../../protocol/answers/answers.ts';
import type { LogExtent } from '../../../worker/api.ts';
import type { LogQueries } from '../../../worker/queries/log-queries.ts';
import { MAX_GROUPS } from '../../viewport/groups/limits.ts';

/** Groups asked for at a time: with those around them no more than are held. */
export const ASKED = MAX_GROUPS - 100;

/** The answer about all groups of a log, which is asked for while the code that needs it loads. */
export interface FirstGroups {
  readonly epoch: string;
  /** Rejects as {@link LogQueries.groups} does. */
  readonly page: Promise<GroupsPage>;
}

export function askFirst(
  queries: Pick<LogQueries, 'groups'> | undefined,
  { epoch, first, head }: LogExtent,
  signal: AbortSignal,
): FirstGroups | undefined {
  if (queries === undefined) return undefined;
  const page = queries.groups({ epoch, after: first - 1, upto: head, limit: ASKED }, signal);
  // It may never be waited for.
  page.catch(() => undefined);
  return { epoch, page };
}
