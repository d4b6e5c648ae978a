import fc from 'fast-check';
import type { CSSResult } from 'lit';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { PartLoader } from '../../../../src/element/util/part-loader.ts';
import type { Line, LineExtra } from '../../../../src/protocol/line.ts';
import { LineLevels } from '../../../../src/element/viewport/levels/line-levels.ts';
import { rowLevel } from '../../../../src/element/viewport/levels/row-level.ts';

describe('the row of a line with a level', () => {
  it.each([
    [1, 'quiet', undefined],
    [5, 'quiet', undefined],
    [8, 'quiet', undefined],
    [13, 'warning', 'warningRow'],
    [16, 'warning', 'warningRow'],
    [17, 'error', 'errorRow'],
    [20, 'error', 'errorRow'],
    [21, 'error fatal', 'errorRow'],
    [24, 'error fatal', 'errorRow'],
  ])('of level %i is drawn as %s', (level, className, says) => {
    expect(rowLevel(level, false)).toEqual({ className, says });
  });

  it.each([undefined, 9, 12])('of level %s is like any other', (level) => {
    expect(rowLevel(level, false)).toBeUndefined();
    expect(rowLevel(level, true)).toBeUndefined();
  });

  it('has the ground of its entry but no words of its own where it continues one', () => {
    fc.assert(
      fc.property(fc.integer({ min: 13, max: 24 }), (level) => {
        const own = rowLevel(level, false);
        expect(rowLevel(level, true)).toEqual({ className: `${own?.className} continued`, says: undefined });
      }),
    );
  });

  it('is the same object each time, so that a row is not redrawn for it', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 24 }),
        fc.boolean(),
        (level, continues) => rowLevel(level, continues) === rowLevel(level, continues),
      ),
    );
  });
});

describe('the levels of lines', () => {
  const lines = new Map<number, Line>();
  const styles: CSSResult[] = [];
  const parts = new PartLoader(() => undefined);
  const create = (): LineLevels =>
    new LineLevels(
      (line) => lines.get(line),
      parts,
      (added) => styles.push(...added),
    );
  const levels = create();
  const put = (number: number, extra?: LineExtra): void => void lines.set(number, extra === undefined ? [0, 'text'] : [0, 'text', extra]);

  beforeAll(() => levels.load());

  it('are loaded with the first line that has one, with their styles', async () => {
    styles.length = 0;
    const fresh = create();
    put(1);
    expect(fresh.at(1)).toBeUndefined();
    put(2, { l: 13 });
    expect(fresh.at(2)).toBeUndefined();
    await vi.waitFor(() => expect(fresh.at(2)?.className).toBe('warning'));
    expect(styles).toHaveLength(1);
  });

  it('are those of their marks', () => {
    put(1, { l: 17 });
    put(2, { l: 17, k: 1 });
    put(3);
    expect([1, 2, 3, 4].map((line) => levels.at(line)?.className)).toEqual(['error', 'error continued', undefined, undefined]);
  });

  it('are shown once for a line that is stored in pieces', () => {
    put(1, { l: 17, p: 1 });
    put(2, { l: 17, p: 1 });
    put(3, { l: 17 });
    put(4, { l: 17 });
    expect([1, 2, 3, 4].map((line) => levels.at(line)?.says)).toEqual(['errorRow', undefined, undefined, 'errorRow']);
  });

  it('are found in the text only where a line has no mark and there is a classifier', () => {
    put(1, { l: 13 });
    put(2);
    levels.classifier = (number) => ({ level: 17, continues: number === 3 });
    put(3);
    expect([1, 2, 3].map((line) => levels.at(line)?.className)).toEqual(['warning', 'error', 'error continued']);
  });
});
