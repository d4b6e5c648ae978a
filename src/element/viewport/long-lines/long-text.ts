import { textOf } from '../../terminal/runs.ts';
import { withLinks } from '../../terminal/text-links.ts';
import { drawRuns } from '../text/draw-runs.ts';
import type { GlyphSpacing } from '../text/glyph-spacing.ts';
import type { LineSegment } from './long-line.ts';
import { RunCutter } from './run-cutter.ts';
import type { LentText } from './piece-flow.ts';
import type { LongView } from './long-view.ts';

/** Distance from the viewport within which a segment's text is drawn. */
const MARGIN = '600px';

interface LongTextOptions {
  readonly glyphs: GlyphSpacing;
  /** The scroller. */
  readonly root: Element | null;
  /** The page's template for links to places in files; empty for none. */
  readonly sourceUrl: string;
}

/**
 * The text of an expanded line, in segments whose size is known before they are drawn. Only segments near the viewport
 * have text in them, and those with `data-held`, in which a selection begins or ends.
 */
export class LongText {
  readonly nodes: readonly HTMLElement[];
  readonly #cutter: RunCutter;
  readonly #segments = new Map<Element, LineSegment>();
  /** Text of later parts, and where each begins. */
  readonly #lent: readonly (LentText & { readonly from: number })[];
  /** Segments out of sight that still have text. */
  readonly #outOfSight = new Set<Element>();
  readonly #glyphs: GlyphSpacing;
  readonly #observer: IntersectionObserver;

  constructor({ whole, lent, segments, hidden, wraps }: LongView, { glyphs, root, sourceUrl }: LongTextOptions) {
    // Before it is cut into segments: a link may be in two of them.
    this.#cutter = new RunCutter(withLinks(whole?.runs ?? [], sourceUrl, hidden === undefined));
    this.#lent = startsOf(whole?.text.length ?? 0, lent);
    this.#glyphs = glyphs;
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

  /** The nodes of a segment; text of a later part says which line it is of, and where in it it begins. */
  #draw({ from, to }: LineSegment): Node[] {
    const end = Math.min(to, this.#lent[0]?.from ?? to);
    const nodes: Node[] = from < end ? [...this.#nodes(from, end)] : [];
    for (const [at, { line, from: start }] of this.#lent.entries()) {
      const first = Math.max(from, start);
      const until = Math.min(to, this.#lent[at + 1]?.from ?? to);
      if (first >= until) continue;
      const element = document.createElement('span');
      element.dataset['lent'] = String(line);
      element.dataset['from'] = String(first - start);
      element.append(...this.#nodes(first, until));
      nodes.push(element);
    }
    return nodes;
  }

  #nodes(from: number, to: number): readonly Node[] {
    return drawRuns(this.#cutter.cut(from, to), this.#glyphs).nodes;
  }

  #onSeen(entries: readonly IntersectionObserverEntry[]): void {
    for (const { target, isIntersecting } of entries) {
      const segment = this.#segments.get(target);
      if (segment === undefined) continue;
      if (!isIntersecting) this.#outOfSight.add(target);
      else if (this.#outOfSight.delete(target) || target.firstChild !== null) continue;
      else target.replaceChildren(...this.#draw(segment));
    }
    for (const element of this.#outOfSight) {
      if (element.hasAttribute('data-held')) continue;
      element.replaceChildren();
      this.#outOfSight.delete(element);
    }
  }
}

/** Lent texts with the index at which each begins; the first follows the line's own text of that length. */
function startsOf(length: number, lent: readonly LentText[]): (LentText & { readonly from: number })[] {
  let from = length;
  return lent.map((text) => {
    const start = from;
    from += textOf(text.runs).length;
    return { ...text, from: start };
  });
}
