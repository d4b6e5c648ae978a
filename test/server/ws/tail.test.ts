import { describe, expect, it, vi } from 'vitest';
import type { ServerFrame } from '../../../src/protocol/messages.ts';
import { FaultyStore } from '../../support/faulty-store.ts';
import { numbered, startServer, type TestServer } from '../../support/server.ts';
import { textsOf, type WireClient } from '../../support/wire-client.ts';

/** Follows the frames of one subscription, and checks that each continues what came before. */
function seenBy(client: WireClient, limit: number): { readonly offset: number; readonly lines: readonly number[] } {
  let offset = 0;
  const lines: number[] = [];
  for (const frame of client.received) {
    if (frame.e === 'ack') {
      expect(frame.off.offset).toBeGreaterThanOrEqual(offset);
      ({ offset } = frame.off);
    } else if (frame.e === 'msg') {
      expect(frame.off.offset - frame.lines.length).toBe(offset);
      expect(frame.lines.length).toBeLessThanOrEqual(limit);
      for (const text of textsOf(frame)) {
        offset += 1;
        expect(text).toBe(`line ${offset}`);
        lines.push(offset);
      }
    }
  }
  return { offset, lines };
}

async function subscribed(server: TestServer, asked: string | number, tail: number): Promise<WireClient> {
  const client = await server.connect();
  client.subscribe(server.sign('run:1'), asked, tail);
  await client.next('ack');
  return client;
}

describe('a tail subscription', () => {
  it('is named by hello, so that a client knows it may ask for one', async () => {
    const server = await startServer();
    const client = await server.connect();
    expect((await client.next('hello')).has).toContain('tail');
  });

  it('is sent what comes at once after a pause, as any other', async () => {
    const server = await startServer();
    const client = await subscribed(server, '', 200);
    await server.append('run:1', ['a', 'b']);
    expect(textsOf(await client.next('msg'))).toEqual(['a', 'b']);
  });

  it('skips what is more than N lines from the head, and is sent the newest N (W34)', async () => {
    const server = await startServer();
    const client = await subscribed(server, '', 100);
    const { epoch } = await server.append('run:1', numbered(5_000));
    expect(await client.next('ack')).toEqual({ e: 'ack', ch: 'run:1', off: { epoch, offset: 4_900 }, first: 1, st: 'skipped' });
    expect(textsOf(await client.next('msg'))).toEqual(numbered(100, 4_901));
  });

  it('skips nothing at exactly N lines', async () => {
    const server = await startServer();
    const client = await subscribed(server, '', 100);
    await server.append('run:1', numbered(100));
    expect(textsOf(await client.next('msg'))).toEqual(numbered(100));
    expect(client.all('ack')).toHaveLength(1);
  });

  it('skips what is more than 256 KiB from the head', async () => {
    const server = await startServer();
    const client = await subscribed(server, '', 200);
    const text = 'é'.repeat(32 * 1_024);
    await server.append('run:1', [text, text, text, text]);
    expect(textsOf(await client.next('msg'))).toHaveLength(4);
    await server.append('run:1', ['x', text, text, text, text]);
    expect(await client.next('ack')).toMatchObject({ off: { offset: 5 }, st: 'skipped' });
    expect(textsOf(await client.next('msg'))).toHaveLength(4);
    await server.append('run:1', ['x'.repeat(256 * 1_024 + 1)]);
    expect(await client.next('ack')).toMatchObject({ off: { offset: 10 }, st: 'skipped' });
  });

  it.each([
    [5, 100],
    [-1, 100],
    [100.4, 100],
    [150.6, 151],
    [1e9, 10_000],
  ])('asked for with %d lines is one of %d', async (asked, lines) => {
    const server = await startServer();
    const client = await subscribed(server, '', asked);
    await server.append('run:1', numbered(lines + 1));
    expect(textsOf(await client.next('msg'))).toEqual(numbered(lines, 2));
  });

  it.each(['"200"', 'null', 'true', '[200]'])('with %s for a number is a malformed frame', async (tail) => {
    const server = await startServer();
    const client = await server.connect();
    client.send(`{"subscribe":{"${server.sign('run:1')}":""},"tail":${tail}}`);
    expect(await client.next('err')).toMatchObject({ code: 'malformed', topic: undefined });
    expect(client.all('ack')).toEqual([]);
  });

  it('sees every line once where the log is slow enough', async () => {
    const server = await startServer();
    const client = await subscribed(server, '', 100);
    for (let head = 0; head < 500; head += 10) {
      await server.append('run:1', numbered(10, head + 1));
      if (head % 50 === 0) await client.next('msg', ({ off }) => off.offset === head + 10);
    }
    await vi.waitFor(() => expect(seenBy(client, 100).offset).toBe(500));
    expect(seenBy(client, 100).lines).toHaveLength(500);
    expect(client.all('ack')).toHaveLength(1);
  });

  it('sees the true tail of a flood, and its last N lines before the end', async () => {
    const server = await startServer();
    const client = await subscribed(server, '', 100);
    for (let head = 0; head < 60_000; head += 1_000) await server.append('run:1', numbered(1_000, head + 1));
    const { epoch } = await server.append('run:1', numbered(30, 60_001), 7);
    expect(await client.next('end')).toEqual({ e: 'end', ch: 'run:1', off: { epoch, offset: 60_030 }, code: 7 });
    const { offset, lines } = seenBy(client, 100);
    expect(offset).toBe(60_030);
    expect(lines.slice(-100)).toEqual(Array.from({ length: 100 }, (_, index) => 59_931 + index));
    expect(lines.length).toBeLessThan(60_000);
    for (const ack of client.all('ack').slice(1)) expect(ack.st).toBe('skipped');
    expect(client.received.at(-1)?.e).toBe('end');
  });

  it('is told the end of a log that ends without another line', async () => {
    const server = await startServer();
    const client = await subscribed(server, '', 100);
    await server.append('run:1', ['a']);
    await client.next('msg');
    await server.append('run:1', [], 0);
    expect(await client.next('end')).toMatchObject({ off: { offset: 1 }, code: 0 });
  });
});

