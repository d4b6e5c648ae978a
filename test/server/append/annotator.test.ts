import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { NO_GROUPS } from '../../../src/protocol/marks/groups.ts';
import { LEVEL } from '../../../src/protocol/marks/level.ts';
import { KEPT_ROWS } from '../../../src/protocol/marks/rows.ts';
import { carryAfter } from '../../../src/protocol/sgr.ts';
import { annotate, type AnnotateOptions, type CarriedState } from '../../../src/server/append/annotator.ts';
import { LineAssembler } from '../../../src/server/append/line-assembler.ts';
import { BatchMemory } from '../../../src/server/append/batch-memory.ts';
import type { PackedRun } from '../../../src/server/append/packed-run.ts';
import { packedLines, unpackLines } from '../../../src/server/lines/packed-lines.ts';
import { lookedAt } from '../../support/text-meter.ts';
import { logText, naiveAnnotate, runOf } from './model.ts';

const ESC = '\u001b';
const MIB = 1_024 * 1_024;
const START: CarriedState = { carry: '', splitSequence: '', groups: NO_GROUPS, own: {} };
const OPTIONS: AnnotateOptions = { stderr: false, marks: 'text' };

function linesOf(runs: readonly PackedRun[], before = START, options = OPTIONS): unknown[] {
  const { count, extras } = annotate(runs, before, options);
  return unpackLines(packedLines(count, new BatchMemory().join(runs), extras), 0).map(([, text, extra]) =>
    extra === undefined ? [text] : [text, extra],
  );
}

function assembled(text: string, limit = 1_024): PackedRun[] {
  const assembler = new LineAssembler(limit);
  return [...assembler.push(text), ...assembler.end()];
}

/** The state without what makes no difference: more rows than are kept, and rows without a level before the others. */
function comparable({ own: { rows, ...own }, ...state }: CarriedState): unknown {
  return { ...state, own: { ...own, ...(rows && { rows: { ...rows, levels: rows.levels.slice(-KEPT_ROWS).replace(/^0+/u, '') } }) } };
}

