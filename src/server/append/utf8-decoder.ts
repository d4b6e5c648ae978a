/** The most bytes one character takes. */
const LONGEST = 4;

/**
 * Turns chunks of bytes into text, chunk by chunk, as if they were one: what is not UTF-8 becomes U+FFFD, a byte order
 * mark stays. It holds back at most three bytes, a character whose end is still to come.
 */
export class Utf8Decoder {
  #held: Buffer = Buffer.alloc(0);

  push(chunk: Uint8Array): string {
    const given = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    const bytes = this.#held.length === 0 ? given : Buffer.concat([this.#held, given]);
    const end = bytes.length - unfinished(bytes);
    // Copied: the caller may use its chunk again.
    this.#held = Buffer.from(bytes.subarray(end));
    return bytes.toString('utf8', 0, end);
  }

  /** What was held back, which is no character any more. */
  end(): string {
    const text = this.#held.toString('utf8');
    this.#held = Buffer.alloc(0);
    return text;
  }
}

/**
 * How many bytes at the end may be the start of a character. Cutting before a lead byte is always right: none is ever
 * part of the sequence before it, whether that one is well-formed or not.
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
