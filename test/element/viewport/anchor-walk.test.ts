import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Line } from '../../../src/protocol/line.ts';
import type { LogStatus } from '../../../src/worker/api.ts';
import { LineCache } from '../../../src/element/viewport/lines/line-cache.ts';
import { SpecialLines } from '../../../src/element/viewport/long-lines/special-lines.ts';
import { PartLoader } from '../../../src/element/util/part-loader.ts';
import { CONNECTING } from '../../../src/element/status/chip.ts';
import type { FoldSource } from '../../../src/element/viewport/long-lines/long-view.ts';
import { PADDING } from '../../../src/element/viewport/layout/row-metrics.ts';
import { ScrollLayout, type LayoutInput } from '../../../src/element/viewport/layout/scroll-layout.ts';
import { Wrapping } from '../../../src/element/viewport/layout/wrapping.ts';

const ROW = 20;
/** Rows are put at whole pixels, px: half of one off, before and after. */
const WHOLE = 1.001;

/** As much of an element as placing needs: a scrollbar that a browser would limit to its content. */
class Scroller extends EventTarget {
  readonly spacer = { style: { setProperty: (_: string, height: string): void => this.#resize(Number.parseFloat(height)) } };
  viewport = 400;
  #content = 0;
  #top = 0;

  get scrollTop(): number {
    return this.#top;
  }

  set scrollTop(top: number) {
    this.#top = Math.min(Math.max(0, top), Math.max(0, this.#content - this.viewport));
  }

  #resize(height: number): void {
    this.#content = height;
    this.scrollTop = this.#top;
  }
}

/** Lines that are hidden, each of its ranges alone: by a filter (height 0), or as something of a height of its own. */
class Hidden implements FoldSource {
  readonly showsPart = false;
  revealed: number | undefined;
  pinned: ReadonlySet<number> = new Set();
  ranges: readonly { readonly from: number; readonly to: number; readonly height: number }[] = [];

  readPart(): void {}
  read(): void {
    // Nothing is found out: the test says what is hidden.
  }
  collapsed(first: number, last: number): ReturnType<FoldSource['collapsed']> {
    return this.ranges.filter(({ from, to }) => from >= first && to <= last);
  }
  foldAt(): undefined {
    return undefined;
  }
  foldedIn(): [] {
    return [];
  }
  toFetch(): [] {
    return [];
  }
  toggle(): undefined {
    return undefined;
  }
  view(): undefined {
    return undefined;
  }
  clear(): void {
    this.ranges = [];
  }
}

type Step =
  | { readonly kind: 'hide'; readonly ranges: Hidden['ranges'] }
  | { readonly kind: 'wrap'; readonly wrap: boolean }
  | { readonly kind: 'resize'; readonly columns: number; readonly height: number; readonly rowHeight: number }
  | { readonly kind: 'grow'; readonly by: number }
  | { readonly kind: 'scroll'; readonly by: number };

const ranges = fc
  .array(fc.tuple(fc.nat(60), fc.nat(40), fc.constantFrom(0, 0, 20, 60)), { maxLength: 8 })
  .map((pieces): Hidden['ranges'] => {
    let from = 1;
    return pieces.map(([skip, more, height]) => {
      const range = { from: from + skip, to: from + skip + more, height };
      from = range.to + 1;
      return range;
    });
  });

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: ranges.map((hidden): Step => ({ kind: 'hide', ranges: hidden })) },
  { weight: 2, arbitrary: fc.boolean().map((wrap): Step => ({ kind: 'wrap', wrap })) },
  {
    weight: 2,
    arbitrary: fc
      .tuple(fc.integer({ min: 20, max: 120 }), fc.integer({ min: 200, max: 900 }), fc.constantFrom(18, 20, 24))
      .map(([columns, height, rowHeight]): Step => ({ kind: 'resize', columns, height, rowHeight })),
  },
  { weight: 1, arbitrary: fc.integer({ min: 1, max: 50 }).map((by): Step => ({ kind: 'grow', by })) },
  { weight: 3, arbitrary: fc.integer({ min: -3_000, max: 3_000 }).map((by): Step => ({ kind: 'scroll', by })) },
);

/** A log of lines that are all held, and where it is shown. */
class Walk {
  readonly hidden = new Hidden();
  readonly layout: ScrollLayout;
  status: LogStatus = { ...CONNECTING, state: 'live', epoch: '1', first: 1, head: 0 };
  readonly #scroller = new Scroller();
  readonly #lines = new LineCache();
  readonly #special = new SpecialLines(this.#lines, new PartLoader(() => undefined), { load: () => Promise.resolve() });
  #shift = 0;
  readonly #input: LayoutInput = { isFollowing: false, nodesPerRow: 4, extended: undefined };

