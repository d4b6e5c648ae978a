/** The initial capacity, which doubles as needed. */
const LEAST_BYTES = 64 * 1_024;

/** Room for writing eight bytes at once beyond the end. */
const SLACK = 16;

const LINE_FEED = 0x0a;

/** The JSON escape of each byte, padded to eight bytes, and its length: 1 for a byte that needs none. */
const ESCAPES = new DataView(new ArrayBuffer(256 * 8));
const ESCAPE_LENGTHS = new Uint8Array(256).fill(1);
for (let byte = 0; byte < 0x80; byte += 1) {
  const escape = Buffer.from(JSON.stringify(String.fromCharCode(byte)).slice(1, -1));
  ESCAPE_LENGTHS[byte] = escape.length;
  for (const [at, own] of escape.entries()) ESCAPES.setUint8(8 * byte + at, own);
}
// Bytes beyond ASCII need no escape.
for (let byte = 0x80; byte < 256; byte += 1) ESCAPES.setUint8(8 * byte, byte);

/** JSON that is added many times, padded so that it can be copied eight bytes at a time. */
export class JsonFragment {
  readonly view: DataView;
  readonly length: number;

  constructor(json: string) {
    const bytes = Buffer.from(json);
    this.length = bytes.length;
    this.view = new DataView(new ArrayBuffer(Math.ceil(bytes.length / 8) * 8));
    for (const [at, byte] of bytes.entries()) this.view.setUint8(at, byte);
  }
}

/** A growing buffer of JSON, which text in UTF-8 is copied to without making strings of it. */
export class JsonBuffer {
  #view = new DataView(new ArrayBuffer(LEAST_BYTES));
  #capacity = LEAST_BYTES;
  #length = 0;

  /** Bytes of memory held. */
  get capacity(): number {
    return this.#capacity;
  }

  /** Bytes added. Setting it to an earlier value removes what was added since. */
  get length(): number {
    return this.#length;
  }

  set length(length: number) {
    this.#length = Math.min(this.#length, length);
  }

  /** A view of the bytes added, valid until more is added or the buffer is cleared. */
  get bytes(): Buffer {
    return Buffer.from(this.#view.buffer, 0, this.#length);
  }

  /** Empties the buffer, but keeps its memory. */
  clear(): void {
    this.#length = 0;
  }

  add({ view, length }: JsonFragment): void {
    this.#reserve(length + SLACK);
    const target = this.#view;
    let end = this.#length;
    for (let at = 0; at < length; at += 8, end += 8) {
      target.setInt32(end, view.getInt32(at, true), true);
      target.setInt32(end + 4, view.getInt32(at + 4, true), true);
    }
    this.#length += length;
  }

  /** Adds the line of UTF-8 text that begins at `from`, escaped for a JSON string. Returns where it ends: at a line feed, or at `to`. */
  addLine(source: DataView, from: number, to: number): number {
    let at = this.#escape(source, from, to);
    while (at < to && source.getUint8(at) !== LINE_FEED) {
      this.#reserve(this.#capacity);
      at = this.#escape(source, at, to);
    }
    return at;
  }

  /** Escapes as much as there is memory for. Copies eight bytes at a time, of which those before the first escape count. */
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

  /** Makes room for `more` bytes. */
  #reserve(more: number): void {
    const needed = this.#length + more;
    if (needed <= this.#capacity) return;
    const grown = new Uint8Array(Math.max(needed, 2 * this.#capacity));
    grown.set(new Uint8Array(this.#view.buffer, 0, this.#length));
    this.#view = new DataView(grown.buffer);
    this.#capacity = grown.length;
  }
}

/** Writes the escape of a byte, padded; returns its length without the padding. */
function escape(target: DataView, at: number, byte: number): number {
  target.setInt32(at, ESCAPES.getInt32(8 * byte, true), true);
  target.setInt32(at + 4, ESCAPES.getInt32(8 * byte + 4, true), true);
  return ESCAPE_LENGTHS[byte] ?? 1;
}

/** The index of the first of four bytes whose highest bit is set. */
function firstOf(found: number): number {
  return (31 - Math.clz32(found & -found)) >> 3;
}

/**
 * Not 0 if one of four bytes needs an escape. With their second bit flipped, the controls and the quote are the bytes below
 * 0x21; XORed with a backslash, only a backslash is below 1. A byte `x` is below `n` if the highest bit is set in `x - n`
 * but not in `x`. A borrow can only misjudge the byte above one that needs an escape anyway.
 */
function toEscape(four: number): number {
  const controlOrQuote = four ^ 0x02020202;
  const backslash = four ^ 0x5c5c5c5c;
  return (((controlOrQuote - 0x21212121) & ~controlOrQuote) | ((backslash - 0x01010101) & ~backslash)) & 0x80808080;
}
