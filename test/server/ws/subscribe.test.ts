import { describe, expect, it, vi } from 'vitest';
import { Signer } from '../../../src/server/access/signer.ts';

import { FaultyStore } from '../../support/faulty-store.ts';
import { numbered, startServer } from '../../support/server.ts';
import { textsOf } from '../../support/wire-client.ts';

/** An epoch of a log that never was. */
const OTHER = 'other';

describe('a subscribe', () => {
  it('is acked before any of its data, which begins right after the ack', async () => {
    const server = await startServer();
    const { epoch } = await server.append('run:1', numbered(3));
    const client = await server.connect();
    client.subscribe(server.sign('run:1'), `${epoch}-1`);
    const msg = await client.next('msg');
    expect(client.received.map(({ e }) => e)).toEqual(['hello', 'ack', 'msg']);
    expect(client.received[1]).toEqual({ e: 'ack', ch: 'run:1', off: { epoch, offset: 1 }, first: 1, st: 'live' });
    expect(msg).toMatchObject({ ch: 'run:1', off: { epoch, offset: 3 } });
    expect(textsOf(msg)).toEqual(numbered(2, 2));
    await server.append('run:1', numbered(2, 4));
    const more = await client.next('msg');
    expect(more.off.offset).toBe(5);
    expect(textsOf(more)).toEqual(numbered(2, 4));
  });

  it('from now on receives later lines, and none before', async () => {
    const server = await startServer();
    const { epoch } = await server.append('run:1', numbered(3));
    const client = await server.connect();
    client.subscribe(server.sign('run:1'));
    expect(await client.next('ack')).toMatchObject({ off: { epoch, offset: 3 }, st: 'live' });
    await server.append('run:1', ['new']);
    expect(textsOf(await client.next('msg'))).toEqual(['new']);
  });

  it.each(['0', 0, '-0', '2', 2])('by %j goes from that line of whatever is there now', async (asked) => {
    const server = await startServer();
    const { epoch } = await server.append('run:1', numbered(4));
    const offset = Math.abs(Number(asked));
    const client = await server.connect();
    client.subscribe(server.sign('run:1'), asked);
    expect(await client.next('ack')).toEqual({ e: 'ack', ch: 'run:1', off: { epoch, offset }, first: 1, st: 'live' });
    expect(textsOf(await client.next('msg'))).toEqual(numbered(4 - offset, offset + 1));
  });

  it('of a log without a line is acked with -0, and its first message brings the epoch', async () => {
    const server = await startServer();
    const client = await server.connect();
    client.subscribe(server.sign('run:1'));
    expect(await client.next('ack')).toEqual({ e: 'ack', ch: 'run:1', off: { epoch: '', offset: 0 }, first: 1, st: 'live' });
    const { epoch } = await server.append('run:1', numbered(2));
    const msg = await client.next('msg');
    expect(msg.off).toEqual({ epoch, offset: 2 });
    expect(textsOf(msg)).toEqual(numbered(2));
  });

  it('is reset for another epoch: everything that is there now follows', async () => {
    const server = await startServer();
    const { epoch } = await server.append('run:1', numbered(3));
    const client = await server.connect();
    client.subscribe(server.sign('run:1'), `${OTHER}-2`);
    expect(await client.next('ack')).toEqual({ e: 'ack', ch: 'run:1', off: { epoch, offset: 0 }, first: 1, st: 'reset' });
    expect(textsOf(await client.next('msg'))).toEqual(numbered(3));
  });

  it('is reset for a position beyond the head, and for any position of a log without a line', async () => {
    const server = await startServer();
    const { epoch } = await server.append('run:1', numbered(3));
    const client = await server.connect();
    client.subscribe(server.sign('run:1'), `${epoch}-4`);
    expect(await client.next('ack')).toMatchObject({ off: { epoch, offset: 0 }, st: 'reset' });
    client.subscribe(server.sign('run:2'), `${epoch}-4`);
    expect(await client.next('ack')).toEqual({ e: 'ack', ch: 'run:2', off: { epoch: '', offset: 0 }, first: 1, st: 'reset' });
  });

  it('is reset to the head when the log is too long to be replayed', async () => {
    const server = await startServer();
    const { epoch } = await server.append('run:1', numbered(1_001));
    const client = await server.connect();
    client.subscribe(server.sign('run:1'), `${OTHER}-2`);
    expect(await client.next('ack')).toMatchObject({ off: { epoch, offset: 1_001 }, st: 'reset' });
    await server.append('run:1', ['new']);
    expect(textsOf(await client.next('msg'))).toEqual(['new']);
  });

  it('is truncated when the next line is no longer kept, and continues with the oldest held', async () => {
    const server = await startServer();
    const { epoch } = await server.append('run:1', numbered(10));
    await server.store.trim('run:1', { lines: 3 }, Date.now());
    const client = await server.connect();
    client.subscribe(server.sign('run:1'), `${epoch}-2`);
    expect(await client.next('ack')).toEqual({ e: 'ack', ch: 'run:1', off: { epoch, offset: 7 }, first: 8, st: 'truncated' });
    expect(textsOf(await client.next('msg'))).toEqual(numbered(3, 8));
  });

  it('replays 1,000 lines, and skips 1,001', async () => {
    const server = await startServer();
    const { epoch } = await server.append('run:1', numbered(1_500));
    const client = await server.connect();
    client.subscribe(server.sign('run:1'), `${epoch}-500`);
    expect(await client.next('ack')).toMatchObject({ off: { epoch, offset: 500 }, st: 'live' });
    expect(textsOf(await client.next('msg', ({ off }) => off.offset === 1_500))).toHaveLength(1_000);
    client.subscribe(server.sign('run:1'), `${epoch}-499`);
    expect(await client.next('ack')).toMatchObject({ off: { epoch, offset: 1_500 }, st: 'skipped' });
    await server.append('run:1', ['new']);
    expect(textsOf(await client.next('msg'))).toEqual(['new']);
  });

  it('replays 256 KiB of text, and skips a byte more', async () => {
    const server = await startServer();
    const text = 'é'.repeat(32 * 1_024);
    const { epoch } = await server.append('run:1', ['x', text, text, text, text]);
    const client = await server.connect();
    client.subscribe(server.sign('run:1'), '1');
    expect(await client.next('ack')).toMatchObject({ off: { epoch, offset: 1 }, st: 'live' });
    await client.next('msg', ({ off }) => off.offset === 5);
    expect(client.all('msg').flatMap(textsOf)).toEqual([text, text, text, text]);
    client.subscribe(server.sign('run:1'), '0');
    expect(await client.next('ack')).toMatchObject({ off: { epoch, offset: 5 }, st: 'skipped' });
  });

  it('says ended for a log that has ended, and truncated or skipped or reset first where that holds', async () => {
    const server = await startServer();
    const { epoch } = await server.append('run:1', numbered(1_200), 7);
    await server.store.trim('run:1', { lines: 1_100 }, Date.now());
    const client = await server.connect();
    const topic = server.sign('run:1');
    for (const [asked, st, offset] of [
      ['', 'ended', 1_200],
      [`${epoch}-1190`, 'ended', 1_190],
      [`${epoch}-150`, 'skipped', 1_200],
      [`${epoch}-50`, 'truncated', 1_200],
      [`${OTHER}-50`, 'reset', 1_200],
    ] as const) {
      client.subscribe(topic, asked);
      expect(await client.next('ack')).toEqual({ e: 'ack', ch: 'run:1', off: { epoch, offset }, first: 101, st });
      // The end always follows, behind the replay.
      expect(await client.next('end')).toEqual({ e: 'end', ch: 'run:1', off: { epoch, offset: 1_200 }, code: 7 });
    }
    expect(client.received.at(-1)?.e).toBe('end');
    expect(client.all('end')).toHaveLength(5);
    expect(client.all('msg').flatMap(textsOf)).toEqual(numbered(10, 1_191));
  });

  it('of a log that ended without a line is acked with -0, and the end follows', async () => {
    const server = await startServer();
    await server.append('run:1', [], 130);
    const client = await server.connect();
    client.subscribe(server.sign('run:1'), '0');
    const nowhere = { epoch: '', offset: 0 };
    expect(await client.next('end')).toEqual({ e: 'end', ch: 'run:1', off: nowhere, code: 130 });
    expect(client.all('ack')).toEqual([{ e: 'ack', ch: 'run:1', off: nowhere, first: 1, st: 'ended' }]);
  });

  it('again moves the subscription with another ack, also by another signature of the channel', async () => {
    const server = await startServer();
    const { epoch } = await server.append('run:1', numbered(3));
    const client = await server.connect();
    client.subscribe(server.sign('run:1'), '0');
    expect(textsOf(await client.next('msg'))).toEqual(numbered(3));
    client.subscribe(server.sign('run:1', { ttl: 60 }), '1');
    expect(textsOf(await client.next('msg'))).toEqual(numbered(2, 2));
    expect(client.all('ack').map(({ off }) => off)).toEqual([
      { epoch, offset: 0 },
      { epoch, offset: 1 },
    ]);
    await server.append('run:1', ['once']);
    expect(textsOf(await client.next('msg'))).toEqual(['once']);
    expect(client.all('msg')).toHaveLength(3);
    expect(server.logs.stats()).toMatchObject({ subscriptions: 1, topics: 1 });
  });

  it('answers each entry of a frame once, also two of one channel', async () => {
    const server = await startServer();
    await server.append('run:1', numbered(3));
    const client = await server.connect();
    client.subscribeAll(
      new Map([
        [server.sign('run:1'), '0'],
        [server.sign('run:1', { ttl: 60 }), '2'],
        [server.sign('run:2'), ''],
      ]),
    );
    await vi.waitFor(() => expect(client.all('ack')).toHaveLength(3));
    client.probe();
    await client.next('hb');
    expect(client.all('ack').filter(({ ch }) => ch === 'run:1')).toHaveLength(2);
    expect(client.all('err')).toEqual([]);
  });

  it('subscribes a thousand topics that have something to replay, each acked before its lines', async () => {
    const server = await startServer();
    const channels = Array.from({ length: 1_000 }, (_, index) => `run:${index}`);
    for (const channel of channels) await server.append(channel, numbered(20));
    const client = await server.connect();
    client.subscribeAll(new Map(channels.map((channel) => [server.sign(channel), '0'])));
    await vi.waitFor(() => expect(client.all('msg')).toHaveLength(1_000), { timeout: 10_000 });
    const acked = new Set<string>();
    for (const frame of client.received) {
      if (frame.e === 'ack') acked.add(frame.ch);
      if (frame.e === 'msg') {
        expect(acked.has(frame.ch)).toBe(true);
        expect(textsOf(frame)).toEqual(numbered(20));
      }
    }
    expect(acked.size).toBe(1_000);
  });

  it('is accepted with a signature by any of the secrets', async () => {
    const server = await startServer({ secrets: ['the secret of today', 'the one of yesterday'] });
    const client = await server.connect();
    client.subscribe(new Signer(['the one of yesterday']).sign('run:1'));
    client.subscribe(new Signer(['the secret of today']).sign('run:1'));
    await vi.waitFor(() => expect(client.all('ack')).toHaveLength(2));
  });

  it('is answered for the log that is there when the answer is ready, not for one that was removed meanwhile', async () => {
    const store = new FaultyStore();
    const server = await startServer({ store });
    await server.append('run:1', ['a', 'b', 'c', 'd']);
    const client = await server.connect();
    store.hold();
    client.subscribe(server.sign('run:1'), '0');
    await vi.waitFor(() => expect(store.calls.tail).toBe(1));
    store.releaseOne(0);
    await vi.waitFor(() => expect([store.calls.read, store.held]).toEqual([1, 1]));
    await store.remove('run:1');
    const { epoch } = await server.append('run:1', ['x', 'y']);
    // The answers about the new log come first, that to the read of the old one last.
    await vi.waitFor(() => {
      store.releaseOne(1);
      expect(store.held).toBe(1);
      expect(store.calls.read).toBeGreaterThan(2);
    });
    store.release();
    const msg = await client.next('msg');
    expect(msg.off).toEqual({ epoch, offset: 2 });
    expect(textsOf(msg)).toEqual(['x', 'y']);
    expect(client.all('ack')).toMatchObject([{ off: { offset: 0 }, first: 1, st: 'live' }]);
  });

  it('continues when its signature expires', async () => {
    const server = await startServer();
    const client = await server.connect();
    vi.useFakeTimers({ toFake: ['Date'], now: 1_000_000 });
    try {
      client.subscribe(server.sign('run:1', { ttl: 60 }));
      await client.next('ack');
      vi.setSystemTime(1_000_000 + 120_000);
      await server.append('run:1', ['still here']);
      expect(textsOf(await client.next('msg'))).toEqual(['still here']);
    } finally {
      vi.useRealTimers();
    }
  });
});