describe('annotate', () => {
  it('says nothing of plain lines', () => {
    expect(annotate([runOf(['a', 'b'])], START, OPTIONS)).toMatchObject({ count: 2, extras: [], after: { carry: '' } });
  });

  it('gives each line the colours that the ones before it left in force', () => {
    const runs = [runOf([`${ESC}[1;31ma`, 'b', `${ESC}[0mc`, 'd'])];
    const { extras, after } = annotate(runs, { ...START, carry: '4' }, { stderr: true, marks: 'text' });
    expect(extras).toEqual([
      [0, 1, { s: 'err', c: '4' }],
      [1, 2, { s: 'err', c: '1;4;31' }],
      [3, 1, { s: 'err' }],
    ]);
    expect(after.carry).toBe('');
  });

  it('leaves the same colours in force after a long line, wherever that was split', () => {
    const word = fc.constantFrom(`${ESC}[31m`, `${ESC}[0m`, `${ESC}[38;5;208m`, `${ESC}]8;;x\u0007`, `${ESC}[`, 'text', 'é', '1m');
    fc.assert(
      fc.property(fc.array(word, { maxLength: 12 }), fc.integer({ min: 4, max: 20 }), (words, limit) => {
        const text = words.join('');
        expect(annotate(assembled(`${text}\n`, limit), START, OPTIONS).after.carry).toBe(carryAfter('', text));
      }),
      { numRuns: 1_000 },
    );
  });

  it.each(['text', 'given', 'none'] as const)('says what a line by line pass says, however lines are joined in runs: %s', (marks) => {
    const level = fc.option(fc.constantFrom(LEVEL.debug, LEVEL.error), { nil: undefined, freq: 4 });
    fc.assert(
      fc.property(fc.array(fc.tuple(logText, level), { maxLength: 8 }), fc.boolean(), fc.nat(1_000), (chunks, stderr, at) => {
        const runs: PackedRun[] = [];
        const assembler = new LineAssembler(60);
        for (const [text, given] of chunks) runs.push(...assembler.push(text, given));
        runs.push(...assembler.end());
        const expected = naiveAnnotate(runs, START, { stderr, marks });
        const whole = annotate(runs, START, { stderr, marks });
        expect(linesOf(runs, START, { stderr, marks })).toEqual(expected.lines);
        expect(comparable(whole.after)).toEqual(comparable(expected.after));
        // In two batches.
        const cut = at % (runs.length + 1);
        const first = annotate(runs.slice(0, cut), START, { stderr, marks });
        const second = annotate(runs.slice(cut), first.after, { stderr, marks });
        expect(comparable(second.after)).toEqual(comparable(whole.after));
        expect(first.hasMarkers || second.hasMarkers).toBe(whole.hasMarkers);
        expect([
          ...linesOf(runs.slice(0, cut), START, { stderr, marks }),
          ...linesOf(runs.slice(cut), first.after, { stderr, marks }),
        ]).toEqual(expected.lines);
      }),
      { numRuns: 700 },
    );
  });

  it('gives the pieces of a long line the level of its first one', () => {
    expect(linesOf(assembled('ERROR: long enough to be cut in three pieces\n  at f (x.js:1:2)\nplain\n', 20))).toEqual([
      ['ERROR: long enough t', { p: 1, l: 17 }],
      ['o be cut in three pi', { p: 1, l: 17 }],
      ['eces', { l: 17 }],
      ['  at f (x.js:1:2)', { l: 17, k: 1 }],
      ['plain'],
    ]);
  });

  it('believes the level that a writer gives, whatever the text says', () => {
    const runs = [
      { ...runOf(['ERROR: not at all', 'one', '  indented', '    at f (x.js:1:2)', 'two']), level: LEVEL.warn },
      { ...runOf(['  other', 'FATAL: no']), level: LEVEL.info },
      runOf(['WARN: by itself']),
    ];
    expect(linesOf(runs)).toEqual([
      ['ERROR: not at all', { l: 13 }],
      ['one', { l: 13 }],
      ['  indented', { l: 13, k: 1 }],
      ['    at f (x.js:1:2)', { l: 13, k: 1 }],
      ['two', { l: 13 }],
      ['  other', { l: 9 }],
      ['FATAL: no', { l: 9 }],
      ['WARN: by itself', { l: 13 }],
    ]);
  });

  it('reads groups, and says whether there was a marker', () => {
    const runs = [runOf(['::group::Build', 'in', '::endgroup::', 'out'])];
    expect(linesOf(runs)).toEqual([['::group::Build', { g: { t: 'Build', d: 0 } }], ['in'], ['::endgroup::', { e: 1 }], ['out']]);
    expect(annotate(runs, START, OPTIONS).hasMarkers).toBe(true);
    expect(annotate(runs, START, { ...OPTIONS, marks: 'given' })).toMatchObject({ extras: [], hasMarkers: false });
  });

  it('counts a row once that is redrawn over and over, also in later batches', () => {
    const redrawn = runOf([`${ESC}[A${ESC}[2K✖ failed`]);
    const first = annotate([runOf(['✖ failed']), redrawn], START, OPTIONS);
    expect(first.extras).toEqual([
      [0, 1, { l: 17 }],
      [1, 1, { l: 17, r: 1 }],
    ]);
    const plain = annotate([runOf(['one', 'two'])], first.after, OPTIONS);
    expect(annotate([redrawn], plain.after, OPTIONS).extras).toEqual([[0, 1, { l: 17 }]]);
    expect(annotate([runOf([`${ESC}[3A${ESC}[2K✖ failed`])], plain.after, OPTIONS).extras).toEqual([[0, 1, { l: 17, r: 1 }]]);
  });

  it.each([
    ['carriage returns', '\r'],
    ['escapes', ESC],
    ['colours', `${ESC}[31m`],
    ['resets', `${ESC}[0m`],
    ['moves up', `${ESC}[A`],
    ['backspaces', '\b'],
    ['letters', 'x'],
    ['blanks', ' '],
    ['levels', 'ERROR: '],
    ['strings without an end', `${ESC}]8;;`],
    ['empty lines', '\n'],
    ['coloured lines', `${ESC}[31m\n`],
    ['lines that reset the colours', `${ESC}[31mx\n${ESC}[0m\n`],
    ['errors', 'ERROR: broken\n'],
    ['stack frames', '    at f (x.js:1:2)\n'],
  ])('looks at each character a bounded number of times: %s', async (_name, unit) => {
    const cost = async (length: number): Promise<number> => {
      const runs = assembled(unit.repeat(Math.ceil(length / unit.length)), MIB);
      return lookedAt(() => annotate(runs, START, OPTIONS));
    };
    const [short, long] = [await cost(MIB / 16), await cost(MIB / 2)];
    expect(long).toBeLessThan(10 * Math.max(short, MIB / 16));
  });
});
