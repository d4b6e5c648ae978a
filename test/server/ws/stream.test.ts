import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import type { Line } from '../../../src/protocol/line.ts';
import { numbered, startServer } from '../../support/server.ts';
import { textsOf } from '../../support/wire-client.ts';
import { packLines } from '../../../src/server/lines/packed-lines.ts';

describe('an append', () => {
  it('arrives with times and extras, each msg right after the one before', async () => {
    const server = await startServer();
    const client = await server.connect();
    client.subscribe(server.sign('run:1'));
    await client.next('ack');
    const { append } = server.store;
    const write = (lines: readonly (readonly [string, { s?: 'err'; c?: string; p?: 1 }?])[], time: number) =>
      append.call(server.store, 'run:1', { lines: packLines(lines), time, carryIn: '', carryOut: '' });
    await write([['a'], ['b', { s: 'err', c: '31' }]], 5_000);
    await write([['c', { p: 1 }]], 4_000);
    await client.next('msg', ({ off }) => off.offset === 3);
    const messages = client.all('msg');
    const lines: Line[] = messages.flatMap((msg) => [...msg.lines]);
    expect(lines).toEqual([
      [5_000, 'a'],
      [5_000, 'b', { s: 'err', c: '31' }],
      [5_000, 'c', { p: 1 }],
    ]);
    let head = 0;
    for (const { off, lines: brought } of messages) {
      head += brought.length;
      expect(off.offset).toBe(head);
    }
  });

  it('reaches every viewer once and in order, wherever each began', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.oneof(fc.integer({ min: 1, max: 40 }), fc.constant('join' as const)), { minLength: 1, maxLength: 25 }),
        async (steps) => {
          const server = await startServer();
          const viewers: { client: Awaited<ReturnType<typeof server.connect>>; from: number }[] = [];
          let head = 0;
          for (const step of steps) {
            if (step === 'join') {
              const client = await server.connect();
              client.subscribe(server.sign('run:1'), '0');
              viewers.push({ client, from: 0 });
            } else {
              await server.append('run:1', numbered(step, head + 1));
              head += step;
            }
          }
          for (const { client } of viewers) {
            await client.next('ack');
            await vi.waitFor(() => expect(client.all('msg').flatMap(textsOf)).toEqual(numbered(head)), { interval: 5 });
            expect(client.all('ack')).toHaveLength(1);
          }
          await server.close();
        },
      ),
      { numRuns: 15 },
    );
  });

  it('after the end of a log sends nothing: followers get the end once', async () => {
    const server = await startServer();
    const client = await server.connect();
    client.subscribe(server.sign('run:1'));
    await client.next('ack');
    const { epoch } = await server.append('run:1', ['last'], 1);
    expect(await client.next('end')).toEqual({ e: 'end', ch: 'run:1', off: { epoch, offset: 1 }, code: 1 });
    client.probe();
    await client.next('hb');
    expect(client.received.map(({ e }) => e)).toEqual(['hello', 'ack', 'msg', 'end', 'hb']);
  });

  it('to a removed log is a new epoch, told by an ack', async () => {
    const server = await startServer();
    const { epoch } = await server.append('run:1', numbered(3), 0);
    const client = await server.connect();
    client.subscribe(server.sign('run:1'), '0');
    await client.next('end');
    await client.next('ack');
    await server.store.remove('run:1');
    expect(await client.next('ack')).toEqual({ e: 'ack', ch: 'run:1', off: { epoch: '', offset: 0 }, first: 1, st: 'reset' });
    const next = await server.append('run:1', ['anew']);
    expect(next.epoch).not.toBe(epoch);
    const msg = await client.next('msg', ({ off }) => off.epoch === next.epoch);
    expect(msg).toMatchObject({ off: { epoch: next.epoch, offset: 1 } });
    expect(client.all('ack')).toHaveLength(2);
  });

  it('to a log that had ended without a line and was removed is sent as well', async () => {
    const server = await startServer();
    await server.append('run:1', [], 0);
    const client = await server.connect();
    client.subscribe(server.sign('run:1'));
    await client.next('end');
    await client.next('ack');
    await server.store.remove('run:1');
    expect(await client.next('ack')).toEqual({ e: 'ack', ch: 'run:1', off: { epoch: '', offset: 0 }, first: 1, st: 'reset' });
    await server.append('run:1', ['anew']);
    expect(textsOf(await client.next('msg'))).toEqual(['anew']);
  });

  it('goes to the topics of a socket each in its own order', async () => {
    const server = await startServer();
    const client = await server.connect();
    const channels = ['run:1', 'run:2', '__proto__', 'constructor'];
    client.subscribeAll(new Map(channels.map((channel) => [server.sign(channel), '0'])));
    await vi.waitFor(() => expect(client.all('ack')).toHaveLength(4));
    for (let round = 0; round < 50; round += 1) for (const channel of channels) await server.append(channel, numbered(3, round * 3 + 1));
    for (const channel of channels) {
      await vi.waitFor(() =>
        expect(
          client
            .all('msg')
            .filter(({ ch }) => ch === channel)
            .flatMap(textsOf),
        ).toEqual(numbered(150)),
      );
    }
  });
});

