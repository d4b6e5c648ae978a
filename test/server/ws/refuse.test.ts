import { describe, expect, it, vi } from 'vitest';
import { Signer } from '../../../src/server/access/signer.ts';
import { FaultyStore } from '../../support/faulty-store.ts';
import { numbered, startServer } from '../../support/server.ts';
import { textsOf } from '../../support/wire-client.ts';

describe('a refused topic', () => {
  it('says why, and leaves the socket and its other topics alone', async () => {
    const server = await startServer();
    const client = await server.connect();
    const now = Math.floor(Date.now() / 1_000);
    const expired = server.sign('run:1', { ttl: -1 });
    const forged = new Signer(['the secret of another']).sign('run:1');
    const payload = Buffer.from(JSON.stringify({ c: 'no channel!', t: now })).toString('base64');
    const good = server.sign('run:1');
    client.send(JSON.stringify({ subscribe: { [expired]: '', [forged]: '', garbage: '', [`${payload}--00`]: '', [good]: '' } }));
    await client.next('ack');
    const codes = new Map(client.all('err').map(({ topic, code }) => [topic, code]));
    expect(codes).toEqual(
      new Map([
        [expired, 'expired'],
        [forged, 'forbidden'],
        ['garbage', 'malformed'],
        [`${payload}--00`, 'malformed'],
      ]),
    );
    await server.append('run:1', ['x']);
    await client.next('msg');
  });

  it('is never told what the signature should have been', async () => {
    const server = await startServer();
    const client = await server.connect();
    const good = server.sign('run:1');
    const [payload = '', signature = ''] = good.split('--');
    client.subscribe(`${payload}--${'0'.repeat(64)}`);
    const { message, code } = await client.next('err');
    expect(code).toBe('forbidden');
    expect(message).not.toContain(signature.slice(0, 8));
  });

  it.each([
    ['a word', 'tomorrow'],
    ['a negative number', -1],
    ['half a line', 1.5],
    ['a list', []],
    ['null', null],
    ['an epoch alone', 'abc-'],
  ])('is malformed where its position is %s, and that does not count against the socket', async (_title, asked) => {
    const server = await startServer();
    const client = await server.connect();
    const topic = server.sign('run:1');
    for (let round = 0; round < 4; round += 1) {
      client.send(JSON.stringify({ subscribe: { [topic]: asked } }));
      expect(await client.next('err')).toMatchObject({ topic, code: 'malformed' });
    }
    client.subscribe(topic);
    await client.next('ack');
  });

  it('leaves a running subscription of its channel as it is', async () => {
    const server = await startServer();
    const client = await server.connect();
    client.subscribe(server.sign('run:1'));
    await client.next('ack');
    client.subscribe(server.sign('run:1', { ttl: -1 }));
    expect((await client.next('err')).code).toBe('expired');
    await server.append('run:1', ['x']);
    await client.next('msg');
  });

  it('is beyond 25 in a frame: those are refused together, the first 25 are not (W12, L3)', async () => {
    const server = await startServer();
    const client = await server.connect();
    const topics = Array.from({ length: 27 }, (_, index) => server.sign(`run:${index}`));
    client.send(JSON.stringify({ subscribe: Object.fromEntries(topics.map((topic) => [topic, ''])) }));
    await vi.waitFor(() => expect(client.all('ack')).toHaveLength(25));
    expect(client.all('err').map(({ topic, code }) => [topic, code])).toEqual([[undefined, 'limit']]);
  });

  it('is one answer for the frame, however many entries fit into it', async () => {
    const server = await startServer();
    const client = await server.connect();
    const entries = Array.from({ length: 7_000 }, (_, index) => `"${index.toString(36)}":""`);
    const frame = `{"subscribe":{${entries.join(',')}}}`;
    expect(frame.length).toBeLessThan(65_536);
    client.send(frame);
    client.probe();
    await client.next('hb');
    const codes = client.all('err').map(({ topic, code }) => `${code}${topic === undefined ? ' of the frame' : ''}`);
    expect(codes).toEqual([...Array<string>(25).fill('malformed'), 'limit of the frame']);
  });

  it('is beyond the topics of a socket, until another one is unsubscribed', async () => {
    const server = await startServer({ limits: { topicsPerSocket: 2 } });
    const client = await server.connect();
    const [one, two, three] = ['run:1', 'run:2', 'run:3'].map((channel) => server.sign(channel)) as [string, string, string];
    client.subscribeAll(new Map([one, two, three].map((topic) => [topic, ''])));
    expect(await client.next('err')).toMatchObject({ topic: three, code: 'limit' });
    // One that is followed already is moved, not added.
    client.subscribe(two);
    await vi.waitFor(() => expect(client.all('ack')).toHaveLength(3));
    client.unsubscribe(one);
    client.subscribe(three);
    await client.next('ack', ({ ch }) => ch === 'run:3');
  });
});

