import type { CSSResult } from 'lit';
import type { Strings } from '../../strings.ts';
import { ansiStyles } from '../../styles/ansi-colors.ts';
import { longLineStyles } from '../../styles/long-lines.ts';
import { textStyles } from '../../styles/text.ts';
import { themed } from '../../styles/themed.ts';
import { backgroundOf } from '../../terminal/cell-style.ts';
import { RawLines } from '../long-lines/raw-lines.ts';
import type { Ground } from '../text/ground.ts';
import { GlyphSpacing } from '../text/glyph-spacing.ts';
import { RichRow, type RowParts } from './rich-row.ts';

/** Draws lines that are more than plain text: styled, linked, structured, wide, long, or with something hidden. */
export class TextKit {
  readonly styles: readonly CSSResult[] = [ansiStyles, textStyles, longLineStyles].map(themed);
  readonly glyphs: GlyphSpacing;
  readonly raw = new RawLines();
  readonly #strings: Strings;

  /** @param host - In the document, with the font that rows are drawn with. */
  constructor(host: HTMLElement, strings: Strings) {
    this.#strings = strings;
    this.glyphs = new GlyphSpacing(host);
  }

  /** Call when the background changed (with `ground`) or when fonts loaded (without). Returns whether what is drawn is out of date. */
  restyle(ground?: Ground): boolean {
    return this.glyphs.update(ground && backgroundOf(ground.color, ground.isLight));
  }

  /** What draws into a row. */
  row(parts: RowParts): RichRow {
    return new RichRow(parts, this.glyphs, this.#strings);
  }
}
