import { performance } from 'node:perf_hooks';
import { Worker } from 'node:worker_threads';
import type { ScanAnswer, ScanRequest } from './scan/scanner.ts';
import { SearchUnavailableError, SlowSearchError } from './search-error.ts';

/** How long a thread may take for one block, ms. */
const MOST_TIME = 250;
/** How often a busy thread is looked at, ms. */
const WATCH_INTERVAL = 50;
/** Memory of a thread, MiB. Blocks come on top: they lie outside of its heap. */
const MEMORY = { maxOldGenerationSizeMb: 96, maxYoungGenerationSizeMb: 8, stackSizeMb: 4 };

interface Job {
  readonly request: ScanRequest;
  readonly transfer: readonly ArrayBuffer[];
  readonly resolve: (answer: ScanAnswer) => void;
  readonly reject: (error: Error) => void;
}

/** What is known of a thread at one moment. */
interface Moment {
  /** How many blocks were begun. */
  readonly beats: number;
  /** ms */
  readonly time: number;
  /** Processor time that the whole process has used, ms. */
  readonly used: number;
}

const NEVER: Moment = { beats: -1, time: 0, used: 0 };

/** A thread that answers one request at a time. It ends when a request takes too long, and cannot be used after that. */
export class ScanExecutor {
  /** Resolves when it has ended: an engine that compiles a pattern cannot be interrupted. */
  readonly ended: Promise<void>;
  readonly #worker: Worker;
  /** How many blocks were begun, and whether the current request is cancelled. */
  readonly #shared = new Int32Array(new SharedArrayBuffer(8));
  #isReady = false;
  #isDead = false;
  #job: Job | undefined;
  #watch: NodeJS.Timeout | undefined;
  /** When the current block was seen first. */
  #since = NEVER;

  constructor(script: string) {
    this.#worker = new Worker(script, { workerData: this.#shared, resourceLimits: MEMORY, name: 'log-stream search' });
    this.#worker.unref();
    this.#worker.on('message', (answer: ScanAnswer | undefined) => this.#answered(answer));
    this.#worker.on('error', (error: Error & { readonly code?: string }) => {
      const isMemory = error.code === 'ERR_WORKER_OUT_OF_MEMORY';
      this.#end(
        isMemory
          ? new SlowSearchError('The pattern took more memory than a thread has.')
          : new SearchUnavailableError('A thread that searches has failed.', { cause: error }),
      );
    });
    this.ended = new Promise((resolve) => {
      this.#worker.on('exit', () => {
        this.#end(new SearchUnavailableError('A thread that searches has ended.'));
        resolve();
      });
    });
  }

  /** Whether it can take no more requests. */
  get isDead(): boolean {
    return this.#isDead;
  }

  /** Rejects with SlowSearchError or SearchUnavailableError; the thread is then dead. Only after the answer to the request before. */
  run(request: ScanRequest, transfer: readonly ArrayBuffer[]): Promise<ScanAnswer> {
    return new Promise((resolve, reject) => {
      this.#job = { request, transfer, resolve, reject };
      if (this.#isReady) this.#start(this.#job);
    });
  }

  /** The result of the current request is not wanted: the thread answers after the block it is in. */
  cancel(): void {
    Atomics.store(this.#shared, 1, 1);
  }

  close(): void {
    this.#end(new SearchUnavailableError('The threads that search were closed.'));
  }

  #start({ request, transfer }: Job): void {
    Atomics.store(this.#shared, 1, 0);
    this.#since = this.#now();
    this.#watch = setInterval(() => this.#look(), WATCH_INTERVAL).unref();
    this.#worker.postMessage(request, transfer);
  }

  #answered(answer: ScanAnswer | undefined): void {
    const job = this.#job;
    if (answer === undefined) {
      this.#isReady = true;
      if (job !== undefined) this.#start(job);
      return;
    }
    clearInterval(this.#watch);
    this.#job = undefined;
    job?.resolve(answer);
  }

  #look(): void {
    const now = this.#now();
    if (now.beats !== this.#since.beats) this.#since = now;
    // Where the machine is busy with other things the process gets less time than passes, and the pattern is not to blame.
    const isSlow = now.time - this.#since.time > MOST_TIME && now.used - this.#since.used > MOST_TIME;
    if (isSlow) this.#end(new SlowSearchError('The pattern took too long.'));
  }

  #now(): Moment {
    const { user, system } = process.cpuUsage();
    return { beats: Atomics.load(this.#shared, 0), time: performance.now(), used: (user + system) / 1_000 };
  }

  #end(error: Error): void {
    if (this.#isDead) return;
    this.#isDead = true;
    clearInterval(this.#watch);
    // Rejects for a thread that has ended already.
    this.#worker.terminate().catch(() => undefined);
    this.#job?.reject(error);
    this.#job = undefined;
  }
}