  constructor(widths: readonly number[]) {
    const { spacer } = this.#scroller;
    this.layout = new ScrollLayout(
      this.#scroller as unknown as HTMLElement,
      spacer as unknown as HTMLElement,
      { lines: this.#lines, special: this.#special },
      () => undefined,
    );
    this.layout.metrics.useWrapping(Wrapping);
    this.#special.folds = this.hidden;
    this.grow(widths);
    this.layout.reshape(() => this.layout.metrics.resize({ height: 400, rowHeight: ROW, columns: 80 }));
    this.layOut();
  }

  grow(widths: readonly number[]): void {
    const lines = widths.map((width): Line => [0, 'x'.repeat(width)]);
    this.#lines.insert({ from: this.status.head + 1, lines }, { from: 1, to: Infinity });
    this.status = { ...this.status, head: this.status.head + widths.length };
  }

  layOut(): void {
    const { layout } = this;
    const window = layout.layOut(this.status, this.#input);
    const top = window.from <= layout.rows.first ? PADDING.top : layout.rows.top(window.from);
    this.#shift = layout.apply(window) - top - this.#scroller.scrollTop;
  }

  /** Where the row of a line, or what stands for it, is on screen, px from the upper edge. */
  placeOf(line: number): number {
    return this.layout.rows.top(line) + this.#shift;
  }

  take(next: Step, widths: readonly number[]): void {
    const { layout, hidden } = this;
    const { metrics } = layout;
    if (next.kind === 'hide') hidden.ranges = next.ranges;
    else if (next.kind === 'wrap') layout.reshape(() => metrics.setWrap(next.wrap));
    else if (next.kind === 'resize') {
      this.#scroller.viewport = next.height;
      layout.reshape(() => metrics.resize(next));
    } else if (next.kind === 'grow') this.grow(Array.from({ length: next.by }, (_, at) => widths[at % widths.length] ?? 1));
    else layout.moveBy(next.by);
    this.layOut();
  }

  /** The line, or what stands for it, or else the next that is shown; undefined for none. */
  shown(line: number): number | undefined {
    const { rows } = this.layout;
    for (let next = line; next <= rows.last; next = (rows.collapsedAt(next)?.to ?? next) + 1) if (rows.heightAt(next) > 0) return next;
    return undefined;
  }
}

describe('whatever is hidden, shown, wrapped, resized or added', () => {
  it('the line at the upper edge, what stands for it, or the next that is shown, keeps its place', () => {
    const widths = fc.array(fc.oneof(fc.nat(70), fc.nat(2_000)), { minLength: 60, maxLength: 400 });
    fc.assert(
      fc.property(widths, fc.nat(20_000), fc.array(step, { minLength: 1, maxLength: 25 }), (lines, start, steps) => {
        const walk = new Walk(lines);
        const { layout } = walk;
        walk.take({ kind: 'scroll', by: start }, lines);
        for (const next of steps) {
          const { from } = layout.visible;
          const before = walk.placeOf(from);
          const height = layout.rows.heightAt(from);
          const gap = layout.rows.collapsedAt(from);
          walk.take(next, lines);
          if (next.kind === 'scroll') continue;
          const line = walk.shown(from);
          // At an end there is nothing to be scrolled to.
          if (line === undefined || layout.atEnd || !layout.isScrollable) continue;
          const after = walk.placeOf(line);
          const own = layout.rows.heightAt(line);
          if (layout.rows.collapsedAt(from) === undefined && own === height) expect(Math.abs(after - before)).toBeLessThanOrEqual(WHOLE);
          else {
            expect(after).toBeLessThanOrEqual(Math.max(before, 0) + WHOLE);
            // Of what is opened any part may be at the edge, and what is behind it where it was higher than its lines.
            const opened = gap !== undefined && layout.rows.collapsedAt(from) === undefined;
            const bottom = opened ? Math.max(walk.placeOf(gap.to + 1), after + height) : after + own;
            expect(bottom).toBeGreaterThanOrEqual(-WHOLE / 2);
          }
        }
      }),
      { numRuns: 2_000 },
    );
  });

  it('a line that turns out lower than it was estimated is not scrolled past', () => {
    const widths = Array.from({ length: 400 }, (_, at) => (at < 100 ? 2_000 : 1));
    const walk = new Walk(widths);
    walk.take({ kind: 'wrap', wrap: true }, widths);
    walk.take({ kind: 'resize', columns: 20, height: 200, rowHeight: ROW }, widths);
    // To where the heights of lines are estimates yet, from those of the long ones.
    for (let far = 0; far < 20; far += 1) {
      walk.take({ kind: 'scroll', by: 3_333 * (far + 1) }, widths);
      if (walk.layout.atEnd) break;
      const { from } = walk.layout.visible;
      expect(walk.placeOf(from) + walk.layout.rows.heightAt(from)).toBeGreaterThan(0);
      const before = walk.placeOf(from);
      walk.layOut();
      expect(walk.layout.visible.from).toBe(from);
      expect(Math.abs(walk.placeOf(from) - before)).toBeLessThanOrEqual(WHOLE);
    }
  });
});
