import fc from 'fast-check';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { SILENT, type LogFn } from '../../../src/server/log/logger.ts';
import { Hub, type HubOptions } from '../../../src/server/live/hub.ts';
import { StoreUnavailableError } from '../../../src/server/store.ts';
import type { EncodedLines, FollowedLog } from '../../../src/server/live/followed-log.ts';
import { FaultyStore } from '../../support/faulty-store.ts';
import { append, numbered } from '../../support/server.ts';
const RING = 100_000;

function openHub(options: Partial<HubOptions> = {}): { hub: Hub; store: FaultyStore } {
  const store = new FaultyStore();
  const hub = new Hub({ store, ringBytes: RING, logger: SILENT, ...options });
  onTestFinished(() => hub.close());
  return { hub, store };
}

/** Takes every line of a topic in order, as a follower with a cursor does. */
function follow(topic: FollowedLog, after = topic.tail.head): { readonly lines: string[]; readonly gaps: number[] } {
  const taken = { lines: [] as string[], gaps: [] as number[] };
  let cursor = after;
  topic.subscribe(() => {
    while (cursor < topic.tail.head) {
      const chunk = topic.linesAfter(cursor);
      if (chunk === undefined) {
        taken.gaps.push(topic.tail.head - cursor);
        cursor = topic.tail.head;
        return;
      }
      for (const line of chunk.lines.slice(cursor + 1 - chunk.from)) taken.lines.push(line[1]);
      cursor = chunk.to;
    }
  });
  return taken;
}

