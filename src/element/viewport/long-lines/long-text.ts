import { drawRuns } from '../text/draw-runs.ts';
import type { GlyphSpacing } from '../text/glyph-spacing.ts';
import { RunCutter, type LineSegment } from './long-line.ts';
import type { LongView } from './long-lines.ts';

/** How near a segment comes before its text is drawn. */
const MARGIN = '600px';

/**
 * The text of a very long line, in segments whose size is known before they are drawn. Only those near what is seen
 * have text in them, and those with `data-held`, in which a selection begins or ends.
 */
export class LongText {
  readonly nodes: readonly HTMLElement[];
  readonly #cutter: RunCutter;
  readonly #segments = new Map<Element, LineSegment>();
  /** Those out of sight that have text yet. */
  readonly #outOfSight = new Set<Element>();
  readonly #glyphs: GlyphSpacing;
  readonly #observer: IntersectionObserver;

  constructor({ whole, segments, wraps }: LongView, fit: GlyphSpacing, root: Element | null) {
    this.#cutter = new RunCutter(whole?.runs ?? []);
    this.#glyphs = fit;
    this.#observer = new IntersectionObserver((entries) => this.#onSeen(entries), { root, rootMargin: MARGIN });
    this.nodes = segments.map((segment) => {
      const element = document.createElement('span');
      element.className = 'segment';
      element.dataset['from'] = String(segment.from);
      if (wraps) element.style.setProperty('height', `calc(${segment.rows} * var(--ls-line, 20px))`);
      else element.style.setProperty('width', `${segment.cells}ch`);
      this.#segments.set(element, segment);
      this.#observer.observe(element);
      return element;
    });
  }

  dispose(): void {
    this.#observer.disconnect();
  }

  #onSeen(entries: readonly IntersectionObserverEntry[]): void {
    for (const { target, isIntersecting } of entries) {
      const segment = this.#segments.get(target);
      if (segment === undefined) continue;
      if (!isIntersecting) this.#outOfSight.add(target);
      else if (this.#outOfSight.delete(target) || target.firstChild !== null) continue;
      else target.replaceChildren(...drawRuns(this.#cutter.cut(segment.from, segment.to), this.#glyphs).nodes);
    }
    for (const element of this.#outOfSight) {
      if (element.hasAttribute('data-held')) continue;
      element.replaceChildren();
      this.#outOfSight.delete(element);
    }
  }
}
