import type { LevelsPage } from '../../../protocol/answers/answers.ts';
import type { Range } from '../../../worker/api.ts';
import type { LineSet } from '../../viewport/filter/line-set.ts';
import type { RulerScale } from './ruler-scale.ts';

/** What is marked on the ruler; errors include fatal ones. */
export type TickKind = 'error' | 'warning';

/** A mark on the ruler. */
export interface Tick {
  /** px from the top, whole: there is at most one tick of a kind on a pixel. */
  readonly y: number;
  /** The lines among which it is. */
  readonly lines: Range;
  /** Entries of its kind in these lines. */
  readonly count: number;
}

/** How many lines were written in a time, at one place of the ruler. */
export interface DensityBar {
  readonly y: number;
  readonly height: number;
  /** 0 to 1; 1 where lines came fastest. */
  readonly share: number;
}

/** The ticks of a kind, from top to bottom. */
export function ticksOf({ after, parts }: LevelsPage, kind: TickKind, scale: RulerScale): Tick[] {
  const ticks: Tick[] = [];
  let from = after + 1;
  for (const { last, counts } of parts) {
    const [, , , warn, error, fatal] = counts;
    const count = kind === 'warning' ? warn : error + fatal;
    const lines = { from, to: last };
    from = last + 1;
    if (count === 0) continue;
    const y = Math.floor(scale.yOf((lines.from + lines.to) / 2));
    const before = ticks.at(-1);
    if (before?.y === y) ticks[ticks.length - 1] = { y, lines: { from: before.lines.from, to: last }, count: before.count + count };
    else ticks.push({ y, lines, count });
  }
  return ticks;
}

/** Where lines are, which are in order: at most one place on a pixel, from top to bottom. */
export function placesOf(lines: Iterable<number>, scale: RulerScale): number[] {
  const places: number[] = [];
  for (const line of lines) {
    const y = Math.floor(scale.yOf(line));
    if (places.at(-1) !== y) places.push(y);
  }
  return places;
}

/** As {@link placesOf}, at a cost that does not grow with the number of lines. */
export function placesIn(lines: LineSet, scale: RulerScale): number[] {
  const places: number[] = [];
  let { first: line } = lines;
  while (line !== undefined) {
    const y = Math.floor(scale.yOf(line));
    if (places.at(-1) !== y) places.push(y);
    line = lines.at(lines.countBefore(Math.max(line + 1, scale.lineAt(y + 1))));
  }
  return places;
}

/** The tick closest to a place, at most `reach` px away. */
export function nearestTick(ticks: readonly Tick[], y: number, reach: number): Tick | undefined {
  let nearest: Tick | undefined;
  for (const tick of ticks) {
    const distance = Math.abs(tick.y - y);
    if (distance <= reach && (nearest === undefined || distance < Math.abs(nearest.y - y))) nearest = tick;
  }
  return nearest;
}

/** How fast lines came, part by part. `end`: when the last line was written, unix ms; where that is not known, the last part is left out. */
export function densityOf({ after, parts }: LevelsPage, end: number | undefined, scale: RulerScale): DensityBar[] {
  const rates: { y: number; height: number; rate: number }[] = [];
  let from = after + 1;
  for (const [index, { last, time }] of parts.entries()) {
    const until = parts[index + 1]?.time ?? end;
    const y = scale.yOf(from);
    // Lines of one millisecond came in at most one.
    if (until !== undefined) rates.push({ y, height: scale.yOf(last + 1) - y, rate: (last - from + 1) / Math.max(1, until - time) });
    from = last + 1;
  }
  const most = rates.reduce((highest, { rate }) => Math.max(highest, rate), 0);
  // Rates differ by orders of magnitude: the root keeps slow parts visible beside a burst.
  return rates.map(({ y, height, rate }) => ({ y, height, share: most === 0 ? 0 : Math.sqrt(rate / most) }));
}