describe('Hub', () => {
  it('knows the tail of a log once it follows it', async () => {
    const { hub, store } = openHub();
    const tail = await append(store, 'run:1', numbered(3));
    expect((await hub.acquire('run:1')).tail).toEqual(tail);
  });

  it('follows a log once for all followers, and releases it with the last', async () => {
    const { hub, store } = openHub();
    const [one, two] = await Promise.all([hub.acquire('run:1'), hub.acquire('run:1')]);
    expect(one).toBe(two);
    expect([hub.size, store.watchers, store.calls.tail]).toEqual([1, 1, 1]);
    hub.release(one);
    expect([hub.size, store.watchers]).toEqual([1, 1]);
    hub.release(two);
    expect([hub.size, store.watchers, hub.bytes]).toEqual([0, 0, 0]);
    // One release too many, of a topic that is no more, takes nothing from who came later.
    const three = await hub.acquire('run:1');
    hub.release(one);
    expect(hub.size).toBe(1);
    hub.release(three);
    expect(hub.size).toBe(0);
  });

  it('misses no line that is appended while it reads the tail', async () => {
    const { hub, store } = openHub();
    await append(store, 'run:1', numbered(2));
    store.hold();
    const acquiring = hub.acquire('run:1');
    await vi.waitFor(() => expect(store.held).toBe(1));
    await append(store, 'run:1', numbered(3, 3));
    store.release();
    const topic = await acquiring;
    await vi.waitFor(() => expect(topic.tail.head).toBe(5));
    expect((await topic.backlog(0))?.flatMap(({ lines }) => lines)).toHaveLength(5);
  });

  it('gives followers each line once and in order, however its events arrive', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.record({ count: fc.integer({ min: 1, max: 30 }), news: fc.constantFrom('delivered', 'lost', 'changed') }), {
          maxLength: 30,
        }),
        async (steps) => {
          const store = new FaultyStore();
          const hub = new Hub({ store, ringBytes: RING, logger: SILENT });
          const topic = await hub.acquire('run:1');
          const taken = follow(topic, 0);
          let head = 0;
          for (const { count, news } of steps) {
            store.news = news;
            await append(store, 'run:1', numbered(count, head + 1));
            head += count;
          }
          await topic.refresh();
          await vi.waitFor(() => expect(taken.lines).toHaveLength(head));
          expect(taken).toEqual({ lines: numbered(head), gaps: [] });
          expect(topic.tail).toEqual(await store.tail('run:1'));
          hub.close();
        },
      ),
      { numRuns: 50 },
    );
  });

  it('recovers lost events by comparing heads', async () => {
    const { hub, store } = openHub({ checkInterval: 10 });
    const topic = await hub.acquire('run:1');
    const taken = follow(topic, 0);
    store.news = 'lost';
    await append(store, 'run:1', numbered(5), 3);
    // The tail is known a turn before followers are told.
    await vi.waitFor(() => expect(taken).toEqual({ lines: numbered(5), gaps: [] }));
    expect(topic.tail).toMatchObject({ head: 5, end: 3 });
  });

  it('moves to the head, in bounded memory, when it lags by more than a ring', async () => {
    const { hub, store } = openHub({ ringBytes: 20_000 });
    const topic = await hub.acquire('run:1');
    const taken = follow(topic, 0);
    store.news = 'lost';
    for (let at = 0; at < 20; at += 1) await append(store, 'run:1', numbered(1_000, at * 1_000 + 1));
    await topic.refresh();
    expect(topic.tail.head).toBe(20_000);
    await vi.waitFor(() => expect(taken.gaps.length).toBeGreaterThan(0));
    expect(store.calls.read).toBeLessThan(5);
    // The newest chunk is kept whatever its size, here 1,000 lines.
    expect(hub.bytes).toBeLessThan(50_000);
  });

  it('notices that a log was removed, and the one that follows it', async () => {
    const { hub, store } = openHub();
    const first = await append(store, 'run:1', numbered(3));
    const topic = await hub.acquire('run:1');
    await store.remove('run:1');
    await vi.waitFor(() => expect(topic.tail).toMatchObject({ epoch: '', head: 0 }));
    const next = await append(store, 'run:1', ['new']);
    await vi.waitFor(() => expect(topic.tail).toEqual(next));
    expect(next.epoch).not.toBe(first.epoch);
    expect(topic.linesAfter(0)).toMatchObject({ epoch: next.epoch, from: 1, to: 1 });
  });

  it('notices a log that was removed and restarted in between', async () => {
    const { hub, store } = openHub();
    await append(store, 'run:1', numbered(3));
    const topic = await hub.acquire('run:1');
    store.news = 'lost';
    await store.remove('run:1');
    store.news = 'delivered';
    const next = await append(store, 'run:1', numbered(5));
    await vi.waitFor(() => expect(topic.tail).toEqual(next));
    const chunks = await topic.backlog(0);
    expect(chunks?.flatMap(({ lines }) => lines.map((line) => line[1]))).toEqual(numbered(5));
  });

  it('keeps its state while the store is down, and catches up when it is back', async () => {
    const told: string[] = [];
    const tell: LogFn = (_facts, message) => told.push(message);
    const logger = { ...SILENT, warn: tell, info: tell };
    const { hub, store } = openHub({ retryInterval: 5, logger });
    const tail = await append(store, 'run:1', numbered(3));
    const topic = await hub.acquire('run:1');
    const taken = follow(topic);
    store.news = 'changed';
    store.hold();
    await append(store, 'run:1', numbered(2, 4));
    store.isDown = true;
    store.release();
    await vi.waitFor(() => expect(hub.isStale).toBe(true));
    expect((await hub.acquire('run:1')).tail).toEqual(tail);
    await expect(hub.acquire('run:2')).rejects.toBeInstanceOf(StoreUnavailableError);
    expect(store.watchers).toBe(1);
    store.isDown = false;
    await vi.waitFor(() => expect(topic.tail.head).toBe(5));
    await vi.waitFor(() => expect(taken).toEqual({ lines: numbered(2, 4), gaps: [] }));
    await vi.waitFor(() => expect(hub.isStale).toBe(false));
    // Told once each, however often it was tried.
    expect(told).toEqual([expect.stringContaining('does not answer'), expect.stringContaining('answers again')]);
  });

  it('encodes lines appended in one turn of the event loop together', async () => {
    const { hub, store } = openHub();
    const topic = await hub.acquire('run:1');
    const wakes = vi.fn();
    topic.subscribe(wakes);
    await Promise.all([append(store, 'run:1', ['a']), append(store, 'run:1', ['b']), append(store, 'run:1', ['c'])]);
    await vi.waitFor(() => expect(wakes).toHaveBeenCalled());
    expect(wakes).toHaveBeenCalledTimes(1);
    expect(topic.linesAfter(0)).toMatchObject({ from: 1, to: 3 });
    expect(topic.linesAfter(2)).toBe(topic.linesAfter(0));
  });

  it('drops lines that no follower reads', async () => {
    const { hub, store } = openHub({ checkInterval: 100 });
    const topic = await hub.acquire('run:1');
    follow(topic);
    await append(store, 'run:1', numbered(100));
    await vi.waitFor(() => expect(hub.bytes).toBeGreaterThan(0), { interval: 1 });
    await vi.waitFor(() => expect(hub.bytes).toBe(0));
    expect(await topic.backlog(0)).toHaveLength(1);
  });
});

