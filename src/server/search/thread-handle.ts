import { Worker } from 'node:worker_threads';
import type { ScanAnswer, ScanRequest } from './scan/scanner.ts';
import { SearchUnavailableError, SlowSearchError } from './search-error.ts';

/** How often a busy thread is looked at, ms … */
const WATCH_INTERVAL = 50;
/** … and how often in a row it may be in the same block: about 250 ms. */
const MOST_LOOKS = 5;
/** Memory of a thread, MiB. Blocks come on top: they lie outside of its heap. */
const MEMORY = { maxOldGenerationSizeMb: 96, maxYoungGenerationSizeMb: 8, stackSizeMb: 4 };

interface Job {
  readonly request: ScanRequest;
  readonly transfer: readonly ArrayBuffer[];
  readonly resolve: (answer: ScanAnswer) => void;
  readonly reject: (error: Error) => void;
}

/** A thread that answers one request at a time. It ends when a request takes too long, and cannot be used after that. */
export class ThreadHandle {
  readonly #worker: Worker;
  /** How many blocks were begun, and whether the current request is cancelled. */
  readonly #shared = new Int32Array(new SharedArrayBuffer(8));
  #isReady = false;
  #isDead = false;
  #job: Job | undefined;
  #watch: NodeJS.Timeout | undefined;
  #looks = 0;
  #beats = 0;

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
    this.#worker.on('exit', () => this.#end(new SearchUnavailableError('A thread that searches has ended.')));
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
    this.#looks = 0;
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
    const beats = Atomics.load(this.#shared, 0);
    this.#looks = beats === this.#beats ? this.#looks + 1 : 1;
    this.#beats = beats;
    if (this.#looks > MOST_LOOKS) this.#end(new SlowSearchError('The pattern took too long.'));
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
