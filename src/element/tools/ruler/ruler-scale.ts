import type { Range } from '../../../worker/api.ts';

/** A place on the ruler, px from its top. */
export interface RulerBox {
  readonly top: number;
  readonly height: number;
}

/** The least height of the box for the lines on screen, px. */
const MIN_BOX = 12;

/** Where lines of a log stand on a ruler of some height. Every line has the same share of it. */
export class RulerScale {
  readonly #first: number;
  readonly #count: number;
  readonly #height: number;

  /** `height` in px. */
  constructor({ from, to }: Range, height: number) {
    this.#first = from;
    this.#count = Math.max(1, to - from + 1);
    this.#height = height;
  }

  /** The upper edge of a line, px. */
  yOf(line: number): number {
    return clamp((line - this.#first) / this.#count, 0, 1) * this.#height;
  }

  /** The line at a place. */
  lineAt(y: number): number {
    const index = Math.floor((clamp(y, 0, this.#height) / Math.max(1, this.#height)) * this.#count);
    return this.#first + Math.min(index, this.#count - 1);
  }

  /** How far down the log a line is, 0 to 1. */
  shareOf(line: number): number {
    return clamp((line - this.#first + 1) / this.#count, 0, 1);
  }

  /** The box that stands for some lines; as high as can be seen, and within the ruler. */
  boxOf({ from, to }: Range): RulerBox {
    const top = this.yOf(from);
    const height = Math.min(this.#height, Math.max(MIN_BOX, this.yOf(to + 1) - top));
    return { top: Math.min(top, this.#height - height), height };
  }
}

function clamp(value: number, least: number, most: number): number {
  return Math.min(Math.max(value, least), most);
}
