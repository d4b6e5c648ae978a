/** What it begins with; it doubles as needed. */
const LEAST_BYTES = 64 * 1_024;

/** JSON writes a control character as six bytes. */
const LONGEST_ESCAPE = 6;

/** What JSON writes instead of a byte; undefined where it is the byte itself. Whatever is beyond ASCII stays as it is. */
const ESCAPES: readonly (Uint8Array | undefined)[] = Array.from({ length: 256 }, (_, byte) => {
  const character = String.fromCharCode(byte);
  const json = JSON.stringify(character).slice(1, -1);
  return json === character ? undefined : Buffer.from(json);
});

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
    this.#reserve((to - from) * LONGEST_ESCAPE);
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

/** Returns where in the target it ends. Eight bytes at a time are looked at and copied while none of them is to be escaped. */
function escapeInto(target: DataView, start: number, source: DataView, from: number, to: number): number {
  let end = start;
  for (let at = from; at < to;) {
    for (; at + 8 <= to; at += 8, end += 8) {
      const low = source.getInt32(at, true);
      const high = source.getInt32(at + 4, true);
      if ((toEscape(low) | toEscape(high)) !== 0) break;
      target.setInt32(end, low, true);
      target.setInt32(end + 4, high, true);
    }
    // One of the next eight is to be escaped, or there are no eight any more.
    for (let escaped = false; at < to && !escaped; at += 1) {
      const byte = source.getUint8(at);
      const escape = ESCAPES[byte];
      escaped = escape !== undefined;
      if (escape === undefined) {
        target.setUint8(end, byte);
        end += 1;
      } else {
        put(target, end, escape);
        end += escape.length;
      }
    }
  }
  return end;
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
