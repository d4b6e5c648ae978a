import { describe, expect, it } from 'vitest';
import { CellLine } from '../../../src/protocol/terminal/cell-line.ts';
import { ClusterBudget } from '../../../src/protocol/terminal/cluster-budget.ts';

type Cells = CellLine<string>;

const PEN = 'black';
const NO_PEN = 'none';

/** A row after some writing, with the cursor in a column of it. */
function row(text: string, column?: number): Cells {
  const cells = new CellLine(new ClusterBudget(), NO_PEN);
  cells.write(text, PEN);
  if (column !== undefined) cells.moveTo(column);
  return cells;
}

function partsOf(cells: Cells): { text: string; pen: string; isChip: boolean }[] {
  const parts: ReturnType<typeof partsOf> = [];
  cells.each((text, pen, isChip) => parts.push({ text, pen, isChip }));
  return parts;
}

const textOf = (cells: Cells): string =>
  partsOf(cells)
    .map(({ text }) => text)
    .join('');

describe('a cursor in a row', () => {
  it('moves to the farthest column and no further, and never back by going forward', () => {
    const cells = row('');
    cells.moveTo(9_999);
    expect(cells.column).toBe(4_096);
    cells.moveTo(4_000);
    cells.moveBy(200);
    expect(cells.column).toBe(4_096);
    const long = row('x'.repeat(5_000));
    long.moveBy(5);
    expect(long.column).toBe(5_000);
    long.moveBy(-1);
    expect(long.column).toBe(4_999);
    long.moveBy(-9_999);
    expect(long.column).toBe(0);
  });
});

describe('text written to a row', () => {
  it('keeps marks that nothing can bear, and gives others to what stands left of the cursor', () => {
    expect(textOf(row('\u0301a'))).toBe('\u0301a');
    const cells = row('日b', 2);
    cells.write('\u0301', PEN);
    expect(textOf(cells)).toBe('日\u0301b');
    expect(cells.column).toBe(2);
  });

  it('continues after a tab at the next stop, also with a format character before it', () => {
    expect(row('\u200d\tb').column).toBe(9);
    expect(row('ab\tc').column).toBe(9);
  });

  it('keeps the pen of each character; columns without text have none', () => {
    const cells = row('a');
    cells.write('b', 'red');
    cells.moveTo(3);
    cells.write('c', PEN);
    expect(partsOf(cells).map(({ text, pen }) => [text, pen])).toEqual([
      ['a', PEN],
      ['b', 'red'],
      [' ', NO_PEN],
      ['c', PEN],
    ]);
  });

  it('keeps a format character that nothing follows', () => {
    expect(textOf(row('\u0600'))).toBe('\u0600');
    expect(textOf(row('\u0600\tx'))).toBe('\u0600\tx');
  });

  it('is apart from what stands for control characters, each by itself', () => {
    const cells = row('a');
    cells.writeChip('\u202e', PEN);
    cells.writeChip('\u202c', PEN);
    cells.write('\u0301', PEN);
    expect(partsOf(cells).map(({ isChip }) => isChip)).toEqual([false, true, true, false]);
    expect(partsOf(cells).at(-1)?.text).toBe('\u0301');
  });

  it('leaves spaces of a wide character that it covers half, on either side', () => {
    const left = row('日本', 1);
    left.write('x', PEN);
    expect(textOf(left)).toBe(' x本');
    const right = row('a日', 0);
    right.write('本', PEN);
    expect(textOf(right)).toBe('本 ');
  });
});

describe('erasing, deleting and inserting in a row', () => {
  it.each([
    ['erases to the end, and halves no wide character', '日本', 1, (cells: Cells) => cells.erase(0), ''],
    ['erases from the start, with the character under the cursor', 'abcd', 1, (cells: Cells) => cells.erase(1), '  cd'],
    ['erases from the start up to within a wide character', '日本x', 2, (cells: Cells) => cells.erase(1), '    x'],
    ['erases all', 'abcd', 1, (cells: Cells) => cells.erase(2), ''],
    ['leaves nothing where the end was erased from the start on', 'abcd', 9, (cells: Cells) => cells.erase(1), ''],
    ['leaves no blanks that only erasing left at the end', 'ab  cd', 4, (cells: Cells) => cells.eraseCells(2), 'ab  '],
    ['erases nothing for what is no mode', 'abcd', 1, (cells: Cells) => cells.erase(3), 'abcd'],
    ['erases cells up to within a wide character', 'a日b', 0, (cells: Cells) => cells.eraseCells(2), '   b'],
    ['deletes cells', 'abcd', 1, (cells: Cells) => cells.deleteCells(2), 'ad'],
    ['deletes from and up to within wide characters', '日本語x', 1, (cells: Cells) => cells.deleteCells(2), '  語x'],
    ['inserts blanks', 'ab', 1, (cells: Cells) => cells.insertCells(2), 'a  b'],
    ['inserts within a wide character', '日x', 1, (cells: Cells) => cells.insertCells(1), '   x'],
    ['inserts nothing behind the end', 'ab', 2, (cells: Cells) => cells.insertCells(2), 'ab'],
  ] as const)('%s', (_title, text, column, act, expected) => {
    const cells = row(text, column);
    act(cells);
    expect(textOf(cells)).toBe(expected);
  });

  it('inserts no more than a row may be moved by, and nothing where it is that long', () => {
    const cells = row('ab', 1);
    cells.insertCells(100_000);
    expect(textOf(cells)).toHaveLength(2 + 4_096);
    cells.insertCells(5);
    expect(textOf(cells)).toHaveLength(2 + 4_096);
  });

  // Each of these costs as many cells as it touches: what costs nothing could be repeated without end.
  it.each([
    ['erasing', (cells: Cells) => cells.eraseCells(4_000)],
    ['inserting', (cells: Cells) => (cells.insertCells(1), cells.deleteCells(1))],
    ['deleting', (cells: Cells) => cells.deleteCells(1)],
  ] as const)('ends when %s has cost more than the text may', (_title, act) => {
    const budget = new ClusterBudget();
    const cells = new CellLine(budget, NO_PEN);
    cells.write('x'.repeat(4_001), PEN);
    cells.moveTo(0);
    for (let turn = 0; turn < 40; turn += 1) act(cells);
    expect(budget.isSpent).toBe(true);
    const before = textOf(cells);
    act(cells);
    cells.moveTo(9);
    expect(textOf(cells)).toBe(before);
    expect(cells.column).toBe(0);
  });

  it('ends, too, when columns were skipped again and again', () => {
    const budget = new ClusterBudget();
    for (let turn = 0; turn < 20; turn += 1) {
      const cells = new CellLine(budget, NO_PEN);
      cells.enter(4_096);
      cells.write('x', PEN);
    }
    expect(budget.isSpent).toBe(true);
  });
});
