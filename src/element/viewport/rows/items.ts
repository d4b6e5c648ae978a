import type { LogStatus, Range } from '../../../worker/api.ts';
import type { DrawContext } from '../lines/collapsed-range.ts';
import type { LineCache } from '../lines/line-cache.ts';
import { leadRow, missingRow, trailRow } from '../../status/state-rows.ts';
import { isFinal } from '../../status/chip.ts';
import type { LineLevels } from '../levels/line-levels.ts';
import { formatDay, formatTime, isNewDay, type TimeMode } from '../../util/time.ts';
import type { LongLines } from '../long-lines/long-lines.ts';
import type { RowIndex } from '../layout/row-index.ts';
import { columnsIn } from '../layout/row-metrics.ts';
import type { Item } from './rows-view.ts';

export interface ItemsInput {
  readonly rows: RowIndex;
  readonly window: Range;
  readonly status: LogStatus;
  /** Lines that could not be fetched: ascending and disjoint. */
  readonly unavailable: readonly Range[];
  readonly lines: LineCache;
  readonly levels: LineLevels;
  readonly selected: Range | undefined;
  readonly time: TimeMode;
  /** Structured lines are drawn as they are. */
  readonly raw: boolean;
  /** The page's template for links to places in files; empty for none. */
  readonly sourceUrl: string;
  readonly long: LongLines;
  /** How many open groups a line is in. */
  readonly depthAt: (line: number) => number;
  /** Columns of a row where long lines are broken; undefined where they are not. */
  readonly columns: number | undefined;
  /** Time of the first line, unix ms, and the time from there to the last one, ms, where known. */
  readonly startTime: number | undefined;
  readonly elapsed: number | undefined;
  /** Unix ms. */
  readonly now: number;
}

/** What stands in the document for a window: its lines, what is shown in place of some, and the rows at both ends. */
export function itemsOf(input: ItemsInput): Item[] {
  const { rows, window, status, elapsed, now } = input;
  const items: Item[] = [];
  const lead = window.from === rows.first ? leadRow(status) : undefined;
  if (lead !== undefined) items.push({ key: 'lead', state: lead });
  for (let line = window.from; line <= window.to; line += 1) {
    const collapsed = rows.collapsedAt(line);
    const unavailable = collapsed === undefined ? unavailableFrom(input, line) : undefined;
    if (unavailable !== undefined) {
      items.push(unavailable.item);
      line = unavailable.to;
    } else if (collapsed === undefined) items.push(lineItem(input, line));
    else {
      // Parts of a collapsed line are not shown at all.
      if (collapsed.draw !== undefined) items.push({ number: collapsed.from, element: collapsed.draw(contextOf(input)) });
      else if (collapsed.height !== 0)
        items.push({ key: keyOf(input, collapsed, collapsed.from), state: missingRow(collapsed, status.missingOnServer === true) });
      line = collapsed.to;
    }
  }
  if (window.to < rows.last) return items;
  if (status.part !== null && input.long.folds?.showsPart !== true) items.push(lineItem(input, status.head + 1));
  const trail = rows.last >= rows.first || status.part !== null ? trailRow(status, elapsed, now) : undefined;
  if (trail !== undefined) items.push({ key: 'trail', state: trail });
  return items;
}

/** One row for the unavailable lines that keep their height, from `line` on as far as the window goes; undefined where `line` is none. */
function unavailableFrom(input: ItemsInput, line: number): { readonly item: Item; readonly to: number } | undefined {
  const { rows, window, status, unavailable, lines } = input;
  const range = unavailable.find(({ from, to }) => line >= from && line <= to);
  if (range === undefined || lines.get(line) !== undefined) return undefined;
  let to = line;
  const last = Math.min(range.to, window.to);
  while (to < last && lines.get(to + 1) === undefined && rows.collapsedAt(to + 1) === undefined) to += 1;
  const height = rows.top(to + 1) - rows.top(line);
  return {
    item: { key: keyOf(input, range, line), state: missingRow(range, status.missingOnServer === true), tall: { line, height } },
    to,
  };
}

/** Key of the row for unavailable lines: it stays the same while scrolling changes its lines and height. */
function keyOf({ unavailable, window }: ItemsInput, { from }: Range, line: number): string {
  const index = unavailable.findIndex((range) => range.from === from);
  return line === from || line === window.from ? `missing ${index}` : `missing ${index} ${line}`;
}

function lineItem(input: ItemsInput, number: number): Item {
  const { rows, long, depthAt, columns, status, lines, levels, selected, time, raw, sourceUrl } = input;
  const partial = number > status.head;
  const line = partial ? (status.part ?? undefined) : lines.get(number);
  const before = lines.get(number - 1);
  const depth = depthAt(number);
  const newDay = line !== undefined && before !== undefined && isNewDay(time, line[0], before[0]);
  return {
    content: {
      number,
      line,
      long: line === undefined || partial ? undefined : long.view(number, line, columnsIn(depth, columns)),
      hiding: line === undefined || partial ? undefined : long.raw.stateOf(number, line),
      level: levels.of(number, line),
      depth,
      continuation: before?.[2]?.p === 1,
      partial,
      height: columns !== undefined && line === undefined ? rows.heightAt(number) : undefined,
      selected: selected !== undefined && number >= selected.from && number <= selected.to,
      time: time === 'none' ? undefined : line === undefined ? '' : timeText(input, line[0], before?.[0], newDay),
      setSize: setSizeOf(status),
      raw,
      sourceUrl,
      newDay,
    },
  };
}

/** The first line of a day says which day it is: a row of its own would move all others once the line before is loaded. */
function timeText({ time, startTime }: ItemsInput, of: number, before: number | undefined, isNewDayHere: boolean): string {
  return isNewDayHere ? formatDay(time, of) : formatTime(time, of, startTime, before);
}

function contextOf({ time, startTime, selected, status, sourceUrl }: ItemsInput): DrawContext {
  return { time, startTime, selected, setSize: setSizeOf(status), sourceUrl };
}

/** The size of a live log would change with every line, and be read out: -1 means unknown. */
function setSizeOf({ state, head }: LogStatus): number {
  return isFinal(state) ? head : -1;
}
