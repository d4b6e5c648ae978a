import { OWN_BACKGROUND, sameBackground, type Background } from '../../terminal/cell-style.ts';

/** Widths kept, at most; a log with more different characters measures some of them again. */
const MAX_WIDTHS = 4_096;
/** Smaller differences are ignored: in a row they do not add up to a pixel. em */
const EXACT = 0.000_2;

/**
 * Spacing that puts characters of a fallback font on the grid: what their width differs from their columns. The text
 * stays text that a browser finds and copies.
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

  /** Rows drawn at another version are out of date. */
  get version(): number {
    return this.#version;
  }

  /** What rows are drawn on. */
  get background(): Background {
    return this.#background;
  }

  /**
   * Call when the background changed (with `background`) or when fonts loaded (without). Returns whether what is drawn is
   * out of date.
   */
  update(background?: Background): boolean {
    if (background === undefined) {
      this.#font = '';
      // In WebKit a context keeps the fonts that it found first.
      this.#context = undefined;
      this.#widths.clear();
    } else {
      if (sameBackground(background, this.#background)) return false;
      this.#background = background;
    }
    this.#version += 1;
    return true;
  }

  /** Space to put after a character so that it takes this many columns, em; 0 for none, undefined where no space helps. */
  spacing(character: string, cells: number, bold: boolean): number | undefined {
    const context = (this.#context ??= this.#open());
    if (this.#font === '') this.#readFont();
    if (!context || this.#size <= 0) return undefined;
    const width = this.#width(context, character, bold);
    // A mark without a letter: WebKit puts no space after it.
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
