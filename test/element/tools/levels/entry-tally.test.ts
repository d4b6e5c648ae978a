import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { LevelCounts } from '../../../../src/protocol/answers/answers.ts';
import type { Line, LineExtra } from '../../../../src/protocol/line.ts';
import {
  answered,
  arrived,
  asking,
  countsOf,
  errorsAfter,
  errorsIn,
  MAX_NEWS,
  questionOf,
  refused,
  UNCOUNTED,
  type EntryTally,
  type TallyQuestion,
} from '../../../../src/element/tools/levels/entry-tally.ts';

const line = (extra?: LineExtra): Line => (extra === undefined ? [0, 'text'] : [0, 'text', extra]);

/** A log, and what a server says of it. */
class ModelLog {
  readonly lines: Line[] = [];
  first = 1;

  get head(): number {
    return this.lines.length;
  }

  run(from: number, to: number) {
    return { from, lines: this.lines.slice(from - 1, to) };
  }

  count(after: number, upto: number): LevelCounts {
    const counts: [number, number, number, number, number, number] = [0, 0, 0, 0, 0, 0];
    for (let number = Math.max(after + 1, this.first); number <= upto; number += 1) {
      const { l, k, r } = this.lines[number - 1]?.[2] ?? {};
      const isPart = this.lines[number - 2]?.[2]?.p === 1;
      if (l !== undefined && k !== 1 && r !== 1 && !isPart) counts[(l - 1) / 4] = (counts[(l - 1) / 4] ?? 0) + 1;
    }
    return counts;
  }

  answer({ after, upto }: TallyQuestion) {
    return { parts: [{ last: upto, time: 0, counts: this.count(after, upto) }] };
  }
}

const anyExtra: fc.Arbitrary<LineExtra | undefined> = fc.option(
  fc.record(
    {
      l: fc.constantFrom(1, 5, 9, 13, 17, 21),
      k: fc.constant(1 as const),
      r: fc.constant(1 as const),
      p: fc.constant(1 as const),
    },
    { requiredKeys: [] },
  ),
  { nil: undefined },
);

type Step =
  | { readonly type: 'append'; readonly lines: readonly (LineExtra | undefined)[]; readonly delivered: number }
  | { readonly type: 'older'; readonly from: number; readonly count: number }
  | { readonly type: 'trim'; readonly lines: number }
  | { readonly type: 'ask' | 'answer' | 'refuse' };

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({ type: fc.constant('append' as const), lines: fc.array(anyExtra, { maxLength: 8 }), delivered: fc.nat(12) }),
  },
  fc.record({ type: fc.constant('older' as const), from: fc.integer({ min: 1, max: 60 }), count: fc.integer({ min: 1, max: 10 }) }),
  fc.record({ type: fc.constant('trim' as const), lines: fc.nat(5) }),
  { weight: 4, arbitrary: fc.record({ type: fc.constantFrom('ask' as const, 'answer' as const, 'refuse' as const) }) },
);

