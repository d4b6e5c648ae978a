import { crc32, deflateSync } from 'node:zlib';

/** Pixels as red, green, blue and opacity, a byte each. */
export interface Pixels {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array;
}

/** Colours of a picture, at most. */
const MOST_COLORS = 256;
/** The most frequent colours, which are kept as they are. */
const EXACT = 48;
/** Of all others one is kept for each cube of so many levels. */
const CUBE = 32;

/** The colour of a pixel as a number: red, green, blue. */
export function colorAt(data: Uint8Array, pixel: number): number {
  const at = pixel * 4;
  return (data[at]! << 16) | (data[at + 1]! << 8) | data[at + 2]!;
}

/** By how many levels of 256 two colours differ, in the channel in which they differ most. */
export function levelsBetween(one: number, other: number): number {
  const channel = (shift: number): number => Math.abs(((one >> shift) & 255) - ((other >> shift) & 255));
  return Math.max(channel(16), channel(8), channel(0));
}

/** Maps each colour to the nearest one of a palette. */
export class Palette {
  readonly colors: readonly number[];
  readonly #nearest = new Map<number, number>();

  /** In order of their numbers, so that the same one of two that are equally near is taken wherever the colours come from. */
  constructor(colors: Iterable<number>) {
    this.colors = [...colors].sort((one, other) => one - other);
    for (const [index, color] of this.colors.entries()) this.#nearest.set(color, index);
  }

  /** Colours that are near those of a picture: grounds and letters are exact, the edges of letters nearly so. */
  static of(pixels: Pixels): Palette {
    const byCount = [...countsOf(pixels)].sort(([one, ones], [other, others]) => others - ones || one - other);
    const kept = byCount.slice(0, EXACT).map(([color]) => color);
    const cubes = new Set<number>();
    for (const [color] of byCount.slice(EXACT)) {
      const cube = [16, 8, 0].reduce((all, shift) => all * 256 + Math.floor(((color >> shift) & 255) / CUBE), 0);
      if (!cubes.has(cube) && kept.length < MOST_COLORS) kept.push(color);
      cubes.add(cube);
    }
    return new Palette(kept);
  }

  /** Every colour of a picture. */
  static all(pixels: Pixels): Palette {
    return new Palette(countsOf(pixels).keys());
  }

  /** The index of the nearest colour. */
  indexOf(color: number): number {
    const known = this.#nearest.get(color);
    if (known !== undefined) return known;
    let best = 0;
    let least = Infinity;
    for (const [index, other] of this.colors.entries()) {
      const levels = levelsBetween(color, other);
      if (levels < least) [best, least] = [index, levels];
    }
    this.#nearest.set(color, best);
    return best;
  }

  nearest(color: number): number {
    return this.colors[this.indexOf(color)]!;
  }
}

/** How many pixels have each colour. */
function countsOf({ width, height, data }: Pixels): Map<number, number> {
  const counts = new Map<number, number>();
  for (let pixel = 0; pixel < width * height; pixel += 1) {
    const color = colorAt(data, pixel);
    counts.set(color, (counts.get(color) ?? 0) + 1);
  }
  return counts;
}

/** A picture as a PNG with a palette, which is a third of the size; rare colours become the nearest one that is kept. */
export function encodePalette(pixels: Pixels): Buffer {
  const { width, height, data } = pixels;
  const palette = Palette.of(pixels);
  const rows = Buffer.alloc((width + 1) * height);
  for (let y = 0; y < height; y += 1)
    for (let x = 0; x < width; x += 1) rows[y * (width + 1) + 1 + x] = palette.indexOf(colorAt(data, y * width + x));
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  // 8 bits, of a palette.
  header.set([8, 3, 0, 0, 0], 8);
  return Buffer.concat([
    Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
    chunk('IHDR', header),
    chunk('PLTE', Buffer.from(palette.colors.flatMap((color) => [color >> 16, (color >> 8) & 255, color & 255]))),
    chunk('IDAT', deflateSync(rows, { level: 9, memLevel: 9 })),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

function chunk(type: string, content: Buffer): Buffer {
  const typed = Buffer.concat([Buffer.from(type, 'latin1'), content]);
  const frame = Buffer.alloc(8 + typed.length);
  frame.writeUInt32BE(content.length, 0);
  typed.copy(frame, 4);
  frame.writeUInt32BE(crc32(typed), 4 + typed.length);
  return frame;
}
