import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { LevelsPage } from '../../../../src/protocol/answers/answers.ts';
import { LevelParts, type ReadLevels } from '../../../../src/element/tools/ruler/level-parts.ts';
import { RefusedQueryError, type QueryRefusal } from '../../../../src/worker/queries/refused-query-error.ts';
import type { LevelsQuestion } from '../../../../src/worker/queries/log-queries.ts';

function setUp(refusal?: QueryRefusal) {
  const asked: LevelsQuestion[] = [];
  const extent = { epoch: 'e', first: 1, head: 100 };
  const read: { now: ReadLevels | undefined } = { now: undefined };
  const counted: { page: LevelsPage | undefined; isCounting: boolean } = { page: undefined, isCounting: false };
  const parts = new LevelParts({
    queries: {
      levels: (question): Promise<LevelsPage> => {
        asked.push(question);
        if (refusal !== undefined) return Promise.reject(new RefusedQueryError(refusal));
        return Promise.resolve({ after: question.after, upto: question.upto, parts: [] });
      },
    },
    read: () => read.now,
    counted: () => counted,
    status: () => extent,
    changed: () => undefined,
  });
  return { asked, extent, parts, read, counted };
}

/** As a frame does while a log grows. */
async function frames({ parts, extent }: Pick<ReturnType<typeof setUp>, 'parts' | 'extent'>, count: number): Promise<void> {
  for (let frame = 0; frame < count; frame += 1) {
    extent.head += 1;
    parts.request(10);
    await vi.advanceTimersByTimeAsync(16);
  }
}

describe('the counts for the ruler', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('are asked for once while nothing changes', async () => {
    const { parts, asked } = setUp();
    for (let frame = 0; frame < 300; frame += 1) {
      parts.request(10);
      await vi.advanceTimersByTimeAsync(16);
    }
    expect(asked).toEqual([{ epoch: 'e', after: 0, upto: 100, parts: 10 }]);
    expect(parts.page?.upto).toBe(100);
  });

  it('are asked for every two seconds while the log grows, and once it rests', async () => {
    const setup = setUp();
    await frames(setup, 1_000);
    expect(setup.asked.length).toBeGreaterThan(6);
    expect(setup.asked.length).toBeLessThan(10);
    await vi.advanceTimersByTimeAsync(2_000);
    expect(setup.parts.page?.upto).toBe(setup.extent.head);
  });

  it('come from what was read where the server has none, again as more is read', async () => {
    const { parts, asked, read } = setUp('unsupported');
    parts.request(10);
    await vi.advanceTimersByTimeAsync(2_000);
    expect([asked.length, parts.page]).toEqual([1, undefined]);
    const upto: number[] = [];
    const reading = (lines: number): ReadLevels => ({
      lines,
      levels: async ({ after, upto: last }) => {
        upto.push(lines);
        return { after, upto: last, parts: [] };
      },
      seek: async () => undefined,
    });
    for (const lines of [0, 40, 40, 100, 100]) {
      read.now = reading(lines);
      parts.request(10);
      await vi.advanceTimersByTimeAsync(2_000);
    }
    expect([asked.length, upto, parts.page?.upto]).toEqual([1, [40, 100], 100]);
  });

  it('are those of the header at first, which are waited for', async () => {
    const { parts, asked, extent, counted } = setUp();
    counted.isCounting = true;
    parts.request(10);
    await vi.advanceTimersByTimeAsync(2_000);
    Object.assign(counted, { isCounting: false, page: { after: 0, upto: 100, parts: [] } });
    parts.request(10);
    await vi.advanceTimersByTimeAsync(2_000);
    expect([asked.length, parts.page?.upto]).toEqual([0, 100]);
    extent.head = 120;
    parts.request(10);
    await vi.advanceTimersByTimeAsync(2_000);
    expect([asked.length, parts.page?.upto]).toEqual([1, 120]);
  });

  it('begin again with another log', async () => {
    const { parts, extent } = setUp();
    parts.request(10);
    await vi.advanceTimersByTimeAsync(0);
    extent.epoch = 'f';
    expect(parts.page).toBeUndefined();
    parts.request(10);
    await vi.advanceTimersByTimeAsync(2_000);
    expect(parts.page?.upto).toBe(100);
  });

  it.each([
    ['unsupported', 1],
    ['failed', 8],
  ] as const)('after a refusal as %s are asked for %i times in a quarter of a minute', async (reason, times) => {
    const setup = setUp(reason);
    await frames(setup, 940);
    expect(setup.asked).toHaveLength(times);
    expect(setup.parts.page).toBeUndefined();
  });

  it('are not asked for once nobody looks', async () => {
    const setup = setUp();
    await frames(setup, 10);
    setup.parts.dispose();
    await vi.advanceTimersByTimeAsync(10_000);
    expect(setup.asked).toHaveLength(1);
  });
});
