import type { Box } from './browser/api.ts';
import { colorAt, levelsBetween, Palette, type Pixels } from './palette-png.ts';
import type { Sheet } from './sheets.ts';

/** By how many px a part may be elsewhere, or of another size. */
const BOX_TOLERANCE = 1;
/** A pixel is off by more levels than this, of 256; and what share of a state may be. */
const STATE = { levels: 32, share: 0.005 } as const;
/** The same for each part: closer, since another colour of a small part is next to nothing of a state. */
const PART = { levels: 8, share: 0.05 } as const;
/** Parts that are no larger have too few pixels for a share. */
const FEWEST = 16;

/** Sentences that say which parts of which states are missing, new, or not where they should be. */
export function differentBoxes(expected: Sheet['states'], actual: Sheet['states']): string[] {
  return [
    ...unequalNames(expected, actual, 'state'),
    ...Object.entries(expected).flatMap(([name, state]) => {
      const now = actual[name];
      if (now === undefined) return [];
      const moved = Object.entries(state.parts).flatMap(([part, box]) => {
        const other = now.parts[part];
        return other === undefined || isNear(box, other) ? [] : [`${part} is at ${shown(other)} instead of ${shown(box)}`];
      });
      return [...unequalNames(state.parts, now.parts, 'part'), ...moved].map((problem) => `${name}: ${problem}`);
    }),
  ];
}

function unequalNames(expected: object, actual: object, kind: string): string[] {
  return [
    ...Object.keys(expected).flatMap((name) => (name in actual ? [] : [`the ${kind} ${name} is missing`])),
    ...Object.keys(actual).flatMap((name) => (name in expected ? [] : [`the ${kind} ${name} is new`])),
  ];
}

function isNear(one: Box, other: Box): boolean {
  return one.every((value, at) => Math.abs(value - other[at]!) <= BOX_TOLERANCE);
}

function shown([left, top, width, height]: Box): string {
  return `${left}, ${top} (${width} × ${height})`;
}

/** Sentences that say which states, and which of their parts, look different. Where a state is must be equal. */
export function differentPixels(expected: Sheet, actual: Sheet): string[] {
  const sheet = new DifferentPixels(expected.image, actual.image);
  return Object.entries(expected.states).flatMap(([name, { place, parts }]) => {
    const now = actual.states[name];
    if (now === undefined || !isNear(now.place, place)) return [`${name}: it is elsewhere, and was not compared`];
    const [left, top] = place;
    const problems =
      sheet.share(place, STATE.levels) > STATE.share ? [`${percent(sheet.share(place, STATE.levels))} of it is different`] : [];
    for (const [part, [x, y, width, height]] of Object.entries(parts)) {
      const share = sheet.share([left + x, top + y, width, height], PART.levels);
      if (share > PART.share) problems.push(`${percent(share)} of ${part} is different`);
    }
    return problems.map((problem) => `${name}: ${problem}`);
  });
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1)}%`;
}

/** The pixels of two pictures that are not equal. */
export class DifferentPixels {
  readonly #expected: Pixels;
  readonly #actual: Pixels;
  readonly #palette: Palette;

  constructor(expected: Pixels, actual: Pixels) {
    this.#expected = expected;
    this.#actual = actual;
    this.#palette = Palette.all(expected);
  }

  /** What share of the pixels in a box is off by more than so many levels. */
  share(box: Box, levels: number): number {
    const [left, top, right, bottom] = this.#inside(box);
    const all = Math.max(0, right - left) * Math.max(0, bottom - top);
    if (all < FEWEST) return 0;
    let off = 0;
    for (let y = top; y < bottom; y += 1) for (let x = left; x < right; x += 1) if (this.#levelsAt(x, y) > levels) off += 1;
    return off / all;
  }

  /** The actual picture, pale, with what is off by more than so many levels in red. */
  drawn(levels: number): Pixels {
    const { width, height, data } = this.#actual;
    const drawn = Uint8Array.from(data, (value, at) => (at % 4 === 3 ? 255 : 192 + value / 4));
    for (let y = 0; y < height; y += 1)
      for (let x = 0; x < width; x += 1)
        if (y >= this.#expected.height || this.#levelsAt(x, y) > levels) drawn.set([255, 0, 0], (y * width + x) * 4);
    return { width, height, data: drawn };
  }

  /** Colours that the palette of the sheet does not have are as good as the nearest one that it has. */
  #levelsAt(x: number, y: number): number {
    const expected = colorAt(this.#expected.data, y * this.#expected.width + x);
    const actual = colorAt(this.#actual.data, y * this.#actual.width + x);
    return expected === actual ? 0 : levelsBetween(expected, this.#palette.nearest(actual));
  }

  #inside([left, top, width, height]: Box): [left: number, top: number, right: number, bottom: number] {
    const most = {
      right: Math.min(this.#expected.width, this.#actual.width),
      bottom: Math.min(this.#expected.height, this.#actual.height),
    };
    return [
      Math.max(0, Math.round(left)),
      Math.max(0, Math.round(top)),
      Math.min(most.right, Math.round(left + width)),
      Math.min(most.bottom, Math.round(top + height)),
    ];
  }
}
