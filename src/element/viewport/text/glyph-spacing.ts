import { OWN_BACKGROUND, sameBackground, type Background } from '../../terminal/cell-style.ts';

/** Widths that are kept; a log that shows more different characters measures some again. */
const MAX_WIDTHS = 4_096;
/** Less is left alone: a row of it does not add up to a pixel. em */
const EXACT = 0.000_2;

/**
 * How far characters that come from another font than the log's own are from the columns they ought to take. Spacing
 * makes it up, so that no font can break the grid, and the text stays text that a browser finds and copies.
 */
export class GlyphSpacing {
  #background = OWN_BACKGROUND;
  readonly #host: Element;
  readonly #widths = new Map<string, number>();
  #context: CanvasRenderingContext2D | null | undefined;
  /** Empty while it is not known. */
  #font = '';
  #size = 0;
  #version = 0;

  /** @param host - In the document, with the font that rows are drawn with. */
  constructor(host: Element) {
    this.#host = host;
  }

  /** What was drawn at another one is out of date. */
  get version(): number {
    return this.#version;
  }

  /** What rows are drawn on. */
  get background(): Background {
    return this.#background;
  }

  /**
   * The ground may be another, or, without it, the font may be, or have characters that it did not have. Returns whether
   * what is drawn is out of date.
   */
  update(ground?: Background): boolean {
    if (ground === undefined) {
      this.#font = '';
      // In WebKit it keeps to the fonts that it found first.
      this.#context = undefined;
      this.#widths.clear();
    } else {
      if (sameBackground(ground, this.#background)) return false;
      this.#background = ground;
    }
    this.#version += 1;
    return true;
  }

  /** Space to put behind a character so that it takes this many columns, em; 0 if it does, undefined if no space can. */
  spacing(character: string, cells: number, bold: boolean): number | undefined {
    const context = (this.#context ??= this.#open());
    if (this.#font === '') this.#readFont();
    if (!context || this.#size <= 0) return undefined;
    const width = this.#width(context, character, bold);
    // A mark without a letter; WebKit puts no space behind it.
    if (width === 0) return undefined;
    const space = cells * this.#width(context, '0', bold) - width;
    return Math.abs(space) < EXACT ? 0 : space;
  }

  #open(): CanvasRenderingContext2D | null {
    return this.#host.ownerDocument.createElement('canvas').getContext('2d');
  }

  #readFont(): void {
    const { fontFamily, fontSize } = getComputedStyle(this.#host);
    this.#font = `${fontSize} ${fontFamily}`;
    this.#size = Number.parseFloat(fontSize);
  }

  #width(context: CanvasRenderingContext2D, character: string, bold: boolean): number {
    const key = bold ? `b${character}` : character;
    const known = this.#widths.get(key);
    if (known !== undefined) return known;
    context.font = bold ? `700 ${this.#font}` : this.#font;
    const width = context.measureText(character).width / this.#size;
    if (this.#widths.size >= MAX_WIDTHS) this.#widths.clear();
    this.#widths.set(key, width);
    return width;
  }
}
