import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { MalformedFrames } from '../../../src/server/ws/malformed-frames.ts';
import { startServer } from '../../support/server.ts';

const MALFORMED: readonly (readonly [string, string | Buffer])[] = [
  ['text that is not JSON', '{"subscribe":'],
  ['an empty text', ''],
  ['a list', '[]'],
  ['a number', '42'],
  ['null', 'null'],
  ['a subscribe that is a list', '{"subscribe":["a"]}'],
  ['a subscribe that is text', '{"subscribe":"a"}'],
  ['a subscribe that is null', '{"subscribe":null}'],
  ['an unsubscribe that is an object', '{"unsubscribe":{}}'],
  ['an unsubscribe of numbers', '{"unsubscribe":[1]}'],
  ['a binary frame', Buffer.from('{"hb":1}')],
];

describe('a frame that cannot be read', () => {
  it.each(MALFORMED)('is answered without a topic, as %s is', async (_title, frame) => {
    const server = await startServer();
    const client = await server.connect();
    client.send(frame);
    const err = await client.next('err');
    expect(err).toMatchObject({ topic: undefined, code: 'malformed' });
    expect(err.message).toContain('subscribe');
    client.probe();
    await client.next('hb');
  });

  it('closes with 4400 at the third, and touches no other socket', async () => {
    const server = await startServer();
    const [client, other] = [await server.connect(), await server.connect()];
    for (let round = 0; round < 2; round += 1) {
      client.send('nonsense');
      await client.next('err');
    }
    client.probe();
    await client.next('hb');
    client.send('nonsense');
    await client.next('err');
    expect((await client.closed).code).toBe(4400);
    other.probe();
    await other.next('hb');
    await vi.waitFor(() => expect(server.logs.stats().sockets).toBe(1));
  });

  it('is forgotten after a minute', () => {
    const misconduct = new MalformedFrames();
    expect([0, 30_000, 60_000, 80_000, 89_999].map((now) => misconduct.note(now))).toEqual([false, false, false, true, true]);
  });

  it('never brings the server down, whatever it contains', async () => {
    const server = await startServer({ limits: { sockets: 10_000 } });
    const witness = await server.connect();
    await fc.assert(
      fc.asyncProperty(
        fc.array(
          fc.oneof(
            fc.string(),
            fc.json(),
            fc.json().map((value) => `{"subscribe":${value}}`),
            fc.json().map((value) => `{"unsubscribe":${value}}`),
            fc.uint8Array(),
          ),
          {
            maxLength: 6,
          },
        ),
        async (frames) => {
          const client = await server.connect();
          for (const frame of frames) client.send(typeof frame === 'string' ? frame : Buffer.from(frame));
          client.probe();
          await Promise.race([client.next('hb'), client.closed]);
          await client.close();
        },
      ),
      { numRuns: 100 },
    );
    witness.probe();
    await witness.next('hb');
    await vi.waitFor(() => expect(server.logs.stats().sockets).toBe(1));
  });
});

describe('a frame', () => {
  it('of 64 KiB is read, and one of a byte more closes with 1009', async () => {
    const server = await startServer();
    const client = await server.connect();
    const frame = (size: number): string => `{"hb":1,"pad":"${'x'.repeat(size - 17)}"}`;
    expect(frame(65_536)).toHaveLength(65_536);
    client.send(frame(65_536));
    await client.next('hb');
    client.send(frame(65_537));
    expect((await client.closed).code).toBe(1009);
    await vi.waitFor(() => expect(server.logs.stats().sockets).toBe(0));
  });

  it('may have unknown keys, and no request at all', async () => {
    const server = await startServer();
    const client = await server.connect();
    client.send('{}');
    client.send('{"presence":{"a":1},"__proto__":{"x":1}}');
    client.send(JSON.stringify({ extra: true, subscribe: { [server.sign('run:1')]: '' } }));
    await client.next('ack');
    expect(client.all('err')).toEqual([]);
  });

  it('may unsubscribe and subscribe the same channel, in this order', async () => {
    const server = await startServer();
    const client = await server.connect();
    const topic = server.sign('run:1');
    client.subscribe(topic);
    await client.next('ack');
    client.send(JSON.stringify({ subscribe: { [topic]: '' }, unsubscribe: [topic] }));
    await client.next('ack');
    expect(server.logs.stats().subscriptions).toBe(1);
  });

  it('of which thousands come at once is answered each', async () => {
    const server = await startServer();
    const client = await server.connect();
    const topic = server.sign('run:1');
    for (let round = 0; round < 3_000; round += 1) client.subscribe(topic);
    await vi.waitFor(() => expect(client.all('ack')).toHaveLength(3_000), { timeout: 10_000 });
    client.probe();
    await client.next('hb');
  });
});
