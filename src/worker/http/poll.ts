import { LIMITS } from '../../protocol/limits.ts';
import { NOWHERE } from '../../protocol/position.ts';
import { factsOf, pageOf, textOf, topicUrl } from './fetch-history.ts';
import type { PollRequest, PollResult } from '../session/events.ts';
import { isProblem, refusalOf } from './token-refusal.ts';

const FAILED: PollResult = { kind: 'failed' };

/** Asks the server for the state of a log. Never rejects; an answer that is not from a log server counts as a failure. */
export async function poll(
  endpoint: string,
  { channel, topic, position }: PollRequest,
  fetcher: typeof fetch,
  signal: AbortSignal,
): Promise<PollResult> {
  const { epoch, offset: after } = position ?? NOWHERE;
  // While nothing is known of the log, only its state matters; views request the lines they need.
  const limit = position === undefined ? 1 : LIMITS.pageLines;
  try {
    const headers = { Accept: 'application/json', Authorization: `Bearer ${topic}` };
    const url = topicUrl(endpoint, channel, { ...(epoch === '' ? {} : { epoch }), after, limit });
    // A cached answer may be outdated.
    const response = await fetcher(url, { headers, signal, cache: 'no-store' });
    const { status } = response;
    const facts = factsOf(response);
    const body: unknown = JSON.parse(await textOf(response));
    if (status === 200) {
      const page = pageOf(body, after, limit);
      const isWhole = page !== undefined && page.epoch === facts.epoch && facts.first > 0 && [page.epoch, ''].includes(epoch);
      return isWhole ? { kind: 'log', ...facts, lines: page.lines } : FAILED;
    }
    // A proxy may answer with any status: only a log server is believed.
    if (!isProblem(response.headers)) return FAILED;
    switch (status) {
      case 401:
      case 403:
        return refusalOf(response, body) ?? FAILED;
      case 404:
        return { kind: 'log', epoch: '', first: 1, head: 0, end: undefined, lines: [] };
      case 409:
      case 410:
        return facts.epoch !== '' && facts.first > 0 ? { kind: 'log', ...facts, lines: [] } : FAILED;
      default:
        return FAILED;
    }
  } catch {
    return FAILED;
  }
}
