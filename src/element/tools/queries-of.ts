import { LogQueries } from '../../worker/queries/log-queries.ts';
import type { LogBinding } from '../log-binding.ts';

/**
 * Asks the server about the log that an element shows; undefined while it shows none. `refresh` supplies a fresh topic for one that is
 * refused: for what the reader waits for. By default the question is not asked again, since the log keeps its topic fresh itself.
 */
export function queriesOf(
  binding: LogBinding,
  refresh: () => Promise<string | undefined> = () => Promise.resolve(undefined),
): LogQueries | undefined {
  const { log, endpoint } = binding;
  if (log === undefined || endpoint === undefined) return undefined;
  return new LogQueries({ endpoint, channel: log.channel, topic: () => binding.topic, refresh });
}
