import { STRINGS } from '../../../../src/element/strings.ts';
import type { FoldLook } from '../../../../src/element/viewport/folds/fold-view.ts';
import { GlyphSpacing } from '../../../../src/element/viewport/text/glyph-spacing.ts';

/** What folds are drawn with, outside an element. */
export function foldLook(): FoldLook {
  return {
    glyphs: new GlyphSpacing(document.createElement('div')),
    strings: STRINGS,
    held: { line: () => undefined, levelAt: () => undefined },
  };
}
