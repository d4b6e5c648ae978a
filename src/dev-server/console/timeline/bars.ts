import type { LineHistogram, Tally } from './histogram.ts';

/** What is drawn, as the paths of filled shapes; the bars of lines are below the others. */
export interface BarPaths {
  readonly lines: string;
  readonly warnings: string;
  readonly errors: string;
}

/** The size of the drawing, px. */
export interface BarArea {
  readonly width: number;
  readonly height: number;
}

/** How wide a bar is drawn at least, with the gap to the next one, px. */
export const BAR_WIDTH = 4;
/** Lower bars of errors and warnings would be overlooked, px. */
const LEAST_MARK = 3;
const LEAST_BAR = 2;

/** The heights of the parts of a bar, px, from the bottom up: errors, warnings, then other lines. */
export interface Bar {
  readonly errors: number;
  readonly warnings: number;
  /** All of it. */
  readonly total: number;
}

/** How high a bar is, if that for `most` lines is `height` px high. */
export function barOf({ lines, errors, warnings }: Tally, most: number, height: number): Bar {
  if (lines === 0) return { errors: 0, warnings: 0, total: 0 };
  // Rates differ by orders of magnitude: the root keeps slow times visible beside a burst.
  const full = Math.max(LEAST_BAR, Math.sqrt(lines / Math.max(1, most)) * height);
  const part = (count: number): number => (count === 0 ? 0 : Math.max(LEAST_MARK, (Math.min(count, lines) / lines) * full));
  const errorHeight = part(errors);
  const warningHeight = Math.min(part(warnings), height - errorHeight);
  return { errors: errorHeight, warnings: warningHeight, total: Math.min(height, Math.max(full, errorHeight + warningHeight)) };
}

/** Draws a histogram. */
export function barPaths({ tallies }: LineHistogram, { width, height }: BarArea): BarPaths {
  const most = tallies.reduce((highest, { lines }) => Math.max(highest, lines), 0);
  const pitch = width / tallies.length;
  const paths = { lines: '', warnings: '', errors: '' };
  for (const [index, tally] of tallies.entries()) {
    const { errors, warnings, total } = barOf(tally, most, height);
    if (total === 0) continue;
    const column = columnOf(index, pitch);
    paths.lines += boxOf(column, height - total, total);
    if (warnings > 0) paths.warnings += boxOf(column, height - errors - warnings, warnings);
    if (errors > 0) paths.errors += boxOf(column, height - errors, errors);
  }
  return paths;
}

interface Column {
  readonly left: number;
  readonly width: number;
}

/** A gap of 1 px follows each bar, unless bars are too narrow for one. */
function columnOf(index: number, pitch: number): Column {
  return { left: index * pitch, width: Math.max(1, pitch - (pitch >= 3 ? 1 : 0)) };
}

function boxOf({ left, width }: Column, top: number, height: number): string {
  return `M${round(left)} ${round(top)}h${round(width)}v${round(height)}h${round(-width)}z`;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
