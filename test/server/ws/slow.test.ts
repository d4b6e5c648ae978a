import { once } from 'node:events';
import type { Socket } from 'node:net';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { parseServerFrame, type ServerFrame } from '../../../src/protocol/messages.ts';
import { connectionsOf, numbered, startServer, type TestServer } from '../../support/server.ts';
import { openRawSocket, type RawSocket } from '../../support/raw-socket.ts';

const MIB = 1_024 * 1_024;
/** 64 KiB of text. */
const LINES = Array.from({ length: 64 }, () => 'x'.repeat(1_024));

async function openReader(server: TestServer): Promise<RawSocket> {
  const reader = await openRawSocket(server.port);
  onTestFinished(() => void reader.socket.destroy());
  return reader;
}

function frames(reader: RawSocket): ServerFrame[] {
  return reader.messages.flatMap((message) => {
    const frame = typeof message === 'string' ? parseServerFrame(message) : undefined;
    return frame === undefined ? [] : [frame];
  });
}

/** Bytes that the server holds for all its connections together. */
async function pending(server: TestServer, sockets: ReadonlySet<Socket>): Promise<number> {
  await new Promise((resolve) => setImmediate(resolve));
  expect(server.logs.stats().sockets).toBeGreaterThan(0);
  return [...sockets].reduce((sum, socket) => sum + socket.writableLength, 0);
}

