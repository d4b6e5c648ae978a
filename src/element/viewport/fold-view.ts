import type { Redraw } from '../terminal/redraw.ts';
import { textOf, type TextRun } from '../terminal/runs.ts';
import { drawRuns } from './draw.ts';
import type { GlyphFit } from './glyph-fit.ts';
import { More } from './more.ts';

/** Lines that a tool redrew, as the rows that were left of them. */
export class FoldView {
  readonly element = document.createElement('div');
  readonly #fit: GlyphFit;
  readonly #more = new More();
  #rows: HTMLElement[] = [];
  #drawn: readonly (readonly TextRun[])[] = [];
  #fold: Redraw | undefined;
  #wraps = false;
  #fitted: number | undefined;

  constructor(fit: GlyphFit) {
    this.#fit = fit;
    this.element.className = 'fold';
    this.element.setAttribute('role', 'listitem');
    this.element.setAttribute('part', 'fold');
  }

  /** Text that is `held`, for what is selected in it, is not drawn anew as long as it is the same. */
  update(fold: Redraw, frame: readonly (readonly TextRun[])[], wraps: boolean, held: boolean): void {
    const { version } = this.#fit;
    const misfit = !held && this.#fitted !== version;
    if (fold === this.#fold && wraps === this.#wraps && !misfit) return;
    if (misfit) this.#drawn = [];
    this.#fitted = held ? this.#fitted : version;
    this.#fold = fold;
    this.#wraps = wraps;
    this.element.dataset['fold'] = String(fold.from);
    this.#more.fold(fold.updates, false);
    const count = Math.max(1, frame.length);
    while (this.#rows.length > count) this.#rows.pop()?.remove();
    let from = 0;
    for (let at = 0; at < count; at += 1) {
      const row = (this.#rows[at] ??= this.#add());
      const [number, text] = row.children;
      if (number instanceof HTMLElement && at === 0) number.dataset['n'] = String(fold.from);
      if (text instanceof HTMLElement) text.dataset['from'] = String(from);
      from += textOf(fold.frame[at] ?? []).length + 1;
      const runs = frame[at] ?? [];
      const same = this.#drawn[at];
      if (text !== undefined && (same === undefined || !equal(same, runs))) text.replaceChildren(...drawRuns(runs, this.#fit).nodes);
    }
    this.#drawn = frame;
    // In sight at the edge of the first row, or in a row of its own where the text goes to the edge.
    const into = wraps ? this.element : (this.#rows[0] ?? this.element);
    if (this.#more.element !== into.lastChild) into.append(this.#more.element);
  }

  #add(): HTMLElement {
    const row = document.createElement('div');
    row.className = 'frame';
    const number = document.createElement('span');
    number.className = 'num';
    number.ariaHidden = 'true';
    const text = document.createElement('span');
    text.className = 'text';
    row.append(number, text);
    this.element.append(row);
    return row;
  }
}

function equal(a: readonly TextRun[], b: readonly TextRun[]): boolean {
  return a.length === b.length && a.every((run, at) => run.text === b[at]?.text && run.style === b[at]?.style && run.link === b[at]?.link);
}
