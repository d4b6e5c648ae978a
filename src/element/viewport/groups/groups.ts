import type { Line } from '../../../protocol/line.ts';
import type { GroupsPage } from '../../../protocol/answers/answers.ts';
import { groupMarkers } from '../../../protocol/marks/group-markers.ts';
import { isBareEnd } from '../../../protocol/marks/bare-end.ts';
import { shownText } from '../../../protocol/terminal/shown-text.ts';
import { attempt } from '../../../worker/platform/attempt.ts';
import type { LineRun, LogStatus, Range } from '../../../worker/api.ts';
import type { Strings } from '../../strings.ts';
import { CONNECTING, isFinal } from '../../status/chip.ts';
import type { CollapsedRange, DrawContext } from '../lines/collapsed-range.ts';
import type { LineCache } from '../lines/line-cache.ts';
import { nestedRanges } from '../lines/nested-ranges.ts';
import type { RowFilter } from '../lines/row-filter.ts';
import { CLOSES, GroupFolding, type FoldingMode, type GroupSpan } from './group-folding.ts';
import { GroupHeader } from './group-header.ts';
import { MAX_INDENT, type GroupLayout, type GroupRows, type GroupSource } from './group-source.ts';
import { MarkedLines } from './marked-lines.ts';
import { GroupOutline, type OutlineGroup } from './group-outline.ts';
import { STICKY_FROM, STICKY_HEIGHT, StickyHeader } from './sticky-header.ts';
import { MAX_GROUPS } from './limits.ts';

/** Height of a header for fingers, px. */
const COARSE_HEIGHT = 44;
/** How often durations of groups that are not finished are updated, ms. */
const TICK = 1_000;
/** Headers kept for groups that are not on screen. */
const SPARE_HEADERS = 256;

export interface GroupsHost {
  /** The scroller; the header at its upper edge goes into it. */
  readonly scroller: HTMLElement;
  readonly strings: Strings;
  readonly mode: () => FoldingMode;
  /** Something is drawn differently; `isIndented`: lines may be in other groups, so that they take other rows. */
  changed(isIndented: boolean): void;
  goTo(line: number): void;
  /** The reader closed a group: a line in it that was gone to is not kept in sight. */
  dismiss(): void;
  /** Groups are not known as far as they should be; `at` is the line on screen whose groups are not, if it is one before the end. */
  behind(at: number | undefined): void;
}

