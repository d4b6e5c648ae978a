import type { Line } from '../../../protocol/line.ts';
import type { Range } from '../../../worker/api.ts';
import { RefusedQueryError } from '../../../worker/queries/refused-query-error.ts';
import type { LogBinding } from '../../log-binding.ts';
import { queriesOf } from '../queries-of.ts';
import { lineAtTime } from './line-at-time.ts';

export interface TimeSeekerHost {
  readonly binding: LogBinding;
  /** The first and the last line of the log. */
  lines(): Range;
  /** A line, if it is held. */
  held(line: number): Line | undefined;
  freshTopic(): Promise<string | undefined>;
}

/** The first line at or after a time (unix ms): asks the server, or searches the log where that cannot answer. */
export async function seekTime(host: TimeSeekerHost, time: number, signal: AbortSignal): Promise<number | undefined> {
  const { log } = host.binding;
  const queries = queriesOf(host.binding, () => host.freshTopic());
  if (log === undefined || queries === undefined) return undefined;
  try {
    return (await queries.seek({ epoch: log.status.epoch, time }, signal))?.line;
  } catch (error) {
    if (!(error instanceof RefusedQueryError)) throw error;
    return lineAtTime({ all: host.lines(), held: (line) => host.held(line), log, signal }, time);
  }
}
