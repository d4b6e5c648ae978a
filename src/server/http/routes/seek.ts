import { setImmediate } from 'node:timers/promises';
import { levelOfSeverityNumber } from '../../../protocol/marks/level.ts';
import { Problem } from '../../problem.ts';
import type { MarkIndex, SeekQuery, SeekResult } from '../../store.ts';
import { isOpen, type TopicExchange } from '../core/exchange.ts';
import { logHeaders, NO_STORE } from '../core/headers.ts';
import { checkEpoch, checkExists } from '../core/locate.ts';
import { epochParam, levelParam, numberParam, timeParam } from '../core/query.ts';
import { requireMarks } from '../core/require-marks.ts';
import { sendJson } from '../core/respond.ts';

/** Answers with the number and time of a line that is found by time or level. */
export async function sendSeek(exchange: TopicExchange): Promise<void> {
  const { res, query } = exchange;
  const marks = requireMarks(exchange, 'seek');
  const epoch = epochParam(query);
  const time = timeParam(query, 'time');
  const { tail, found } = time === undefined ? await seekEntry(exchange) : await seekTime(exchange, marks, time);
  checkExists(tail);
  checkEpoch(tail, epoch);
  const headers = { ...logHeaders(tail), ...NO_STORE };
  if (found !== undefined) {
    await sendJson(exchange, { epoch: tail.epoch, line: found.line, time: found.time }, headers);
    return;
  }
  res.writeHead(204, headers);
  res.end();
}

function seekTime({ channel, query }: TopicExchange, marks: MarkIndex, time: number): Promise<SeekResult> {
  for (const name of ['level', 'after', 'before']) {
    if (query.has(name)) throw new Problem('malformed', `"${name}" does not go with "time": seek by time, or by level.`);
  }
  return marks.seek(channel, { kind: 'time', time });
}

async function seekEntry(exchange: TopicExchange): Promise<SeekResult> {
  const { context, channel, query } = exchange;
  const least = levelParam(query, 'level');
  const level = least === undefined ? undefined : levelOfSeverityNumber(least);
  if (least === undefined || level === undefined)
    throw new Problem('malformed', 'Say what to seek: "time", or "level" with "after" or "before".');
  const marks = requireMarks(exchange, 'marks');
  const isBackward = query.has('before');
  if (isBackward && query.has('after'))
    throw new Problem('malformed', 'Use "after" for the next entry or "before" for the previous one, not both.');
  let at = isBackward ? beforeParam(query) : numberParam(query, 'after', 0);
  for (;;) {
    const asked: SeekQuery = isBackward
      ? { kind: 'previous', level, before: at ?? Number.MAX_SAFE_INTEGER }
      : { kind: 'next', level, after: at ?? 0 };
    const result = await marks.seek(channel, asked);
    if (least === level || result.found === undefined || !isOpen(exchange)) return result;
    // A number between two levels: entries count as the lower one, and only the line itself has the number.
    await setImmediate();
    at = result.found.line;
    const { lines } = await context.store.read(channel, { after: at - 1, limit: 1, bytes: 1 });
    if ((lines[0]?.[2]?.l ?? 0) >= least) return result;
  }
}

/** Without a number, the last entry of the log is sought. */
function beforeParam(query: URLSearchParams): number | undefined {
  return query.get('before') === '' ? undefined : numberParam(query, 'before', 0);
}
