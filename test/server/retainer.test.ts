import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { Hub } from '../../src/server/live/hub.ts';
import { SILENT } from '../../src/server/log/logger.ts';
import { Retainer, type RetainerOptions } from '../../src/server/retainer.ts';
import type { Retention } from '../../src/server/store.ts';
import { FaultyStore } from '../support/faulty-store.ts';
import { append, numbered, startServer } from '../support/server.ts';

function open(retain: Retention | undefined, options: Partial<RetainerOptions> = {}): { store: FaultyStore; hub: Hub; retainer: Retainer } {
  const store = new FaultyStore();
  const hub = new Hub({ store, ringBytes: 100_000, logger: SILENT });
  const retainer = new Retainer({ store, hub, retain, logger: SILENT, trimDelay: 5, ...options });
  onTestFinished(() => {
    retainer.close();
    hub.close();
  });
  return { store, hub, retainer };
}

describe('Retainer', () => {
  it('trims a log a moment after it grew, and tells its followers', async () => {
    const { store, hub, retainer } = open({ lines: 10 });
    const topic = await hub.acquire('run:1');
    await append(store, 'run:1', numbered(25));
    retainer.appended('run:1');
    await vi.waitFor(() => expect(topic.tail.first).toBe(16));
    expect(await store.tail('run:1')).toMatchObject({ first: 16, head: 25 });
  });

  it('trims once for many appends', async () => {
    const { store, retainer } = open({ lines: 10 }, { trimDelay: 50 });
    for (let round = 0; round < 100; round += 1) {
      await append(store, 'run:1', numbered(1, round + 1));
      retainer.appended('run:1');
    }
    await vi.waitFor(async () => expect((await store.tail('run:1')).first).toBe(91));
    expect(store.calls.trim).toBeLessThan(5);
  });

  it('does nothing where everything is kept', async () => {
    for (const retain of [undefined, {}]) {
      const { store, retainer } = open(retain);
      await append(store, 'run:1', numbered(25));
      retainer.appended('run:1');
      await retainer.sweep();
      expect((await store.tail('run:1')).first).toBe(1);
    }
  });

  it('removes lines that grow too old, even from logs without appends', async () => {
    const { store } = open({ age: 20 }, { sweepInterval: 10 });
    await append(store, 'run:1', numbered(5));
    await append(store, 'run:2', numbered(7));
    await vi.waitFor(async () => {
      expect(await store.tail('run:1')).toMatchObject({ first: 6, head: 5 });
      expect(await store.tail('run:2')).toMatchObject({ first: 8, head: 7 });
    });
  });

  it('trims logs from before once it starts', async () => {
    const store = new FaultyStore();
    await append(store, 'run:1', numbered(25));
    const hub = new Hub({ store, ringBytes: 100_000, logger: SILENT });
    const retainer = new Retainer({ store, hub, retain: { bytes: 20 }, logger: SILENT });
    onTestFinished(() => retainer.close());
    await vi.waitFor(async () => expect((await store.tail('run:1')).first).toBe(24));
  });

  it('outlives a store that is down', async () => {
    const { store, retainer } = open({ lines: 10 });
    await append(store, 'run:1', numbered(25));
    store.isDown = true;
    retainer.appended('run:1');
    await vi.waitFor(() => expect(store.calls.trim).toBeGreaterThan(0));
    store.isDown = false;
    retainer.appended('run:1');
    await vi.waitFor(async () => expect((await store.tail('run:1')).first).toBe(16));
  });

  it('does nothing any more once it is closed', async () => {
    const { store, retainer } = open({ lines: 10 });
    await append(store, 'run:1', numbered(25));
    retainer.close();
    retainer.appended('run:1');
    await retainer.sweep();
    expect((await store.tail('run:1')).first).toBe(1);
  });
});

describe('retention of a server', () => {
  it('moves first soon after appends, and new subscribers get it', async () => {
    const server = await startServer({ retain: { lines: 10 } });
    const writer = server.logs.writer('run:1');
    await writer.write(`${numbered(30).join('\n')}\n`);
    await writer.finish();
    await vi.waitFor(async () => expect((await server.store.tail('run:1')).first).toBe(21));
    const client = await server.connect();
    client.subscribe(server.sign('run:1'), '0');
    expect(await client.next('ack')).toMatchObject({ first: 21, st: 'truncated', off: { offset: 20 } });
  });
});
