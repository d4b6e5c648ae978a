import { StoreUnavailableError } from '../../store.ts';
import { DamagedLogError } from './block.ts';

/** Runs `work` in one transaction; resolves once it is durable, rejects when nothing of it was written. */
export type Transact = (work: () => void) => Promise<void>;

interface Job {
  /** Reads, then writes. A {@link DamagedLogError} it throws before it wrote fails this job alone. */
  readonly run: () => void;
  readonly done: () => void;
  readonly fail: (error: unknown) => void;
  readonly bytes: number;
}

/** The most work in one transaction, which bounds how long the next group waits. */
const GROUP_JOBS = 1_024;
const GROUP_BYTES = 8 * 1_024 * 1_024;

/**
 * Runs jobs in order, all waiting ones in one transaction: while a group is being made durable, the next one gathers.
 * Memory is bounded by the callers, who wait for one batch each.
 */
export class GroupCommit {
  readonly #transact: Transact;
  #waiting: Job[] = [];
  #running: Promise<void> | undefined;

  constructor(transact: Transact) {
    this.#transact = transact;
  }

  /** Runs `work` inside a transaction, and `then` right after it became durable, in the order of the jobs. */
  submit<T>(bytes: number, work: () => T, then: (result: T) => void): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      let outcome: { readonly result: T } | undefined;
      this.#waiting.push({
        bytes,
        run: () => {
          outcome = { result: work() };
        },
        done: () => {
          if (outcome === undefined) return;
          then(outcome.result);
          resolve(outcome.result);
        },
        fail: reject,
      });
      this.#running ??= this.#run();
    });
  }

  /** Resolves once nothing is waiting or under way. */
  async idle(): Promise<void> {
    while (this.#running !== undefined) await this.#running;
  }

  async #run(): Promise<void> {
    // Appends of the same turn share the first transaction.
    await Promise.resolve();
    while (this.#waiting.length > 0) await this.#commit(this.#nextGroup());
    this.#running = undefined;
  }

  #nextGroup(): Job[] {
    let count = 0;
    for (let bytes = 0; count < this.#waiting.length && count < GROUP_JOBS && bytes < GROUP_BYTES; count += 1)
      bytes += this.#waiting[count]?.bytes ?? 0;
    return this.#waiting.splice(0, count);
  }

  async #commit(jobs: readonly Job[]): Promise<void> {
    const damaged = new Map<Job, unknown>();
    try {
      await this.#transact(() => {
        damaged.clear();
        for (const job of jobs) {
          try {
            job.run();
          } catch (error) {
            if (!(error instanceof DamagedLogError)) throw error;
            damaged.set(job, error);
          }
        }
      });
    } catch (error) {
      for (const job of jobs) job.fail(error);
      return;
    }
    for (const job of jobs) {
      if (damaged.has(job))
        job.fail(
          new StoreUnavailableError('The log is damaged on disk. Restore it from a backup, or remove it.', { cause: damaged.get(job) }),
        );
      else job.done();
    }
  }
}
