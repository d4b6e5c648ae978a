import type { LevelsPage } from '../../../protocol/answers/answers.ts';
import type { LogExtent, Range } from '../../../worker/api.ts';
import { monotonic } from '../../../worker/platform/attempt.ts';
import type { LogQueries } from '../../../worker/queries/log-queries.ts';
import { FrameRequest } from '../../util/frame-request.ts';
import { setStyle } from '../../util/set-style.ts';
import { formatTime } from '../../util/format-time.ts';
import type { LineSet } from '../../viewport/filter/line-set.ts';
import type { Viewport } from '../../viewport/viewport.ts';
import type { ToolStrings } from '../strings.ts';
import { LevelParts, type LevelPartsHost, type ReadLevels } from './level-parts.ts';
import { ReadoutTiming } from './readout-timing.ts';
import { drawRuler, PAINTS, type RulerColors } from './ruler-drawing.ts';
import { densityOf, nearestTick, placesIn, placesOf, ticksOf, type Tick } from './ruler-marks.ts';
import { RulerScale } from './ruler-scale.ts';

/** Screens from which on a ruler is shown, and the least width of the log, px, from which on the styles of rows leave room for it. */
const LEAST_SCREENS = 3;
const LEAST_WIDTH = 480;
/** Height of a part, px, and how many parts are asked for at most. */
const PART_HEIGHT = 4;
const MAX_PARTS = 1_000;
/** How far from a tick a click still means it, px. */
const REACH = 4;
/** Levels that a click on a tick looks for, as SeverityNumbers. */
const LEVELS = { error: 17, warning: 13 } as const;

export interface RulerHost {
  readonly viewport: Pick<Viewport, 'visible' | 'goTo' | 'line' | 'steps'>;
  readonly scroller: HTMLElement;
  readonly strings: ToolStrings;
  /** Undefined while there is no log. */
  readonly queries: LogQueries | undefined;
  /** What answers in place of a server that cannot. */
  read(): ReadLevels | undefined;
  readonly counted: LevelPartsHost['counted'];
  /** Undefined while there is no log. */
  status(): LogExtent | undefined;
  /** The lines that a search found, as far as they are known, in order; the same list until it changes. */
  hits(): LineSet | undefined;
  /** The lines that are selected as a whole. */
  selected(): Range | undefined;
  /** A line was chosen by its mark. */
  found(line: number): void;
}

/** The marks of one page of counts at one size. */
interface Marks {
  readonly page: LevelsPage;
  readonly height: number;
  readonly scale: RulerScale;
  readonly errors: readonly Tick[];
  readonly warnings: readonly Tick[];
}

/**
 * The strip beside the scrollbar that stands for the whole log: how dense its lines are, where its errors and warnings are, and what is
 * on screen. For the pointer alone: keys and the accessibility tree have other ways to all of it.
 */
