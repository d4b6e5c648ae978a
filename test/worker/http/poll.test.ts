import { describe, expect, it } from 'vitest';
import { poll } from '../../../src/worker/http/poll.ts';
import type { PollRequest, PollResult } from '../../../src/worker/session/events.ts';
import { numbered, startServer } from '../../support/server.ts';

const signal = new AbortController().signal;
const REQUEST: PollRequest = { id: 1, channel: 'run:1', topic: 'signed', position: { epoch: 'e', offset: 0 } };

/** The result that an answer leads to. */
function taken(body: string, init: ResponseInit, request = REQUEST): Promise<PollResult> {
  return poll('http://host/log-stream', request, () => Promise.resolve(new Response(body, init)), signal);
}

const FACTS = { 'Log-Epoch': 'e', 'Log-First': '1', 'Log-Head': '1' };
const PROBLEM = { 'Content-Type': 'application/problem+json; charset=utf-8' };
const page = (changes: object = {}): string => JSON.stringify({ epoch: 'e', after: 0, lines: [[1, 'one']], ...changes });

describe('polling a log', () => {
  it('reads the answers of a real server', async () => {
    const server = await startServer();
    const request: PollRequest = { ...REQUEST, topic: server.sign('run:1'), position: undefined };
    const ask = (changes: Partial<PollRequest> = {}): Promise<PollResult> => poll(server.url, { ...request, ...changes }, fetch, signal);
    expect(await ask()).toEqual({ kind: 'log', epoch: '', first: 1, head: 0, end: undefined, lines: [] });
    const { epoch } = await server.append('run:1', numbered(3_000));
    expect(await ask()).toMatchObject({ kind: 'log', epoch, first: 1, head: 3_000, end: undefined });
    const behind = await ask({ position: { epoch, offset: 2_500 } });
    expect(behind.kind === 'log' && behind.lines.map(([, text]) => text)).toEqual(numbered(500, 2_501));
    expect(await ask({ position: { epoch, offset: 0 } })).toMatchObject({ head: 3_000, lines: { length: 1_000 } });
    expect(await ask({ position: { epoch: '', offset: 0 } })).toMatchObject({ head: 3_000, lines: { length: 1_000 } });
    expect(await ask({ position: { epoch: 'other', offset: 9 } })).toEqual({
      kind: 'log',
      epoch,
      first: 1,
      head: 3_000,
      end: undefined,
      lines: [],
    });
    await server.store.trim('run:1', { lines: 100 }, Date.now());
    expect(await ask({ position: { epoch, offset: 9 } })).toMatchObject({ kind: 'log', epoch, first: 2_901, head: 3_000, lines: [] });
    expect(await ask()).toMatchObject({ kind: 'log', epoch, first: 2_901, head: 3_000, lines: [] });
    await server.append('run:1', ['last'], 4);
    expect(await ask({ position: { epoch, offset: 3_000 } })).toMatchObject({ head: 3_001, end: 4, lines: [[expect.any(Number), 'last']] });
    expect(await ask({ topic: server.sign('run:1', { ttl: -5 }) })).toEqual({ kind: 'expired' });
    expect(await ask({ topic: `${server.sign('run:1').slice(0, -4)}0000` })).toEqual({
      kind: 'denied',
      problem: expect.stringContaining('signature'),
    });
    expect(await ask({ topic: server.sign('other') })).toEqual({ kind: 'denied', problem: expect.stringContaining('another channel') });
  });

  it('sends the topic in a header, and bypasses caches', async () => {
    const seen: [string, RequestInit | undefined][] = [];
    const fetcher: typeof fetch = (input, init) => {
      seen.push([input as string, init]);
      return Promise.resolve(new Response(page(), { headers: FACTS }));
    };
    await poll('http://host/log-stream', REQUEST, fetcher, signal);
    await poll('http://host/log-stream', { ...REQUEST, position: undefined }, fetcher, signal);
    expect(seen.map(([url]) => url)).toEqual([
      'http://host/log-stream/topics/run%3A1?epoch=e&after=0&limit=1000',
      'http://host/log-stream/topics/run%3A1?after=0&limit=1',
    ]);
    for (const [, init] of seen) expect(init).toMatchObject({ cache: 'no-store', headers: { Authorization: 'Bearer signed' }, signal });
  });

  it.each([
    ['a page of HTML', '<p>Hello</p>', { headers: { 'Content-Type': 'text/html' } }],
    ['a page of another epoch', page({ epoch: 'f' }), { headers: { ...FACTS, 'Log-Epoch': 'f' } }],
    ['a page that its headers contradict', page(), { headers: { ...FACTS, 'Log-Epoch': 'f' } }],
    ['a page without headers', page(), {}],
    ['a page that begins elsewhere', page({ after: 7 }), { headers: FACTS }],
    ['a page with a line that is none', page({ lines: [['one']] }), { headers: FACTS }],
    ['a page with more lines than were asked for', page({ lines: Array.from({ length: 1_001 }, () => [1, 'x']) }), { headers: FACTS }],
    ['JSON that is null', 'null', { headers: FACTS }],
    ['a 404 of somebody else', '{}', { status: 404, headers: { 'Content-Type': 'application/json' } }],
    ['a 401 of somebody else', '<p>Sign in</p>', { status: 401, headers: { 'Content-Type': 'text/html' } }],
    ['a 403 of somebody else', '{}', { status: 403 }],
    ['a 409 that does not say what there is', '{}', { status: 409, headers: PROBLEM }],
    ['a 503', '{}', { status: 503, headers: { ...PROBLEM, ...FACTS } }],
  ])('fails for %s', async (_name, body, init) => {
    expect(await taken(body, init)).toEqual({ kind: 'failed' });
  });

  it('fails when the network fails', async () => {
    expect(await poll('http://host', REQUEST, () => Promise.reject(new TypeError('Failed to fetch')), signal)).toEqual({ kind: 'failed' });
  });

  it('distinguishes an expired topic from one that renewing would not help', async () => {
    expect(await taken('{}', { status: 401, headers: PROBLEM })).toEqual({ kind: 'expired' });
    expect(await taken('null', { status: 401, headers: PROBLEM })).toEqual({ kind: 'expired' });
    const said = await taken(JSON.stringify({ code: 'unauthorized', detail: 'x'.repeat(1_000) }), { status: 401, headers: PROBLEM });
    expect(said).toEqual({ kind: 'denied', problem: 'x'.repeat(300) });
    expect(await taken('{}', { status: 403, headers: PROBLEM })).toEqual({
      kind: 'denied',
      problem: expect.stringContaining('Sign it again'),
    });
  });
});
