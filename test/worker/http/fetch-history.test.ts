import { describe, expect, it } from 'vitest';
import { fetchHistory } from '../../../src/worker/http/fetch-history.ts';
import type { HistoryRequest } from '../../../src/worker/session/events.ts';
import { numbered, startServer } from '../../support/server.ts';

const REQUEST: HistoryRequest = { id: 1, channel: 'org/run:1', topic: 'signed', epoch: 'e', after: 0, limit: 1_000 };
const signal = new AbortController().signal;

/** The result that a server's answer leads to. */
function taken(body: unknown, init: ResponseInit = {}, request = REQUEST): Promise<{ kind: string }> {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return fetchHistory('http://host/log-stream', request, () => Promise.resolve(new Response(text, init)), signal);
}

const good = { epoch: 'e', after: 0, lines: [[1, 'one']] };

describe('a request for history', () => {
  it('reads the answers of a real server', async () => {
    const server = await startServer();
    const { epoch } = await server.append('org/run:1', numbered(1_500), 3);
    const request = { ...REQUEST, topic: server.sign('org/run:1'), epoch };
    const first = await fetchHistory(server.url, request, fetch, signal);
    expect(first).toMatchObject({ kind: 'lines', first: 1, head: 1_500, end: 3 });
    const rest = await fetchHistory(server.url, { ...request, after: 1_000 }, fetch, signal);
    expect(rest.kind === 'lines' && rest.lines.map(([, text]) => text)).toEqual(numbered(500, 1_001));
    expect(await fetchHistory(server.url, { ...request, epoch: 'other' }, fetch, signal)).toEqual({ kind: 'epoch' });
    expect(await fetchHistory(server.url, { ...request, topic: server.sign('org/run:1', { ttl: -5 }) }, fetch, signal)).toEqual({
      kind: 'expired',
    });
    expect(await fetchHistory(server.url, { ...request, topic: server.sign('other') }, fetch, signal)).toMatchObject({
      kind: 'denied',
      problem: expect.stringContaining('another channel'),
    });
    await server.store.trim('org/run:1', { lines: 100 }, Date.now());
    expect(await fetchHistory(server.url, request, fetch, signal)).toEqual({ kind: 'truncated', first: 1_401 });
    expect(await fetchHistory(server.url, { ...request, channel: 'none', topic: server.sign('none') }, fetch, signal)).toEqual({
      kind: 'epoch',
    });
  });

  it('keeps the topic out of the URL, so that caches recognize the range', async () => {
    const urls: string[] = [];
    const headers: unknown[] = [];
    await fetchHistory(
      'http://host/log-stream',
      REQUEST,
      (input, init) => {
        urls.push(new Request(input).url);
        headers.push(init?.headers);
        return Promise.resolve(new Response(JSON.stringify(good)));
      },
      signal,
    );
    expect(urls).toEqual(['http://host/log-stream/topics/org/run%3A1?epoch=e&after=0&limit=1000']);
    expect(headers).toEqual([{ Accept: 'application/json', Authorization: 'Bearer signed' }]);
  });

  it.each([
    ['no JSON', '<p>Sign in</p>'],
    ['JSON of another kind', '[1]'],
    ['null', 'null'],
    ['another epoch', { ...good, epoch: 'f' }],
    ['another range', { ...good, after: 1 }],
    ['no lines', { epoch: 'e', after: 0 }],
    ['lines that are none', { ...good, lines: [[1, 'one'], ['two']] }],
    ['extras that are none', { ...good, lines: [[1, 'one', { s: 'out' }]] }],
    ['more lines than asked for', { ...good, lines: Array.from({ length: 1_001 }, () => [1, 'x']) }],
  ])('ignores an answer with %s', async (_what, body) => {
    expect(await taken(body)).toEqual({ kind: 'failed' });
  });

  it.each([500, 502, 503, 403, 400, 429])('takes %i for a transient failure', async (status) => {
    expect(await taken('', { status })).toEqual({ kind: 'failed' });
  });

  it('distinguishes an expired topic from one that is not accepted, and believes only log servers', async () => {
    const headers = { 'Content-Type': 'application/problem+json' };
    const said = (status: number, code: string): Promise<{ kind: string }> => taken({ code, detail: 'Why.' }, { status, headers });
    expect(await said(401, 'expired')).toEqual({ kind: 'expired' });
    expect(await said(401, 'unauthorized')).toEqual({ kind: 'denied', problem: 'Why.' });
    expect(await said(403, 'forbidden')).toEqual({ kind: 'denied', problem: 'Why.' });
    expect(await taken('<h1>Sign in</h1>', { status: 401 })).toEqual({ kind: 'failed' });
  });

  it('is aborted when the answer exceeds the limit', async () => {
    const piece = new Uint8Array(1_024 * 1_024).fill(32);
    let pieces = 0;
    const body = new ReadableStream<Uint8Array>({
      pull(controller) {
        pieces += 1;
        controller.enqueue(piece);
      },
    });
    const endless = (): Promise<Response> => Promise.resolve(new Response(body));
    expect(await fetchHistory('http://host/log-stream', REQUEST, endless, signal)).toEqual({ kind: 'failed' });
    expect(pieces).toBeLessThan(20);
  });

  it('ignores headers that are not numbers', async () => {
    const headers = { 'Log-First': '-4', 'Log-Head': 'many', 'Log-End': '1e9' };
    expect(await taken(good, { headers })).toMatchObject({ kind: 'lines', first: 1, head: 1, end: undefined });
  });

  it('fails when the network fails or it is aborted', async () => {
    const broken = (): Promise<Response> => Promise.reject(new TypeError('Failed to fetch'));
    expect(await fetchHistory('http://host', REQUEST, broken, signal)).toEqual({ kind: 'failed' });
    const abort = new AbortController();
    abort.abort();
    expect(await fetchHistory('http://127.0.0.1:1', REQUEST, fetch, abort.signal)).toEqual({ kind: 'failed' });
  });
});
