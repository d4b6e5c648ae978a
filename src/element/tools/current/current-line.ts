import type { Step } from '../../viewport/layout/line-steps.ts';
import type { Viewport } from '../../viewport/viewport.ts';
import { spanOfLines, type Span } from '../selection/places.ts';

export type CurrentLineViewport = Pick<Viewport, 'current' | 'following' | 'goTo' | 'leave' | 'linesOf' | 'scrollBy' | 'steps' | 'visible'>;

/**
 * The line that keys act on. It moves with the keys that scroll. Once it is scrolled out of sight in another way, nothing
 * acts on it any more, and the next key starts at the lines on screen.
 */
export class CurrentLine {
  readonly #viewport: CurrentLineViewport;

  constructor(viewport: CurrentLineViewport) {
    this.#viewport = viewport;
  }

  /** The current line, as long as it is on screen. */
  get line(): number | undefined {
    const { current, visible, steps } = this.#viewport;
    const line = current === undefined ? undefined : steps.shownAt(current);
    return line !== undefined && line >= (steps.shownAt(visible.from) ?? 1) && line <= visible.to ? line : undefined;
  }

  set line(line: number | undefined) {
    this.#viewport.current = line;
  }

  /** The text of the current line with all its parts; of folded lines what is left of them. */
  get span(): Span | undefined {
    const { line } = this;
    if (line === undefined) return undefined;
    const { from, to } = this.#viewport.linesOf(line);
    return to > from ? spanOfLines({ from, to }) : { start: { line, column: 0 }, end: { line, column: Infinity } };
  }

  /** Moves by one line, and scrolls as far as needed. A line that is taller than the viewport is scrolled through first. */
  step(by: Step): void {
    const { line } = this;
    const viewport = this.#viewport;
    const { steps, visible, following } = viewport;
    // New lines must not move what the reader goes up from.
    if (by < 0) viewport.leave();
    if (line === undefined) {
      const edge = by > 0 && !following ? visible.from : visible.to;
      return this.#goTo(steps.shownAt(edge));
    }
    const next = steps.goesOn(line, by) ? undefined : steps.next(line, by);
    if (next === undefined) viewport.scrollBy(by * steps.rowHeight);
    else this.#goTo(next);
  }

  /** Scrolls by a page; the current line stays at its height in the view, or goes to the end that was reached. */
  page(by: Step): void {
    const { line } = this;
    const viewport = this.#viewport;
    const { steps } = viewport;
    const offset = line === undefined ? 0 : Math.max(0, steps.offsetOf(line));
    const before = steps.position;
    viewport.scrollBy(by * steps.pageHeight);
    const isMoved = Math.abs(steps.position - before) > 1;
    viewport.current = isMoved ? this.#wholeAt(offset) : steps.shownAt(by > 0 ? Infinity : 1);
  }

  /** Goes to the first line, or to the last one and follows. */
  edge(to: 'start' | 'end'): void {
    const viewport = this.#viewport;
    viewport.goTo(to);
    viewport.current = viewport.steps.shownAt(to === 'start' ? 1 : Infinity);
  }

  /** The line whose top is nearest to an offset, or else its neighbour where it is cut off by an edge of the viewport. */
  #wholeAt(offset: number): number | undefined {
    const { steps } = this.#viewport;
    const line = steps.shownAt(steps.lineAt(offset + steps.rowHeight / 2));
    const distance = line === undefined ? 0 : steps.distanceTo(line);
    return line === undefined || distance === 0 ? line : (steps.next(line, distance < 0 ? 1 : -1) ?? line);
  }

  #goTo(line: number | undefined): void {
    const viewport = this.#viewport;
    viewport.current = line;
    const distance = line === undefined ? 0 : viewport.steps.distanceTo(line);
    if (distance !== 0) viewport.scrollBy(distance);
  }
}
