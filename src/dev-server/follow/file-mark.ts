/**
 * Bytes that are kept from the start and from the end of what was read of a file. A file no longer than both together is compared as
 * a whole.
 */
export const MARK_BYTES = 16 * 1_024;

const EMPTY: Buffer = Buffer.alloc(0);

/**
 * What happened to a file since it was read. `hollow`: it was truncated, but its writer continued at the old offset, so that NULs
 * replaced the text.
 */
export type FileChange = 'same' | 'truncated' | 'rewritten' | 'hollow';

/** How far a file was read, and what it contained: only the content shows, unlike the size, whether it was merely appended to. */
export class FileMark {
  #position = 0;
  #head = EMPTY;
  #tail = EMPTY;
  #inHole = false;

  /** A mark at the start of a truncated file. NULs before its text are a hole, left by a writer that continued at its old offset. */
  static afterTruncation(): FileMark {
    const mark = new FileMark();
    mark.#inHole = true;
    return mark;
  }

  /** A mark at `position`; `head` and `tail` are the bytes at the start of the file and right before `position`. */
  static at(position: number, head: Buffer, tail: Buffer): FileMark {
    const mark = new FileMark();
    mark.#set(position, head, tail);
    return mark;
  }

  /** How many bytes were read. */
  get position(): number {
    return this.#position;
  }

  /** The first bytes that were read. */
  get head(): Buffer {
    return this.#head;
  }

  /** The last bytes that were read. */
  get tail(): Buffer {
    return this.#tail;
  }

  /** Moves the mark past the bytes that were read next. Returns the text in them: everything outside a hole. */
  advance(bytes: Buffer): Buffer {
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

  /** The mark of a file that became hollow: everything before it is a hole now, with these bytes as `head` and `tail`. */
  hollowed(head: Buffer, tail: Buffer): FileMark {
    const mark = FileMark.at(this.#position, Buffer.from(head), Buffer.from(tail));
    mark.#inHole = true;
    return mark;
  }

  /** Compares with the bytes that are in the file now at the place of `head` and `tail`. They are shorter where the file ends earlier. */
  compare(head: Buffer, tail: Buffer): FileChange {
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
