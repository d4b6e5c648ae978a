import assert from 'node:assert/strict';
import { connect } from 'node:net';
import fc from 'fast-check';
import { SECRET } from '../support/server.ts';
import { CHANNELS, nasty, signWith, topics } from './arbitraries.ts';
import { batches, type Target } from './target.ts';
import type { World } from './world.ts';

const SIZE = 20;

const printable = nasty.map((text) => text.replaceAll(/[^\u0021-\u00ff]/gu, '?'));
const goodQuery = fc.oneof(
  fc.constantFrom('', '', 'after=0', 'after=1&limit=3', 'follow=1', 'follow=1&after=2', 'stream=err', 'end=3', 'epoch=x'),
  fc.constantFrom(
    'tail=3',
    'tail=0&follow=1',
    'since=15m',
    'since=2026-11-29T17:00:00Z&follow=1',
    'until=0',
    'level=warn',
    'level=24&follow=1',
  ),
  fc.constantFrom('after=1&upto=9&parts=3', 'parts=1000', 'limit=1&depth=0', 'level=error&after=2', 'level=1&before', 'time=1h'),
);
const PARAMETERS = 'after limit epoch follow end stream topic tail since until level upto parts depth time before marks __proto__'.split(
  ' ',
);
const VALUES = [
  '0',
  '1',
  '-1',
  '1e3',
  'err',
  '999999999999999999',
  '9007199254740991',
  '3.5',
  '',
  'warn',
  '15m',
  '9999999999d',
  '2026-02-30T25:61:61Z',
];
const badQuery = fc
  .array(
    fc.tuple(
      fc.oneof(fc.constantFrom(...PARAMETERS), printable),
      fc.oneof(fc.constantFrom(...VALUES), fc.nat(2_000).map(String), printable),
    ),
    { maxLength: 4 },
  )
  .map((pairs) => pairs.map(([name, value]) => `${name}=${encodeURIComponent(value)}`).join('&'));
const query = fc.oneof({ weight: 3, arbitrary: goodQuery }, { weight: 1, arbitrary: badQuery });
const topicBytes = topics.map((topic) => topic.replaceAll(/[^\u0021-\u00ff]/gu, '?'));
/** A path, and a topic that mostly belongs to it. */
const place = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.constantFrom(...CHANNELS).chain((channel) => {
      const good = signWith(SECRET, Buffer.from(JSON.stringify({ c: channel, t: 1, w: 1 })).toString('base64'));
      const topic = fc.oneof({ weight: 4, arbitrary: fc.constant(good) }, { weight: 1, arbitrary: topicBytes });
      const resource = fc.constantFrom('topics', 'topics', 'topics', 'levels', 'groups', 'seek');
      return fc.record({ path: resource.map((name) => `/log-stream/${name}/${channel}`), topic });
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      path: fc.oneof(
        fc.constantFrom('/log-stream/health', '/log-stream/metrics', '/log-stream', '/log-stream/assets/log-stream.js', '/', '*'),
        printable.map((text) => `/log-stream/topics/${text}`),
        printable.map((text) => `/log-stream/${text}`),
        printable,
      ),
      topic: topicBytes,
    }),
  },
);
const header = fc.oneof(
  fc.constantFrom(
    'Accept: text/plain',
    'Accept: text/event-stream',
    'Accept: application/json;q=0.1, text/plain;q=x',
    'Accept-Encoding: gzip',
    'Content-Encoding: gzip',
    'Expect: 100-continue',
    'Connection: close',
    'Range: bytes=0-1',
    'Origin: null',
    'Transfer-Encoding: chunked, gzip',
    'Content-Length: 18446744073709551616',
    'Log-Append-At: 0',
    'Upgrade: h2c',
  ),
  fc
    .tuple(fc.constantFrom('Accept', 'Origin', 'Last-Event-ID', 'Log-Append-At', 'If-None-Match', 'Authorization'), printable)
    .map((pair) => pair.join(': ')),
);
const body = fc.oneof(
  fc.constant(Buffer.alloc(0)),
  fc.string({ maxLength: 200 }).map((text) => Buffer.from(text)),
  fc.uint8Array({ maxLength: 200 }).map((all) => Buffer.from(all)),
);

