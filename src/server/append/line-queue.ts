import type { LinePiece } from './line-assembler.ts';

/** The most one batch holds, except where a long line must stay together. */
const BATCH_LINES = 10_000;
const BATCH_UNITS = 1_024 * 1_024;

/** Pieces of one long line that are held back to become durable together. */
const MAX_GROUP = 16;

/**
 * Lines waiting for the store. The pieces of a long line become ready together, so that no other writer's line comes
 * between them; a line of more than {@link MAX_GROUP} pieces goes out in several groups, which bounds what is held.
 */
export class LineQueue {
  #ready: LinePiece[] = [];
  /** Index in `#ready` where the next batch begins. */
  #next = 0;
  #units = 0;
  #open: LinePiece[] = [];
  #openBytes = 0;

  /** Whether lines are ready to append. */
  get hasBatch(): boolean {
    return this.#next < this.#ready.length;
  }

  /** Whether a whole batch is waiting: time to stop reading from the producer. */
  get isFull(): boolean {
    return this.#ready.length - this.#next >= BATCH_LINES || this.#units >= BATCH_UNITS;
  }

  /** The pieces held of a line whose end has not arrived. */
  get open(): readonly LinePiece[] {
    return this.#open;
  }

  /** UTF-8 bytes of those pieces. */
  get openBytes(): number {
    return this.#openBytes;
  }

  /** Adds pieces; returns whether pieces of a line without an end yet became ready. */
  push(pieces: readonly LinePiece[]): boolean {
    let isContinued = false;
    for (const piece of pieces) {
      if (piece.continued || this.#open.length > 0) {
        this.#open.push(piece);
        this.#openBytes += Buffer.byteLength(piece.text);
        if (piece.continued && this.#open.length < MAX_GROUP) continue;
        this.flushOpen();
        isContinued = piece.continued;
      } else {
        this.#ready.push(piece);
        this.#units += piece.text.length;
        isContinued = false;
      }
    }
    return isContinued;
  }

  /** Makes the pieces held ready, without waiting for the end of their line. */
  flushOpen(): void {
    for (const piece of this.#open) {
      this.#ready.push(piece);
      this.#units += piece.text.length;
    }
    this.dropOpen();
  }

  /** The next lines to append, in order. */
  nextBatch(): LinePiece[] {
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
    if (!this.hasBatch) this.#reset();
    return batch;
  }

  clear(): void {
    this.#reset();
    this.dropOpen();
  }

  /** Drops the pieces held of a line without an end. */
  dropOpen(): void {
    this.#open = [];
    this.#openBytes = 0;
  }

  #reset(): void {
    this.#ready = [];
    this.#next = 0;
    this.#units = 0;
  }
}