export class Ruler {
  readonly element = document.createElement('div');
  readonly readout = document.createElement('div');
  readonly #host: RulerHost;
  readonly #canvas = document.createElement('canvas');
  readonly #paints = {
    density: document.createElement('i'),
    warning: document.createElement('i'),
    hit: document.createElement('i'),
    selected: document.createElement('i'),
    error: document.createElement('i'),
  };
  readonly #box = document.createElement('div');
  readonly #tip = document.createElement('div');
  readonly #parts: LevelParts | undefined;
  readonly #timing = new ReadoutTiming();
  readonly #frame = new FrameRequest(() => this.#draw());
  /** Sizes are read when the browser has laid out, never in the middle of a frame. */
  readonly #observer = new ResizeObserver(() => this.#resized());
  readonly #left = new AbortController();
  #hiding: ReturnType<typeof setTimeout> | undefined;
  #marks: Marks | undefined;
  /** Colours of the marks; undefined once they may be others. */
  #colors: RulerColors | undefined;
  #width = 0;
  #height = 0;
  /** What the canvas shows. */
  #drawn: readonly unknown[] = [];

  constructor(host: RulerHost) {
    this.#host = host;
    const { queries, scroller } = host;
    this.element.className = 'ruler';
    this.element.hidden = true;
    this.element.ariaHidden = 'true';
    this.element.setAttribute('part', 'ruler');
    this.#box.className = 'box';
    this.#tip.className = 'ruler-tip';
    this.readout.className = 'readout';
    this.readout.ariaHidden = 'true';
    this.#tip.hidden = this.readout.hidden = true;
    for (const paint of PAINTS) {
      this.#paints[paint].className = `ruler-${paint}`;
      this.element.append(this.#paints[paint]);
    }
    this.element.append(this.#canvas, this.#box, this.#tip);
    const read = (): ReadLevels | undefined => host.read();
    const status = (): LogExtent => host.status() ?? NO_LOG;
    this.#parts = queries && new LevelParts({ queries, read, counted: host.counted, status, changed: () => this.#frame.request() });
    this.#noteMovement();
    const { signal } = this.#left;
    scroller.addEventListener('scroll', () => this.#scrolled(), { passive: true, signal });
    this.element.addEventListener('pointerdown', (event) => this.#pressed(event), { signal });
    this.element.addEventListener('pointermove', (event) => this.#pointed(event), { signal });
    this.element.addEventListener('pointerleave', () => (this.#tip.hidden = true), { signal });
    this.element.addEventListener('transitionend', () => this.#recolor(), { signal });
    this.#observer.observe(scroller);
  }

  /** The log may have changed. */
  update(): void {
    // At first no frame is worth waiting for.
    if (this.#width === 0) this.#resized();
    else this.#frame.request();
  }

  dispose(): void {
    this.#left.abort();
    this.#observer.disconnect();
    this.#parts?.dispose();
    clearTimeout(this.#hiding);
    this.element.remove();
    this.readout.remove();
  }

  get #scale(): RulerScale {
    const { first, head } = this.#host.status() ?? NO_LOG;
    return new RulerScale({ from: first, to: head }, this.#height);
  }

  #resized(): void {
    const { clientWidth = 0, clientHeight = 0 } = this.#host.scroller.parentElement ?? {};
    // Not displayed, it has no size; it comes back as it was.
    if (clientWidth === 0) return;
    this.#width = clientWidth;
    this.#height = clientHeight;
    this.#frame.request();
  }

  /** The theme changed. */
  #recolor(): void {
    this.#colors = undefined;
    this.#frame.request();
  }

  #draw(): void {
    const isNeeded = this.#width >= LEAST_WIDTH && this.#host.viewport.steps.screens >= LEAST_SCREENS;
    if (this.element.hidden === isNeeded) {
      this.element.hidden = !isNeeded;
      // While it is hidden, nothing says that they change.
      this.#colors = undefined;
    }
    const height = this.#height;
    if (this.element.hidden || height === 0) return;
    const box = this.#scale.boxOf(this.#host.viewport.visible);
    setStyle(this.#box, 'transform', `translateY(${box.top}px)`);
    setStyle(this.#box, 'height', `${box.height}px`);
    this.#parts?.request(Math.min(MAX_PARTS, Math.max(1, Math.floor(height / PART_HEIGHT))));
    this.#drawMarks(height);
  }

  #drawMarks(height: number): void {
    const page = this.#parts?.page;
    if (page === undefined) return;
    if (this.#marks?.page !== page || this.#marks.height !== height) {
      const scale = new RulerScale({ from: page.after + 1, to: page.upto }, height);
      this.#marks = { page, height, scale, errors: ticksOf(page, 'error', scale), warnings: ticksOf(page, 'warning', scale) };
    }
    const colors = (this.#colors ??= this.#readColors());
    const style = [...Object.values(colors), devicePixelRatio, height].join(' ');
    const hits = this.#host.hits();
    const selected = this.#host.selected();
    const drawn = [this.#marks, hits, selected?.from, selected?.to, style];
    if (drawn.every((part, at) => part === this.#drawn[at])) return;
    this.#drawn = drawn;
    const { errors, warnings, scale } = this.#marks;
    const density = densityOf(page, this.#host.viewport.line(page.upto)?.[0], scale);
    const marks = {
      density,
      errors,
      warnings,
      hits: hits === undefined ? [] : placesIn(hits, scale),
      selected: placesOf(endsOf(selected), scale),
    };
    drawRuler(this.#canvas, height, marks, colors);
  }

  #readColors(): RulerColors {
    const colorOf = (paint: (typeof PAINTS)[number]): string => getComputedStyle(this.#paints[paint]).color;
    return {
      density: colorOf('density'),
      warning: colorOf('warning'),
      hit: colorOf('hit'),
      selected: colorOf('selected'),
      error: colorOf('error'),
    };
  }

  #scrolled(): void {
    this.#noteMovement();
    this.#showReadout();
    this.#frame.request();
  }

  #noteMovement(): void {
    const { from, to } = this.#host.viewport.visible;
    this.#timing.moved(from, to - from + 1, monotonic());
  }

  #showReadout(): void {
    const remaining = this.#timing.remaining(monotonic());
    this.readout.hidden = remaining === 0 || this.element.hidden;
    clearTimeout(this.#hiding);
    if (this.readout.hidden) return;
    const { viewport, strings } = this.#host;
    const { from } = viewport.visible;
    const time = viewport.line(from)?.[0];
    this.readout.textContent = strings.position(from, time === undefined ? undefined : clockOf(time), this.#scale.shareOf(from));
    this.#hiding = setTimeout(() => this.#showReadout(), remaining);
  }

  #pressed(event: PointerEvent): void {
    if (event.button !== 0) return;
    event.preventDefault();
    this.element.setPointerCapture(event.pointerId);
    const y = this.#placeOf(event);
    const found = this.#tickAt(y);
    if (found === undefined) this.#host.viewport.goTo(this.#scale.lineAt(y));
    else void this.#goToTick(found.tick, found.level);
  }

  #pointed(event: PointerEvent): void {
    const y = this.#placeOf(event);
    if (this.element.hasPointerCapture(event.pointerId)) {
      this.#tip.hidden = true;
      this.#host.viewport.goTo(this.#scale.lineAt(y));
      this.#timing.show(monotonic());
      this.#showReadout();
      return;
    }
    this.#tip.hidden = false;
    this.#tip.textContent = this.#textAt(y);
    setStyle(this.#tip, 'top', `${y}px`);
  }

  /** Goes to the first entry of a tick. */
  async #goToTick({ lines }: Tick, level: number): Promise<void> {
    const { viewport, found, status } = this.#host;
    const queries = this.#host.read() ?? this.#host.queries;
    const epoch = status()?.epoch;
    if (queries === undefined || epoch === undefined) return;
    try {
      const place = await queries.seek({ epoch, level, after: lines.from - 1 }, this.#left.signal);
      if (place !== undefined) return found(place.line);
    } catch {
      // Nearly right is better than nothing.
    }
    viewport.goTo(lines.from);
  }

  #tickAt(y: number): { readonly tick: Tick; readonly level: number } | undefined {
    const error = nearestTick(this.#marks?.errors ?? [], y, REACH);
    if (error !== undefined) return { tick: error, level: LEVELS.error };
    const warning = nearestTick(this.#marks?.warnings ?? [], y, REACH);
    return warning && { tick: warning, level: LEVELS.warning };
  }

  #textAt(y: number): string {
    const line = this.#scale.lineAt(y);
    const part = this.#marks?.page.parts.find(({ last }) => last >= line);
    const errors = nearestTick(this.#marks?.errors ?? [], y, REACH)?.count ?? 0;
    return this.#host.strings.place(line, part && clockOf(part.time), errors);
  }

  #placeOf({ clientY }: PointerEvent): number {
    return clientY - this.element.getBoundingClientRect().top;
  }
}

/** The first and the last line of a range. */
function endsOf(range: Range | undefined): readonly number[] {
  return range === undefined ? [] : [range.from, range.to];
}

const NO_LOG: LogExtent = { epoch: '', first: 1, head: 0 };

/** A time of day, to the second. */
function clockOf(time: number): string {
  return formatTime('local', time, undefined, undefined).slice(0, 8);
}