describe('a subscribe with tail', () => {
  it('replays N lines, and begins N lines before the head when it is further behind', async () => {
    const server = await startServer();
    const { epoch } = await server.append('run:1', numbered(1_500));
    const client = await server.connect();
    const topic = server.sign('run:1');
    client.subscribe(topic, `${epoch}-1400`, 100);
    expect(await client.next('ack')).toMatchObject({ off: { epoch, offset: 1_400 }, st: 'live' });
    expect(textsOf(await client.next('msg'))).toEqual(numbered(100, 1_401));
    client.subscribe(topic, `${epoch}-1399`, 100);
    expect(await client.next('ack')).toMatchObject({ off: { epoch, offset: 1_400 }, st: 'skipped' });
    expect(textsOf(await client.next('msg'))).toEqual(numbered(100, 1_401));
  });

  it('replays more than 1,000 lines when N is more', async () => {
    const server = await startServer();
    const { epoch } = await server.append('run:1', numbered(12_000));
    const client = await server.connect();
    client.subscribe(server.sign('run:1'), `${epoch}-2000`, 10_000);
    expect(await client.next('ack')).toMatchObject({ off: { epoch, offset: 2_000 }, st: 'live' });
    expect(textsOf(await client.next('msg'))).toEqual(numbered(10_000, 2_001));
  });

  it('begins there too after reset and truncated', async () => {
    const server = await startServer();
    const { epoch } = await server.append('run:1', numbered(1_000));
    await server.store.trim('run:1', { lines: 500 }, Date.now());
    const client = await server.connect();
    for (const [asked, st] of [
      ['other-7', 'reset'],
      [`${epoch}-3`, 'truncated'],
      [0, 'truncated'],
    ] as const) {
      client.subscribe(server.sign('run:1'), asked, 200);
      expect(await client.next('ack')).toMatchObject({ off: { epoch, offset: 800 }, first: 501, st });
      expect(textsOf(await client.next('msg'))).toEqual(numbered(200, 801));
    }
  });

  it('begins with as many of the newest lines as have 256 KiB of text', async () => {
    const server = await startServer();
    const { epoch } = await server.append(
      'run:1',
      Array.from({ length: 300 }, () => 'x'.repeat(4_096)),
    );
    const client = await server.connect();
    client.subscribe(server.sign('run:1'), '0', 200);
    expect(await client.next('ack')).toMatchObject({ off: { epoch, offset: 236 }, st: 'skipped' });
    expect(textsOf(await client.next('msg'))).toHaveLength(64);
  });

  it('decides for its channel, the latest one', async () => {
    const server = await startServer();
    const client = await subscribed(server, '', 100);
    const topic = server.sign('run:1');
    const { epoch } = await server.append('run:1', ['line 1']);
    await client.next('msg');
    client.subscribe(topic, `${epoch}-1`);
    await client.next('ack');
    await server.append('run:1', numbered(999, 2));
    await client.next('msg', ({ off }) => off.offset === 1_000);
    expect(seenBy(client, 1_000).lines).toHaveLength(1_000);
    client.subscribe(topic, `${epoch}-1000`, 150);
    await client.next('ack');
    await server.append('run:1', numbered(400, 1_001));
    expect(textsOf(await client.next('msg', ({ off }) => off.offset === 1_400))).toHaveLength(150);
  });

  it('that is refused leaves the subscription before it as it was', async () => {
    const store = new FaultyStore();
    const server = await startServer({ store, limits: { ringBytes: 1_000 } });
    const client = await subscribed(server, '', 100);
    await server.append('run:1', numbered(2_000));
    await client.next('msg', ({ off }) => off.offset === 2_000);
    store.isDown = true;
    client.subscribe(server.sign('run:1'), '500', 2_000);
    expect(await client.next('err')).toMatchObject({ code: 'unavailable' });
    store.isDown = false;
    await server.append('run:1', numbered(1_000, 2_001));
    expect(textsOf(await client.next('msg', ({ off }) => off.offset === 3_000))).toEqual(numbered(100, 2_901));
  });

  it('for the log that nobody follows yet reads no more than it needs', async () => {
    const store = new FaultyStore();
    const server = await startServer({ store });
    const { epoch } = await server.append('run:1', numbered(20_000));
    const client = await server.connect();
    client.subscribe(server.sign('run:1'), '5', 200);
    expect(await client.next('ack')).toMatchObject({ off: { epoch, offset: 19_800 }, st: 'skipped' });
    expect(textsOf(await client.next('msg'))).toEqual(numbered(200, 19_801));
    expect(store.calls.read).toBe(1);
  });

  it('continues at the head when the store cannot be read for what was skipped', async () => {
    const store = new FaultyStore();
    const server = await startServer({ store, limits: { ringBytes: 1_000 } });
    const client = await subscribed(server, '', 10_000);
    await server.append('run:1', numbered(3_000));
    // The ring holds the last 1,000 lines, of which viewers are told in a moment.
    store.isDown = true;
    expect(await client.next('ack')).toMatchObject({ off: { offset: 3_000 }, st: 'skipped' });
    store.isDown = false;
    await server.append('run:1', ['line 3001']);
    expect(textsOf(await client.next('msg'))).toEqual(['line 3001']);
  });
});

