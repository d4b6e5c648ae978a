import type { IncomingMessage, ServerResponse } from 'node:http';
import { answer, answerProblem } from '../core/answer.ts';
import { Problem } from '../../problem.ts';
import type { Logger } from '../../log/logger.ts';
import type { LogStore } from '../../store.ts';

/** Channel that is looked up to see whether the store answers; nobody writes to it. */
const PROBE = 'log-stream/health';
/** ms the store gets to answer. */
const PATIENCE = 5_000;

/** Whether a server can work. */
export class Health {
  readonly #store: LogStore;
  readonly #closing: AbortSignal;
  readonly #logger: Pick<Logger, 'info' | 'warn'>;
  /** Whether the log says that the store does not answer. */
  #isTold = false;
  #asking: Promise<string | undefined> | undefined;
  #isDraining = false;

  constructor(store: LogStore, closing: AbortSignal, logger: Pick<Logger, 'info' | 'warn'>) {
    this.#store = store;
    this.#logger = logger;
    this.#closing = closing;
  }

  /** From now on nobody new is to be sent here. */
  drain(): void {
    this.#isDraining = true;
  }

  /** What is wrong; undefined when nothing is. The store is asked once for all who want to know at the same time. */
  problem(): Promise<string | undefined> {
    if (this.#closing.aborted) return Promise.resolve('The server is shutting down.');
    if (this.#isDraining) return Promise.resolve('The server is about to shut down: stop sending traffic.');
    this.#asking ??= this.#ask().finally(() => {
      this.#asking = undefined;
    });
    return this.#asking;
  }

  /** Answers `GET` and `HEAD` of the health path: 200 when the server can work, else 503. */
  async answer(req: IncomingMessage, res: ServerResponse): Promise<void> {
    if (req.method !== 'GET' && req.method !== 'HEAD') {
      answerProblem(res, new Problem('method-not-allowed', 'Use GET or HEAD.', { Allow: 'GET, HEAD' }));
      return;
    }
    const problem = await this.problem();
    if (problem === undefined) answer(res, 200, 'application/json', JSON.stringify({ ok: true }));
    else answerProblem(res, new Problem('unavailable', problem, {}, { ok: false }));
  }

  async #ask(): Promise<string | undefined> {
    const late = lateness();
    try {
      await Promise.race([this.#store.tail(PROBE), late.passed]);
      if (this.#isTold) this.#logger.info({ event: 'health-restored' }, 'The store answers again: health is 200.');
      this.#isTold = false;
      return undefined;
    } catch (error) {
      // What a store says may name its address: that is for the operator, and anybody may ask for health.
      if (!this.#isTold) this.#logger.warn({ event: 'health-failed', err: error }, 'The store does not answer: health is 503.');
      this.#isTold = true;
      return 'The store does not answer.';
    } finally {
      late.stop();
    }
  }
}

/** Rejects when the store has had its time. */
function lateness(): { readonly passed: Promise<never>; readonly stop: () => void } {
  let stop = (): void => undefined;
  const passed = new Promise<never>((_resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`The store did not answer within ${PATIENCE / 1_000} s.`)), PATIENCE).unref();
    stop = () => clearTimeout(timer);
  });
  return { passed, stop };
}
