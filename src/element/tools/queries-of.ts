import { LogQueries } from '../../worker/queries/log-queries.ts';
import type { LogBinding } from '../log-binding.ts';

/**
 * Asks the server about the log that an element shows; undefined while it shows none. The log keeps its topic fresh: one that is
 * refused is not asked for again.
 */
export function queriesOf(binding: LogBinding): LogQueries | undefined {
  const { log, endpoint } = binding;
  if (log === undefined || endpoint === undefined) return undefined;
  return new LogQueries({ endpoint, channel: log.channel, topic: () => binding.topic, refresh: () => Promise.resolve(undefined) });
}
