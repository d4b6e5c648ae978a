import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { codeOf } from '../util/errors.ts';
import { isRunning, parseJob, type Job } from './job.ts';

/** Jobs that are remembered; the oldest that are not running are forgotten first. */
export const MAX_JOBS = 100;

/** The jobs of a server, newest first, kept in a file of its data directory. */
export class JobHistory {
  readonly #path: string;
  #jobs: Job[];
  #next: number;
  #saving: Promise<void> = Promise.resolve();
  #isSavePending = false;

  private constructor(path: string, jobs: Job[], next: number) {
    this.#path = path;
    this.#jobs = jobs;
    this.#next = next;
  }

  /** A malformed file counts as an empty history: the logs themselves are in the store. */
  static async open(dataDirectory: string): Promise<JobHistory> {
    const path = join(dataDirectory, 'jobs.json');
    const { jobs, next } = parse(await read(path));
    return new JobHistory(path, jobs, next);
  }

  get jobs(): readonly Job[] {
    return this.#jobs;
  }

  get(channel: string): Job | undefined {
    return this.#jobs.find((job) => job.channel === channel);
  }

  /** A number that no other job has. */
  nextNumber(): number {
    this.#next += 1;
    return this.#next - 1;
  }

  /** Adds a job, or replaces the one of the same channel. */
  put(job: Job): void {
    const at = this.#jobs.findIndex(({ channel }) => channel === job.channel);
    if (at === -1) this.#jobs = bounded([job, ...this.#jobs]);
    else this.#jobs = this.#jobs.with(at, job);
    this.#save();
  }

  remove(channel: string): void {
    this.#jobs = this.#jobs.filter((job) => job.channel !== channel);
    this.#save();
  }

  /** Resolves once every change is on disk; rejects when it could not be written. */
  async flush(): Promise<void> {
    await this.#saving;
  }

  #save(): void {
    if (this.#isSavePending) return;
    this.#isSavePending = true;
    this.#saving = this.#saving
      .catch(() => undefined)
      .then(async () => {
        this.#isSavePending = false;
        const temporary = `${this.#path}.${process.pid}`;
        await writeFile(temporary, JSON.stringify({ next: this.#next, jobs: this.#jobs }), { mode: 0o600 });
        await rename(temporary, this.#path);
      });
    // `flush` reports the error.
    this.#saving.catch(() => undefined);
  }
}

function bounded(jobs: Job[]): Job[] {
  if (jobs.length <= MAX_JOBS) return jobs;
  const oldest = jobs.findLastIndex((job) => !isRunning(job));
  return jobs.toSpliced(oldest === -1 ? jobs.length - 1 : oldest, 1);
}

async function read(path: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(path, 'utf8'));
  } catch (error) {
    if (error instanceof SyntaxError || codeOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}

function parse(value: unknown): { jobs: Job[]; next: number } {
  if (typeof value !== 'object' || value === null) return { jobs: [], next: 1 };
  const { jobs, next } = value as Record<string, unknown>;
  return {
    jobs: Array.isArray(jobs) ? jobs.map(parseJob).filter((job) => job !== undefined) : [],
    next: typeof next === 'number' && Number.isSafeInteger(next) && next > 0 ? next : 1,
  };
}
