import type { LineMatches } from '../../../protocol/search/line-search.ts';
import type { PatternAnswer, PatternRequest, TextQuery } from '../../../worker/scan/scan-messages.ts';

/** Longest time for an answer, ms. */
export const PATIENCE = 250;
/** It is counted in turns of this page, so that time in which the page itself was busy does not count. */
const TURNS = 5;
/** Longest time for the worker to start, ms. */
const START_TIMEOUT = 10_000;

/** The part of a `Worker` that is used. */
export interface ScanWorker {
  onmessage: ((event: MessageEvent) => unknown) | null;
  onerror: ((event: ErrorEvent) => unknown) | null;
  postMessage(message: PatternRequest): void;
  terminate(): void;
}

/** A pattern took too long. */
export class SlowPatternError extends Error {
  override readonly name = 'SlowPatternError';
}

/** A pattern cannot be used. The message says why. */
export class InvalidPatternError extends Error {
  override readonly name = 'InvalidPatternError';
}

/** No dedicated worker can be started. */
export class NoScannerError extends Error {
  override readonly name = 'NoScannerError';
}

interface Pending {
  settle(answer: PatternAnswer): void;
  fail(error: Error): void;
}

/**
 * Runs regular expressions in a worker of their own: nothing else can end one that takes for ever. A worker that does not answer in
 * time is terminated, and another one is started for the next request. One request is under way at a time; the others wait.
 */
export class PatternScanner {
  readonly #start: () => ScanWorker;
  #worker: ScanWorker | undefined;
  #ready: Promise<ScanWorker> | undefined;
  #pending: Pending | undefined;
  #turn: Promise<unknown> = Promise.resolve();

  /** `start` throws where there are no dedicated workers. */
  constructor(start: () => ScanWorker) {
    this.#start = start;
  }

  /**
   * The matches of each text, undefined for one that is not found. Rejects with a {@link SlowPatternError}, an
   * {@link InvalidPatternError} or a {@link NoScannerError}, or with the signal's reason. A request that is aborted before its turn
   * is not made.
   */
  find(query: TextQuery, texts: readonly string[], signal: AbortSignal): Promise<readonly (LineMatches | undefined)[]> {
    const run = this.#turn.then(async () => {
      signal.throwIfAborted();
      const worker = await this.#running();
      signal.throwIfAborted();
      return this.#ask(worker, { query, texts });
    });
    this.#turn = run.catch(() => undefined);
    return run;
  }

  /** Ends the worker. The next request starts another one. */
  stop(): void {
    this.#worker?.terminate();
    this.#pending?.fail(new DOMException('Stopped.', 'AbortError'));
    this.#worker = this.#ready = this.#pending = undefined;
  }

  #running(): Promise<ScanWorker> {
    this.#ready ??= this.#startWorker().catch((error: unknown) => {
      this.stop();
      throw new NoScannerError('No dedicated worker could be started.', { cause: error });
    });
    return this.#ready;
  }

  async #startWorker(): Promise<ScanWorker> {
    const worker = (this.#worker = this.#start());
    const answer = this.#answer();
    const timer = setTimeout(() => this.#pending?.fail(new Error('The worker did not start.')), START_TIMEOUT);
    worker.onmessage = ({ data }: { readonly data: unknown }) => this.#pending?.settle(data as PatternAnswer);
    worker.onerror = () => this.#pending?.fail(new Error('The worker failed.'));
    try {
      await answer;
    } finally {
      clearTimeout(timer);
    }
    return worker;
  }

  async #ask(worker: ScanWorker, request: PatternRequest): Promise<readonly (LineMatches | undefined)[]> {
    const answer = this.#answer();
    let turns = 0;
    const timer = setInterval(() => {
      turns += 1;
      if (turns < TURNS) return;
      this.#pending?.fail(new SlowPatternError('The pattern took too long.'));
      this.stop();
    }, PATIENCE / TURNS);
    try {
      worker.postMessage(request);
      const { kind, ...rest } = await answer;
      if (kind === 'invalid' && 'problem' in rest) throw new InvalidPatternError(rest.problem);
      return 'found' in rest ? rest.found : [];
    } finally {
      clearInterval(timer);
    }
  }

  #answer(): Promise<PatternAnswer> {
    return new Promise((resolve, reject) => {
      this.#pending = { settle: resolve, fail: reject };
    });
  }
}
