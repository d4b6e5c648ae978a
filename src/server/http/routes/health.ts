import type { IncomingMessage, ServerResponse } from 'node:http';
import { answer, answerProblem } from '../core/answer.ts';
import { Problem } from '../../problem.ts';
import type { Logger } from '../../log/logger.ts';
import type { LogStore } from '../../store.ts';

/** The channel read to see whether the store answers. It is reserved, so it is never written to. */
const PROBE = 'log-stream/health';
/** How long the store may take to answer, ms. */
const STORE_TIMEOUT = 5_000;

/** Tells whether a server can work. */
export class Health {
  readonly #store: LogStore;
  readonly #closing: AbortSignal;
  readonly #logger: Pick<Logger, 'info' | 'warn'>;
  /** Whether the log already says that the store does not answer. */
  #isReported = false;
  #checking: Promise<string | undefined> | undefined;
  #isDraining = false;

  constructor(store: LogStore, closing: AbortSignal, logger: Pick<Logger, 'info' | 'warn'>) {
    this.#store = store;
    this.#logger = logger;
    this.#closing = closing;
  }

  /** Fails health checks from now on. */
  drain(): void {
    this.#isDraining = true;
  }

  /** What is wrong; undefined when nothing is. Concurrent callers share one read from the store. */
  problem(): Promise<string | undefined> {
    if (this.#closing.aborted) return Promise.resolve('The server is shutting down.');
    if (this.#isDraining) return Promise.resolve('The server is about to shut down: stop sending traffic.');
    this.#checking ??= this.#check().finally(() => {
      this.#checking = undefined;
    });
    return this.#checking;
  }

  /** Answers `GET` and `HEAD` of `/health`: 200 when the server can work, else 503. */
  async answer(req: IncomingMessage, res: ServerResponse): Promise<void> {
    if (req.method !== 'GET' && req.method !== 'HEAD') {
      answerProblem(res, new Problem('method-not-allowed', 'Use GET or HEAD.', { Allow: 'GET, HEAD' }));
      return;
    }
    const problem = await this.problem();
    if (problem === undefined) answer(res, 200, 'application/json', JSON.stringify({ ok: true }));
    else answerProblem(res, new Problem('unavailable', problem, {}, { ok: false }));
  }

  async #check(): Promise<string | undefined> {
    const timeout = storeTimeout();
    try {
      await Promise.race([this.#store.tail(PROBE), timeout.expired]);
      if (this.#isReported) this.#logger.info({ event: 'health-restored' }, 'The store answers again: health is 200.');
      this.#isReported = false;
      return undefined;
    } catch (error) {
      // The error may name the address of the store: it goes to the operator's log only, since health is public.
      if (!this.#isReported) this.#logger.warn({ event: 'health-failed', err: error }, 'The store does not answer: health is 503.');
      this.#isReported = true;
      return 'The store does not answer.';
    } finally {
      timeout.clear();
    }
  }
}

/** `expired` rejects when the store has taken too long. */
function storeTimeout(): { readonly expired: Promise<never>; readonly clear: () => void } {
  let clear = (): void => undefined;
  const expired = new Promise<never>((_resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`The store did not answer within ${STORE_TIMEOUT / 1_000} s.`)), STORE_TIMEOUT).unref();
    clear = () => clearTimeout(timer);
  });
  return { expired, clear };
}
