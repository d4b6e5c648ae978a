import type { LogTail } from '../../store.ts';
import { LogSearch } from '../../search/log-search.ts';
import { SearchUnavailableError, SlowSearchError } from '../../search/search-error.ts';
import type { SearchPool } from '../../search/search-pool.ts';
import { Problem } from '../../problem.ts';
import type { TopicExchange } from '../core/exchange.ts';
import { disableTimeouts } from '../core/follow-log.ts';
import { logHeaders, UNBUFFERED } from '../core/headers.ts';
import { checkEpoch, checkExists } from '../core/locate.ts';
import { SearchAnswer } from '../core/search-answer.ts';
import { searchParams, type SearchParams } from '../core/search-params.ts';

/** Seconds after which a refused search may be tried again. */
const RETRY_AFTER = 2;

/** Answers with the hits of a search as they are found. */
export async function sendSearch(exchange: TopicExchange): Promise<void> {
  const { context, channel } = exchange;
  const { metrics, search: pool } = context;
  if (pool === undefined) throw new Problem('not-found', 'This server does not search logs. Log-Has lists what it offers.');
  const params = searchParams(exchange.query);
  const tail = await context.store.tail(channel);
  checkExists(tail);
  checkEpoch(tail, params.epoch);
  const leave = pool.places.take(channel);
  if (leave === undefined) {
    metrics.searched('refused');
    throw new Problem('busy', 'Too many searches are under way: try again in a moment.', { 'Retry-After': RETRY_AFTER });
  }
  try {
    await answer(exchange, pool, params, tail);
  } finally {
    leave();
  }
}

async function answer(exchange: TopicExchange, pool: SearchPool, params: SearchParams, tail: LogTail): Promise<void> {
  const { context, channel, req, res } = exchange;
  const { query, form, limit, isBackwards } = params;
  const stop = new AbortController();
  res.once('close', () => stop.abort());
  const isHard = await compile(pool, params, stop.signal);
  disableTimeouts(exchange);
  res.writeHead(200, { 'Content-Type': 'application/x-ndjson; charset=utf-8', ...UNBUFFERED, ...logHeaders(tail) });
  if (req.method === 'HEAD') {
    res.end();
    return;
  }
  const { epoch, first, head } = tail;
  const after = Math.max(params.after, first - 1);
  const upto = Math.max(after, Math.min(params.upto ?? head, head));
  const options = { channel, epoch, query, after, upto, form, limit, isBackwards };
  const search = new LogSearch({ store: context.store, pool, logger: context.logger }, options, stop.signal);
  const sent = new SearchAnswer(exchange, search, stop);
  sent.open({ epoch, after, upto, first });
  context.metrics.searched(sent.end(isHard ? 'slow' : await search.run(sent.sink)));
}

/**
 * Has a thread compile the query; resolves to whether that takes too long. Only a thread may do that: it takes as long as the pattern
 * wants.
 */
async function compile(pool: SearchPool, { query }: SearchParams, signal: AbortSignal): Promise<boolean> {
  try {
    const answered = await pool.run({ kind: 'check', query }, [], signal);
    if (answered.kind === 'invalid') throw new Problem('malformed', answered.message);
    return answered.kind !== 'compiles';
  } catch (error) {
    if (error instanceof SlowSearchError) return true;
    if (!(error instanceof SearchUnavailableError)) throw error;
    throw new Problem('unavailable', 'The server cannot search at the moment: try again later.', { 'Retry-After': RETRY_AFTER });
  }
}
