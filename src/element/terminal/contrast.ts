export type Rgb = readonly [red: number, green: number, blue: number];

/**
 * Least contrast of text with its background: WCAG 2 AA for text of this size. Less is hard to read for many, and more
 * would make colours look alike: at 7 to 1 dark blue, red and magenta are nearly the same on white.
 */
export const LEAST_CONTRAST = 4.5;

const WHITE: Rgb = [255, 255, 255];
const BLACK: Rgb = [0, 0, 0];
/** Bisection steps until a channel is exact. */
const STEPS = 8;

const LINEAR = Float64Array.from({ length: 256 }, (_, value) => {
  const part = value / 255;
  return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
});

/** Reads an opaque colour as a browser computes it, `rgb(…)` or `color(srgb …)`; undefined for any other. */
export function parseRgb(color: string): Rgb | undefined {
  const [, space, ...values] = /^(rgb|color)\((?:srgb )?([\d.e-]+),? ([\d.e-]+),? ([\d.e-]+)\)$/.exec(color) ?? [];
  if (space === undefined) return undefined;
  const channel = (index: 0 | 1 | 2): number => {
    const value = Number(values[index]) * (space === 'rgb' ? 1 : 255);
    return Math.round(Math.min(255, Math.max(0, value)));
  };
  return [channel(0), channel(1), channel(2)];
}

/** Relative luminance (WCAG 2): 0 for black, 1 for white. */
export function luminance([red, green, blue]: Rgb): number {
  return 0.2126 * (LINEAR[red] ?? 0) + 0.7152 * (LINEAR[green] ?? 0) + 0.0722 * (LINEAR[blue] ?? 0);
}

/** Contrast of two colours (WCAG 2): 1 for equal ones to 21 for black and white. */
export function contrast(one: Rgb, other: Rgb): number {
  const [first, second] = [luminance(one) + 0.05, luminance(other) + 0.05];
  return first > second ? first / second : second / first;
}

/** `share` of the second colour in the first. */
export function mix(one: Rgb, other: Rgb, share: number): Rgb {
  const channel = (index: 0 | 1 | 2): number => Math.round(one[index] + (other[index] - one[index]) * share);
  return [channel(0), channel(1), channel(2)];
}

/**
 * The colour nearest to `color` on the way to white or black that is readable on `ground`; the colour itself if it is. It
 * keeps its hue, and stays lighter or darker than the ground where possible.
 */
export function readable(color: Rgb, ground: Rgb): Rgb {
  if (contrast(color, ground) >= LEAST_CONTRAST) return color;
  const [here, there] = luminance(color) >= luminance(ground) ? [WHITE, BLACK] : [BLACK, WHITE];
  const target = contrast(here, ground) >= LEAST_CONTRAST ? here : there;
  const lighter = luminance(target) > luminance(ground);
  let low = 0;
  let high = 1;
  for (let step = 0; step < STEPS; step += 1) {
    const middle = (low + high) / 2;
    const candidate = mix(color, target, middle);
    const there = luminance(candidate) > luminance(ground) === lighter;
    if (there && contrast(candidate, ground) >= LEAST_CONTRAST) high = middle;
    else low = middle;
  }
  return mix(color, target, high);
}
