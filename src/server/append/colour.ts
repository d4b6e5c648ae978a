import { openSequence } from '../../protocol/cut.ts';
import type { LineExtra } from '../../protocol/line.ts';
import { carryAfter } from '../../protocol/sgr.ts';
import type { NewLine } from '../store.ts';
import type { LinePiece } from './line-assembler.ts';

/** The state that text leaves a terminal in. */
export interface CarriedPen {
  /** SGR parameters in force. */
  readonly carry: string;
  /** The first half of an escape sequence longer than a piece, which the end of a continued piece cut in two. */
  readonly splitSequence: string;
}

/** Makes a line of each piece, with the colours in force at its start. */
export function colour(
  pieces: readonly LinePiece[],
  pen: CarriedPen,
  stderr: boolean,
): { readonly lines: NewLine[]; readonly pen: CarriedPen } {
  const lines: NewLine[] = [];
  let { carry, splitSequence } = pen;
  let extra: LineExtra | undefined;
  let extraOf: string | undefined;
  for (const { text, continued } of pieces) {
    // Consecutive lines are mostly alike and share one object.
    const key = `${continued ? 'p' : '-'}${carry}`;
    if (key !== extraOf) {
      extra = lineExtra(carry, continued, stderr);
      extraOf = key;
    }
    lines.push(extra === undefined ? [text] : [text, extra]);
    const seen = splitSequence + text;
    carry = carryAfter(carry, seen);
    splitSequence = continued ? seen.slice(openSequence(seen)) : '';
  }
  return { lines, pen: { carry, splitSequence } };
}

/** Undefined for a plain line: no colours carried over, not continued, written to stdout. */
export function lineExtra(carry: string, continued: boolean, stderr: boolean): LineExtra | undefined {
  if (carry === '' && !continued && !stderr) return undefined;
  return { ...(stderr ? { s: 'err' as const } : {}), ...(carry === '' ? {} : { c: carry }), ...(continued ? { p: 1 as const } : {}) };
}
