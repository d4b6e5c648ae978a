import type { IncomingMessage, ServerResponse } from 'node:http';
import { answer, answerProblem } from './answer.ts';
import { Problem } from './http/problem.ts';
import type { LogStore } from './store.ts';

/** Channel that is looked up to see whether the store answers; nobody writes to it. */
const PROBE = 'log-stream/health';
/** ms the store gets to answer. */
const PATIENCE = 5_000;

/** Whether a server can work. */
export class Health {
  readonly #store: LogStore;
  readonly #closing: AbortSignal;
  #asking: Promise<string | undefined> | undefined;
  #isDraining = false;

  constructor(store: LogStore, closing: AbortSignal) {
    this.#store = store;
    this.#closing = closing;
  }

  /** From now on nobody new is to be sent here. */
  drain(): void {
    this.#isDraining = true;
  }

  /** What is wrong; undefined when nothing is. The store is asked once for all who want to know at the same time. */
  problem(): Promise<string | undefined> {
    if (this.#closing.aborted) return Promise.resolve('The server is closing.');
    if (this.#isDraining) return Promise.resolve('The server is about to close: send nobody here any more.');
    this.#asking ??= this.#ask().finally(() => {
      this.#asking = undefined;
    });
    return this.#asking;
  }

  /** Answers `GET` and `HEAD` of the health path: 200 when the server can work, else 503. */
  async answer(req: IncomingMessage, res: ServerResponse): Promise<void> {
    if (req.method !== 'GET' && req.method !== 'HEAD') {
      answerProblem(res, new Problem('method-not-allowed', 'Health is asked for with GET or HEAD.', { Allow: 'GET, HEAD' }));
      return;
    }
    const problem = await this.problem();
    if (problem === undefined) answer(res, 200, 'application/json', JSON.stringify({ ok: true }));
    else answerProblem(res, new Problem('unavailable', problem, {}, { ok: false }));
  }

  async #ask(): Promise<string | undefined> {
    const late = lateness();
    try {
      return await Promise.race([this.#store.tail(PROBE).then(() => undefined), late.passed]);
    } catch (error) {
      return error instanceof Error ? error.message : 'The store failed.';
    } finally {
      late.stop();
    }
  }
}

function lateness(): { readonly passed: Promise<string>; readonly stop: () => void } {
  let stop = (): void => undefined;
  const passed = new Promise<string>((resolve) => {
    const timer = setTimeout(() => resolve(`The store did not answer within ${PATIENCE / 1_000} s.`), PATIENCE).unref();
    stop = () => clearTimeout(timer);
  });
  return { passed, stop };
}
