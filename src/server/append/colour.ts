import { openSequence } from '../../protocol/cut.ts';
import type { LineExtra } from '../../protocol/line.ts';
import { carryAfter } from '../../protocol/sgr.ts';
import type { NewLine } from '../store.ts';
import type { LinePiece } from './line-assembler.ts';

/** How the text so far leaves the terminal. */
export interface CarriedPen {
  /** SGR parameters in force. */
  readonly carry: string;
  /** An escape sequence, longer than a piece, that the end of a continued one cut in two; its other half is in the next. */
  readonly cut: string;
}

/** Gives each piece the colours in force at its start, and what else is known of it. */
export function colour(
  pieces: readonly LinePiece[],
  pen: CarriedPen,
  stderr: boolean,
): { readonly lines: NewLine[]; readonly pen: CarriedPen } {
  const lines: NewLine[] = [];
  let { carry, cut } = pen;
  let extra: LineExtra | undefined;
  let extraOf: string | undefined;
  for (const { text, continued } of pieces) {
    // Neighbours mostly look alike and share one object.
    const key = `${continued ? 'p' : '-'}${carry}`;
    if (key !== extraOf) {
      extra = lineExtra(carry, continued, stderr);
      extraOf = key;
    }
    lines.push(extra === undefined ? [text] : [text, extra]);
    const seen = cut + text;
    carry = carryAfter(carry, seen);
    cut = continued ? seen.slice(openSequence(seen)) : '';
  }
  return { lines, pen: { carry, cut } };
}

/** Undefined where nothing but the text is known. */
export function lineExtra(carry: string, continued: boolean, stderr: boolean): LineExtra | undefined {
  if (carry === '' && !continued && !stderr) return undefined;
  return { ...(stderr ? { s: 'err' as const } : {}), ...(carry === '' ? {} : { c: carry }), ...(continued ? { p: 1 as const } : {}) };
}