describe('the counts of a log', () => {
  it('are those of all its lines once everything is asked and answered, whatever arrives, is skipped, removed or fails', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        const log = new ModelLog();
        let tally: EntryTally = UNCOUNTED;
        const update = (...runs: { from: number; lines: Line[] }[]): void =>
          void (tally = arrived(tally, { epoch: 'a', first: log.first }, runs));
        const ask = (): void => {
          const question = questionOf(tally, log.head);
          if (question !== undefined) tally = asking(tally, question);
        };
        const answer = (): void => {
          if (tally.asked !== undefined) tally = answered(tally, tally.asked, log.answer(tally.asked));
        };
        for (const next of steps) {
          if (next.type === 'append') {
            log.lines.push(...next.lines.map(line));
            const from = Math.max(log.first, log.head - next.delivered + 1);
            update(...(from <= log.head ? [log.run(from, log.head)] : []));
          } else if (next.type === 'older') {
            const from = Math.max(next.from, log.first);
            const to = Math.min(log.head, next.from + next.count);
            if (from <= to) update(log.run(from, to));
          } else if (next.type === 'trim') {
            log.first = Math.min(log.first + next.lines, log.head + 1);
            update();
          } else if (next.type === 'ask') ask();
          else if (next.type === 'answer') answer();
          else if (tally.asked !== undefined) tally = refused(tally, tally.asked);
        }
        if (log.head < log.first) return;
        update();
        let questions = 0;
        for (answer(); questionOf(tally, log.head) !== undefined; answer()) {
          ask();
          expect((questions += 1)).toBeLessThanOrEqual(4);
        }
        expect(countsOf(tally)).toEqual(log.count(log.first - 1, log.head));
      }),
      { numRuns: 2_000 },
    );
  });

  const log = new ModelLog();
  log.lines.push(...[17, 9, 13, 21, 17].map((l) => line({ l })));
  const known = (head: number): EntryTally => {
    const opened = arrived(UNCOUNTED, { epoch: 'a', first: 1 }, []);
    const question = questionOf(opened, head);
    if (question === undefined) throw new Error('It asks.');
    return answered(asking(opened, question), question, log.answer(question));
  };

  it('are not known before the server has counted once', () => {
    expect(countsOf(arrived(UNCOUNTED, { epoch: 'a', first: 1 }, [log.run(1, 5)]))).toBeUndefined();
    expect(countsOf(known(5))).toEqual([0, 0, 1, 1, 2, 1]);
    expect(errorsIn(countsOf(known(5)) ?? [0, 0, 0, 0, 0, 0])).toBe(3);
  });

  it('grow with lines that arrive in order, without a question', () => {
    const tally = arrived(known(2), { epoch: 'a', first: 1 }, [log.run(2, 5)]);
    expect(countsOf(tally)).toEqual([0, 0, 1, 1, 2, 1]);
    expect(questionOf(tally, 5)).toBeUndefined();
  });

  it('ask for what was skipped, and no more', () => {
    const tally = arrived(known(1), { epoch: 'a', first: 1 }, [log.run(4, 5)]);
    expect(questionOf(tally, 5)).toEqual({ epoch: 'a', after: 1, upto: 4 });
  });

  it('begin again with another epoch', () => {
    expect(arrived(known(5), { epoch: 'b', first: 1 }, [])).toEqual({ ...UNCOUNTED, epoch: 'b' });
  });

  it('ignore the answer to a question that means nothing any more', () => {
    const opened = asking(arrived(UNCOUNTED, { epoch: 'a', first: 1 }, []), { epoch: 'a', after: 0, upto: 5 });
    const other = arrived(opened, { epoch: 'b', first: 1 }, []);
    expect(answered(other, { epoch: 'a', after: 0, upto: 5 }, { parts: [] })).toBe(other);
  });
});

describe('new errors', () => {
  const opened = (() => {
    const tally = arrived(UNCOUNTED, { epoch: 'a', first: 1 }, [{ from: 1, lines: [line()] }]);
    const question = { epoch: 'a', after: 0, upto: 1 };
    return answered(asking(tally, question), question, { parts: [] });
  })();

  it('are counted after the last line that was seen', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(9, 13, 17, 21), { maxLength: 50 }), fc.integer({ min: 1, max: 60 }), (levels, seen) => {
        const tally = arrived(opened, { epoch: 'a', first: 1 }, [{ from: 2, lines: levels.map((l) => line({ l })) }]);
        expect(errorsAfter(tally, seen)).toBe(levels.filter((l, at) => l >= 17 && at + 2 > seen).length);
      }),
    );
  });

  it('among skipped lines are counted until all of these are seen', () => {
    const gap = arrived(opened, { epoch: 'a', first: 1 }, [{ from: 101, lines: [line({ l: 17 }), line({ l: 17 })] }]);
    const question = questionOf(gap, 102);
    expect(question).toEqual({ epoch: 'a', after: 1, upto: 101 });
    if (question === undefined) return;
    const tally = answered(asking(gap, question), question, { parts: [{ last: 101, time: 0, counts: [0, 0, 0, 0, 7, 0] }] });
    expect([1, 50, 101, 102].map((seen) => errorsAfter(tally, seen))).toEqual([8, 8, 1, 0]);
  });

  it('are remembered one by one up to a bound, and taken together beyond it', () => {
    const lines = Array.from({ length: MAX_NEWS + 500 }, () => line({ l: 17 }));
    const tally = arrived(opened, { epoch: 'a', first: 1 }, [{ from: 2, lines }]);
    expect(tally.news).toHaveLength(MAX_NEWS);
    expect(errorsAfter(tally, 0)).toBe(lines.length);
    expect(errorsAfter(tally, lines.length + 1 - 10)).toBe(10);
  });
});
