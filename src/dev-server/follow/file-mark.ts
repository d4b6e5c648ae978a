/**
 * Bytes kept from the start, and as many from the end, of what was read of a file. A file that is no longer than both
 * is compared whole.
 */
export const MARK_BYTES = 16 * 1_024;

const NOTHING: Buffer = Buffer.alloc(0);

/**
 * What became of a file since it was read. `hollow`: it was truncated under a writer that went on at its old offset, so
 * that NULs stand where the text was.
 */
export type FileChange = 'same' | 'truncated' | 'rewritten' | 'hollow';

/** How far a file was read, and what it held there: its content tells whether it was only appended to. Sizes do not. */
export class FileMark {
  #position = 0;
  #head = NOTHING;
  #tail = NOTHING;
  #inHole = false;

  /** A mark at the start of a file that was truncated: NULs that an unaware writer may have left before its text are a hole. */
  static afterTruncation(): FileMark {
    const mark = new FileMark();
    mark.#inHole = true;
    return mark;
  }

  /** A mark at `position`; `head` and `tail` are what the file holds at its start and right before there. */
  static at(position: number, head: Buffer, tail: Buffer): FileMark {
    const mark = new FileMark();
    mark.#set(position, head, tail);
    return mark;
  }

  /** Bytes that were read. */
  get position(): number {
    return this.#position;
  }

  /** The first bytes of what was read. */
  get head(): Buffer {
    return this.#head;
  }

  /** The last bytes of what was read. */
  get tail(): Buffer {
    return this.#tail;
  }

  /** These bytes were read next. Returns the text in them: all that does not lie in a hole. */
  take(bytes: Buffer): Buffer {
    // Copied, so that the mark does not keep the buffers it was read into.
    const head =
      this.#head.length === MARK_BYTES ? this.#head : Buffer.concat([this.#head, bytes.subarray(0, MARK_BYTES - this.#head.length)]);
    const kept = this.#tail.subarray(Math.max(0, this.#tail.length + bytes.length - MARK_BYTES));
    const tail = bytes.length >= MARK_BYTES ? Buffer.from(bytes.subarray(-MARK_BYTES)) : Buffer.concat([kept, bytes]);
    this.#set(this.#position + bytes.length, head, tail);
    if (!this.#inHole) return bytes;
    const start = bytes.findIndex((byte) => byte !== 0);
    this.#inHole = start === -1;
    return bytes.subarray(start === -1 ? bytes.length : start);
  }

  /** The hole now stands where everything was that was read; `head` and `tail` are of it. */
  hollowed(head: Buffer, tail: Buffer): FileMark {
    const mark = FileMark.at(this.#position, Buffer.from(head), Buffer.from(tail));
    mark.#inHole = true;
    return mark;
  }

  /** Judges by what the file holds now where `head` and `tail` were. Each is shorter than it was where the file ends before. */
  judge(head: Buffer, tail: Buffer): FileChange {
    if (head.length < this.#head.length || tail.length < this.#tail.length) return 'truncated';
    if (head.equals(this.#head) && tail.equals(this.#tail)) return 'same';
    return isHollow(head) && isHollow(tail) ? 'hollow' : 'rewritten';
  }

  #set(position: number, head: Buffer, tail: Buffer): void {
    this.#position = position;
    this.#head = head;
    this.#tail = tail;
  }
}

function isHollow(bytes: Buffer): boolean {
  return bytes.every((byte) => byte === 0);
}
