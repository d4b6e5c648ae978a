import { LIMITS } from '../../protocol/limits.ts';
import { readLines, type Line } from '../../protocol/line.ts';
import { parseOffset, parsePosition } from '../../protocol/position.ts';
import { refusalOf } from './token-refusal.ts';
import type { HistoryRequest, HistoryResult } from '../session/events.ts';

const FAILED: HistoryResult = { kind: 'failed' };

/**
 * Requests a range of a log. Never rejects; the whole answer is checked before any of it is used. `heard` is called
 * whenever data arrives.
 */
export async function fetchHistory(
  endpoint: string,
  { channel, topic, epoch, after, limit }: HistoryRequest,
  fetcher: typeof fetch,
  signal: AbortSignal,
  heard: () => void = () => undefined,
): Promise<HistoryResult> {
  try {
    // The topic is not in the URL, so that a renewed one hits the cache entries of an older one.
    const headers = { Accept: 'application/json', Authorization: `Bearer ${topic}` };
    const response = await fetcher(topicUrl(endpoint, channel, { epoch, after, limit }), { headers, signal });
    heard();
    const { first, head, end } = factsOf(response);
    switch (response.status) {
      case 200:
        break;
      case 401:
      case 403:
        return refusalOf(response, JSON.parse(await textOf(response, heard))) ?? FAILED;
      case 404:
      case 409:
        return { kind: 'epoch' };
      case 410:
        return { kind: 'truncated', first };
      default:
        return FAILED;
    }
    const page = pageOf(JSON.parse(await textOf(response, heard)), after, limit);
    if (page?.epoch !== epoch) return FAILED;
    const { lines } = page;
    return { kind: 'lines', lines, first: Math.max(1, first), head: Math.max(head, after + lines.length), end };
  } catch {
    return FAILED;
  }
}

/** The text of an answer. Rejects when it exceeds the limit. */
export async function textOf({ body }: Response, heard: () => void = () => undefined): Promise<string> {
  const reader = body?.getReader();
  const decoder = new TextDecoder();
  let text = '';
  for (let piece = await reader?.read(); piece?.done === false; piece = await reader?.read()) {
    heard();
    text += decoder.decode(piece.value, { stream: true });
    if (text.length > LIMITS.answerLength) {
      await reader?.cancel();
      throw new RangeError(`The answer is longer than ${LIMITS.answerLength} characters.`);
    }
  }
  return text + decoder.decode();
}

/** What is asked of a log: its lines, or what is known of them. */
export type Resource = 'topics' | 'levels' | 'groups' | 'seek' | 'search';

export function topicUrl(
  endpoint: string,
  channel: string,
  query: Readonly<Record<string, string | number>>,
  resource: Resource = 'topics',
): string {
  const path = channel.split('/').map(encodeURIComponent).join('/');
  const search = new URLSearchParams(Object.entries(query).map(([name, value]) => [name, String(value)])).toString();
  return `${endpoint}/${resource}/${path}${search && '?'}${search}`;
}

/** What the headers of an answer say about its log; 0 and empty where they say nothing. */
export function factsOf({ headers }: Response): { epoch: string; first: number; head: number; end: number | undefined } {
  const number = (name: string): number => parseOffset(headers.get(name) ?? '') ?? 0;
  const end = headers.get('Log-End');
  return {
    epoch: parsePosition(`${headers.get('Log-Epoch') ?? ''}-0`)?.epoch ?? '',
    first: number('Log-First'),
    head: number('Log-Head'),
    end: end !== null && /^-?\d{1,15}$/u.test(end) ? Number(end) : undefined,
  };
}

/** The page of lines that was requested; undefined if the body is anything else. */
export function pageOf(body: unknown, after: number, limit: number): { epoch: string; lines: readonly Line[] } | undefined {
  if (typeof body !== 'object' || body === null) return undefined;
  const { epoch, after: answered, lines: values } = body as Record<string, unknown>;
  if (typeof epoch !== 'string' || answered !== after || !Array.isArray(values) || values.length > limit) return undefined;
  const lines = readLines(values);
  return lines === undefined ? undefined : { epoch, lines };
}
