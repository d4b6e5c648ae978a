import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { LevelsPage } from '../../../../src/protocol/answers/answers.ts';
import type { LogStatus } from '../../../../src/worker/api.ts';
import type { LevelsQuestion } from '../../../../src/worker/queries/log-queries.ts';
import { RefusedQueryError, type QueryRefusal } from '../../../../src/worker/queries/refused-query-error.ts';
import { LIVE } from '../support.ts';
import { ASK_INTERVAL, LevelCounter, type EntryReader } from '../../../../src/element/tools/levels/level-counter.ts';

/** Has read every other line, each of which is an error. */
class FakeReader implements EntryReader {
  heads: number[] = [];
  stops = 0;
  readonly isWaiting = true;

  get counts(): LevelsPage['parts'][number]['counts'] {
    return [0, 0, 0, 0, Math.floor((this.heads.at(-1) ?? 0) / 2), 0];
  }

  get isPartial(): boolean {
    return (this.heads.at(-1) ?? 0) % 2 === 1;
  }

  errorsAfter(line: number): number {
    return this.counts[4] - Math.floor(line / 2);
  }

  update({ head }: LogStatus): void {
    this.heads.push(head);
  }

  stop(): void {
    this.stops += 1;
  }
}

/** A counter over a server that says of each range that it has one error. */
function counter() {
  const questions: LevelsQuestion[] = [];
  let reason: QueryRefusal | undefined;
  let unmarked = 0;
  const levels = async (question: LevelsQuestion): Promise<LevelsPage> => {
    questions.push(question);
    if (reason !== undefined) throw new RefusedQueryError(reason);
    return { ...question, parts: [{ last: question.upto, time: 0, counts: [0, 0, 0, 0, 1, 0] }] };
  };
  const reader = new FakeReader();
  const counts = new LevelCounter({
    queries: () => ({ levels }),
    changed: () => undefined,
    arrived: () => undefined,
    unmarked: async () => {
      unmarked += 1;
      return reader;
    },
  });
  return {
    counts,
    questions,
    reader,
    refuse: (why: QueryRefusal | undefined) => (reason = why),
    unmarked: () => unmarked,
    grow: (head: number, status: Partial<LogStatus> = {}) => counts.update({ ...LIVE, head, ...status }, []),
    pass: (ms: number) => vi.advanceTimersByTimeAsync(ms),
  };
}

describe('counting entries', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('asks once, and about skipped lines at most once a second', async () => {
    const { counts, questions, grow, pass } = counter();
    grow(10);
    await pass(0);
    expect(counts.counts?.[4]).toBe(1);
    for (let head = 11; head < 60; head += 1) {
      grow(head);
      await pass(10);
    }
    expect(questions).toHaveLength(1);
    await pass(ASK_INTERVAL);
    expect(questions.map(({ after, upto }) => [after, upto])).toEqual([
      [0, 10],
      [10, 59],
    ]);
    expect(counts.counts?.[4]).toBe(2);
    await pass(10 * ASK_INTERVAL);
    expect(questions).toHaveLength(2);
  });

  it('asks nothing before the log is known', () => {
    const { questions, grow } = counter();
    grow(0, { state: 'connecting', epoch: '' });
    grow(10, { state: 'reconnecting' });
    expect(questions).toEqual([]);
  });

  it('asks a server that marks no lines once, until another log is shown', async () => {
    const { counts, questions, reader, refuse, unmarked, grow, pass } = counter();
    refuse('unsupported');
    grow(10);
    expect([counts.counts, counts.isUncounted]).toEqual([undefined, true]);
    await pass(0);
    grow(21);
    await pass(10 * ASK_INTERVAL);
    expect([questions.length, unmarked(), reader.heads]).toEqual([1, 1, [10, 21]]);
    expect([counts.counts?.[4], counts.isPartial, counts.isWaiting, counts.isUncounted]).toEqual([10, true, true, true]);
    grow(22);
    expect([counts.counts?.[4], counts.isPartial, counts.isUncounted, counts.errorsAfter(4)]).toEqual([11, false, false, 9]);
    refuse(undefined);
    counts.reset();
    expect([reader.stops, counts.counts, counts.isPartial, counts.isWaiting, counts.isUncounted]).toEqual([
      1,
      undefined,
      false,
      false,
      true,
    ]);
    grow(10);
    await pass(0);
    expect(counts.counts?.[4]).toBe(1);
  });

  it('asks again after a failure, ever later', async () => {
    const { questions, refuse, grow, pass } = counter();
    refuse('failed');
    grow(10);
    await pass(60_000);
    expect(questions).toHaveLength(5);
    refuse(undefined);
    await pass(60_000);
    expect(questions).toHaveLength(6);
  });

  it('calls back once all lines are counted, at once where they will not be', async () => {
    const { counts, refuse, grow, pass } = counter();
    const said: string[] = [];
    grow(10, { state: 'ended', end: 0 });
    counts.whenCounted(() => said.push('counted'));
    expect(said).toEqual([]);
    await pass(0);
    expect(said).toEqual(['counted']);
    counts.reset();
    refuse('failed');
    grow(10, { state: 'ended', end: 0 });
    counts.whenCounted(() => said.push('failed'));
    await pass(0);
    expect(said).toEqual(['counted', 'failed']);
    counts.whenCounted(() => said.push('still failing'));
    expect(said.at(-1)).toBe('still failing');
  });

  it('does not read a log that is not shown any more', async () => {
    const { counts, reader, refuse, grow, pass } = counter();
    refuse('unsupported');
    grow(10);
    await vi.advanceTimersByTimeAsync(0);
    const before = reader.heads.length;
    counts.reset();
    grow(12, { state: 'connecting', epoch: '' });
    await pass(0);
    expect([before, reader.heads.length, counts.reader]).toEqual([1, 1, undefined]);
  });

  it('forgets the log that was shown, and an answer that is under way', async () => {
    const { counts, grow, pass } = counter();
    grow(10);
    counts.reset();
    await pass(0);
    expect(counts.counts).toBeUndefined();
  });
});
