import { isLine } from '../protocol/line.ts';
import { parseOffset } from '../protocol/position.ts';
import type { HistoryRequest, HistoryResult } from './session/events.ts';

const FAILED: HistoryResult = { kind: 'failed' };

/** Asks the server for a range of a log. Never rejects; what comes back is checked whole before any of it is used. */
export async function fetchHistory(
  endpoint: string,
  { channel, topic, epoch, after, limit }: HistoryRequest,
  fetcher: typeof fetch,
  signal: AbortSignal,
): Promise<HistoryResult> {
  const path = channel.split('/').map(encodeURIComponent).join('/');
  const query = new URLSearchParams({ epoch, after: String(after), limit: String(limit) });
  try {
    // The topic is no part of the URL, so that a renewed one finds in the cache what an older one put there.
    const headers = { Accept: 'application/json', Authorization: `Bearer ${topic}` };
    const response = await fetcher(`${endpoint}/topics/${path}?${query}`, { headers, signal });
    const number = (name: string): number | undefined => parseOffset(response.headers.get(name) ?? '');
    switch (response.status) {
      case 200:
        break;
      case 401:
        return { kind: 'expired' };
      case 404:
      case 409:
        return { kind: 'epoch' };
      case 410:
        return { kind: 'truncated', first: number('Log-First') ?? 0 };
      default:
        return FAILED;
    }
    const body: unknown = await response.json();
    if (typeof body !== 'object' || body === null) return FAILED;
    const { epoch: of, after: behind, lines } = body as Record<string, unknown>;
    if (of !== epoch || behind !== after || !Array.isArray(lines) || lines.length > limit || !lines.every(isLine)) return FAILED;
    const end = response.headers.get('Log-End');
    return {
      kind: 'lines',
      lines,
      first: number('Log-First') ?? 1,
      head: Math.max(number('Log-Head') ?? 0, after + lines.length),
      end: end !== null && /^-?\d{1,15}$/u.test(end) ? Number(end) : undefined,
    };
  } catch {
    return FAILED;
  }
}
