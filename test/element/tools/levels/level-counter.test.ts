import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { LevelsPage } from '../../../../src/protocol/answers/answers.ts';
import type { LogStatus } from '../../../../src/worker/api.ts';
import type { LevelsQuestion } from '../../../../src/worker/queries/log-queries.ts';
import { RefusedQueryError, type QueryRefusal } from '../../../../src/worker/queries/refused-query-error.ts';
import { ASK_INTERVAL, LevelCounter } from '../../../../src/element/tools/levels/level-counter.ts';

const LIVE: LogStatus = {
  state: 'live',
  epoch: 'a',
  first: 1,
  head: 0,
  end: undefined,
  part: null,
  retryAt: undefined,
  problem: undefined,
  unavailable: [],
};

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
  const counts = new LevelCounter({ queries: () => ({ levels }), changed: () => undefined, unmarked: () => (unmarked += 1) });
  return {
    counts,
    questions,
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
    const { counts, questions, refuse, unmarked, grow, pass } = counter();
    refuse('unsupported');
    grow(10);
    await pass(0);
    grow(20);
    await pass(10 * ASK_INTERVAL);
    expect([questions.length, unmarked(), counts.counts]).toEqual([1, 1, undefined]);
    refuse(undefined);
    counts.reset();
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

  it('forgets the log that was shown, and an answer that is under way', async () => {
    const { counts, grow, pass } = counter();
    grow(10);
    counts.reset();
    await pass(0);
    expect(counts.counts).toBeUndefined();
  });
});
