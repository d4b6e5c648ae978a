import { unitsOf } from '../../support/text-units.ts';
import type { LinePiece } from '../../../src/server/append/line-assembler.ts';

/** What the lines of a whole text are, without any thought of speed or of chunks. */
export function naiveLines(bytes: Buffer, limit: number): LinePiece[] {
  const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
  const lines = text.split(/\r?\n/u);
  if (lines.at(-1) === '') lines.pop();
  return lines.flatMap((line) => naivePieces(line, limit));
}

/** As long as possible, but never beyond the limit, nor in the middle of what is one unless that alone is longer. */
function naivePieces(line: string, limit: number): LinePiece[] {
  const pieces: string[] = [];
  let rest = line;
  while (Buffer.byteLength(rest) > limit) {
    const characters = Array.from(rest);
    let longest = characters.shift() ?? '';
    for (const character of characters) {
      if (Buffer.byteLength(longest + character) > limit) break;
      longest += character;
    }
    // Only the character after the limit counts, so that pieces do not depend on how much of the line has arrived.
    const next = String.fromCodePoint(rest.codePointAt(longest.length) ?? 0);
    const whole = unitsOf(longest + next).find(({ from, to }) => from < longest.length && to > longest.length);
    const piece = whole === undefined || whole.from === 0 ? longest : rest.slice(0, whole.from);
    pieces.push(piece);
    rest = rest.slice(piece.length);
  }
  if (rest !== '' || pieces.length === 0) pieces.push(rest);
  return pieces.map((text, at) => ({ text, continued: at < pieces.length - 1 }));
}
