import { ESC, readEscape, type EscapeSequence } from '../../protocol/escape.ts';
import { isSgr } from '../../protocol/sgr.ts';
import { hyperlinkOf } from '../../protocol/terminal/hyperlink.ts';
import type { TextPen } from './runs.ts';
import { nextStyle } from './styles.ts';

/** The pen after a sequence; the same one where it sets neither style nor link. */
export function nextPen(pen: TextPen, sequence: EscapeSequence): TextPen {
  if (isSgr(sequence)) return { style: nextStyle(pen.style, sequence.params), link: pen.link };
  const link = hyperlinkOf(sequence);
  return link === undefined ? pen : { style: pen.style, link };
}

/** Target of the hyperlink that is open after a text, when `link` was open before it. */
export function linkAfter(text: string, link: string): string {
  const at = text.lastIndexOf(`${ESC}]8;`);
  return at === -1 ? link : (hyperlinkOf(readEscape(text, at, true)) ?? link);
}
