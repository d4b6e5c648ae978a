import { availableParallelism } from 'node:os';
import type { ScanAnswer, ScanRequest } from './scan/scanner.ts';
import { SearchUnavailableError } from './search-error.ts';
import { Shares } from '../util/shares.ts';
import { ScanExecutor } from './scan-executor.ts';
import { Turns } from './turns.ts';

/** How long threads wait for another search before they end, ms. */
const IDLE = 30_000;

export interface SearchPoolOptions {
  /** The path of the script that threads run. */
  readonly script: string;
  /** How many threads. */
  readonly threads: number;
  /** How many searches may run or wait. */
  readonly places: number;
}

interface PoolJob {
  readonly request: ScanRequest;
  readonly transfer: readonly ArrayBuffer[];
  readonly signal: AbortSignal;
  readonly resolve: (answer: ScanAnswer) => void;
  readonly reject: (error: Error) => void;
}

/** One thread fewer than there are cores, so that delivery keeps one; at least one. */
export function defaultThreads(): number {
  return Math.max(1, availableParallelism() - 1);
}

/** The threads that search, shared by all searches of a server. They are started when they are needed, and end when they are not. */
export class SearchPool {
  readonly places: Shares;
  /**
   * A search takes a turn before it reads blocks, and gives it back when they were scanned: so much is held in memory, however many
   * search. A second one for each thread lets the next blocks be read meanwhile.
   */
  readonly turns: Turns;
  readonly #script: string;
  readonly #limit: number;
  readonly #idle = new Set<ScanExecutor>();
  readonly #busy = new Set<ScanExecutor>();
  /** Were told to end and have not yet: some patterns take an engine seconds to compile, which nothing interrupts. */
  readonly #ending = new Set<ScanExecutor>();
  readonly #waiting: PoolJob[] = [];
  #idleTimer: NodeJS.Timeout | undefined;
  #isClosed = false;

  constructor({ script, threads, places }: SearchPoolOptions) {
    this.#script = script;
    this.#limit = threads;
    this.places = new Shares(places);
    this.turns = new Turns(threads * 2);
  }

  /** How many threads there are. */
  get threads(): number {
    return this.#idle.size + this.#busy.size + this.#ending.size;
  }

  /**
   * Has a thread answer a request, once one is free. Rejects with SlowSearchError or SearchUnavailableError, and at once when the
   * signal is aborted.
   */
  async run(request: ScanRequest, transfer: readonly ArrayBuffer[], signal: AbortSignal): Promise<ScanAnswer> {
    if (this.#isClosed || signal.aborted) throw stopped();
    let abort = (): void => undefined;
    try {
      return await new Promise<ScanAnswer>((resolve, reject) => {
        abort = () => reject(stopped());
        signal.addEventListener('abort', abort);
        this.#waiting.push({ request, transfer, signal, resolve, reject });
        this.#next();
      });
    } finally {
      signal.removeEventListener('abort', abort);
    }
  }

  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#idleTimer);
    for (const { reject } of this.#waiting.splice(0)) reject(stopped());
    for (const thread of [...this.#idle, ...this.#busy]) thread.close();
    this.#idle.clear();
  }

  #next(): void {
    for (let job = this.#waiting[0]; job !== undefined; job = this.#waiting[0]) {
      const thread = job.signal.aborted ? undefined : this.#freeThread();
      if (thread === undefined && !job.signal.aborted) return;
      this.#waiting.shift();
      if (thread !== undefined) this.#start(thread, job);
    }
    this.#rest();
  }

  #freeThread(): ScanExecutor | undefined {
    const [idle] = this.#idle;
    if (idle !== undefined) {
      this.#idle.delete(idle);
      return idle;
    }
    const hasRoom = this.#busy.size < this.#limit && this.#ending.size < this.#limit;
    return hasRoom ? new ScanExecutor(this.#script) : undefined;
  }

  #start(thread: ScanExecutor, { request, transfer, resolve, reject, signal }: PoolJob): void {
    clearTimeout(this.#idleTimer);
    this.#busy.add(thread);
    const cancel = (): void => thread.cancel();
    signal.addEventListener('abort', cancel);
    const answer = thread.run(request, transfer).finally(() => {
      signal.removeEventListener('abort', cancel);
      this.#busy.delete(thread);
      if (thread.isDead) this.#awaitEnd(thread);
      else this.#idle.add(thread);
      this.#next();
    });
    // Not resolved with the promise: its caller may stop waiting before.
    answer.then(resolve, reject);
  }

  #awaitEnd(thread: ScanExecutor): void {
    this.#ending.add(thread);
    void thread.ended.then(() => {
      this.#ending.delete(thread);
      this.#next();
    });
  }

  /** Ends the threads when no search has come for a while. */
  #rest(): void {
    clearTimeout(this.#idleTimer);
    if (this.#isClosed || this.#busy.size > 0) return;
    this.#idleTimer = setTimeout(() => {
      for (const thread of this.#idle) thread.close();
      this.#idle.clear();
    }, IDLE).unref();
  }
}

function stopped(): SearchUnavailableError {
  return new SearchUnavailableError('The search was stopped.');
}