describe('a socket that does not read', () => {
  it('costs no more than its buffer while 48 MiB are appended, gets a skipped ack, and continues at the head', async () => {
    const server = await startServer({ retain: { lines: 5_000 }, limits: { ringBytes: MIB } });
    const connections = connectionsOf(server);
    const reader = await openReader(server);
    reader.send(JSON.stringify({ subscribe: { [server.sign('run:1')]: '0' } }));
    await vi.waitFor(() => expect(frames(reader).map(({ e }) => e)).toContain('ack'));
    const witness = await server.connect();
    witness.subscribe(server.sign('run:1'), '0');
    await witness.next('ack');
    reader.socket.pause();

    let head = 0;
    let epoch = '';
    let most = 0;
    while (head < 48 * 1_024) {
      ({ head, epoch } = await server.append('run:1', LINES));
      const offset = head;
      await witness.next('msg', ({ off }) => off.offset === offset);
      most = Math.max(most, await pending(server, connections));
    }
    // 256 KiB for the socket and one chunk over it; the witness has taken everything.
    expect(most).toBeGreaterThan(0);
    expect(most).toBeLessThan(0.5 * MIB);
    expect(server.logs.stats().bytes).toBeLessThan(2 * MIB);
    expect(witness.all('ack')).toHaveLength(1);
    expect(witness.all('msg').reduce((sum, { lines }) => sum + lines.length, 0)).toBe(head);

    reader.socket.resume();
    await vi.waitFor(() => expect(frames(reader).at(-1)).toMatchObject({ off: { epoch, offset: head } }), { timeout: 10_000 });
    await server.append('run:1', ['the newest']);
    await vi.waitFor(() => expect(frames(reader).at(-1)).toMatchObject({ e: 'msg', off: { offset: head + 1 } }));

    // Every msg begins right behind what came before, unless an ack came between.
    let offset = 0;
    const acks: string[] = [];
    for (const frame of frames(reader)) {
      if (frame.e === 'ack') {
        expect(frame.off.offset).toBeGreaterThanOrEqual(offset);
        ({ offset } = frame.off);
        acks.push(frame.st);
      } else if (frame.e === 'msg') {
        expect(frame.off.offset - frame.lines.length).toBe(offset);
        ({ offset } = frame.off);
      }
    }
    expect(acks[0]).toBe('live');
    expect(acks.length).toBeGreaterThan(1);
    for (const state of acks.slice(1)) expect(['skipped', 'truncated']).toContain(state);
  }, 60_000);

  it('gets a reset if the log was removed while it did not read', async () => {
    const server = await startServer();
    const connections = connectionsOf(server);
    const reader = await openReader(server);
    reader.send(JSON.stringify({ subscribe: { [server.sign('run:1')]: '0' } }));
    await vi.waitFor(() => expect(frames(reader).map(({ e }) => e)).toContain('ack'));
    reader.socket.pause();
    while ((await pending(server, connections)) < 256 * 1_024) await server.append('run:1', LINES);
    await server.store.remove('run:1');
    const { epoch } = await server.append('run:1', numbered(3));
    reader.socket.resume();
    await vi.waitFor(() => expect(frames(reader).at(-1)).toMatchObject({ e: 'msg', off: { epoch, offset: 3 } }), { timeout: 10_000 });
    expect(frames(reader).at(-2)).toEqual({ e: 'ack', ch: 'run:1', off: { epoch, offset: 0 }, first: 1, st: 'reset' });
  });

  it('gets its topics in turn when it reads again', async () => {
    const server = await startServer({ limits: { socketBuffer: 1_024 } });
    const connections = connectionsOf(server);
    const reader = await openReader(server);
    const channels = ['run:1', 'run:2', 'run:3'];
    reader.send(JSON.stringify({ subscribe: Object.fromEntries(channels.map((channel) => [server.sign(channel), '0'])) }));
    await vi.waitFor(() => expect(frames(reader).filter(({ e }) => e === 'ack')).toHaveLength(3));
    reader.socket.pause();
    while ((await pending(server, connections)) === 0) await server.append('run:1', LINES);
    const before = frames(reader).length;
    for (let round = 0; round < 5; round += 1) for (const channel of channels) await server.append(channel, LINES);
    reader.socket.resume();
    const ends = (): (readonly [string, number])[] =>
      frames(reader).flatMap((frame) => (frame.e === 'msg' ? [[frame.ch, frame.off.offset] as const] : []));
    await vi.waitFor(() => expect(new Set(ends().map(([channel]) => channel)).size).toBe(3));
    await vi.waitFor(() =>
      expect(
        ends()
          .filter(([channel]) => channel === 'run:3')
          .at(-1)?.[1],
      ).toBe(320),
    );
    // The quiet ones were not kept waiting until all of the busy one was sent.
    const order = frames(reader)
      .slice(before)
      .flatMap((frame) => (frame.e === 'msg' ? [frame.ch] : []));
    expect(order.indexOf('run:3')).toBeLessThan(order.lastIndexOf('run:1'));
  });

  it('is closed with 4408 when it reads nothing for too long', async () => {
    const server = await startServer({ limits: { stall: 200 } });
    const connections = connectionsOf(server);
    const reader = await openReader(server);
    reader.send(JSON.stringify({ subscribe: { [server.sign('run:1')]: '0' } }));
    await vi.waitFor(() => expect(frames(reader).map(({ e }) => e)).toContain('ack'));
    reader.socket.pause();
    while ((await pending(server, connections)) < 256 * 1_024) await server.append('run:1', LINES);
    await vi.waitFor(() => expect(server.logs.stats()).toMatchObject({ sockets: 0, topics: 0 }), { timeout: 5_000 });
    reader.socket.resume();
    await vi.waitFor(() => expect(reader.messages.at(-1)).toBe(4408));
  });

  it('but that reads slowly and steadily is not closed', async () => {
    const server = await startServer({ limits: { stall: 300 } });
    const reader = await openReader(server);
    reader.send(JSON.stringify({ subscribe: { [server.sign('run:1')]: '0' } }));
    await vi.waitFor(() => expect(frames(reader).map(({ e }) => e)).toContain('ack'));
    const begin = performance.now();
    while (performance.now() - begin < 1_000) {
      reader.socket.pause();
      for (let round = 0; round < 40; round += 1) await server.append('run:1', LINES);
      reader.socket.resume();
      await once(reader.socket, 'data');
    }
    expect(server.logs.stats().sockets).toBe(1);
  });

  it('gets no more answers than it reads, however much it requests', async () => {
    const server = await startServer();
    const connections = connectionsOf(server);
    const reader = await openReader(server);
    const channels = Array.from({ length: 200 }, (_, index) => `${'c'.repeat(200)}:${index}`);
    for (let at = 0; at < channels.length; at += 25) {
      reader.send(
        JSON.stringify({ subscribe: Object.fromEntries(channels.slice(at, at + 25).map((channel) => [server.sign(channel), ''])) }),
      );
    }
    const acks = (): number => reader.messages.filter((message) => typeof message === 'string' && message.startsWith('{"e":"ack"')).length;
    await vi.waitFor(() => expect(acks()).toBe(200));
    reader.socket.pause();
    const request = JSON.stringify({
      hb: 1,
      subscribe: Object.fromEntries(channels.slice(0, 25).map((channel) => [server.sign(channel), ''])),
    });
    let most = 0;
    for (let round = 0; round < 800; round += 1) {
      reader.send(request);
      if (round % 20 === 0) most = Math.max(most, await pending(server, connections));
    }
    most = Math.max(most, await pending(server, connections));
    expect(most).toBeLessThan(0.5 * MIB);
    // Nor are its requests piled up: it is not even read.
    expect([...connections].map((socket) => socket.isPaused())).toEqual([true]);
    reader.socket.resume();
    // All of it is answered in the end.
    await vi.waitFor(() => expect(acks()).toBe(200 + 800 * 25), { timeout: 30_000, interval: 100 });
    expect([...connections].map((socket) => socket.isPaused())).toEqual([false]);
  }, 40_000);
});

describe('a socket whose other end is gone without a word', () => {
  it('is terminated after two heartbeats without an answer', async () => {
    const server = await startServer({ heartbeat: 50 });
    const healthy = await server.connect();
    const reader = await openReader(server);
    // Reads, but does not answer pings.
    const begin = performance.now();
    await once(reader.socket, 'close');
    expect(performance.now() - begin).toBeGreaterThan(90);
    await vi.waitFor(() => expect(server.logs.stats().sockets).toBe(1));
    healthy.probe();
    await healthy.next('hb');
  });

  it('is not terminated while it says anything at all', async () => {
    const server = await startServer({ heartbeat: 50 });
    const reader = await openReader(server);
    const begin = performance.now();
    while (performance.now() - begin < 400) {
      reader.send('{"hb":1}');
      await once(reader.socket, 'data');
    }
    expect(server.logs.stats().sockets).toBe(1);
  });
});
