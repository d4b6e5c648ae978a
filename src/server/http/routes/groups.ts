import type { TopicExchange } from '../core/exchange.ts';
import { logHeaders, NO_STORE } from '../core/headers.ts';
import { checkEpoch, checkExists } from '../core/locate.ts';
import { epochParam, numberParam } from '../core/query.ts';
import { requireMarks } from '../core/require-marks.ts';
import { sendJson } from '../core/respond.ts';

const DEFAULT_GROUPS = 1_000;
/** The most groups in one answer, whatever `limit` says. */
const MAX_GROUPS = 10_000;

/** Answers with the groups that begin in a range of lines, and those around its start. */
export async function sendGroups(exchange: TopicExchange): Promise<void> {
  const { channel, query } = exchange;
  const marks = requireMarks(exchange, 'marks');
  const epoch = epochParam(query);
  const { tail, ...found } = await marks.groups(channel, {
    after: numberParam(query, 'after', 0) ?? 0,
    upto: numberParam(query, 'upto', 0) ?? Number.MAX_SAFE_INTEGER,
    limit: Math.min(numberParam(query, 'limit', 1) ?? DEFAULT_GROUPS, MAX_GROUPS),
    depth: numberParam(query, 'depth', 0) ?? Number.MAX_SAFE_INTEGER,
  });
  checkExists(tail);
  checkEpoch(tail, epoch);
  await sendJson(exchange, { epoch: tail.epoch, ...found }, { ...logHeaders(tail), ...NO_STORE });
}
