import type { Strings } from '../../strings.ts';
import { mutedRuns } from '../../terminal/muted-runs.ts';
import { textOf, type TextRun } from '../../terminal/runs.ts';
import { withLinks } from '../../terminal/text-links.ts';
import type { FrameRow } from '../../terminal/screen.ts';
import { drawRuns } from '../text/draw-runs.ts';
import type { GlyphSpacing } from '../text/glyph-spacing.ts';
import { formatTime } from '../../util/format-time.ts';
import { LevelLabel } from '../levels/level-label.ts';
import type { DrawContext } from '../lines/collapsed-range.ts';
import { ExpandChip } from '../long-lines/expand-chip.ts';
import { HiddenSign } from '../long-lines/hidden-sign.ts';
import type { HeldRows, RowFacts } from './facts-of-rows.ts';

/** What folds are drawn with. */
export interface FoldLook {
  readonly glyphs: GlyphSpacing;
  readonly strings: Strings;
  readonly held: HeldRows;
}

/** A row that is left, as it looks. */
export type FoldRow = FrameRow & RowFacts;

interface DrawnRow {
  readonly element: HTMLElement;
  readonly number: HTMLElement;
  readonly label: LevelLabel;
  readonly text: HTMLElement;
  sign: HiddenSign | undefined;
  time: HTMLElement | undefined;
}

export interface FoldContent {
  /** Its first line, and all of its rows. */
  readonly fold: { readonly from: number; readonly frame: readonly FrameRow[] };
  readonly label: string;
  /** The rows to draw. */
  readonly frame: readonly FoldRow[];
  readonly wraps: boolean;
  readonly context: DrawContext;
}

/** Draws a fold: the rows that are left of its lines. */
export class FoldView {
  readonly element = document.createElement('div');
  readonly #glyphs: GlyphSpacing;
  readonly #strings: Strings;
  readonly #chip: ExpandChip;
  #rows: DrawnRow[] = [];
  #drawn: readonly FoldRow[] = [];
  #content: FoldContent | undefined;
  #drawnVersion: number | undefined;

  constructor({ glyphs, strings }: FoldLook) {
    this.#glyphs = glyphs;
    this.#strings = strings;
    this.#chip = new ExpandChip(strings);
    this.element.setAttribute('role', 'listitem');
    this.element.setAttribute('part', 'fold');
  }

  /** The text of a `pinned` fold, which has a selection in it, is not redrawn as long as it is the same. */
  update(content: FoldContent, pinned: boolean): void {
    const { fold, frame, label, wraps, context } = content;
    const { selected, sourceUrl, depth, raw } = context;
    const { version } = this.#glyphs;
    const before = this.#content;
    const isOutdated = !pinned && (this.#drawnVersion !== version || before?.context.sourceUrl !== sourceUrl || before.context.raw !== raw);
    if (before !== undefined && !isOutdated && isSame(before, content)) return;
    if (isOutdated) this.#drawn = [];
    this.#drawnVersion = pinned ? this.#drawnVersion : version;
    this.#content = content;
    this.element.className = depth > 0 ? `fold in${depth}` : 'fold';
    this.element.dataset['fold'] = String(fold.from);
    this.#chip.fold(label, false);
    const count = Math.max(1, frame.length);
    while (this.#rows.length > count) this.#rows.pop()?.element.remove();
    let from = 0;
    for (let at = 0; at < count; at += 1) {
      const drawn = (this.#rows[at] ??= this.#add());
      const { element, number, label: says, text } = drawn;
      const level = frame[at]?.level;
      // An empty fold shows the number of its first line.
      const line = frame.length === 0 ? fold.from : (frame[at]?.line ?? 0);
      if (line > 0) number.dataset['n'] = String(line);
      else delete number.dataset['n'];
      const isSelected = selected !== undefined && line >= selected.from && line <= selected.to;
      element.className = ['frame', level?.className, isSelected ? 'selected' : undefined].filter(Boolean).join(' ');
      says.update(level, this.#strings);
      drawSign(drawn, frame[at]?.hides === true, this.#strings);
      drawTime(drawn, frame[at], context);
      text.dataset['from'] = String(from);
      from += textOf(fold.frame[at]?.runs ?? []).length + 1;
      const runs = frame[at]?.runs ?? [];
      const same = this.#drawn[at]?.runs;
      if (same === undefined || !equal(same, runs))
        text.replaceChildren(...drawRuns(withLinks(raw ? runs : mutedRuns(runs), sourceUrl), this.#glyphs).nodes);
    }
    this.#drawn = frame;
    // The chip is at the edge of the first row, or in a row of its own where lines are broken.
    const into = wraps ? this.element : (this.#rows[0]?.element ?? this.element);
    if (this.#chip.element !== into.lastChild) into.append(this.#chip.element);
  }

  #add(): DrawnRow {
    const element = document.createElement('div');
    const number = document.createElement('span');
    number.className = 'num';
    number.ariaHidden = 'true';
    const text = document.createElement('span');
    text.className = 'text';
    element.append(number, text);
    this.element.append(element);
    return { element, number, label: new LevelLabel(number), text, sign: undefined, time: undefined };
  }
}

function drawSign(row: DrawnRow, hides: boolean, { hiddenText }: Strings): void {
  if (!hides) return row.sign?.element.remove();
  row.sign ??= new HiddenSign();
  row.sign.update(false, hiddenText);
  if (!row.sign.element.isConnected) row.number.after(row.sign.element);
}

function drawTime(row: DrawnRow, facts: RowFacts | undefined, { time: mode, startTime }: DrawContext): void {
  if (mode === 'none') {
    row.time?.remove();
    row.time = undefined;
    return;
  }
  if (row.time === undefined) {
    row.time = document.createElement('span');
    row.time.className = 'time';
    row.time.setAttribute('part', 'time');
    row.text.before(row.time);
  }
  row.time.dataset['t'] = facts?.time === undefined ? '' : formatTime(mode, facts.time, startTime, facts.before);
}

/** Whether nothing that is drawn differs. */
function isSame(a: FoldContent, b: FoldContent): boolean {
  const { depth, selected, time, startTime } = b.context;
  return (
    a.fold === b.fold &&
    a.label === b.label &&
    a.wraps === b.wraps &&
    a.context.depth === depth &&
    a.context.selected === selected &&
    a.context.time === time &&
    a.context.startTime === startTime &&
    a.frame.every((row, at) => sameFacts(row, b.frame[at]))
  );
}

function sameFacts(a: RowFacts, b: RowFacts | undefined): boolean {
  return a.level === b?.level && a.hides === b?.hides && a.time === b.time && a.before === b.before;
}

function equal(a: readonly TextRun[], b: readonly TextRun[]): boolean {
  return a.length === b.length && a.every((run, at) => run.text === b[at]?.text && run.style === b[at]?.style && run.link === b[at]?.link);
}
