import type { Range } from '../../../worker/api.ts';
import type { ToolStrings } from '../strings.ts';

/** The URL of a log's history. */
export function historyUrl(endpoint: string, channel: string): string {
  return `${endpoint.replace(/\/$/u, '')}/topics/${channel.split('/').map(encodeURIComponent).join('/')}`;
}

/** The name of the file for a log, or for some of its lines. */
export function fileName(channel: string, range?: Range): string {
  const lines = range === undefined ? '' : `-L${range.from}-L${range.to}`;
  return `${channel.replace(/[^\w.-]+/gu, '-')}${lines}.log`;
}

export interface RawRequest {
  readonly endpoint: string;
  readonly channel: string;
  /** The lines to request; undefined for all. */
  readonly range: Range | undefined;
  /** The first line that the server has, as far as is known. */
  readonly first: number;
  readonly signal: AbortSignal;
  readonly strings: ToolStrings;
  /** The signed topic to send. */
  topic(): string;
  /** Supplies a fresh topic when that one has expired. */
  refresh(): Promise<string | undefined>;
  /** The server accepted this topic. */
  accepted(topic: string): void;
}

/**
 * Requests the raw text of a log. The signed topic goes in a header, never in the URL, which servers and proxies log.
 * Requests once more with a fresh topic when it has expired, and from the new first line when retention removed lines
 * meanwhile. Rejects with a message for the reader when the server refuses.
 */
export async function requestRaw(request: RawRequest): Promise<Response> {
  let { first } = request;
  let topic = request.topic();
  let response = await send(request, topic, first);
  if (response.status === 401) {
    const fresh = await request.refresh();
    if (fresh === undefined) throw new Error(request.strings.downloadRefused(response.status));
    topic = fresh;
    response = await send(request, topic, first);
    if (response.status !== 401 && response.status !== 403) request.accepted(topic);
  }
  if (response.status === 410) {
    first = Number(response.headers.get('Log-First')) || first;
    response = await send(request, topic, first);
  }
  if (!response.ok) throw new Error(request.strings.downloadRefused(response.status));
  return response;
}

function send({ endpoint, channel, range, signal, strings }: RawRequest, topic: string, first: number): Promise<Response> {
  const after = Math.max(range?.from ?? 1, first) - 1;
  if (range !== undefined && range.to <= after) throw new RangeError(strings.downloadGone);
  const query = [after > 0 ? `after=${after}` : '', range === undefined ? '' : `limit=${range.to - after}`].filter(Boolean).join('&');
  const headers = { accept: 'text/plain', authorization: `Bearer ${topic}` };
  return fetch(`${historyUrl(endpoint, channel)}${query && `?${query}`}`, { headers, signal, cache: 'no-store' });
}
