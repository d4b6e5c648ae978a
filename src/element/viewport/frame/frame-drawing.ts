import type { Range } from '../../../worker/api.ts';
import type { Strings } from '../../strings.ts';
import { HOLD, type PartLoader } from '../../util/part-loader.ts';
import { setStyle } from '../../util/set-style.ts';
import type { TimeMode } from '../../util/time.ts';
import type { ScrollLayout } from '../layout/scroll-layout.ts';
import type { CurrentRow } from '../rows/current-row.ts';
import { itemsOf, type Clock } from '../rows/items.ts';
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
  /** The line that keys act on, and what marks its row, present once the log is shown. */
  current: number | undefined;
  currentRow: CurrentRow | undefined;
  readonly #scroller: HTMLElement;
  readonly #view: RowsView;
  readonly #content: LogContent;
  readonly #scroll: ScrollLayout;
  readonly #strings: Strings;
  readonly #parts: PartLoader;
  #clock: Clock | undefined;
  #isStale = true;
  #drawn: Range = { from: 1, to: 0 };

  constructor(scroller: HTMLElement, view: RowsView, content: LogContent, scroll: ScrollLayout, strings: Strings, parts: PartLoader) {
    this.#scroller = scroller;
    this.#view = view;
    this.#content = content;
    this.#scroll = scroll;
    this.#strings = strings;
    this.#parts = parts;
  }

  get time(): TimeMode {
    return this.#time;
  }

  set time(mode: TimeMode) {
    this.#time = mode;
    this.#timeDigits = SHORTEST_TIME;
    if (mode !== 'none') this.#loadClock();
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
    const { status, lines, levels, special, fields, times } = this.#content;
    const items = itemsOf({
      rows,
      window,
      status,
      unavailable,
      lines,
      levels,
      selected: special.selected,
      time: this.time,
      clock: this.#clock,
      raw: special.isRaw,
      sourceUrl: special.sourceUrl,
      special,
      fields,
      depthAt: metrics.depthAt,
      columns: metrics.columns,
      startTime: times.start,
      elapsed: times.elapsed,
      now: Date.now(),
      strings: this.#strings,
    });
    this.#measureTimes(items);
    // Together with the rows: the old ones would be laid out once more in the other way.
    this.#scroller.classList.toggle('wraps', metrics.wraps);
    this.#view.render(items, isExtended, (line) => rows.top(line));
    this.currentRow?.mark(this.current, rows, this.#view, (line) => this.#content.line(line));
    this.#isStale = false;
    this.#drawn = window;
  }

  /** Frames wait for it, since the column may become wider. */
  #loadClock(): void {
    this.#parts.load(
      'clock',
      () => import('../../util/format-time.ts'),
      (clock) => {
        this.#clock = clock;
      },
      HOLD.wrong,
    );
  }

  /** The column of times is as wide as the longest text so far. */
  #measureTimes(items: readonly Item[]): void {
    for (const item of items) if ('content' in item) this.#timeDigits = Math.max(this.#timeDigits, item.content.time?.length ?? 0);
    setStyle(this.#scroller, '--time-digits', String(this.#timeDigits));
  }
}