describe('while lines wait for their turn', () => {
  /** Frames until a second batch of lines was sent that had to wait for its turn, with a probe right after it was appended. */
  async function waiting(server: TestServer, client: WireClient): Promise<readonly ServerFrame[]> {
    for (let round = 1; ; round += 1) {
      const from = client.received.length;
      const before = await server.store.tail('run:1');
      await server.append('run:1', numbered(1, before.head + 1));
      await client.next('msg', ({ off }) => off.offset === before.head + 1);
      await server.append('run:1', numbered(1, before.head + 2));
      client.probe();
      await client.next('msg', ({ off }) => off.offset === before.head + 2);
      await client.next('hb');
      const frames = client.received.slice(from);
      if (frames.findIndex(({ e }) => e === 'hb') < frames.findLastIndex(({ e }) => e === 'msg')) return frames;
      expect(round, 'lines never waited for their turn').toBeLessThan(200);
    }
  }

  it('heads name what was sent on this socket (W34)', async () => {
    const server = await startServer();
    const client = await subscribed(server, '', 100);
    const frames = await waiting(server, client);
    const [first, second] = frames.filter((frame) => frame.e === 'msg');
    const hb = frames.find((frame) => frame.e === 'hb');
    expect(hb?.heads.get('run:1')).toEqual(first?.off);
    expect(hb?.heads.get('run:1')).not.toEqual(second?.off);
  });

  it('a part waits for the lines before it, and the newest wins', async () => {
    const server = await startServer();
    const client = await subscribed(server, '', 100);
    for (let head = 0; head < 300; head += 1) {
      await server.append('run:1', [`line ${head + 1}`]);
      server.store.publishPart('run:1', 'writer', [0, `part after ${head + 1}`]);
    }
    await client.next('part', ({ line }) => line?.[1] === 'part after 300');
    let sent = 0;
    for (const frame of client.received) {
      if (frame.e === 'msg') sent = frame.off.offset;
      else if (frame.e === 'part') expect(frame.off.offset).toBe(sent);
    }
    expect(sent).toBe(300);
  });
});
