import type { LogStatus, Range } from '../../../worker/api.ts';
import type { DrawContext } from '../lines/collapsed-range.ts';
import type { LineCache } from '../lines/line-cache.ts';
import { leadRow, missingRow, trailRow } from '../../status/state-rows.ts';
import { isFinal } from '../../status/chip.ts';
import type { Strings } from '../../strings.ts';
import type { LineLevels } from '../levels/line-levels.ts';
import type { formatDay, formatTime, isNewDay } from '../../util/format-time.ts';
import type { TimeMode } from '../../util/time.ts';
import type { SpecialLines } from '../long-lines/special-lines.ts';
import type { FieldSource } from '../layout/field-source.ts';
import type { RowIndex } from '../layout/row-index.ts';
import { columnsIn } from '../layout/row-metrics.ts';
import type { Item } from './rows-view.ts';

/** Writes the times of lines. */
export interface Clock {
  readonly formatDay: typeof formatDay;
  readonly formatTime: typeof formatTime;
  readonly isNewDay: typeof isNewDay;
}

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
  /** What writes times; undefined until it is loaded. */
  readonly clock: Clock | undefined;
  /** Structured lines are drawn as they are. */
  readonly raw: boolean;
  /** The page's template for links to places in files; empty for none. */
  readonly sourceUrl: string;
  readonly special: SpecialLines;
  readonly fields: FieldSource | undefined;
  /** How many open groups a line is in. */
  readonly depthAt: (line: number) => number;
  /** Columns of a row where long lines are broken; undefined where they are not. */
  readonly columns: number | undefined;
  /** Time of the first line, unix ms, and the time from there to the last one, ms, where known. */
  readonly startTime: number | undefined;
  readonly elapsed: number | undefined;
  /** Unix ms. */
  readonly now: number;
  readonly strings: Strings;
}

/** What stands in the document for a window: its lines, what is shown in place of some, and the rows at both ends. */
export function itemsOf(input: ItemsInput): Item[] {
  const { rows, window, status, elapsed, now, strings } = input;
  const items: Item[] = [];
  const lead = window.from === rows.first ? leadRow(status, strings) : undefined;
  if (lead !== undefined) items.push({ key: 'lead', state: lead });
  for (let line = window.from; line <= window.to; line += 1) {
    const collapsed = rows.collapsedAt(line);
    const unavailable = collapsed === undefined ? unavailableFrom(input, line) : undefined;
    if (unavailable !== undefined) {
      items.push(unavailable.item);
      line = unavailable.to;
    } else if (collapsed === undefined || collapsed.hasRow) items.push(lineItem(input, line));
    else {
      // Parts of a collapsed line are not shown at all.
      if (collapsed.draw !== undefined) items.push({ number: collapsed.from, element: collapsed.draw(contextOf(input, collapsed.from)) });
      else if (collapsed.height !== 0)
        items.push({
          key: keyOf(input, collapsed, collapsed.from),
          state: missingRow(collapsed, status.missingOnServer === true, strings),
        });
      line = collapsed.to;
    }
  }
  if (window.to < rows.last) return items;
  if (status.part !== null && rows.showsPart && input.special.folds?.showsPart !== true) items.push(lineItem(input, status.head + 1));
  const trail = rows.last >= rows.first || status.part !== null ? trailRow(status, elapsed, now, strings) : undefined;
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
    item: {
      key: keyOf(input, range, line),
      state: missingRow(range, status.missingOnServer === true, input.strings),
      tall: { line, height },
    },
    to,
  };
}

/** Key of the row for unavailable lines: it stays the same while scrolling changes its lines and height. */
function keyOf({ unavailable, window }: ItemsInput, { from }: Range, line: number): string {
  const index = unavailable.findIndex((range) => range.from === from);
  return line === from || line === window.from ? `missing ${index}` : `missing ${index} ${line}`;
}

function lineItem(input: ItemsInput, number: number): Item {
  const { rows, special, fields, depthAt, columns, status, lines, levels, selected, time, clock, raw, sourceUrl } = input;
  const partial = number > status.head;
  const line = partial ? (status.part ?? undefined) : lines.get(number);
  const before = lines.get(number - 1);
  const depth = depthAt(number);
  const view = line === undefined || partial ? undefined : special.view(number, line, columnsIn(depth, columns));
  const newDay = line !== undefined && before !== undefined && clock?.isNewDay(time, line[0], before[0]) === true;
  return {
    content: {
      number,
      line,
      long: view,
      hiding: line === undefined || partial ? undefined : special.hidingOf(number, line),
      level: levels.of(number, line),
      depth,
      // The first line of an expanded fold has a button already, and says what the others do.
      fields: line === undefined || partial || view?.label !== undefined ? undefined : fields?.of(number, line, sourceUrl),
      continuation: before?.[2]?.p === 1,
      partial,
      height: line === undefined && (columns !== undefined || rows.collapsedAt(number) !== undefined) ? rows.heightAt(number) : undefined,
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
function timeText({ time, clock, startTime, strings }: ItemsInput, of: number, before: number | undefined, isNewDay: boolean): string {
  if (clock === undefined) return '';
  return isNewDay ? clock.formatDay(time, of, strings) : clock.formatTime(time, of, startTime, before);
}

function contextOf({ time, startTime, selected, status, raw, sourceUrl, depthAt }: ItemsInput, line: number): DrawContext {
  return { time, startTime, selected, raw, depth: depthAt(line), setSize: setSizeOf(status), sourceUrl };
}

/** The size of a live log would change with every line, and be read out: -1 means unknown. */
function setSizeOf({ state, head }: LogStatus): number {
  return isFinal(state) ? head : -1;
}
