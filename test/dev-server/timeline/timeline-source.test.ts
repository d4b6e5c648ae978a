import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { TimelineSource, type TimelineLog } from '../../../src/dev-server/console/timeline/timeline-source.ts';
import { LogQueries } from '../../../src/worker/queries/log-queries.ts';
import { RefusedQueryError } from '../../../src/worker/queries/refused-query-error.ts';
import { startServer } from '../../support/server.ts';

const CHANNEL = 'build:1';
const log = (head: number, change: Partial<TimelineLog> = {}): TimelineLog => ({
  channel: CHANNEL,
  topic: 'signed',
  head,
  changedAt: 0,
  ...change,
});

/** A source whose questions about whole logs are answered by hand. */
function setUp() {
  const asked: { readonly channel: string; readonly signal: AbortSignal; answer(head: number): void; refuse(error: unknown): void }[] = [];
  let changes = 0;
  const source = new TimelineSource({
    queriesOf: ({ channel }) => ({
      overview: (_parts, signal) =>
        new Promise((resolve, reject) => {
          asked.push({
            channel,
            signal,
            answer: (head) => resolve({ epoch: 'e', after: 0, upto: head, parts: [{ last: head, time: 1, counts: [0, 0, 0, 0, 0, 0] }] }),
            refuse: reject,
          });
        }),
      levels: () => Promise.reject(new Error('not asked')),
      seek: () => Promise.reject(new Error('not asked')),
    }),
    onChange: () => (changes += 1),
  });
  return { source, asked, changes: () => changes };
}

describe('the counts of a log over time', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());
  const settled = (): Promise<unknown> => vi.advanceTimersByTimeAsync(0);

  it('are asked for once, however many lines there are', async () => {
    const { source, asked } = setUp();
    source.show(log(10_000_000));
    asked[0]?.answer(10_000_000);
    await settled();
    for (let tick = 0; tick < 60; tick += 1) {
      source.show(log(10_000_000));
      await vi.advanceTimersByTimeAsync(1_000);
    }
    expect(asked).toHaveLength(1);
    expect(source.overview?.upto).toBe(10_000_000);
  });

  it('are asked for every two seconds at most while the log grows, and once it no longer does', async () => {
    const { source, asked } = setUp();
    for (let tick = 1; tick <= 100; tick += 1) {
      source.show(log(tick * 1_000));
      await vi.advanceTimersByTimeAsync(200);
      asked.at(-1)?.answer(tick * 1_000);
    }
    expect(asked.length).toBeLessThanOrEqual(11);
    await vi.advanceTimersByTimeAsync(2_000);
    asked.at(-1)?.answer(100_000);
    await settled();
    expect(source.overview?.upto).toBe(100_000);
  });

  it('are never those of a log that was left', async () => {
    const { source, asked } = setUp();
    source.show(log(5));
    source.show(log(7, { channel: 'other' }));
    expect(asked.map(({ channel, signal }) => [channel, signal.aborted])).toEqual([
      [CHANNEL, true],
      ['other', false],
    ]);
    asked[0]?.answer(5);
    await settled();
    expect(source.overview).toBeUndefined();
    asked[1]?.answer(7);
    await settled();
    expect(source.overview?.upto).toBe(7);
    source.show(undefined);
    expect(source.overview).toBeUndefined();
  });

  it('are no longer asked for where the server has none, until another log is shown', async () => {
    const { source, asked } = setUp();
    source.show(log(5));
    asked[0]?.refuse(new RefusedQueryError('unsupported'));
    await settled();
    expect(source.isUnsupported).toBe(true);
    source.show(log(6));
    await vi.advanceTimersByTimeAsync(10_000);
    expect(asked).toHaveLength(1);
    source.show(log(6, { channel: 'other' }));
    expect([source.isUnsupported, asked.length]).toEqual([false, 2]);
  });

  it('are asked for again after a failure, and gone with their log', async () => {
    const { source, asked, changes } = setUp();
    source.show(log(5));
    asked[0]?.refuse(new RefusedQueryError('failed'));
    await settled();
    source.show(log(5));
    await vi.advanceTimersByTimeAsync(2_000);
    asked[1]?.answer(5);
    await settled();
    expect(source.overview?.upto).toBe(5);
    const before = changes();
    source.show(log(2));
    await vi.advanceTimersByTimeAsync(2_000);
    asked[2]?.refuse(new RefusedQueryError('reset'));
    await settled();
    expect([source.overview, changes() > before]).toEqual([undefined, true]);
  });
});

describe('the lines of a range of time', () => {
  it('are those written in it, with their counts', async () => {
    vi.useFakeTimers({ toFake: ['Date'] });
    const server = await startServer();
    const writer = server.logs.writer(CHANNEL);
    const start = Date.now();
    for (const [index, text] of ['one', 'ERROR: two', 'three', 'WARN: four', 'five'].entries()) {
      vi.setSystemTime(start + index * 1_000);
      await writer.write(`${text}\n`);
      await vi.waitFor(async () => expect((await server.store.tail(CHANNEL)).head).toBe(index + 1));
    }
    const source = new TimelineSource({
      queriesOf: ({ channel, topic }) =>
        new LogQueries({ endpoint: server.url, channel, topic: () => topic, refresh: () => Promise.resolve(undefined) }),
      onChange: () => undefined,
    });
    source.show(log(5, { topic: server.sign(CHANNEL), changedAt: Date.now() }));
    await vi.waitFor(() => expect(source.overview?.upto).toBe(5));
    const times = source.overview?.parts.map(({ time }) => time) ?? [];
    expect(new Set(times).size).toBe(5);
    const at = (line: number): number => times[line - 1] ?? 0;
    expect(await source.find({ from: at(2), to: at(4) })).toEqual({
      lines: { from: 2, to: 3 },
      tally: { lines: 2, errors: 1, warnings: 0 },
    });
    expect(await source.find({ from: at(4) - 0.5, to: at(5) + 60_000 })).toEqual({
      lines: { from: 4, to: 5 },
      tally: { lines: 2, errors: 0, warnings: 1 },
    });
    expect(await source.find({ from: at(1) + 1, to: at(2) })).toBeUndefined();
    expect(await source.find({ from: at(5) + 1, to: at(5) + 2 })).toBeUndefined();
    const first = source.find({ from: at(1), to: at(2) });
    const refused = expect(first).rejects.toThrow();
    expect(await source.find({ from: at(1), to: at(3) })).toMatchObject({ lines: { from: 1, to: 2 } });
    await refused;
  });
});
