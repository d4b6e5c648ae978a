import type { HitSink, LogSearch, SearchEnd } from '../../search/log-search.ts';
import type { TopicExchange } from './exchange.ts';
import { ResponseWriter } from './response-writer.ts';

/** How a search ended for its reader: `gone`, if it read nothing for a while. */
export type SearchAnswerEnd = SearchEnd | 'gone';

/** How long a reader may read nothing although hits are waiting, ms. */
const STALL = 10_000;
/** How long the end of the answer then waits to be read, ms. */
const LAST_CHANCE = 60_000;
/** How often a reader is told how far the search has come, ms. */
const PROGRESS_INTERVAL = 500;
/** Written at a time, bytes, and up to the end of an object: a slow reader is seen to read. */
const PIECE = 32 * 1_024;
const NEWLINE = 0x0a;

/** The answer to one search: NDJSON, written as its reader reads. */
export class SearchAnswer {
  readonly #exchange: TopicExchange;
  readonly #search: LogSearch;
  readonly #stop: AbortController;
  readonly #writer: ResponseWriter;
  #timer: NodeJS.Timeout | undefined;
  #isGone = false;

  /** `stop` ends the search when its reader reads no more, or the server closes. */
  constructor(exchange: TopicExchange, search: LogSearch, stop: AbortController) {
    this.#exchange = exchange;
    this.#search = search;
    this.#stop = stop;
    this.#writer = new ResponseWriter(exchange);
  }

  /** Sends what is known before the search. */
  open(facts: Readonly<Record<string, unknown>>): void {
    this.#exchange.context.closing.addEventListener('abort', this.#onClosing);
    this.#send(facts);
    this.#timer = setInterval(() => {
      const { scanned, found, line } = this.#search;
      if (!this.#writer.isBlocked) this.#send({ scanned, found, line });
    }, PROGRESS_INTERVAL).unref();
  }

  /** Sends hits. */
  readonly sink: HitSink = (output) => {
    // Usually there is room, and the search need not wait.
    const end = pieceEnd(output, 0);
    const written = this.#writer.write(output.subarray(0, end));
    return end === output.length && !this.#writer.isBlocked ? undefined : this.#sendRest(written, output, end);
  };

  /** Completes the answer; returns how the search ended for its reader. */
  end(end: SearchEnd): SearchAnswerEnd {
    clearInterval(this.#timer);
    const { closing } = this.#exchange.context;
    closing.removeEventListener('abort', this.#onClosing);
    const told = end !== 'stopped' ? end : closing.aborted ? 'unavailable' : this.#isGone ? 'gone' : end;
    const { scanned, found } = this.#search;
    this.#send(told === 'done' ? { done: true, scanned, found } : { error: told });
    this.#writer.end();
    if (this.#isGone) setTimeout(() => this.#writer.destroy(), LAST_CHANCE).unref();
    return told;
  }

  readonly #onClosing = (): void => this.#stop.abort();

  async #sendRest(written: Promise<void>, output: Uint8Array, from: number): Promise<void> {
    await this.#untilRead(written);
    for (let at = from; at < output.length && !this.#stop.signal.aborted;) {
      const end = pieceEnd(output, at);
      await this.#untilRead(this.#writer.write(output.subarray(at, end)));
      at = end;
    }
  }

  /** Stops the search if the reader does not read. */
  async #untilRead(written: Promise<void>): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const stalled = new Promise<void>((resolve) => {
      timer = setTimeout(() => {
        this.#isGone = true;
        this.#stop.abort();
        resolve();
      }, STALL).unref();
    });
    await Promise.race([written, stalled]);
    clearTimeout(timer);
  }

  #send(message: Readonly<Record<string, unknown>>): void {
    void this.#writer.write(`${JSON.stringify(message)}\n`);
  }
}

/** Where a piece ends that begins at an index: nothing comes between the parts of an object. */
function pieceEnd(output: Uint8Array, from: number): number {
  const newline = output.indexOf(NEWLINE, from + PIECE - 1);
  return newline === -1 ? output.length : newline + 1;
}
