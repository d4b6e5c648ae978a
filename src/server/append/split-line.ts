/**
 * Cuts a text that is longer than `limit` UTF-8 bytes into pieces of at most that, at character boundaries and as long as
 * possible. A single character is never cut, also where the limit is smaller than it.
 */
export function splitLine(text: string, limit: number): string[] {
  const bytes = Buffer.from(text);
  const pieces: string[] = [];
  let from = 0;
  while (bytes.length - from > limit) {
    const to = boundary(bytes, from, from + limit);
    pieces.push(bytes.toString('utf8', from, to));
    from = to;
  }
  if (from < bytes.length) pieces.push(bytes.toString('utf8', from));
  return pieces;
}

/** The last character boundary up to `to`, or the first one behind `from` when there is none. */
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