describe('a backlog', () => {
  it('is read from the store once for concurrent callers', async () => {
    const { hub, store } = openHub();
    await append(store, 'run:1', numbered(500));
    const topic = await hub.acquire('run:1');
    const backlogs = await Promise.all(Array.from({ length: 20 }, () => topic.backlog(100)));
    expect(store.calls.read).toBe(1);
    for (const chunks of backlogs) expect(chunks?.flatMap(({ lines }) => lines.map((line) => line[1]))).toEqual(numbered(400, 101));
  });

  it('joins lines read with those in the ring', async () => {
    const { hub, store } = openHub();
    await append(store, 'run:1', numbered(300));
    const topic = await hub.acquire('run:1');
    await append(store, 'run:1', numbered(300, 301));
    await vi.waitFor(() => expect(topic.tail.head).toBe(600));
    const chunks = await topic.backlog(50);
    expect(chunks?.flatMap(({ lines }) => lines.map((line) => line[1]))).toEqual(numbered(550, 51));
  });

  it('is undefined beyond 1,000 lines or 256 KiB of text, and given up to that', async () => {
    const { hub, store } = openHub({ ringBytes: 10_000_000 });
    await append(store, 'run:1', numbered(1_001));
    const lines = await hub.acquire('run:1');
    expect(await lines.backlog(0)).toBeUndefined();
    expect((await lines.backlog(1))?.at(-1)?.to).toBe(1_001);
    await append(store, 'run:2', ['x', ...Array.from({ length: 4 }, () => 'y'.repeat(64 * 1_024))]);
    const bytes = await hub.acquire('run:2');
    expect(await bytes.backlog(0)).toBeUndefined();
    expect((await bytes.backlog(1))?.at(-1)?.to).toBe(5);
  });

  it('is given even where the ring is too small to hold it', async () => {
    const { hub, store } = openHub({ ringBytes: 100 });
    await append(store, 'run:1', numbered(200));
    const topic = await hub.acquire('run:1');
    expect((await topic.backlog(10))?.flatMap(({ lines }) => lines)).toHaveLength(190);
    expect(hub.bytes).toBe(0);
  });

  it('is empty at the head', async () => {
    const { hub, store } = openHub();
    await append(store, 'run:1', numbered(2));
    expect(await (await hub.acquire('run:1')).backlog(2)).toEqual([]);
  });

  it('is not given when the log is another one by now, which is then known', async () => {
    const { hub, store } = openHub();
    await append(store, 'run:1', numbered(5));
    const topic = await hub.acquire('run:1');
    store.news = 'lost';
    await store.remove('run:1');
    const next = await append(store, 'run:1', numbered(7));
    expect(await topic.backlog(0)).toBeUndefined();
    expect(topic.tail).toEqual(next);
    expect((await topic.backlog(0))?.at(-1)).toMatchObject({ epoch: next.epoch, to: 7 });
  });
});

describe('a late answer of the store', () => {
  const texts = (chunks: readonly EncodedLines[] | undefined): string[] | undefined =>
    chunks?.flatMap(({ lines }) => lines.map((line) => line[1]));

  it('does not undo events that arrived meanwhile', async () => {
    const { hub, store } = openHub();
    await append(store, 'run:1', numbered(2));
    const topic = await hub.acquire('run:1');
    store.hold();
    const refreshed = topic.refresh();
    await vi.waitFor(() => expect(store.held).toBe(1));
    const tail = await append(store, 'run:1', numbered(3, 3));
    expect(topic.tail).toEqual(tail);
    store.release();
    expect(await refreshed).toEqual(tail);
    expect(topic.tail).toEqual(tail);
    expect(topic.linesAfter(2)).toMatchObject({ from: 3, to: 5 });
  });

  it('is not mistaken for lines of the next log', async () => {
    const { hub, store } = openHub();
    await append(store, 'run:1', ['a', 'b', 'c']);
    const topic = await hub.acquire('run:1');
    store.hold();
    const backlogs = [topic.backlog(0), topic.backlog(1)];
    await vi.waitFor(() => expect(store.held).toBe(1));
    await store.remove('run:1');
    await vi.waitFor(() => expect(store.held).toBe(2));
    store.releaseOne(1);
    await vi.waitFor(() => expect(topic.tail.epoch).toBe(''));
    const next = await append(store, 'run:1', ['x', 'y', 'z']);
    expect(topic.tail).toEqual(next);
    store.release();
    expect(await Promise.all(backlogs)).toEqual([undefined, undefined]);
    expect(texts(await topic.backlog(0))).toEqual(['x', 'y', 'z']);
  });

  it('is not joined to lines that it does not reach', async () => {
    const { hub, store } = openHub({ ringBytes: 100 });
    await append(store, 'run:1', numbered(5));
    const topic = await hub.acquire('run:1');
    store.hold();
    const backlog = topic.backlog(0);
    await vi.waitFor(() => expect(store.held).toBe(1));
    for (let round = 0; round < 3; round += 1) {
      await append(store, 'run:1', ['x'.repeat(100)]);
      expect(topic.linesAfter(5 + round)).toMatchObject({ from: 6 + round });
    }
    store.release();
    expect(await backlog).toBeUndefined();
    expect(texts(await topic.backlog(4))).toEqual(['line 5', ...Array.from({ length: 3 }, () => 'x'.repeat(100))]);
  });

  it('is read again if an event of another epoch only seems to join', async () => {
    const { hub, store } = openHub();
    await append(store, 'run:1', ['a', 'b', 'c']);
    const topic = await hub.acquire('run:1');
    const taken = follow(topic);
    store.news = 'lost';
    await store.remove('run:1');
    await append(store, 'run:1', ['x', 'y', 'z']);
    store.news = 'delivered';
    const next = await append(store, 'run:1', ['fourth']);
    await vi.waitFor(() => expect(topic.tail).toEqual(next));
    expect(taken.lines).not.toContain('fourth');
    expect(texts(await topic.backlog(0))).toEqual(['x', 'y', 'z', 'fourth']);
  });
});
