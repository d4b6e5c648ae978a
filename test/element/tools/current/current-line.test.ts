import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CurrentLine } from '../../../../src/element/tools/current/current-line.ts';

const ROW = 20;

/** A viewport of whole rows, where some lines are taller than it. */
class FakeViewport {
  current: number | undefined;
  following = false;
  y = 0;
  /** Lines that are parts of one. */
  parts: readonly { from: number; to: number }[] = [];
  readonly height: number;
  readonly rows: readonly number[];

  constructor(rows: readonly number[], height: number) {
    this.rows = rows;
    this.height = height;
    this.steps.pageHeight = Math.max(ROW, height - ROW);
  }

  get end(): number {
    return Math.max(0, this.top(this.rows.length + 1) - this.height);
  }

  get visible(): { from: number; to: number } {
    return { from: this.lineAt(this.y), to: this.lineAt(this.y + this.height - 1) };
  }

  readonly steps = {
    shownAt: (line: number): number | undefined => (this.rows.length === 0 ? undefined : Math.min(Math.max(line, 1), this.rows.length)),
    next: (line: number, by: number): number | undefined => (line + by >= 1 && line + by <= this.rows.length ? line + by : undefined),
    offsetOf: (line: number): number => this.top(line) - this.y,
    lineAt: (offset: number): number => this.lineAt(this.y + offset),
    distanceTo: (line: number): number => {
      const above = this.y - this.top(line);
      const below = this.top(line + 1) - this.y - this.height;
      if (above > 0 && below <= 0) return Math.max(-above, below);
      return below > 0 && above <= 0 ? Math.min(below, -above) : 0;
    },
    goesOn: (line: number, by: number): boolean => {
      const isTall = this.top(line + 1) - this.top(line) > this.height;
      return isTall && (by > 0 ? this.top(line + 1) > this.y + this.height + 1 : this.top(line) < this.y - 1);
    },
    position: 0,
    rowHeight: ROW,
    pageHeight: 0,
  };

  goTo(to: unknown): void {
    this.scrollBy(to === 'start' ? -Infinity : Infinity);
    this.following = to === 'end';
  }

  leave(): void {
    this.following = false;
  }

  scrollBy(delta: number): void {
    if (delta < 0) this.following = false;
    this.y = Math.min(Math.max(0, this.y + delta), this.end);
    this.steps.position = this.y;
    if (delta > 0 && this.y === this.end) this.following = true;
  }

  linesOf(line: number): { from: number; to: number } {
    return this.parts.find(({ from, to }) => line >= from && line <= to) ?? { from: line, to: line };
  }

  top(line: number): number {
    return this.rows.slice(0, line - 1).reduce((sum, rows) => sum + rows * ROW, 0);
  }

  lineAt(y: number): number {
    let line = 1;
    while (line < this.rows.length && this.top(line + 1) <= y) line += 1;
    return line;
  }
}

function make(rows: readonly number[], height = 5 * ROW): { viewport: FakeViewport; current: CurrentLine } {
  const viewport = new FakeViewport(rows, height);
  return { viewport, current: new CurrentLine(viewport as never) };
}
const logs = fc.array(fc.constantFrom(1, 1, 1, 2, 12), { maxLength: 30 });
const commands = fc.array(
  fc.oneof(
    fc.record({ type: fc.constant('step' as const), by: fc.constantFrom(1 as const, -1 as const) }),
    fc.record({ type: fc.constant('page' as const), by: fc.constantFrom(1 as const, -1 as const) }),
    fc.record({ type: fc.constant('edge' as const), to: fc.constantFrom('start' as const, 'end' as const) }),
    fc.record({ type: fc.constant('wheel' as const), by: fc.integer({ min: -300, max: 300 }) }),
  ),
  { maxLength: 30 },
);

