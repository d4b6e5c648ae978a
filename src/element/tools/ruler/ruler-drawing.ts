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
}

/** What is drawn in a colour of its own; also the class of the element that has this colour. */
export const PAINTS = ['density', 'warning', 'error'] as const;

export type RulerColors = Readonly<Record<(typeof PAINTS)[number], string>>;

/** Draws the ruler, errors last, so that nothing hides them. `height` in px. */
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
  for (const [ticks, color] of [
    [marks.warnings, colors.warning],
    [marks.errors, colors.error],
  ] as const) {
    context.fillStyle = color;
    for (const { y } of ticks) context.fillRect(INSET, Math.min(y, height - TICK_HEIGHT), WIDTH - 2 * INSET, TICK_HEIGHT);
  }
}
