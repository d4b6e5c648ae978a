import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { runConformance } from '../../src/conformance/kit.ts';
import { SECRET } from '../support/server.ts';
import { startFaulty, type Fault } from './faulty-server.ts';

/** Rules that a fault elsewhere leaves alone. */
const SOUND = ['M1', 'W2', 'H61'];
const TIMEOUT = 1_500;

const isOf = (frame: Readonly<Record<string, unknown>>, ...kinds: readonly string[]): boolean => kinds.includes(String(frame['e']));

/** Signature that a topic should have had. */
function rightSignature(bearer: string | undefined): string {
  const payload = (bearer ?? '').replace('Bearer ', '').split('--')[0] ?? '';
  return createHmac('sha256', SECRET).update(payload).digest('hex');
}

/** A subscribe as it reaches a server that knows nothing of tails. */
const withoutTail = (text: string): string => text.replace(/,"tail":[^}]*/u, '');

const FAULTS: readonly (readonly [rule: string, what: string, fault: Fault])[] = [
  ['T2', 'refuses URL-safe base64', { asks: (headers) => (/_|-(?=.*--)/u.test(String(headers['authorization']).slice(7)) ? {} : headers) }],
  ['M12', 'escapes what it is given', { takes: (chunk) => Buffer.from(chunk.toString().replaceAll('<', '&lt;')) }],
  ['M14', 'forgets the colours', { gives: (chunk) => Buffer.from(chunk.toString().replaceAll(/,\{"c":"[^"]*"\}/gu, '')) }],
  [
    'T8',
    'tells what the signature should have been',
    { gives: (chunk, req) => (chunk.includes('does not match') ? Buffer.from(rightSignature(req.headers.authorization)) : chunk) },
  ],
  ['W10', 'says hello of another version', { tells: (frame) => [isOf(frame, 'hello') ? { ...frame, v: 2 } : frame] }],
  ['W12', 'swallows refusals', { tells: (frame) => (isOf(frame, 'err') ? [] : [frame]) }],
  ['W13', 'calls an ended log live', { tells: (frame) => [frame['st'] === 'ended' ? { ...frame, st: 'live' } : frame] }],
  ['W14', 'replays nothing', { tells: (frame) => [frame['st'] === 'live' ? { ...frame, st: 'skipped' } : frame] }],
  ['W16', 'sends every msg twice', { tells: (frame) => (isOf(frame, 'msg') ? [frame, frame] : [frame]) }],
  ['W17', 'queues for a socket that takes nothing', { queues: true }],
  ['W19', 'does not say the end', { tells: (frame) => (isOf(frame, 'end') ? [] : [frame]) }],
  [
    'W20',
    'never takes a part back',
    { tells: (frame) => (isOf(frame, 'part') && JSON.stringify(frame['data']) === '{"line":null}' ? [] : [frame]) },
  ],
  ['W24', 'has no heartbeat of its own', { tells: (frame) => (isOf(frame, 'hb') ? [] : [frame]) }],
  ['W26', 'keeps a removal to itself', { tells: (frame) => (frame['st'] === 'reset' && frame['off'] === '-0' ? [] : [frame]) }],
  ['W32', 'does not unsubscribe', { hears: (text) => (text.includes('unsubscribe') ? undefined : text) }],
  ['W33', 'does not answer a probe', { hears: (text) => (text === '{"hb":1}' ? undefined : text), options: { heartbeat: 60_000 } }],
  ['W34', 'takes any number for a tail', { hears: (text) => text.replace(/"tail":\d+/u, '"tail":5000') }],
  ['W35', 'promises tails and sends every line', { hears: withoutTail }],
  ['W36', 'goes on from the head', { hears: withoutTail }],
  ['W37', 'has no end for a tail', { tells: (frame) => (isOf(frame, 'end') ? [] : [frame]) }],
  ['L1', 'overlooks frames that cannot be read', { hears: (text) => (text.startsWith('{"') ? text : undefined) }],
  ['L2', 'reads a frame of any size', { options: { limits: { frameBytes: 1_024 * 1_024 } } }],
  ['L3', 'follows any number of topics', { options: { limits: { topicsPerSocket: 10_000 } } }],
  ['H2', 'says 404 before it asks for a topic', { answers: (status, headers) => ({ status: status === 401 ? 404 : status, headers }) }],
  [
    'H3',
    'lets browsers sniff',
    { answers: (status, headers) => ({ status, headers: { ...headers, 'x-content-type-options': undefined } }) },
  ],
  [
    'H7',
    'keeps it from pages that they are refused',
    { answers: (status, headers) => ({ status, headers: { ...headers, 'access-control-allow-origin': undefined } }) },
  ],
  [
    'H13',
    'lets the tail of a live log be kept for ever',
    {
      answers: (status, headers) => ({
        status,
        headers: status === 200 ? { ...headers, 'cache-control': 'private, max-age=31536000, immutable' } : headers,
      }),
    },
  ],
  [
    'H92',
    'gives records the level of their text alone',
    { takes: (chunk) => Buffer.from(chunk.toString().replaceAll(/"severity(?=Number|Text)/gu, '"other')) },
  ],
  ['H93', 'keeps it to itself what it rejects', { gives: (chunk) => (chunk.includes('partialSuccess') ? Buffer.from('{}') : chunk) }],
  ['H94', 'takes any type for JSON', { asks: (headers) => ({ ...headers, 'content-type': 'application/json' }) }],
  [
    'H17',
    'keeps it from readers what it has',
    { answers: (status, headers) => ({ status, headers: { ...headers, 'log-has': undefined } }) },
  ],
  ['H22', 'does not know tail', { heads: (target) => target.replace(/\btail=/u, 'unknown=') }],
  ['H23', 'does not know until', { heads: (target) => target.replace(/\buntil=/u, 'unknown=') }],
  ['H24', 'filters for another level', { heads: (target) => target.replace('level=17', 'level=13') }],
  [
    'H34',
    'does not say that it jumps',
    { gives: (chunk) => Buffer.from(chunk.toString().replaceAll(/^data: \{"e":"ack"[^\n]*"skipped"\}\n\n/gmu, '')) },
  ],
  ['H70', 'does not look at epoch', { heads: (target) => (target.includes('/topics/') ? target : target.replace('epoch=another', '')) }],
  [
    'H71',
    'counts what is above a level with it',
    { gives: (chunk) => Buffer.from(chunk.toString().replaceAll('[0,0,0,1,2,0]', '[3,3,3,3,2,0]')) },
  ],
  ['H72', 'does not look at depth', { heads: (target) => target.replace('depth=0', '') }],
  ['H73', 'seeks in one direction', { heads: (target) => target.replace(/&before=\d+/u, '&after=0') }],
  ['H15', 'does not compress', { asks: (headers) => ({ ...headers, 'accept-encoding': undefined }) }],
  ['H21', 'ends an answer properly that it should break off', { mends: true }],
  [
    'H30',
    'gives every event an id',
    { gives: (chunk) => Buffer.from(chunk.toString().replaceAll(/^data: \{"e":"(?!msg)/gmu, 'id: x-1\n$&')) },
  ],
  ['H31', 'does not look at Last-Event-ID', { asks: (headers) => ({ ...headers, 'last-event-id': undefined }) }],
  [
    'H32',
    'lets proxies hold followers back',
    { answers: (status, headers) => ({ status, headers: { ...headers, 'x-accel-buffering': undefined } }) },
  ],
  ['H41', 'keeps the \\r of \\r\\n', { takes: (chunk) => Buffer.from(chunk.toString('latin1').replaceAll('\r\n', '\r\r\n'), 'latin1') }],
  ['H42', 'stores longer lines whole', { options: { limits: { lineBytes: 4 * 1_024 * 1_024 } } }],
  ['H45', 'reads the whole body before it refuses', { waits: true }],
  ['H48', 'does not look at Log-Append-At', { asks: (headers) => ({ ...headers, 'log-append-at': undefined }) }],
  [
    'H49',
    'keeps the head to itself when it refuses',
    { answers: (status, headers) => ({ status, headers: status >= 400 ? { ...headers, 'log-head': undefined } : headers }) },
  ],
  ['H50', 'appends compressed bodies as they are', { asks: (headers) => ({ ...headers, 'content-encoding': undefined }) }],
];

describe('the conformance kit', () => {
  it('finds nothing wrong with a server that only has something between it and its clients', async () => {
    const report = await runConformance({ url: await startFaulty({}), secret: SECRET, timeout: 30_000 });
    expect(report.results.filter(({ state }) => state === 'failed')).toEqual([]);
    expect(report.passed).toBeGreaterThan(150);
  }, 120_000);

  it.each(FAULTS)('finds out by rule %s a server that %s', async (rule, _what, fault) => {
    const report = await runConformance({ url: await startFaulty(fault), secret: SECRET, only: [rule, ...SOUND], timeout: TIMEOUT });
    const failed = report.results.filter(({ state }) => state === 'failed');
    expect(new Set(failed.map((result) => result.rule))).toEqual(new Set([rule]));
    for (const result of failed) {
      expect(result).toMatchObject({ expected: expect.stringMatching(/./u) as string, actual: expect.stringMatching(/./u) as string });
    }
    expect(report.passed).toBeGreaterThanOrEqual(SOUND.length);
  });

  it('has nothing to say against a server that lists no features, and has none', async () => {
    const plain: Fault = {
      heads: (target) =>
        target.replace(/\/(?:levels|groups|seek|search)\//u, '/topics/').replaceAll(/\b(?:tail|since|until|level)=/gu, 'unknown='),
      tells: (frame) => [isOf(frame, 'hello') ? { ...frame, has: undefined } : frame],
      answers: (status, headers) => ({ status, headers: { ...headers, 'log-has': undefined } }),
    };
    const report = await runConformance({ url: await startFaulty(plain), secret: SECRET, only: ['H', 'W10'], skip: ['H60'] });
    expect(report.results.filter(({ state }) => state === 'failed')).toEqual([]);
    const skipped = report.results.filter((result) => result.state === 'skipped' && result.why.startsWith('the server does not list'));
    expect(new Set(skipped.map(({ rule }) => rule))).toEqual(
      new Set('17 22 23 24 31 33 34 50 54 70 71 72 73 80 81 82 83 84 86 92'.split(' ').map((rule) => `H${rule}`)),
    );
  }, 60_000);

  it('counts parts that come too fast', async () => {
    const many: Fault = { tells: (frame) => (isOf(frame, 'part') ? Array.from({ length: 5 }, () => frame) : [frame]) };
    const report = await runConformance({ url: await startFaulty(many), secret: SECRET, only: ['W20'], timeout: TIMEOUT });
    expect(report.results).toContainEqual(
      expect.objectContaining({
        state: 'failed',
        title: 'Parts come at most ten times a second.',
        actual: expect.stringMatching(/^\d+ parts$/u) as string,
      }),
    );
  });

  it('ends with a server that accepts everything and never answers', async () => {
    const silent = createServer((socket) => void socket.on('error', () => undefined).resume());
    await once(silent.listen(0, '127.0.0.1'), 'listening');
    onTestFinished(() => void silent.close());
    const url = `http://127.0.0.1:${(silent.address() as AddressInfo).port}/log-stream`;
    const report = await runConformance({ url, secret: SECRET, timeout: 20 });
    expect(report.passed).toBe(0);
    expect(report.failed).toBeGreaterThan(150);
  });

  it('reports no more than can be read of a server that sends without end', async () => {
    const endless = createServer((socket) => {
      socket.on('error', () => undefined);
      socket.write('HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n');
      const more = (): void => {
        while (!socket.destroyed && socket.write('x'.repeat(65_536)));
      };
      socket.on('drain', more).once('data', more);
    });
    await once(endless.listen(0, '127.0.0.1'), 'listening');
    onTestFinished(() => void endless.close());
    const url = `http://127.0.0.1:${(endless.address() as AddressInfo).port}/log-stream`;
    const report = await runConformance({ url, secret: SECRET, only: ['M1', 'H21', 'H10'], timeout: 1_000 });
    expect(report.passed).toBe(0);
    for (const result of report.results) expect(JSON.stringify(result).length).toBeLessThan(3_000);
  });
});
