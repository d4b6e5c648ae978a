import type { PackedRun } from './packed-run.ts';

const NEWLINE = 0x0a;
const NONE: Buffer = Buffer.alloc(0);
/** More than this is not kept: most batches have at most 1 MiB. */
const KEPT_BYTES = 1_280 * 1_024;

/** Joins the runs of one batch after the other in the same memory: new memory for each would keep the garbage collector busy. */
export class BatchMemory {
  #memory = NONE;

  /** The texts of all runs, joined by `\n`. Valid until the next call. */
  join(runs: readonly PackedRun[]): Buffer {
    const [first] = runs;
    if (first !== undefined && runs.length === 1) return first.body;
    const bytes = runs.reduce((sum, run) => sum + run.body.length + 1, 0);
    const body = this.#get(bytes);
    let length = 0;
    for (const run of runs) {
      length += run.body.copy(body, length);
      body[length] = NEWLINE;
      length += 1;
    }
    return body.subarray(0, Math.max(0, length - 1));
  }

  /** Frees the memory while nothing is joined. */
  clear(): void {
    this.#memory = NONE;
  }

  #get(bytes: number): Buffer {
    if (bytes > KEPT_BYTES) return Buffer.allocUnsafe(bytes);
    if (bytes > this.#memory.length) this.#memory = Buffer.allocUnsafe(Math.min(2 * bytes, KEPT_BYTES));
    return this.#memory;
  }
}
