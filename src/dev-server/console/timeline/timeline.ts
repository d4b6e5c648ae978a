import { html, nothing, render, svg, type TemplateResult } from 'lit/html.js';
import { isComposed } from '../../../element/util/keys.ts';
import type { Range } from '../../../worker/api.ts';
import { LogQueries } from '../../../worker/queries/log-queries.ts';
import { fetchTopic } from '../api.ts';
import { BAR_WIDTH, barPaths } from './bars.ts';
import { histogramOf, sumOf, type LineHistogram, type Tally, type TimeRange } from './histogram.ts';
import { ticksOf, zoneAt } from './time-axis.ts';
import { indexAt, movedBy, rangeOf, spansOf, timeAt, type TimeCursor } from './time-cursor.ts';
import { TimelineSource, type TimelineLog } from './timeline-source.ts';
import { rangeText, tallyText } from './timeline-text.ts';

/** Height of the bars, px. */
const HEIGHT = 28;
/** Room for one mark of the axis, px. */
const TICK_ROOM = 110;
/** Where there is less room, warnings are shown, but not counted; px. */
const WIDE = 480;
/** Width of a character of a mark, px. */
const CHARACTER = 6.5;
/** A pointer that moves less than this clicks, px. */
const CLICK_REACH = 4;

export interface TimelineOptions {
  /** A time was chosen. */
  readonly onTime: (time: Date) => void;
  /** A range of time was chosen: these are its lines. */
  readonly onLines: (lines: Range) => void;
}

/** A range of time that was chosen, and what is in it; undefined while that is looked up. */
interface Chosen {
  readonly time: TimeRange;
  readonly lines: Range | undefined;
  readonly tally: Tally | undefined;
}

