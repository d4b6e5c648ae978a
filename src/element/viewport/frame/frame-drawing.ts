import type { Range } from '../../../worker/api.ts';
import { setStyle } from '../../util/set-style.ts';
import type { TimeMode } from '../../util/time.ts';
import { shownAt } from '../layout/line-steps.ts';
import type { ScrollLayout } from '../layout/scroll-layout.ts';
import { CurrentRow, lineName } from '../rows/current-row.ts';
import { itemsOf } from '../rows/items.ts';
import type { Item, RowsView } from '../rows/rows-view.ts';
import type { FramePlan } from './frame-layout.ts';
import type { LogContent } from './log-content.ts';

/** Characters of `59.999`, so that the column does not begin narrower than it is soon. */
const SHORTEST_TIME = 6;

/** Second step of a frame: brings the rows in the document up to date. */
export class FrameDrawing {
  #time: TimeMode = 'none';
  /** Characters of the longest time drawn so far. */
  #timeDigits = SHORTEST_TIME;
  /** The line that keys act on. */
  current: number | undefined;
  readonly #scroller: HTMLElement;
  readonly #view: RowsView;
  readonly #content: LogContent;
  readonly #scroll: ScrollLayout;
  readonly #currentRow: CurrentRow;
  #isStale = true;
  #drawn: Range = { from: 1, to: 0 };

  constructor(scroller: HTMLElement, view: RowsView, content: LogContent, scroll: ScrollLayout) {
    this.#scroller = scroller;
    this.#view = view;
    this.#content = content;
    this.#scroll = scroll;
    this.#currentRow = new CurrentRow(scroller);
  }

  get time(): TimeMode {
    return this.#time;
  }

  set time(mode: TimeMode) {
    this.#time = mode;
    this.#timeDigits = SHORTEST_TIME;
  }

  /** Lines in the document. */
  get drawn(): Range {
    return this.#drawn;
  }

  /** Rows may have to show something else than they do. */
  invalidate(): void {
    this.#isStale = true;
  }

  draw({ window, isExtended }: FramePlan): void {
    const { status } = this.#content;
    // In most frames of a scroll the rows are there already.
    if (this.#isStale || window.from !== this.#drawn.from || window.to !== this.#drawn.to) this.#render(window, isExtended);
    setStyle(this.#scroller, '--digits', String(Math.max(4, String(status.head + 1).length)));
  }

  #render(window: Range, isExtended: boolean): void {
    const { rows, metrics, unavailable } = this.#scroll;
    const { status, lines, levels, long, fields, times } = this.#content;
    const items = itemsOf({
      rows,
      window,
      status,
      unavailable,
      lines,
      levels,
      selected: long.selected,
      time: this.time,
      raw: long.isRaw,
      sourceUrl: long.sourceUrl,
      long,
      fields,
      depthAt: metrics.depthAt,
      columns: metrics.columns,
      startTime: times.start,
      elapsed: times.elapsed,
      now: Date.now(),
    });
    this.#measureTimes(items);
    // Together with the rows: the old ones would be laid out once more in the other way.
    this.#scroller.classList.toggle('wraps', metrics.wraps);
    this.#view.render(items, isExtended, (line) => rows.top(line));
    this.#markCurrent();
    this.#isStale = false;
    this.#drawn = window;
  }

  /** The column of times is as wide as the longest text so far. */
  #measureTimes(items: readonly Item[]): void {
    for (const item of items) if ('content' in item) this.#timeDigits = Math.max(this.#timeDigits, item.content.time?.length ?? 0);
    setStyle(this.#scroller, '--time-digits', String(this.#timeDigits));
  }

  #markCurrent(): void {
    const line = this.current === undefined ? undefined : shownAt(this.#scroll.rows, this.current);
    const element = line === undefined ? undefined : this.#view.elementOf(line);
    this.#currentRow.mark(element, line === undefined ? '' : lineName(line, this.#content.line(line)));
  }
}
