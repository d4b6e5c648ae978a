import type { Range } from '../../../protocol/ranges.ts';
import type { Line } from '../../../protocol/line.ts';
import { hidesText } from '../../../protocol/terminal/hidden-text.ts';
import { parseLine } from '../../terminal/parse.ts';
import { rawText } from '../../terminal/raw-text.ts';
import { rowCount } from '../../terminal/wrap.ts';
import type { LineCache } from '../lines/line-cache.ts';
import type { LongView } from './long-view.ts';

/** Lines that may be shown raw at the same time; beyond that, the first one is shown as usual again. */
export const MAX_RAW_LINES = 1_000;

/** Lines with text that a terminal does not show, and which of them the reader wants to see as they were written. */
export class RawLines {
  readonly #shown = new Set<number>();
  readonly #hides = new WeakMap<Line, boolean>();
  readonly #views = new WeakMap<Line, { readonly columns: number | undefined; readonly view: LongView }>();

  /** Whether a line hides text, and if so whether it is shown now. */
  stateOf(number: number, line: Line): 'hidden' | 'shown' | undefined {
    let hides = this.#hides.get(line);
    if (hides === undefined) this.#hides.set(line, (hides = hidesText(line[1], line[2]?.c)));
    if (!hides) return undefined;
    return this.#shown.has(number) ? 'shown' : 'hidden';
  }

  toggle(number: number): void {
    if (this.#shown.delete(number)) return;
    for (const first of this.#shown) if (this.#shown.size >= MAX_RAW_LINES) this.#shown.delete(first);
    this.#shown.add(number);
  }

  /** The held lines of a range that hide text. */
  hidden({ from, to }: Range, lines: LineCache): readonly number[] {
    const hidden: number[] = [];
    for (let number = from; number <= to; number += 1) {
      const line = lines.get(number);
      if (line !== undefined && this.stateOf(number, line) === 'hidden') hidden.push(number);
    }
    return hidden;
  }

  /** Shows them raw. */
  show(range: Range, lines: LineCache): void {
    for (const number of this.hidden(range, lines)) this.toggle(number);
  }

  /** How to draw a line; undefined for one that is not shown raw. `columns` is undefined where lines are not broken. */
  view(number: number, line: Line, columns: number | undefined): LongView | undefined {
    if (!this.#shown.has(number)) return undefined;
    const known = this.#views.get(line);
    if (known !== undefined && known.columns === columns) return known.view;
    const raw = rawText(line[1]);
    const rows = columns === undefined ? 1 : rowCount(raw, columns);
    const head = { runs: parseLine(raw), text: raw, hidden: 0 };
    const view: LongView = { head, whole: undefined, lent: [], segments: [], hidden: undefined, wraps: columns !== undefined, rows };
    this.#views.set(line, { columns, view });
    return view;
  }

  clear(): void {
    this.#shown.clear();
  }
}
