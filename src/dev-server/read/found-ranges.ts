import { CommandError } from '../util/errors.ts';
import type { SearchRecord } from '../../protocol/answers/answers.ts';
import { BROKEN_OFF } from './log-reader.ts';

/** Consecutive lines, both ends included. */
export type LineRange = readonly [from: number, to: number];

/** Receives how many lines were looked at and how many of them were found, from time to time. */
export type OnProgress = (scanned: number, found: number) => void;

const FAILURES: Readonly<Record<string, string>> = {
  slow: 'The pattern is too slow for this log: simplify it.',
  reset: 'The log was deleted or started again while it was searched: run the command again.',
  unavailable: 'The server cannot read the log at the moment: try again later.',
  gone: 'The server stopped the search because its answer was not read.',
};

/**
 * The answer to a search with `lines=1`. It is read as fast as it comes, however long its user takes for each range, since a server
 * gives up on a reader that does not read; the server's limit bounds what is held.
 */
export class FoundRanges {
  readonly #ranges: LineRange[] = [];
  readonly #found: Promise<number>;
  readonly #onProgress: OnProgress | undefined;
  #isComplete = false;
  #wake: () => void = () => undefined;

  constructor(records: AsyncIterable<SearchRecord>, onProgress?: OnProgress) {
    this.#onProgress = onProgress;
    this.#found = this.#read(records);
    // A caller that stops early does not ask.
    this.#found.catch(() => undefined);
  }

  /** The ranges in the order in which they arrive, all that are there at once. */
  async *batches(): AsyncGenerator<readonly LineRange[]> {
    for (let next = 0; ;) {
      const batch = this.#ranges.slice(next);
      next += batch.length;
      if (batch.length > 0) yield batch;
      else if (this.#isComplete) return;
      else await new Promise<void>((resolve) => (this.#wake = resolve));
    }
  }

  /** How many were found in all. Throws CommandError if the search failed. */
  found(): Promise<number> {
    return this.#found;
  }

  async #read(records: AsyncIterable<SearchRecord>): Promise<number> {
    try {
      for await (const record of records) {
        if (record.kind === 'done') return record.found;
        if (record.kind === 'failed') throw new CommandError(FAILURES[record.reason] ?? `The search failed: ${record.reason}.`);
        if (record.kind === 'progress') this.#onProgress?.(record.scanned, record.found);
        if (record.kind !== 'lines') continue;
        for (const range of record.ranges) this.#ranges.push(range);
        this.#wake();
      }
      throw new CommandError(BROKEN_OFF);
    } finally {
      this.#isComplete = true;
      this.#wake();
    }
  }
}
