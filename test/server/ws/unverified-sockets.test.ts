import fc from 'fast-check';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { WebSocket } from 'ws';
import { UnverifiedSockets } from '../../../src/server/ws/unverified-sockets.ts';
import { startServer } from '../../support/server.ts';

const range = (count: number): number[] => Array.from({ length: count }, (_, index) => index);

describe('Strangers', () => {
  it('lets 1,000 stay for as long as they like', () => {
    const strangers = new UnverifiedSockets<number>();
    for (const member of range(1_000)) strangers.add(member, 0);
    expect(strangers.overdue(1e9)).toEqual([]);
    strangers.add(1_000, 1e9);
    expect(strangers.overdue(1e9)).toEqual([0]);
  });

  it('names the oldest beyond that, after 30 s and no sooner', () => {
    const strangers = new UnverifiedSockets<number>();
    for (const member of range(1_500)) strangers.add(member, member);
    expect(strangers.overdue(29_999)).toEqual([]);
    expect(strangers.overdue(30_002)).toEqual([0, 1, 2]);
    expect(strangers.overdue(1e9)).toEqual(range(500));
    strangers.delete(1);
    expect(strangers.overdue(30_002)).toEqual([0, 2]);
    for (const member of strangers.overdue(1e9)) strangers.delete(member);
    expect([strangers.size, strangers.overdue(1e9)]).toEqual([1_000, []]);
  });

  it('never leaves fewer than 1,000, nor names one of less than 30 s', () => {
    fc.assert(
      fc.property(fc.nat(1_300), fc.nat(60_000), fc.nat(60_000), (count, spread, now) => {
        const strangers = new UnverifiedSockets<number>();
        const since = range(count).map((member) => Math.floor((member * spread) / Math.max(count, 1)));
        for (const [member, time] of since.entries()) strangers.add(member, time);
        const overdue = strangers.overdue(now);
        if (overdue.length > 0) expect(count - overdue.length).toBeGreaterThanOrEqual(1_000);
        for (const member of overdue) expect(now - (since[member] ?? 0)).toBeGreaterThanOrEqual(30_000);
      }),
    );
  });
});

describe('sockets without a topic', () => {
  it('are closed with 1013 where there are more than 1,000: the oldest, after 30 s, and none that has a topic', async () => {
    vi.useFakeTimers({ toFake: ['Date'] });
    onTestFinished(() => void vi.useRealTimers());
    const server = await startServer();
    const codes = new Map<number, number>();
    const open = async (index: number): Promise<WebSocket> => {
      const socket = new WebSocket(server.endpoint);
      onTestFinished(() => socket.terminate());
      socket.on('error', () => undefined);
      socket.on('close', (code) => codes.set(index, code));
      await new Promise((resolve) => socket.once('open', resolve));
      return socket;
    };
    const viewer = await server.connect();
    viewer.subscribe(server.sign('run:1'));
    await viewer.next('ack');
    // One whose topic was refused is none that has one.
    const liar = await server.connect();
    liar.subscribe('bm9uZQ==--00');
    await liar.next('err');
    for (let at = 0; at < 999; at += 111) await Promise.all(range(111).map((index) => open(at + index)));
    expect(server.logs.stats().sockets).toBe(1_001);
    vi.setSystemTime(Date.now() + 60_000);
    await open(999);
    expect((await liar.closed).code).toBe(1_013);
    await open(1_000);
    await vi.waitFor(() => expect(codes.size).toBe(1));
    expect([...codes.values()]).toEqual([1_013]);
    await server.append('run:1', ['one']);
    await viewer.next('msg');
    await vi.waitFor(() => expect(server.logs.stats().sockets).toBe(1_001));
  });
});
