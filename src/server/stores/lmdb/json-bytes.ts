/** What it begins with; it doubles as needed. */
const LEAST_BYTES = 64 * 1_024;

/** Eight bytes are written at once, behind up to seven others. */
const SLACK = 16;

const LINE_FEED = 0x0a;

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

/** Some JSON that is added over and over, padded so that eight bytes of it can be copied at a time. */
export class JsonPiece {
  readonly view: DataView;
  readonly length: number;

  constructor(json: string) {
    const bytes = Buffer.from(json);
    this.length = bytes.length;
    this.view = new DataView(new ArrayBuffer(Math.ceil(bytes.length / 8) * 8));
    for (const [at, byte] of bytes.entries()) this.view.setUint8(at, byte);
  }
}

/** Collects JSON as bytes, without making strings of text that is UTF-8 already. */
export class JsonBytes {
  #view = new DataView(new ArrayBuffer(LEAST_BYTES));
  #capacity = LEAST_BYTES;
  #length = 0;

  /** Bytes of memory it holds. */
  get capacity(): number {
    return this.#capacity;
  }

  /** How many bytes were added; to be set back to what it was takes back what was added since. */
  get length(): number {
    return this.#length;
  }

  set length(length: number) {
    this.#length = Math.min(this.#length, length);
  }

  /** What was added: its own memory, until it is cleared or something is added. */
  get bytes(): Buffer {
    return Buffer.from(this.#view.buffer, 0, this.#length);
  }

  /** Forgets what was added, but keeps its memory. */
  clear(): void {
    this.#length = 0;
  }

  add({ view, length }: JsonPiece): void {
    this.#reserve(length + SLACK);
    const target = this.#view;
    let end = this.#length;
    for (let at = 0; at < length; at += 8, end += 8) {
      target.setInt32(end, view.getInt32(at, true), true);
      target.setInt32(end + 4, view.getInt32(at + 4, true), true);
    }
    this.#length += length;
  }

  /** Adds the line of UTF-8 text that begins at `from` as it is within a JSON string. Returns where it ends: at a line feed, or at `to`. */
  addLine(source: DataView, from: number, to: number): number {
    let at = this.#escape(source, from, to);
    while (at < to && source.getUint8(at) !== LINE_FEED) {
      this.#reserve(this.#capacity);
      at = this.#escape(source, at, to);
    }
    return at;
  }

  /** The same as far as there is memory. Eight bytes at a time are copied, which are of use up to the first that is to be escaped. */
  #escape(source: DataView, from: number, to: number): number {
    const target = this.#view;
    const room = this.#capacity - SLACK;
    let at = from;
    let end = this.#length;
    while (at < to && end < room) {
      if (at + 8 <= to) {
        const low = source.getInt32(at, true);
        const high = source.getInt32(at + 4, true);
        target.setInt32(end, low, true);
        target.setInt32(end + 4, high, true);
        const lows = toEscape(low);
        const highs = toEscape(high);
        const plain = lows !== 0 ? firstOf(lows) : highs !== 0 ? 4 + firstOf(highs) : 8;
        at += plain;
        end += plain;
        if (plain === 8) continue;
      }
      const byte = source.getUint8(at);
      if (byte === LINE_FEED) break;
      end += escape(target, end, byte);
      at += 1;
    }
    this.#length = end;
    return at;
  }

  /** Makes room for so many bytes more. */
  #reserve(more: number): void {
    const needed = this.#length + more;
    if (needed <= this.#capacity) return;
    const grown = new Uint8Array(Math.max(needed, 2 * this.#capacity));
    grown.set(new Uint8Array(this.#view.buffer, 0, this.#length));
    this.#view = new DataView(grown.buffer);
    this.#capacity = grown.length;
  }
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
