/** The most bytes one code point takes. */
const LONGEST = 4;

/**
 * Decodes bytes chunk by chunk, with the result of decoding them at once: invalid UTF-8 becomes U+FFFD, a byte order mark
 * stays. It holds back at most three bytes, the beginning of a code point.
 */
export class Utf8Decoder {
  #held: Buffer = Buffer.alloc(0);

  push(chunk: Uint8Array): string {
    const given = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    const bytes = this.#held.length === 0 ? given : Buffer.concat([this.#held, given]);
    const end = bytes.length - unfinished(bytes);
    // Copied, since the caller may reuse its chunk.
    this.#held = Buffer.from(bytes.subarray(end));
    return bytes.toString('utf8', 0, end);
  }

  /** The bytes held back, decoded as they are: the code point will not be completed. */
  end(): string {
    const text = this.#held.toString('utf8');
    this.#held = Buffer.alloc(0);
    return text;
  }
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
