import type { LevelCounts, LevelsPage } from '../../../protocol/answers/answers.ts';
import { alignedTo, stepFor } from './time-axis.ts';

/** How many lines were written in a span of time; errors include fatal ones. */
export interface Tally {
  readonly lines: number;
  readonly errors: number;
  readonly warnings: number;
}

/** The lines of a log in spans of time of equal length, one after the other. */
export interface LineHistogram {
  /** When the first span begins, unix ms. */
  readonly start: number;
  /** ms of each span. */
  readonly step: number;
  /** At least one. */
  readonly tallies: readonly Tally[];
}

/** A span of time, unix ms; it ends before `to`. */
export interface TimeRange {
  readonly from: number;
  readonly to: number;
}

/** The shortest span of time that a histogram shows, ms: a burst of lines is a bar in it. */
const LEAST_SPAN = 1_000;

/**
 * Sorts lines into at most `most` spans of time. When each part of the log begins is known; the lines of a part are taken to be written at
 * an even pace. `end`: when the last line was written, unix ms; `zone`: what is added to unix time for local time, ms. Undefined without lines.
 */
export function histogramOf({ after, parts }: LevelsPage, end: number, most: number, zone: number): LineHistogram | undefined {
  const [first] = parts;
  if (first === undefined) return undefined;
  const last = parts.reduce((latest, { time }) => Math.max(latest, time), Math.max(end, first.time + LEAST_SPAN));
  const step = stepFor(last - first.time, most, zone, first.time);
  const start = alignedTo(step, first.time, zone);
  const tallies = Array.from({ length: Math.floor((last - start) / step) + 1 }, () => ({ lines: 0, errors: 0, warnings: 0 }));
  let from = after;
  for (const [index, part] of parts.entries()) {
    const until = Math.max(part.time, parts[index + 1]?.time ?? end);
    const { errors, warnings } = tallyOf(part.last - from, part.counts);
    const spread = { start, step, tallies, time: part.time, span: until - part.time };
    place({ ...spread, kind: 'lines', count: part.last - from });
    place({ ...spread, kind: 'errors', count: errors });
    place({ ...spread, kind: 'warnings', count: warnings });
    from = part.last;
  }
  return { start, step, tallies };
}

/** What the counts of a range of lines say. */
export function tallyOf(lines: number, [, , , warnings, errors, fatal]: LevelCounts): Tally {
  return { lines, errors: errors + fatal, warnings };
}

/** All that was written in some spans, `from` to `to`. */
export function sumOf({ tallies }: LineHistogram, from: number, to: number): Tally {
  let lines = 0;
  let errors = 0;
  let warnings = 0;
  for (const tally of tallies.slice(from, to + 1)) {
    lines += tally.lines;
    errors += tally.errors;
    warnings += tally.warnings;
  }
  return { lines, errors, warnings };
}

/** The span that a time is in, or the closest one. */
export function indexOf({ start, step, tallies }: LineHistogram, time: number): number {
  return Math.min(tallies.length - 1, Math.max(0, Math.floor((time - start) / step)));
}

/** The time of some spans, in either order. */
export function timeOf({ start, step }: LineHistogram, one: number, other: number): TimeRange {
  return { from: start + Math.min(one, other) * step, to: start + (Math.max(one, other) + 1) * step };
}

interface Spread {
  readonly start: number;
  readonly step: number;
  readonly tallies: Record<keyof Tally, number>[];
  /** When the first one was written, and how long until what comes after them, ms. */
  readonly time: number;
  readonly span: number;
  readonly kind: keyof Tally;
  readonly count: number;
}

/** Counts what was written at an even pace from a time on, the first at that time. */
function place({ start, step, tallies, time, span, kind, count }: Spread): void {
  let placed = 0;
  for (let at = Math.floor((time - start) / step); placed < count; at += 1) {
    const tally = tallies[at];
    if (tally === undefined) return;
    const edge = start + (at + 1) * step;
    // How many of them were written before the edge.
    const before = span === 0 ? count : Math.min(count, Math.ceil(((edge - time) * count) / span));
    tally[kind] += before - placed;
    placed = before;
  }
}
