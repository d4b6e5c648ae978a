import { describe, expect, it, onTestFinished, vi } from 'vitest';
import type { Line } from '../../src/protocol/line.ts';
import { Hub } from '../../src/server/live/hub.ts';
import { SILENT } from '../../src/server/log/logger.ts';
import { FaultyStore } from '../support/faulty-store.ts';
import { append } from '../support/server.ts';

function openHub(): { hub: Hub; store: FaultyStore } {
  const store = new FaultyStore();
  const hub = new Hub({ store, ringBytes: 100_000, logger: SILENT });
  onTestFinished(() => hub.close());
  return { hub, store };
}

describe('unfinished lines', () => {
  const line = (text: string): Line => [1, text];

  it('are shown as the one that changed last', async () => {
    const { hub, store } = openHub();
    const topic = await hub.acquire('run:1');
    store.publishPart('run:1', 'w1', line('a'));
    store.publishPart('run:1', 'w2', line('b'));
    expect(topic.part).toEqual(line('b'));
    store.publishPart('run:1', 'w2', null);
    expect(topic.part).toEqual(line('a'));
    store.publishPart('run:1', 'w1', null);
    expect(topic.part).toBeNull();
    expect(topic.partVersion).toBe(4);
  });

  it('are gone when the log ends or is removed', async () => {
    const { hub, store } = openHub();
    const topic = await hub.acquire('run:1');
    await append(store, 'run:1', ['x']);
    store.publishPart('run:1', 'w1', line('a'));
    await append(store, 'run:1', [], 0);
    await vi.waitFor(() => expect(topic.tail.end).toBe(0));
    expect(topic.part).toBeNull();
    store.publishPart('run:1', 'w1', line('b'));
    await store.remove('run:1');
    await vi.waitFor(() => expect(topic.tail.epoch).toBe(''));
    expect(topic.part).toBeNull();
  });

  it('are retracted only once the lines they became have arrived', async () => {
    const { hub, store } = openHub();
    const topic = await hub.acquire('run:1');
    const seen: [number, string | undefined][] = [];
    topic.subscribe(() => seen.push([topic.tail.head, topic.part?.[1]]));
    store.publishPart('run:1', 'w', line('a'));
    await vi.waitFor(() => expect(seen).toEqual([[0, 'a']]));
    // All that is said is that there is something: the lines have to be asked for.
    store.news = 'changed';
    store.hold();
    await append(store, 'run:1', ['a']);
    store.publishPart('run:1', 'w', null);
    store.publishPart('run:1', 'other', line('b'));
    await vi.waitFor(() => expect(store.held).toBe(1));
    expect(topic.part).toEqual(line('a'));
    store.release();
    await vi.waitFor(() => expect(topic.tail.head).toBe(1));
    await vi.waitFor(() => expect(topic.part).toEqual(line('b')));
    expect(seen.filter(([head, text]) => head === 0 && text !== 'a')).toEqual([]);
    store.publishPart('run:1', 'other', null);
    expect(topic.part).toBeNull();
  });

  it('are retracted even if the lines cannot be read', async () => {
    const { hub, store } = openHub();
    const topic = await hub.acquire('run:1');
    store.publishPart('run:1', 'w', line('a'));
    store.news = 'changed';
    await append(store, 'run:1', ['a']);
    store.isDown = true;
    store.publishPart('run:1', 'w', null);
    await vi.waitFor(() => expect(topic.part).toBeNull());
  });

  it('of a log that ended meanwhile are not shown', async () => {
    const { hub, store } = openHub();
    const topic = await hub.acquire('run:1');
    store.news = 'changed';
    store.hold();
    await append(store, 'run:1', ['a'], 0);
    store.publishPart('run:1', 'w', line('b'));
    await vi.waitFor(() => expect(store.held).toBe(1));
    store.release();
    await vi.waitFor(() => expect(topic.tail.end).toBe(0));
    expect(topic.part).toBeNull();
  });
});
