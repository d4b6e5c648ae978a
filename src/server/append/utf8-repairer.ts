import { isUtf8 } from 'node:buffer';

/** The most bytes one code point takes. */
const LONGEST = 4;

/**
 * Makes well-formed UTF-8 of bytes, chunk by chunk, with the result of doing it at once: what is invalid becomes U+FFFD, a byte
 * order mark stays. It holds back at most three bytes, the beginning of a code point. Valid bytes are returned as they are.
 */
export class Utf8Repairer {
  #held: Buffer = Buffer.alloc(0);

  push(chunk: Buffer): Buffer {
    const bytes = this.#held.length === 0 ? chunk : Buffer.concat([this.#held, chunk]);
    const end = bytes.length - unfinished(bytes);
    // Copied, so that three bytes do not keep a whole chunk in memory.
    this.#held = Buffer.from(bytes.subarray(end));
    return wellFormed(bytes.subarray(0, end));
  }

  /** The bytes held back, as they are: the code point will not be completed. */
  end(): Buffer {
    const bytes = wellFormed(this.#held);
    this.#held = Buffer.alloc(0);
    return bytes;
  }
}

function wellFormed(bytes: Buffer): Buffer {
  return isUtf8(bytes) ? bytes : Buffer.from(bytes.toString('utf8'));
}

/**
 * How many bytes at the end may be the beginning of a code point. Splitting before a lead byte is always right: it never
 * belongs to the sequence before it, well-formed or not.
 */
function unfinished(bytes: Buffer): number {
  for (let back = 1; back < LONGEST && back <= bytes.length; back += 1) {
    const byte = bytes[bytes.length - back] ?? 0;
    if (byte < 0x80) return 0;
    if (byte >= 0xc0) return sequenceLength(byte) > back ? back : 0;
  }
  return 0;
}

function sequenceLength(lead: number): number {
  if (lead >= 0xf0) return 4;
  return lead >= 0xe0 ? 3 : 2;
}