describe('a store that is down', () => {
  it('refuses a topic as unavailable, and accepts it when the store is back', async () => {
    const store = new FaultyStore();
    const server = await startServer({ store });
    const client = await server.connect();
    store.isDown = true;
    const topic = server.sign('run:1');
    client.subscribe(topic);
    expect(await client.next('err')).toMatchObject({ topic, code: 'unavailable' });
    expect(server.logs.stats()).toMatchObject({ subscriptions: 0, topics: 0 });
    store.isDown = false;
    client.subscribe(topic);
    await client.next('ack');
  });

  it('refuses subscribes that need a read, and does not affect running ones', async () => {
    const store = new FaultyStore();
    const server = await startServer({ store });
    await server.append('run:1', numbered(5));
    const client = await server.connect();
    const topic = server.sign('run:1');
    client.subscribe(topic);
    await client.next('ack');
    store.isDown = true;
    client.subscribe(topic, '1');
    expect(await client.next('err')).toMatchObject({ topic, code: 'unavailable' });
    const late = await server.connect();
    late.subscribe(topic, '1');
    expect(await late.next('err')).toMatchObject({ topic, code: 'unavailable' });
    store.isDown = false;
    await server.append('run:1', ['new']);
    expect(textsOf(await client.next('msg'))).toEqual(['new']);
    expect(server.logs.stats().subscriptions).toBe(1);
  });

  it('answers late: subscriptions ended meanwhile are released', async () => {
    const store = new FaultyStore();
    const server = await startServer({ store });
    await server.append('run:1', numbered(5));
    const staying = await server.connect();
    const leaving = await server.connect();
    store.hold();
    staying.subscribe(server.sign('run:1'), '1');
    staying.unsubscribe(server.sign('run:1'));
    leaving.subscribe(server.sign('run:2'), '1');
    await vi.waitFor(() => expect(store.held).toBe(2));
    await leaving.close();
    store.release();
    await vi.waitFor(() => expect(server.logs.stats()).toMatchObject({ sockets: 1, subscriptions: 0, topics: 0 }));
    expect(store.watchers).toBe(0);
    staying.probe();
    await staying.next('hb', ({ heads }) => heads.size === 0);
    expect(staying.all('ack')).toHaveLength(1);
  });
});

describe('an unsubscribe', () => {
  it('by any signature of the channel, also an expired one, ends the subscription without an answer', async () => {
    const server = await startServer();
    const client = await server.connect();
    for (const signed of [server.sign('run:1'), server.sign('run:1', { ttl: -5 }), server.sign('run:1', { write: true })]) {
      client.subscribe(server.sign('run:1'));
      await client.next('ack');
      client.unsubscribe(signed);
      await vi.waitFor(() => expect(server.logs.stats()).toMatchObject({ subscriptions: 0, topics: 0 }));
    }
    await server.append('run:1', ['unheard']);
    client.probe();
    expect((await client.next('hb')).heads.size).toBe(0);
    expect(client.received.map(({ e }) => e)).toEqual(['hello', 'ack', 'ack', 'ack', 'hb']);
  });

  it('of an unknown or unreadable topic is not an error', async () => {
    const server = await startServer();
    const client = await server.connect();
    client.unsubscribe(server.sign('run:1'), 'garbage', '');
    client.probe();
    await client.next('hb');
    expect(client.received.map(({ e }) => e)).toEqual(['hello', 'hb']);
  });

  it('frees everything when the socket closes instead', async () => {
    const server = await startServer();
    const client = await server.connect();
    client.subscribe(server.sign('run:1'));
    await client.next('ack');
    await client.close();
    await vi.waitFor(() => expect(server.logs.stats()).toMatchObject({ sockets: 0, subscriptions: 0, topics: 0, bytes: 0 }));
  });
});
