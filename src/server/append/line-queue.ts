import type { PackedRun } from './packed-run.ts';

/** The most one batch holds, except where a long line must stay together. */
const BATCH_LINES = 10_000;
const BATCH_BYTES = 1_024 * 1_024;

/** Pieces of one long line that are held back to become durable together. */
const MAX_GROUP = 16;

/**
 * Lines waiting for the store, in runs. The pieces of a long line become ready together, so that no other writer's line comes
 * between them; a line of more than {@link MAX_GROUP} pieces goes out in several groups, which bounds what is held.
 */
export class LineQueue {
  #ready: PackedRun[] = [];
  #lines = 0;
  #bytes = 0;
  #added = 0;
  #open: PackedRun[] = [];
  #openBytes = 0;

  /** Whether lines are ready to append. */
  get hasBatch(): boolean {
    return this.#ready.length > 0;
  }

  /** How many lines have ever become ready. */
  get added(): number {
    return this.#added;
  }

  /** Whether a whole batch is waiting: time to stop reading from the producer. */
  get isFull(): boolean {
    return this.#lines >= BATCH_LINES || this.#bytes >= BATCH_BYTES;
  }

  /** The pieces held of a line whose end has not arrived. */
  get open(): readonly PackedRun[] {
    return this.#open;
  }

  /** UTF-8 bytes of those pieces. */
  get openBytes(): number {
    return this.#openBytes;
  }

  /** Adds runs; returns whether pieces of a line without an end yet became ready. */
  push(runs: readonly PackedRun[]): boolean {
    let isContinued = false;
    for (const run of runs) {
      if (run.continued || this.#open.length > 0) {
        this.#open.push(run);
        this.#openBytes += run.body.length;
        if (run.continued && this.#open.length < MAX_GROUP) continue;
        this.flushOpen();
        isContinued = run.continued;
      } else {
        this.#add(run);
        isContinued = false;
      }
    }
    return isContinued;
  }

  /** Makes the pieces held ready, without waiting for the end of their line. */
  flushOpen(): void {
    for (const run of this.#open) this.#add(run);
    this.dropOpen();
  }

  /** The next lines to append, in order: whole runs, at least one. */
  nextBatch(): PackedRun[] {
    let end = 0;
    let lines = 0;
    let bytes = 0;
    for (; end < this.#ready.length; end += 1) {
      const { count = 0, body } = this.#ready[end] ?? {};
      const size = body?.length ?? 0;
      const isFull = lines + count > BATCH_LINES || bytes + size > BATCH_BYTES;
      if (isFull && end > 0 && this.#ready[end - 1]?.continued !== true) break;
      lines += count;
      bytes += size;
    }
    this.#lines -= lines;
    this.#bytes -= bytes;
    return this.#ready.splice(0, end);
  }

  clear(): void {
    this.#ready = [];
    this.#lines = 0;
    this.#bytes = 0;
    this.dropOpen();
  }

  /** Drops the pieces held of a line without an end. */
  dropOpen(): void {
    this.#open = [];
    this.#openBytes = 0;
  }

  #add(run: PackedRun): void {
    this.#ready.push(run);
    this.#lines += run.count;
    this.#added += run.count;
    this.#bytes += run.body.length;
  }
}
