import type { Line } from '../../protocol/line.ts';

/** A long string is given memory of its own each time, which costs more than its characters: this many lines are mostly shorter. */
const PIECE_LINES = 128;

const OPENING = 0x5b;
const COMMA = 0x2c;

/** The bytes of the JSON of lines each character of which is one byte of their UTF-8, made piece by piece. */
export function latin1Json(lines: readonly Line[]): Buffer {
  const pieces: string[] = [];
  for (let at = 0; at === 0 || at < lines.length; at += PIECE_LINES) pieces.push(JSON.stringify(lines.slice(at, at + PIECE_LINES)));
  const json = Buffer.allocUnsafe(pieces.reduce((sum, piece) => sum + piece.length - 1, 1));
  json[0] = OPENING;
  let end = 1;
  for (const piece of pieces) {
    // The bracket that closed the piece before is where the comma between them belongs.
    if (end > 1) json[end - 1] = COMMA;
    end += json.write(piece.slice(1), end, 'latin1');
  }
  return json;
}
