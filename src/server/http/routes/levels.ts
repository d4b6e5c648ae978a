import { cacheHeaders } from '../core/caching.ts';
import type { TopicExchange } from '../core/exchange.ts';
import { logHeaders } from '../core/headers.ts';
import { checkEpoch, checkExists } from '../core/locate.ts';
import { epochParam, numberParam } from '../core/query.ts';
import { requireMarks } from '../core/require-marks.ts';
import { sendJson } from '../core/respond.ts';

const MAX_PARTS = 1_000;

/** Answers with counts of entries by level, for parts of a range of lines. */
export async function sendLevels(exchange: TopicExchange): Promise<void> {
  const { channel, query } = exchange;
  const marks = requireMarks(exchange, 'marks');
  const epoch = epochParam(query);
  const after = numberParam(query, 'after', 0) ?? 0;
  const upto = numberParam(query, 'upto', 0) ?? Number.MAX_SAFE_INTEGER;
  const parts = numberParam(query, 'parts', 1, MAX_PARTS) ?? 1;
  const found = await marks.levels(channel, { after, upto, parts });
  const { tail } = found;
  checkExists(tail);
  checkEpoch(tail, epoch);
  const isFinal = after >= tail.first - 1 && Math.max(after, upto) <= tail.head;
  const shown = found.parts.map(({ last, time, counts }) => [last, time, counts]);
  await sendJson(
    exchange,
    { epoch: tail.epoch, after: found.after, upto: found.upto, parts: shown },
    { ...logHeaders(tail), ...cacheHeaders(exchange, epoch, isFinal) },
  );
}