describe('the unfinished last line', () => {
  const line = (text: string): Line => [1_000, text];

  it('is shown, replaced and retracted', async () => {
    const server = await startServer();
    const { epoch } = await server.append('run:1', numbered(2));
    const client = await server.connect();
    client.subscribe(server.sign('run:1'));
    await client.next('ack');
    server.store.publishPart('run:1', 'w', line('43 %'));
    expect(await client.next('part')).toEqual({ e: 'part', ch: 'run:1', off: { epoch, offset: 2 }, line: line('43 %') });
    server.store.publishPart('run:1', 'w', line('44 %'));
    expect((await client.next('part')).line).toEqual(line('44 %'));
    server.store.publishPart('run:1', 'w', null);
    expect((await client.next('part')).line).toBeNull();
  });

  it('is sent to a new subscriber after its ack and the replay', async () => {
    const server = await startServer();
    await server.append('run:1', numbered(2));
    const first = await server.connect();
    first.subscribe(server.sign('run:1'));
    await first.next('ack');
    server.store.publishPart('run:1', 'w', line('43 %'));
    await first.next('part');
    const second = await server.connect();
    second.subscribe(server.sign('run:1'), '0');
    await second.next('part');
    expect(second.received.map(({ e }) => e)).toEqual(['hello', 'ack', 'msg', 'part']);
  });

  it('of a log without a line stands at -0', async () => {
    const server = await startServer();
    const client = await server.connect();
    client.subscribe(server.sign('run:1'));
    await client.next('ack');
    server.store.publishPart('run:1', 'w', line('$ '));
    expect((await client.next('part')).off).toEqual({ epoch: '', offset: 0 });
  });

  it('is sent at most ten times a second, and the newest one always', async () => {
    const server = await startServer();
    const client = await server.connect();
    client.subscribe(server.sign('run:1'));
    await client.next('ack');
    const begin = performance.now();
    const times: number[] = [];
    client.socket.on('message', () => times.push(performance.now()));
    for (let percent = 0; performance.now() - begin < 450; percent += 1) {
      server.store.publishPart('run:1', 'w', line(`${percent} %`));
      await new Promise((resolve) => setImmediate(resolve));
    }
    server.store.publishPart('run:1', 'w', line('done'));
    await client.next('part', (part) => part.line?.[1] === 'done');
    // Sent at least 100 ms apart: n of them take (n - 1) × 100 ms, whenever they arrive.
    expect(times.length).toBeLessThanOrEqual(Math.floor((performance.now() - begin) / 100) + 1);
    expect(times.length).toBeGreaterThan(2);
  });

  it('is cut to its last 4 KiB, and not at a carriage return', async () => {
    const server = await startServer();
    const client = await server.connect();
    client.subscribe(server.sign('run:1'));
    await client.next('ack');
    server.store.publishPart('run:1', 'w', line(`10 %\r${'x'.repeat(5_000)}`));
    expect((await client.next('part')).line?.[1]).toBe('x'.repeat(4_096));
    server.store.publishPart('run:1', 'w', line('10 %\r20 %'));
    expect((await client.next('part')).line?.[1]).toBe('10 %\r20 %');
  });

  it('is removed by a msg, and sent again if the part of another writer is current', async () => {
    const server = await startServer();
    const client = await server.connect();
    client.subscribe(server.sign('run:1'));
    await client.next('ack');
    server.store.publishPart('run:1', 'other', line('other'));
    await client.next('part');
    server.store.publishPart('run:1', 'own', line('own'));
    await client.next('part');
    await server.append('run:1', ['own line']);
    server.store.publishPart('run:1', 'own', null);
    const again = await client.next('part');
    expect(again).toMatchObject({ off: { offset: 1 }, line: line('other') });
    // The writer's own part was taken back by its line: null is not needed, nor is the part shown again.
    expect(client.received.map(({ e }) => e)).toEqual(['hello', 'ack', 'part', 'part', 'msg', 'part']);
    await server.append('run:1', ['another line']);
    await client.next('msg', ({ off }) => off.offset === 2);
    expect((await client.next('part')).line).toEqual(line('other'));
  });

  it('is gone with the end of the log', async () => {
    const server = await startServer();
    const client = await server.connect();
    client.subscribe(server.sign('run:1'));
    await client.next('ack');
    server.store.publishPart('run:1', 'w', line('43 %'));
    await client.next('part');
    await server.append('run:1', [], 0);
    await client.next('end');
    expect((await client.next('part')).line).toBeNull();
    const late = await server.connect();
    late.subscribe(server.sign('run:1'));
    await late.next('end');
    late.probe();
    await late.next('hb');
    expect(late.all('part')).toEqual([]);
  });
});