/** The groups of a log: which are closed, their headers, and the one at the upper edge. */
export class Groups implements GroupSource {
  readonly #host: GroupsHost;
  readonly #outline = new GroupOutline();
  /** Which groups are closed; what the reader closes among filtered lines is forgotten with the filter. */
  readonly #unfiltered = new GroupFolding();
  #folding = this.#unfiltered;
  #filter: RowFilter | undefined;
  #loads = 0;
  readonly #sticky: StickyHeader;
  readonly #headers = new Map<number, GroupHeader>();
  readonly #isCoarse = attempt(() => matchMedia('(pointer: coarse)').matches) ?? false;
  /** Lines that end groups and say nothing else. */
  readonly #ends = new Set<number>();
  /** Lines whose marks the page has to find by itself. */
  #marked: MarkedLines | undefined;
  #status: LogStatus = CONNECTING;
  #spans: readonly GroupSpan[] = [];
  #ranges: readonly CollapsedRange[] = [];
  #key = '';
  #revision = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(host: GroupsHost) {
    this.#host = host;
    this.#sticky = new StickyHeader(
      host.strings,
      (line) => host.goTo(line),
      (line) => this.toggle(line, false),
    );
    host.scroller.prepend(this.#sticky.element);
  }

  /** The groups that are known. */
  get outline(): Pick<GroupOutline, 'after' | 'upto' | 'coveredTo' | 'groups'> {
    return this.#outline;
  }

  get revision(): number {
    return this.#loads;
  }

  headersAt(line: number): { readonly headers: readonly number[]; readonly until: number } {
    const around = [...this.#outline.around(line)];
    const ends = around.map(({ end }) => (end ?? Infinity) + 1);
    return {
      headers: around.map((group) => group.line).toReversed(),
      until: Math.min(this.#outline.following(line)?.line ?? Infinity, ...ends),
    };
  }

  /** Takes over what a server says; `isNext`: the page begins after the last line that was known. */
  load(page: GroupsPage, isNext: boolean): void {
    if (isNext) this.#outline.extend(page);
    else this.#outline.load(page);
    this.#outline.trim(this.#status.first);
    this.#loads += 1;
    this.#host.changed(true);
  }

  /** Reads the marks from the lines themselves, since their server does not mark them. */
  readLines(lines: LineCache): void {
    this.#marked = new MarkedLines();
    for (const run of lines.runs()) {
      this.#marked.read(run);
      this.#readEnds(run);
    }
    this.#marked.fill(this.#outline, this.#status.head);
    this.#loads += 1;
    this.#host.changed(true);
  }

  /** Reads the marks from further lines, held or not. */
  readRuns(runs: readonly LineRun[]): void {
    if (this.#marked === undefined || runs.length === 0) return;
    for (const run of runs) this.#readEnds(run);
    this.#readMarked(this.#marked, runs);
    this.#host.changed(true);
  }

  update(status: LogStatus, runs: readonly LineRun[], lines: LineCache): void {
    const { first } = this.#status;
    this.#status = status;
    if (status.first > first) this.#outline.trim(status.first);
    for (const run of runs) this.#readEnds(run);
    if (this.#marked !== undefined) this.#readMarked(this.#marked, runs);
    else this.#catchUp(lines);
    const last = lines.get(status.head);
    const isComplete = status.end !== undefined || status.state === 'ended';
    if (isComplete && last !== undefined && this.#outline.upto === status.head && !this.#outline.isPartial) this.#outline.finish(last[0]);
  }

  collapsed({ first, head, rowHeight, visible, revealed, filter }: GroupLayout): readonly CollapsedRange[] {
    this.#useFilter(filter);
    const landing = revealed === undefined ? undefined : this.landingOf(revealed);
    const height = this.#isCoarse ? COARSE_HEIGHT : rowHeight;
    const isGrowing = this.#spans.some(({ group, isOpen }) => !isOpen && group.end === undefined);
    const end = isGrowing || this.#outline.upto > head ? head : head > CLOSES.lines;
    const mode = filter === undefined ? this.#host.mode() : 'open';
    const key = [this.#outline.version, this.#revision, first, end, height, landing, mode, filter?.revision].join(' ');
    if (key === this.#key && !this.#folding.isDue(visible)) return this.#ranges;
    this.#key = key;
    const spans = this.#folding.decide({ outline: this.#outline, mode, first, head, visible, revealed: landing });
    this.#spans = filter === undefined ? spans : spans.filter(({ from }) => filter.shows(from));
    const headers = this.#spans.map((span): CollapsedRange => ({
      from: span.from,
      to: span.to,
      height,
      draw: (context) => this.#draw(span, context, height),
    }));
    // What was found is shown, even if it says nothing else.
    const ends = filter === undefined ? [...this.#ends].filter((line) => line >= first && line <= head).sort((a, b) => a - b) : [];
    this.#ranges = nestedRanges(
      headers,
      ends.map((line) => ({ from: line, to: line, height: 0 })),
    );
    return this.#ranges;
  }

  depthAt(line: number): number {
    let depth = 0;
    for (const group of this.#outline.around(line)) if (group.line < line) depth += 1;
    return Math.min(depth, MAX_INDENT);
  }

  landingOf(line: number): number {
    if (!this.#ends.has(line) || this.#filter !== undefined) return line;
    for (const group of this.#outline.around(line)) if (group.end === line) return group.line;
    return line;
  }

  isOpen(line: number): boolean | undefined {
    return this.#outline.at(line) && this.#folding.isOpen(line);
  }

  toggle(line: number, all: boolean): void {
    const group = this.#outline.at(line);
    if (group === undefined) return;
    const open = !this.#folding.isOpen(line);
    const isMeant = (other: OutlineGroup): boolean => other.parent === group.parent && other.d === group.d;
    const meant = all ? this.#outline.groups.filter(isMeant) : [group];
    for (const each of meant) this.#folding.choose(each.line, open);
    this.#chosen(open);
  }

  setAll(open: boolean): void {
    for (const { line } of this.#outline.groups) this.#folding.choose(line, open);
    this.#chosen(open);
  }

  committed(rows: GroupRows, y: number, height: number): void {
    this.#showSticky(rows, y, height);
    if (this.#headers.size > SPARE_HEADERS) this.#forgetHeaders();
    if (this.#isTicking) this.#timer ??= setTimeout(() => this.#tick(), TICK);
    if (this.#marked !== undefined) return;
    const top = rows.lineAt(y);
    const isUnknown = top <= this.#outline.after || (this.#outline.isPartial && rows.lineAt(y + height) > this.#outline.coveredTo);
    if (isUnknown) this.#host.behind(top);
    else if (!this.#outline.isPartial && this.#outline.upto < this.#status.head) this.#host.behind(undefined);
  }

  clear(): void {
    this.#outline.clear();
    this.#loads += 1;
    this.#folding.clear();
    this.#unfiltered.clear();
    this.#headers.clear();
    this.#ends.clear();
    this.#marked?.clear();
    this.#spans = this.#ranges = [];
    this.#key = '';
    this.#sticky.show([], 0, undefined);
  }

  /** The groups are not drawn any more. */
  dispose(): void {
    this.clear();
    clearTimeout(this.#timer);
    this.#sticky.element.remove();
  }

  #useFilter(filter: RowFilter | undefined): void {
    if ((filter === undefined) !== (this.#filter === undefined))
      this.#folding = filter === undefined ? this.#unfiltered : new GroupFolding();
    this.#filter = filter;
  }

  #chosen(open: boolean): void {
    if (!open) this.#host.dismiss();
    this.#revision += 1;
    this.#host.changed(false);
  }

  #readEnds({ from, lines }: LineRun): void {
    for (const [at, [, text, extra]] of lines.entries()) {
      const isEnd = this.#marked !== undefined || ((extra?.e !== undefined || extra?.u === 1) && extra.g === undefined);
      if (!isEnd || this.#ends.has(from + at) || !isEndLine(text)) continue;
      if (this.#ends.size >= 2 * MAX_GROUPS) this.#ends.clear();
      this.#ends.add(from + at);
      this.#revision += 1;
    }
  }

  #readMarked(marked: MarkedLines, runs: readonly LineRun[]): void {
    const isChanged = runs.map((run) => marked.read(run)).includes(true);
    if (isChanged) {
      marked.fill(this.#outline, this.#status.head);
      this.#loads += 1;
    } else this.#outline.skipTo(this.#status.head);
  }

  /** Adds the lines after the last one that is accounted for, as far as they are held. */
  #catchUp(lines: LineCache): void {
    const outline = this.#outline;
    if (outline.isPartial) return;
    let before: Line | undefined = lines.get(outline.upto);
    while (outline.upto < this.#status.head) {
      const line = lines.get(outline.upto + 1);
      if (line === undefined) return;
      outline.append(line, before?.[2]?.p === 1, before?.[0]);
      before = line;
    }
  }

  get #isLive(): boolean {
    return !isFinal(this.#status.state) && this.#status.end === undefined;
  }

  get #isTicking(): boolean {
    return this.#isLive && this.#outline.hasOpen;
  }

  #draw({ group, isOpen, from, to }: GroupSpan, context: DrawContext, height: number): HTMLElement {
    let header = this.#headers.get(from);
    if (header === undefined) this.#headers.set(from, (header = new GroupHeader(this.#host.strings, (all) => this.toggle(from, all))));
    header.update(group, { ...context, isOpen, lines: to - from + 1, indent: this.depthAt(from), height, isLive: this.#isLive });
    return header.element;
  }

  #showSticky(rows: GroupRows, y: number, height: number): void {
    const line = rows.lineAt(y);
    const path: OutlineGroup[] = [];
    if (height >= STICKY_FROM && rows.last >= rows.first)
      for (const group of this.#outline.around(line))
        if (group.line >= rows.first && this.#folding.isOpen(group.line) && rows.top(group.line) < y - 0.5) path.push(group);
    const [inner] = path;
    const hiddenTo = this.#spans[lastBefore(this.#spans, line)]?.to ?? line;
    const next = inner && this.#outline.following(Math.max(line, hiddenTo));
    const limits = [
      next === undefined || next.line > rows.last ? Infinity : rows.top(next.line),
      inner?.end === undefined ? Infinity : rows.top(Math.min(inner.end, rows.last) + 1),
    ];
    const offset = Math.min(0, Math.max(-STICKY_HEIGHT, Math.min(...limits) - y - STICKY_HEIGHT));
    this.#sticky.show(path, offset, this.#isLive ? Date.now() : undefined);
  }

  #tick(): void {
    this.#timer = undefined;
    if (!this.#host.scroller.isConnected) return;
    const now = Date.now();
    for (const [line, header] of this.#headers)
      if (header.element.isConnected && this.#outline.at(line)?.end === undefined) header.tick(now);
    this.#sticky.tick(now);
    if (this.#isTicking) this.#timer = setTimeout(() => this.#tick(), TICK);
  }

  #forgetHeaders(): void {
    for (const [line, { element }] of this.#headers) if (!element.isConnected) this.#headers.delete(line);
  }
}

/** Whether a line has markers, but begins no group and says nothing else. */
function isEndLine(text: string): boolean {
  const shown = shownText(text);
  const markers = groupMarkers(text, shown);
  return markers.length > 0 && markers.every(({ kind }) => kind !== 'start') && isBareEnd(shown);
}

/** The index of the last range that begins at a line or before it. */
function lastBefore(ranges: readonly Range[], line: number): number {
  let low = 0;
  let high = ranges.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((ranges[middle]?.from ?? Infinity) <= line) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}
