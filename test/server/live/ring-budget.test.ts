import fc from 'fast-check';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { encodeLines } from '../../../src/server/live/encoded-lines.ts';
import { Hub } from '../../../src/server/live/hub.ts';
import { SILENT } from '../../../src/server/log/logger.ts';
import { RingBudget } from '../../../src/server/live/ring-budget.ts';
import { Ring } from '../../../src/server/live/ring.ts';
import { FaultyStore } from '../../support/faulty-store.ts';
import { append, numbered } from '../../support/server.ts';

const CAPACITY = 2_000;

interface Log {
  readonly ring: Ring;
  next: number;
}

function grow(log: Log, lines: number): number {
  const texts = Array.from({ length: lines }, (_, index) => [1, `line ${log.next + index}`] as const);
  const chunk = encodeLines('run:1', 'e', log.next, texts);
  log.ring.append(chunk);
  log.next += lines;
  return chunk.wire.length;
}

describe('A budget of rings', () => {
  it('bounds them together, and empties first what grew longest ago', () => {
    const step = fc.record({ ring: fc.nat(7), lines: fc.integer({ min: 1, max: 80 }), clears: fc.boolean() });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), fc.integer({ min: 200, max: 3_000 }), (steps, capacity) => {
        const budget = new RingBudget(CAPACITY);
        const logs: Log[] = Array.from({ length: 8 }, () => ({ ring: new Ring(capacity, budget), next: 1 }));
        let order: number[] = [];
        for (const { ring: index, lines, clears } of steps) {
          const log = logs[index];
          if (log === undefined) continue;
          order = order.filter((other) => other !== index);
          if (clears && log.ring.bytes > 0) {
            log.ring.clear();
            continue;
          }
          const bytes = grow(log, lines);
          order.push(index);
          const held = logs.map(({ ring }) => ring.bytes);
          const total = held.reduce((sum, one) => sum + one, 0);
          expect(budget.bytes).toBe(total);
          // The newest chunk is kept whatever its size.
          expect(total).toBeLessThanOrEqual(Math.max(CAPACITY, bytes));
          expect(log.ring.to).toBe(log.next - 1);
          // Nobody was emptied who grew after one that was not.
          const kept = order.filter((other) => (held[other] ?? 0) > 0);
          expect(kept).toEqual(order.slice(order.length - kept.length));
          order = kept;
        }
      }),
      { numRuns: 200 },
    );
  });

  it('holds one log within the bound of all, and all of it in the end', () => {
    const budget = new RingBudget(CAPACITY);
    const log: Log = { ring: new Ring(10 * CAPACITY, budget), next: 1 };
    for (let round = 0; round < 100; round += 1) grow(log, 5);
    expect(log.ring.bytes).toBeLessThanOrEqual(CAPACITY);
    expect(log.ring.bytes).toBeGreaterThan(CAPACITY / 2);
    log.ring.clear();
    expect(budget.bytes).toBe(0);
  });

  it('costs the followers of many logs no line', async () => {
    const store = new FaultyStore();
    const hub = new Hub({ store, ringBytes: 100_000, totalRingBytes: 20_000, logger: SILENT });
    onTestFinished(() => hub.close());
    const channels = Array.from({ length: 10 }, (_, index) => `run:${index}`);
    const topics = await Promise.all(channels.map((channel) => hub.acquire(channel)));
    for (let round = 0; round < 10; round += 1) {
      for (const channel of channels) await append(store, channel, numbered(50, round * 50 + 1));
      await new Promise(setImmediate);
      expect(hub.bytes).toBeLessThanOrEqual(20_000);
    }
    expect(hub.bytes).toBeGreaterThan(0);
    for (const topic of topics) {
      const chunks = await topic.backlog(0);
      const texts = (chunks ?? []).flatMap(({ lines }) => lines.map(([, text]) => text));
      expect(texts).toEqual(numbered(500));
    }
    for (const topic of topics) hub.release(topic);
    expect(hub.bytes).toBe(0);
  });

  it('is given back what a log still reads while its last follower goes', async () => {
    const store = new FaultyStore();
    await append(store, 'run:1', numbered(100));
    const hub = new Hub({ store, ringBytes: 100_000, totalRingBytes: 20_000, logger: SILENT });
    onTestFinished(() => hub.close());
    const topic = await hub.acquire('run:1');
    store.hold();
    const reading = topic.backlog(0);
    await vi.waitFor(() => expect(store.held).toBe(1));
    hub.release(topic);
    store.release();
    expect((await reading)?.at(-1)?.to).toBe(100);
    expect(hub.bytes).toBe(0);
  });
});