/** The lines of the shown log over time, in which a time or a range of it is chosen by pointer or key. It keeps its height. */
export class Timeline {
  readonly element = document.createElement('div');
  readonly #options: TimelineOptions;
  readonly #source = new TimelineSource({
    queriesOf: ({ channel, topic }) =>
      new LogQueries({ endpoint: `${location.origin}/log-stream`, channel, topic: () => topic, refresh: () => fetchTopic(channel) }),
    onChange: () => this.#draw(),
  });
  #isOn = false;
  #width = 0;
  #histogram: LineHistogram | undefined;
  #drawing: TemplateResult | undefined;
  /** Where the keyboard or the pressed pointer is. */
  #cursor: TimeCursor | undefined;
  /** Where the pointer is that presses nothing, unix ms. */
  #hovered: number | undefined;
  /** Where the pointer was pressed, px from the left of the page. */
  #pressedAt: number | undefined;
  #hasFocus = false;
  #chosen: Chosen | undefined;

  constructor(options: TimelineOptions) {
    this.#options = options;
    this.element.className = 'histogram';
    // Time runs to the right, in pages of any direction.
    this.element.dir = 'ltr';
    new ResizeObserver(([entry]) => {
      const width = Math.floor(entry?.contentRect.width ?? 0);
      if (width === this.#width) return;
      this.#width = width;
      this.#draw();
    }).observe(this.element);
    this.#render();
  }

  /** Undefined while there is no log, or no topic of it. Nothing is asked of the server while the timeline is off. */
  show(log: TimelineLog | undefined, isOn: boolean): void {
    this.#isOn = isOn;
    this.#source.show(isOn ? log : undefined);
    this.#showElement();
  }

  /** Lines were selected in the log: a range that was chosen here goes when they are others. */
  linesSelected(range: Range | undefined): void {
    const lines = this.#chosen?.lines;
    if (lines === undefined || (range?.from === lines.from && range.to === lines.to)) return;
    this.#chosen = undefined;
    this.#render();
  }

  #showElement(): void {
    this.element.hidden = !this.#isOn || this.#source.isUnsupported;
  }

  /** Sorts the lines into spans and draws their bars. */
  #draw(): void {
    const { overview, end } = this.#source;
    this.#showElement();
    if (overview === undefined) this.#cursor = this.#chosen = this.#hovered = undefined;
    const most = Math.max(1, Math.floor(this.#width / (BAR_WIDTH + 1)));
    const zone = zoneAt(overview?.parts[0]?.time ?? 0);
    this.#histogram = overview === undefined ? undefined : histogramOf(overview, end, most, zone);
    this.#drawing = this.#histogram === undefined ? undefined : this.#bars(this.#histogram, zone);
    this.#render();
  }

  #bars(histogram: LineHistogram, zone: number): TemplateResult {
    const { lines, warnings, errors } = barPaths(histogram, { width: this.#width, height: HEIGHT });
    const { start, step, tallies } = histogram;
    const end = start + tallies.length * step;
    const x = (time: number): number => Math.round(((time - start) / (end - start)) * this.#width);
    const ticks = ticksOf(start, end, Math.floor(this.#width / TICK_ROOM), zone);
    const marks = ticks.map(({ time, text }) => {
      const hasRoom = x(time) + 4 + text.length * CHARACTER <= this.#width;
      return svg`<path class="tick" d=${`M${x(time) + 0.5} ${HEIGHT}v4`}></path>${
        hasRoom ? svg`<text x=${x(time) + 4} y=${HEIGHT + 13}>${text}</text>` : nothing
      }`;
    });
    return svg`<path class="lines" d=${lines}></path><path class="warnings" d=${warnings}></path><path class="errors" d=${errors}></path>${marks}`;
  }

  #render(): void {
    const histogram = this.#histogram;
    const spans = histogram && this.#spans(histogram);
    render(
      html`<div
          class="plot"
          role="slider"
          tabindex=${histogram === undefined ? -1 : 0}
          aria-label="Lines over time"
          aria-orientation="horizontal"
          aria-disabled=${histogram === undefined ? 'true' : nothing}
          aria-valuemin="1"
          aria-valuemax=${histogram?.tallies.length ?? 1}
          aria-valuenow=${histogram === undefined ? 1 : indexAt(this.#cursor, histogram) + 1}
          aria-valuetext=${histogram === undefined ? 'No lines' : this.#spoken(histogram)}
          @keydown=${(event: KeyboardEvent) => this.#pressed(event)}
          @focus=${() => this.#setFocus(true)}
          @blur=${() => this.#setFocus(false)}
          @pointerdown=${(event: PointerEvent) => this.#down(event)}
          @pointermove=${(event: PointerEvent) => this.#moved(event)}
          @pointerup=${(event: PointerEvent) => this.#up(event)}
          @pointercancel=${() => this.#cancel()}
          @pointerleave=${() => this.#hover(undefined)}
        >
          <svg aria-hidden="true" width=${this.#width} height=${HEIGHT + 16}>
            ${this.#drawing ?? nothing}${histogram === undefined || spans === undefined ? nothing : this.#mark(histogram, spans)}
          </svg>
        </div>
        <span class="readout" aria-hidden="true" ?hidden=${spans === undefined}
          >${histogram && spans ? this.#readout(histogram) : nothing}</span
        >`,
      this.element,
    );
    this.#placeReadout(histogram, spans);
  }

  /** The spans that are marked: under the pointer, at the keyboard's cursor, or of the chosen range; undefined for none. */
  #spans(histogram: LineHistogram): Range | undefined {
    const cursor = this.#shownCursor();
    if (cursor !== undefined) return spansOf(cursor, histogram);
    if (this.#chosen === undefined) return undefined;
    const { from, to } = this.#chosen.time;
    return spansOf({ at: from, anchor: to - 1 }, histogram);
  }

  #shownCursor(): TimeCursor | undefined {
    if (this.#pressedAt !== undefined) return this.#cursor;
    if (this.#hovered !== undefined) return { at: this.#hovered, anchor: undefined };
    return this.#chosen === undefined && this.#hasFocus ? this.#cursor : undefined;
  }

  #mark({ tallies }: LineHistogram, { from, to }: Range): TemplateResult {
    const pitch = this.#width / tallies.length;
    return svg`<rect class="chosen" x=${from * pitch} y="0.5" width=${(to - from + 1) * pitch} height=${HEIGHT - 1}></rect>`;
  }

  /** What is marked, in words. Sums of spans are estimates where a span begins within a part of the log. */
  #readout(histogram: LineHistogram): string {
    const cursor = this.#shownCursor();
    const { time, tally } = this.#chosen !== undefined && cursor === undefined ? this.#chosen : this.#at(cursor, histogram);
    const said = tally === undefined || this.#width >= WIDE ? tally : { ...tally, warnings: 0 };
    return [rangeText(time, histogram.step, Date.now()), ...(said === undefined ? [] : tallyText(said))].join(' · ');
  }

  #spoken(histogram: LineHistogram): string {
    const { time, tally } = this.#chosen ?? this.#at(this.#cursor, histogram);
    const words = [rangeText(time, histogram.step, Date.now()).replace('–', ' to '), ...(tally === undefined ? [] : tallyText(tally))];
    return words.join(', ') + (this.#chosen === undefined ? '' : ', selected');
  }

  #at(cursor: TimeCursor | undefined, histogram: LineHistogram): { readonly time: TimeRange; readonly tally: Tally } {
    const { from, to } = spansOf(cursor, histogram);
    return { time: rangeOf(cursor, histogram), tally: sumOf(histogram, from, to) };
  }

  /** In the middle below what is marked, as far as there is room. */
  #placeReadout(histogram: LineHistogram | undefined, spans: Range | undefined): void {
    const readout = this.element.querySelector<HTMLElement>('.readout');
    if (readout === null || histogram === undefined || spans === undefined) return;
    const middle = ((spans.from + spans.to + 1) / 2 / histogram.tallies.length) * this.#width;
    const left = Math.min(this.#width - readout.offsetWidth, middle - readout.offsetWidth / 2);
    readout.style.setProperty('left', `${Math.max(0, left)}px`);
  }

  #setFocus(hasFocus: boolean): void {
    this.#hasFocus = hasFocus;
    // It stays where it is while the log grows, so that only what the reader does is read out.
    if (hasFocus && this.#histogram !== undefined) this.#cursor ??= movedBy('End', false, undefined, this.#histogram);
    this.#render();
  }

  #pressed(event: KeyboardEvent): void {
    const histogram = this.#histogram;
    if (histogram === undefined || event.altKey || event.ctrlKey || event.metaKey || isComposed(event)) return;
    this.#hovered = undefined;
    const moved = movedBy(event.key, event.shiftKey, this.#cursor, histogram);
    if (moved !== undefined) {
      this.#chosen = undefined;
      this.#cursor = moved;
    } else if (event.key === 'Enter' || event.key === ' ') this.#choose(histogram);
    else if (event.key === 'Escape') this.#clear();
    else return;
    event.preventDefault();
    this.#render();
  }

  #timeAt({ clientX }: PointerEvent): number | undefined {
    const { left, width } = this.element.getBoundingClientRect();
    return this.#histogram && timeAt(this.#histogram, (clientX - left) / Math.max(1, width));
  }

  #down(event: PointerEvent): void {
    const at = this.#timeAt(event);
    if (at === undefined || event.button !== 0 || !(event.currentTarget instanceof Element)) return;
    event.currentTarget.setPointerCapture(event.pointerId);
    this.#pressedAt = event.clientX;
    this.#clear();
    this.#cursor = { at, anchor: undefined };
    this.#render();
  }

  #moved(event: PointerEvent): void {
    const at = this.#timeAt(event);
    if (this.#pressedAt === undefined) return this.#hover(event.pointerType === 'touch' ? undefined : at);
    if (at === undefined || this.#cursor === undefined) return;
    const hasMoved = this.#cursor.anchor !== undefined || Math.abs(event.clientX - this.#pressedAt) >= CLICK_REACH;
    if (!hasMoved) return;
    this.#cursor = { at, anchor: this.#cursor.anchor ?? this.#cursor.at };
    this.#render();
  }

  #up(event: PointerEvent): void {
    if (this.#pressedAt === undefined || this.#histogram === undefined) return;
    this.#moved(event);
    this.#pressedAt = this.#hovered = undefined;
    this.#choose(this.#histogram);
    this.#render();
  }

  #cancel(): void {
    this.#pressedAt = undefined;
    this.#clear();
    this.#render();
  }

  #hover(time: number | undefined): void {
    if (this.#hovered === time) return;
    this.#hovered = time;
    this.#render();
  }

  #clear(): void {
    this.#source.stopFinding();
    this.#cursor = this.#chosen = undefined;
  }

  /** Goes to the time of the cursor, or selects the lines of its range. */
  #choose(histogram: LineHistogram): void {
    const time = rangeOf(this.#cursor, histogram);
    if (this.#cursor?.anchor === undefined) {
      this.#options.onTime(new Date(time.from));
      return;
    }
    this.#chosen = { time, lines: undefined, tally: undefined };
    void this.#find(time);
  }

  async #find(time: TimeRange): Promise<void> {
    try {
      const found = await this.#source.find(time);
      this.#chosen = { time, lines: found?.lines, tally: found?.tally ?? { lines: 0, errors: 0, warnings: 0 } };
      if (found !== undefined) this.#options.onLines(found.lines);
    } catch {
      // Where the lines of a time can't be looked up, its first line is looked for by the viewer.
      if (this.#chosen?.time !== time) return;
      this.#chosen = undefined;
      this.#options.onTime(new Date(time.from));
    }
    this.#render();
  }
}
