/** What it begins with; it doubles as needed. */
const LEAST_BYTES = 64 * 1_024;

/** JSON writes a control character as six bytes; eight are written at once. */
const LONGEST_ESCAPE = 6;
const SLACK = 8;

/** What JSON writes instead of a byte, in eight bytes, and how many of them it is: 1 where it is the byte itself. */
const ESCAPES = new DataView(new ArrayBuffer(256 * 8));
const ESCAPE_LENGTHS = new Uint8Array(256).fill(1);
for (let byte = 0; byte < 0x80; byte += 1) {
  const escape = Buffer.from(JSON.stringify(String.fromCharCode(byte)).slice(1, -1));
  ESCAPE_LENGTHS[byte] = escape.length;
  for (const [at, own] of escape.entries()) ESCAPES.setUint8(8 * byte + at, own);
}
// Whatever is beyond ASCII stays as it is.
for (let byte = 0x80; byte < 256; byte += 1) ESCAPES.setUint8(8 * byte, byte);

/** Collects JSON as bytes, without making strings of text that is UTF-8 already. */
export class JsonBytes {
  #view = new DataView(new ArrayBuffer(LEAST_BYTES));
  #length = 0;

  /** Bytes of memory it holds. */
  get capacity(): number {
    return this.#view.byteLength;
  }

  /** What was added: its own memory, until it is cleared or something is added. */
  get bytes(): Buffer {
    return Buffer.from(this.#view.buffer, 0, this.#length);
  }

  /** Forgets what was added, but keeps its memory. */
  clear(): void {
    this.#length = 0;
  }

  /** Adds bytes as they are. */
  add(bytes: Uint8Array): void {
    this.#reserve(bytes.length);
    put(this.#view, this.#length, bytes);
    this.#length += bytes.length;
  }

  /** Adds the bytes `from` to `to` of UTF-8 text as they are within a JSON string. */
  addText(source: DataView, from: number, to: number): void {
    this.#reserve((to - from) * LONGEST_ESCAPE + SLACK);
    this.#length = escapeInto(this.#view, this.#length, source, from, to);
  }

  #reserve(more: number): void {
    const needed = this.#length + more;
    if (needed <= this.capacity) return;
    const grown = new Uint8Array(Math.max(needed, 2 * this.capacity));
    grown.set(new Uint8Array(this.#view.buffer, 0, this.#length));
    this.#view = new DataView(grown.buffer);
  }
}

function put(target: DataView, at: number, bytes: Uint8Array): void {
  for (let index = 0; index < bytes.length; index += 1) target.setUint8(at + index, bytes[index] ?? 0);
}

/** Returns where in the target it ends. Eight bytes at a time are copied, which are of use up to the first that is to be escaped. */
function escapeInto(target: DataView, start: number, source: DataView, from: number, to: number): number {
  let at = from;
  let end = start;
  while (at + 8 <= to) {
    const low = source.getInt32(at, true);
    const high = source.getInt32(at + 4, true);
    target.setInt32(end, low, true);
    target.setInt32(end + 4, high, true);
    const lows = toEscape(low);
    const highs = toEscape(high);
    const plain = lows !== 0 ? firstOf(lows) : highs !== 0 ? 4 + firstOf(highs) : 8;
    at += plain;
    end += plain;
    if (plain < 8) {
      end += escape(target, end, source.getUint8(at));
      at += 1;
    }
  }
  for (; at < to; at += 1) end += escape(target, end, source.getUint8(at));
  return end;
}

/** Writes what JSON has instead of a byte, and something behind it; returns how long it is. */
function escape(target: DataView, at: number, byte: number): number {
  target.setInt32(at, ESCAPES.getInt32(8 * byte, true), true);
  target.setInt32(at + 4, ESCAPES.getInt32(8 * byte + 4, true), true);
  return ESCAPE_LENGTHS[byte] ?? 1;
}

/** Which of four bytes is the first whose highest bit is set. */
function firstOf(found: number): number {
  return (31 - Math.clz32(found & -found)) >> 3;
}

/**
 * Not 0 when one of four bytes is to be escaped. With the second bit turned over, the controls and the quote are the bytes below 0x21,
 * and with all bits of a backslash turned over, it is the only byte below 1. A byte `x` below `n` is one whose highest bit is set in
 * `x - n` but not in `x`; what is borrowed from the byte above can only mistake that one, and there is one to escape then anyway.
 */
function toEscape(four: number): number {
  const controlOrQuote = four ^ 0x02020202;
  const backslash = four ^ 0x5c5c5c5c;
  return (((controlOrQuote - 0x21212121) & ~controlOrQuote) | ((backslash - 0x01010101) & ~backslash)) & 0x80808080;
}