describe('the current line', () => {
  it('is on screen after every key, and has one only in a log with lines', () => {
    fc.assert(
      fc.property(logs, commands, (rows, plan) => {
        const { viewport, current } = make(rows);
        for (const command of plan) {
          if (command.type === 'wheel') {
            viewport.scrollBy(command.by);
            continue;
          }
          if (command.type === 'step') current.step(command.by);
          else if (command.type === 'page') current.page(command.by);
          else current.edge(command.to);
          if (rows.length === 0) expect(current.line).toBeUndefined();
          else expect(current.line).toBe(viewport.current);
          if (current.line !== undefined && (rows[current.line - 1] ?? 0) * ROW <= viewport.height && command.type === 'step')
            expect(viewport.steps.distanceTo(current.line)).toBe(0);
        }
      }),
    );
  });

  it('visits every line from the start to the end, and shows all of each on the way', () => {
    fc.assert(
      fc.property(logs, (rows) => {
        const { viewport, current } = make(rows);
        const visited: number[] = [];
        const seen = new Set<number>();
        for (let count = 0; count < rows.reduce((sum, height) => sum + height, rows.length + 2); count += 1) {
          current.step(1);
          if (viewport.current !== undefined && visited.at(-1) !== viewport.current) visited.push(viewport.current);
          for (let y = viewport.y; y < viewport.y + viewport.height; y += ROW) seen.add(Math.round(y / ROW));
        }
        expect(visited).toEqual(rows.map((_, at) => at + 1));
        const height = rows.reduce((sum, lines) => sum + lines, 0);
        expect([...Array(height).keys()].filter((row) => !seen.has(row))).toEqual([]);
      }),
    );
  });

  it('begins at the first line on screen downwards, at the last one upwards and while following', () => {
    for (const [by, following, line] of [
      [1, false, 11],
      [-1, false, 15],
      [1, true, 15],
      [-1, true, 15],
    ] as const) {
      const { viewport, current } = make(Array(40).fill(1));
      viewport.scrollBy(10 * ROW);
      viewport.following = following;
      current.step(by);
      expect(current.line).toBe(line);
      expect(viewport.y).toBe(10 * ROW);
      expect(viewport.following).toBe(following && by > 0);
    }
  });

  it('comes back to the same line, or its neighbour where rows are cut off, by a page down and a page up', () => {
    fc.assert(
      fc.property(fc.integer({ min: 60, max: 200 }), fc.integer({ min: 2, max: 8 }), (height, line) => {
        const { viewport, current } = make(Array(100).fill(1), height);
        for (let step = 0; step < line; step += 1) current.step(1);
        const before = { line: current.line, y: viewport.y };
        fc.pre(before.y === 0 && line * ROW <= height - ROW);
        current.page(1);
        expect(viewport.steps.distanceTo(current.line ?? 0)).toBe(0);
        current.page(-1);
        expect(viewport.y).toBe(before.y);
        expect(Math.abs((current.line ?? 0) - (before.line ?? 0))).toBeLessThanOrEqual(height % ROW === 0 ? 0 : 1);
      }),
    );
  });

  it('is none once it is scrolled out of sight, and again when it is back', () => {
    const { viewport, current } = make(Array(40).fill(1));
    current.step(1);
    current.step(1);
    viewport.scrollBy(10 * ROW);
    expect(current.line).toBeUndefined();
    expect(current.span).toBeUndefined();
    viewport.scrollBy(-10 * ROW);
    expect(current.line).toBe(2);
    expect(current.span).toEqual({ start: { line: 2, column: 0 }, end: { line: 2, column: Infinity } });
    viewport.scrollBy(10 * ROW);
    current.step(1);
    expect(current.line).toBe(11);
  });

  it('has all parts of a line in its text', () => {
    const { viewport, current } = make(Array(10).fill(1));
    viewport.parts = [{ from: 1, to: 3 }];
    current.step(1);
    expect(current.span).toEqual({ start: { line: 1, column: 0 }, end: { line: 3, column: Infinity }, each: true });
  });

  it('stays at its height in the view by pages, and goes to an end that was reached before', () => {
    const { viewport, current } = make(Array(40).fill(1));
    for (let step = 0; step < 3; step += 1) current.step(1);
    current.page(1);
    expect([current.line, viewport.y]).toEqual([7, 4 * ROW]);
    current.page(-1);
    expect([current.line, viewport.y]).toEqual([3, 0]);
    current.page(-1);
    expect(current.line).toBe(1);
    current.edge('end');
    expect([current.line, viewport.following]).toEqual([40, true]);
    current.page(1);
    expect(current.line).toBe(40);
  });
});
