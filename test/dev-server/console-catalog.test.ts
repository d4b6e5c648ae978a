import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { Catalog } from '../../src/dev-server/jobs/catalog.ts';
import type { Job } from '../../src/dev-server/jobs/job.ts';
import type { LogEntry } from '../../src/dev-server/jobs/log-entry.ts';
import { MemoryStore } from '../../src/server/stores/memory-store.ts';
import { append, numbered } from '../support/server.ts';

/** A store that can be listed so many times, and then leaves whoever lists it waiting; it counts who watches. */
class ListedStore extends MemoryStore {
  watchers = 0;
  #left: number;

  constructor(times: number) {
    super();
    this.#left = times;
  }

  override async *channels(): AsyncIterable<string> {
    this.#left -= 1;
    if (this.#left < 0) await new Promise(() => undefined);
    yield* super.channels();
  }

  override watch(...args: Parameters<MemoryStore['watch']>): () => void {
    this.watchers += 1;
    const stop = super.watch(...args);
    return () => {
      this.watchers -= 1;
      stop();
    };
  }
}

const JOB: Job = { channel: 'job/make/1', command: 'make', state: 'running', code: undefined, startedAt: 5, endedAt: undefined };

/** A catalog that somebody watches, and what they heard of each log, the newest last. */
async function watched(store: ListedStore, jobs: readonly Job[] = []) {
  const catalog = new Catalog({ store, jobs: () => jobs, onTrouble: (message) => expect.fail(message) });
  const heard: (readonly LogEntry[])[] = [];
  const stop = catalog.watch((entries) => heard.push(entries));
  onTestFinished(stop);
  await vi.waitFor(() => expect(heard).toHaveLength(1));
  const lines = (channel: string) => heard.at(-1)?.find((entry) => entry.channel === channel)?.lines;
  return { catalog, heard, lines, stop };
}

describe('line counts in the list of logs', () => {
  it('follow jobs and other logs without reading the store again', async () => {
    const store = new ListedStore(1);
    await append(store, JOB.channel, numbered(2));
    await append(store, 'build:1', numbered(3));
    const { heard, lines } = await watched(store, [JOB]);
    expect([lines(JOB.channel), lines('build:1')]).toEqual([2, 3]);
    await append(store, JOB.channel, numbered(40, 3));
    await append(store, 'build:1', numbered(1, 4), 7);
    await vi.waitFor(() => expect([lines(JOB.channel), lines('build:1')]).toEqual([42, 4]));
    const [job, build] = [JOB.channel, 'build:1'].map((channel) => heard.at(-1)?.find((entry) => entry.channel === channel));
    expect(job).toMatchObject({ command: 'make', state: 'running', startedAt: 5 });
    expect(build).toMatchObject({ state: 'ended', code: 7 });
  });

  it('are sent a few times a second at most', async () => {
    const store = new ListedStore(1);
    await append(store, 'build:1', ['first']);
    const { heard, lines } = await watched(store);
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    onTestFinished(() => {
      vi.useRealTimers();
    });
    for (let line = 2; line <= 500; line += 1) await append(store, 'build:1', [`line ${line}`]);
    expect(heard).toHaveLength(1);
    vi.advanceTimersByTime(250);
    expect(heard).toHaveLength(2);
    expect(lines('build:1')).toBe(500);
    vi.advanceTimersByTime(500);
    expect(heard).toHaveLength(2);
  });

  it('never go back while the store is being read', async () => {
    const store = new ListedStore(Infinity);
    await append(store, 'build:1', numbered(3));
    const { heard } = await watched(store);
    // The tail is read, then more is written, then the list is complete.
    const { tail } = store;
    vi.spyOn(store, 'tail').mockImplementation(async (channel) => {
      const read = await tail.call(store, channel);
      if (read.head < 8) await append(store, channel, ['more']);
      return read;
    });
    await vi.waitFor(() => expect(heard.at(-1)?.[0]?.lines).toBe(8));
    const counts = heard.map((entries) => entries[0]?.lines ?? 0);
    expect(counts).toEqual([...counts].sort((a, b) => a - b));
  });

  it('continue for a new watcher after the last one left', async () => {
    const store = new ListedStore(2);
    await append(store, 'build:1', ['first']);
    const { catalog, stop } = await watched(store);
    await append(store, 'build:1', ['second']);
    stop();
    const heard: (number | undefined)[] = [];
    onTestFinished(catalog.watch((entries) => heard.push(entries[0]?.lines)));
    await vi.waitFor(() => expect(heard).toEqual([2]));
    await append(store, 'build:1', ['third']);
    await vi.waitFor(() => expect(heard).toEqual([2, 3]));
  });

  it('are followed only for listed logs, and only while the list is watched', async () => {
    const store = new ListedStore(Infinity);
    await append(store, 'build:1', ['a']);
    await append(store, 'build:2', ['a']);
    const { stop, heard } = await watched(store);
    expect(store.watchers).toBe(2);
    await store.remove('build:1');
    await vi.waitFor(() => expect(heard.at(-1)?.map(({ channel }) => channel)).toEqual(['build:2']));
    expect(store.watchers).toBe(1);
    stop();
    expect(store.watchers).toBe(0);
  });
});
