import type { LinePiece } from './line-assembler.ts';

/** What one append takes at most, beyond the lines that belong together. */
const BATCH_LINES = 10_000;
const BATCH_UNITS = 1_024 * 1_024;

/** Pieces of one long line that are held back so that they become durable together. */
const TOGETHER = 16;

/**
 * Lines on their way to the store. The pieces of a long line are let out together, so that no other writer's line comes
 * between them; a line of more pieces than {@link TOGETHER} goes out in several groups, to bound what is held.
 */
export class LineQueue {
  #ready: LinePiece[] = [];
  /** Index of the first in `#ready` that was not taken yet. */
  #next = 0;
  #units = 0;
  #open: LinePiece[] = [];
  #openBytes = 0;

  /** Whether a batch can be taken. */
  get hasBatch(): boolean {
    return this.#next < this.#ready.length;
  }

  /** Whether as much waits as the next batch takes: time to stop reading. */
  get isFull(): boolean {
    return this.#ready.length - this.#next >= BATCH_LINES || this.#units >= BATCH_UNITS;
  }

  /** The pieces of a long line that still waits for its end. */
  get open(): readonly LinePiece[] {
    return this.#open;
  }

  /** UTF-8 bytes of a long line that still waits for its end. */
  get openBytes(): number {
    return this.#openBytes;
  }

  /** Takes the next pieces; returns whether pieces of a line that has no end yet were let out. */
  push(pieces: readonly LinePiece[]): boolean {
    let goesOn = false;
    for (const piece of pieces) {
      if (piece.continued || this.#open.length > 0) {
        this.#open.push(piece);
        this.#openBytes += Buffer.byteLength(piece.text);
        if (piece.continued && this.#open.length < TOGETHER) continue;
        this.letOut();
        goesOn = piece.continued;
      } else {
        this.#ready.push(piece);
        this.#units += piece.text.length;
        goesOn = false;
      }
    }
    return goesOn;
  }

  /** Lets out what waits for the end of its line. */
  letOut(): void {
    for (const piece of this.#open) {
      this.#ready.push(piece);
      this.#units += piece.text.length;
    }
    this.dropOpen();
  }

  /** The next lines to append, in order. */
  take(): LinePiece[] {
    let end = this.#next;
    let units = 0;
    for (; end < this.#ready.length; end += 1) {
      const size = this.#ready[end]?.text.length ?? 0;
      const full = end - this.#next >= BATCH_LINES || units + size > BATCH_UNITS;
      if (full && end > this.#next && this.#ready[end - 1]?.continued !== true) break;
      units += size;
    }
    const batch = this.#ready.slice(this.#next, end);
    this.#next = end;
    this.#units -= units;
    if (!this.hasBatch) this.#forgetTaken();
    return batch;
  }

  clear(): void {
    this.#forgetTaken();
    this.dropOpen();
  }

  /** Forgets the line that has no end yet. */
  dropOpen(): void {
    this.#open = [];
    this.#openBytes = 0;
  }

  #forgetTaken(): void {
    this.#ready = [];
    this.#next = 0;
    this.#units = 0;
  }
}