/** A request as bytes: mostly one that a server has to answer. */
const requests = fc
  .record({
    method: fc.oneof(
      { weight: 8, arbitrary: fc.constantFrom('GET', 'GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'OPTIONS') },
      { weight: 1, arbitrary: fc.constantFrom('PATCH', 'TRACE', 'CONNECT', 'PROPFIND', 'get', '') },
    ),
    place,
    query,
    inQuery: fc.boolean(),
    headers: fc.oneof({ weight: 2, arbitrary: fc.constant([]) }, { weight: 1, arbitrary: fc.array(header, { maxLength: 3 }) }),
    body,
    framing: fc.constantFrom('length', 'length', 'chunked', 'chunked', 'none', 'long'),
    cut: fc.oneof({ weight: 6, arbitrary: fc.constant(Number.POSITIVE_INFINITY) }, { weight: 1, arbitrary: fc.nat(400) }),
  })
  .map(({ method, place: { path: where, topic }, query: asked, inQuery, headers, body: sent, framing, cut }) => {
    const search = inQuery ? `${asked}&topic=${encodeURIComponent(topic)}` : asked;
    const framed =
      framing === 'chunked' && sent.length > 0
        ? Buffer.concat([Buffer.from(`${sent.length.toString(16)}\r\n`), sent, Buffer.from('\r\n0\r\n\r\n')])
        : framing === 'chunked'
          ? Buffer.from('0\r\n\r\n')
          : sent;
    const fields = [
      'Host: 127.0.0.1',
      ...(inQuery ? [] : [`Authorization: Bearer ${topic}`]),
      ...(framing === 'chunked'
        ? ['Transfer-Encoding: chunked']
        : framing === 'none'
          ? []
          : [`Content-Length: ${sent.length + (framing === 'long' ? 7 : 0)}`]),
      ...headers,
    ];
    const whole = Buffer.concat([
      Buffer.from(`${method} ${where}${search === '' ? '' : `?${search}`} HTTP/1.1\r\n${fields.join('\r\n')}\r\n\r\n`, 'latin1'),
      framed,
    ]);
    return whole.subarray(0, Math.min(cut, whole.length));
  });

/** Requests of any bytes: answered with a status that is not the server's fault, or not at all, and nobody else hears of it. */
export function httpRequests(world: () => World): Target {
  return batches('HTTP requests', 10, SIZE, requests, async (all) => {
    const statuses = await Promise.all(all.map((bytes) => statusOf(world().server.port, bytes)));
    for (const [index, status] of statuses.entries()) {
      const shown = all[index]?.toString('latin1').slice(0, 500);
      assert.ok(status === undefined || (status >= 100 && status < 600 && status !== 500), `${status} for ${JSON.stringify(shown)}`);
    }
    await world().witness();
  });
}

/** The status of the answer; undefined when there is none. Whoever waits for more is left. */
function statusOf(port: number, bytes: Buffer): Promise<number | undefined> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
    let read = '';
    socket.on('error', () => undefined);
    socket.once('close', () => resolve(undefined));
    // The end makes the server stop waiting for what was promised and cut off.
    socket.end(bytes);
    socket.on('data', (data) => {
      read += data.toString('latin1');
      const status = /^HTTP\/1\.1 (\d{3}) /u.exec(read)?.[1];
      // A 100 is no answer yet.
      if (status === undefined || (status === '100' && !read.includes('HTTP/1.1', 5))) return;
      resolve(Number(status));
      socket.destroy();
    });
    socket.once('end', () => socket.destroy());
  });
}
