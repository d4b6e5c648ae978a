import { describe, expect, it, vi } from 'vitest';
import { HeartbeatTimer } from '../../../src/server/ws/heartbeat-timer.ts';
import { numbered, startServer } from '../../support/server.ts';

describe('the heartbeat', () => {
  it('comes unsolicited, with the heads of quiet topics', async () => {
    const server = await startServer({ heartbeat: 30 });
    const { epoch } = await server.append('run:1', numbered(4));
    const client = await server.connect();
    expect((await client.next('hb')).heads.size).toBe(0);
    client.subscribeAll(new Map([server.sign('run:1'), server.sign('run:2')].map((topic) => [topic, ''])));
    const { heads } = await client.next('hb', (hb) => hb.heads.size === 2);
    expect(heads).toEqual(
      new Map([
        ['run:1', { epoch, offset: 4 }],
        ['run:2', { epoch: '', offset: 0 }],
      ]),
    );
  });

  it('leaves out a topic that was heard of since the last one', async () => {
    const server = await startServer({ heartbeat: 150 });
    const client = await server.connect();
    client.subscribe(server.sign('run:1'), '0');
    client.subscribe(server.sign('run:2'), '0');
    await client.next('hb', ({ heads }) => heads.size === 2);
    await server.append('run:1', ['x']);
    await client.next('msg');
    const heads = (): (string[] | undefined)[] =>
      client.received
        .slice(client.received.findIndex(({ e }) => e === 'msg'))
        .filter((frame) => frame.e === 'hb')
        .map((hb) => [...hb.heads.keys()].sort());
    await vi.waitFor(() => expect(heads().slice(0, 2)).toEqual([['run:2'], ['run:1', 'run:2']]));
  });

  it('names at most 100 topics a frame, and all of them in turn', async () => {
    const server = await startServer({ heartbeat: 50 });
    const client = await server.connect();
    const channels = Array.from({ length: 250 }, (_, index) => `run:${index}`);
    client.subscribeAll(new Map(channels.map((channel) => [server.sign(channel), ''])));
    await vi.waitFor(() => expect(client.all('ack')).toHaveLength(250));
    const before = client.all('hb').length;
    await vi.waitFor(() =>
      expect(
        new Set(
          client
            .all('hb')
            .slice(before)
            .flatMap(({ heads }) => [...heads.keys()]),
        ).size,
      ).toBe(250),
    );
    expect(
      client
        .all('hb')
        .slice(before, before + 2)
        .map(({ heads }) => heads.size),
    ).toContain(100);
    for (const { heads } of client.all('hb')) expect(heads.size).toBeLessThanOrEqual(100);
  });

  it('calls every member once an interval', () => {
    vi.useFakeTimers();
    try {
      const beats = new HeartbeatTimer(1_000);
      const members = Array.from({ length: 25 }, () => ({ heartbeat: vi.fn() }));
      for (const member of members) beats.add(member);
      vi.advanceTimersByTime(3_000);
      for (const { heartbeat } of members) expect(heartbeat).toHaveBeenCalledTimes(3);
      const [gone] = members;
      if (gone !== undefined) beats.delete(gone);
      vi.advanceTimersByTime(1_000);
      expect(members.map(({ heartbeat }) => heartbeat.mock.calls.length)).toEqual([3, ...Array.from({ length: 24 }, () => 4)]);
      beats.close();
      expect(vi.getTimerCount()).toBe(0);
    } finally {
      vi.useRealTimers();
    }
  });
});

describe('a probe', () => {
  it('is answered at once with the heads of all topics, quiet or not', async () => {
    const server = await startServer();
    const client = await server.connect();
    client.subscribe(server.sign('run:1'));
    client.subscribe(server.sign('run:2'));
    await vi.waitFor(() => expect(client.all('ack')).toHaveLength(2));
    const { epoch } = await server.append('run:1', ['x']);
    await client.next('msg');
    client.probe();
    expect((await client.next('hb')).heads).toEqual(
      new Map([
        ['run:1', { epoch, offset: 1 }],
        ['run:2', { epoch: '', offset: 0 }],
      ]),
    );
  });

  it('is answered by an empty frame where there is no topic', async () => {
    const server = await startServer();
    const client = await server.connect();
    client.probe();
    expect((await client.next('hb')).heads.size).toBe(0);
  });

  it('is answered in frames of 100', async () => {
    const server = await startServer();
    const client = await server.connect();
    const channels = Array.from({ length: 201 }, (_, index) => `run:${index}`);
    client.subscribeAll(new Map(channels.map((channel) => [server.sign(channel), ''])));
    await vi.waitFor(() => expect(client.all('ack')).toHaveLength(201));
    client.probe();
    await vi.waitFor(() => expect(client.all('hb')).toHaveLength(3));
    expect(client.all('hb').map(({ heads }) => heads.size)).toEqual([100, 100, 1]);
    expect(new Set(client.all('hb').flatMap(({ heads }) => [...heads.keys()])).size).toBe(201);
  });
});
