import type { Piece } from '../../../src/server/append/line-assembler.ts';

/** What the lines of a whole text are, without any thought of speed or of chunks. */
export function naiveLines(bytes: Buffer, limit: number): Piece[] {
  const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
  const lines = text.split(/\r?\n/u);
  if (lines.at(-1) === '') lines.pop();
  return lines.flatMap((line) => naivePieces(line, limit));
}

function naivePieces(line: string, limit: number): Piece[] {
  const pieces: string[] = [''];
  for (const character of line) {
    const last = pieces.at(-1) ?? '';
    if (last !== '' && Buffer.byteLength(last + character) > limit) pieces.push(character);
    else pieces[pieces.length - 1] = last + character;
  }
  return pieces.map((text, at) => ({ text, continued: at < pieces.length - 1 }));
}
