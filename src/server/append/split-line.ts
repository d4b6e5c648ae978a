import { cutBefore } from '../../protocol/cut.ts';

/**
 * Splits a text into pieces of at most `limit` UTF-8 bytes, each as long as possible. No piece ends inside an escape
 * sequence or a grapheme cluster, unless that alone exceeds the limit; a code point is never split, however small the limit.
 */
export function splitLine(text: string, limit: number): string[] {
  const bytes = Buffer.from(text);
  const pieces: string[] = [];
  let from = 0;
  for (let left = bytes.length; left > limit;) {
    const start = bytes.length - left;
    const at = from + bytes.toString('utf8', start, boundary(bytes, start, start + limit)).length;
    const to = cutBefore(text, at, from);
    const piece = text.slice(from, to);
    pieces.push(piece);
    left -= Buffer.byteLength(piece);
    from = to;
  }
  if (from < text.length) pieces.push(text.slice(from));
  return pieces;
}

/** The last code point boundary up to `to`, or the first one after `from` when there is none. */
function boundary(bytes: Buffer, from: number, to: number): number {
  let at = to;
  while (at > from && isContinuation(bytes[at])) at -= 1;
  if (at > from) return at;
  at = from + 1;
  while (at < bytes.length && isContinuation(bytes[at])) at += 1;
  return at;
}

function isContinuation(byte: number | undefined): boolean {
  return byte !== undefined && (byte & 0xc0) === 0x80;
}
