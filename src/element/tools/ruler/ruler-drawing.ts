import type { DensityBar, Tick } from './ruler-marks.ts';

/** Width of the ruler, px. The bars of density begin at its right edge; ticks keep a distance from both. */
const WIDTH = 12;
const LEAST_BAR = 2;
const MOST_BAR = 10;
const TICK_HEIGHT = 2;
const INSET = 2;

export interface RulerMarks {
  readonly density: readonly DensityBar[];
  readonly errors: readonly Tick[];
  readonly warnings: readonly Tick[];
  /** Places of matches and of selected lines, px. */
  readonly hits: readonly number[];
  readonly selected: readonly number[];
}

/** What is drawn in a colour of its own, which is read from the element of the class `ruler-…`. */
export const PAINTS = ['density', 'warning', 'hit', 'selected', 'error'] as const;

export type RulerColors = Readonly<Record<(typeof PAINTS)[number], string>>;

/** Draws the ruler: warnings, matches, selected lines, and errors last, so that nothing hides them. `height` in px. */
export function drawRuler(canvas: HTMLCanvasElement, height: number, marks: RulerMarks, colors: RulerColors): void {
  const ratio = devicePixelRatio;
  canvas.width = Math.round(WIDTH * ratio);
  canvas.height = Math.round(height * ratio);
  const context = canvas.getContext('2d');
  if (context === null) return;
  context.scale(ratio, ratio);
  context.fillStyle = colors.density;
  for (const { y, height: bar, share } of marks.density) {
    const width = LEAST_BAR + share * (MOST_BAR - LEAST_BAR);
    context.fillRect(WIDTH - width, y, width, bar);
  }
  const placesIn = (ticks: readonly Tick[]): number[] => ticks.map(({ y }) => y);
  for (const [places, color] of [
    [placesIn(marks.warnings), colors.warning],
    [marks.hits, colors.hit],
    [marks.selected, colors.selected],
    [placesIn(marks.errors), colors.error],
  ] as const) {
    context.fillStyle = color;
    for (const y of places) context.fillRect(INSET, Math.min(y, height - TICK_HEIGHT), WIDTH - 2 * INSET, TICK_HEIGHT);
  }
}
