import { setTimeout as pause } from 'node:timers/promises';
import { lineText } from './site/line-text.js';

export interface ProducerOptions {
  /** URL of the log, asked at each attempt. */
  readonly url: () => string;
  /** May append. */
  readonly topic: string;
  readonly linesPerSecond: number;
  /** How many lines the next request brings. */
  readonly batch: () => number;
}

/** An answer that took longer is lost, ms. */
const PATIENCE = 3_000;

/** Writes numbered lines over HTTP, each request conditional on the head it continues, and repeats what was not answered. */
export class Producer {
  readonly #options: ProducerOptions;
  /** Lines that are known to be in the log. */
  acknowledged = 0;
  readonly counts = { requests: 0, unanswered: 0, refused: 0, 'found written': 0 };
  #stopping = false;

  constructor(options: ProducerOptions) {
    this.#options = options;
  }

  /** Writes at the pace that was asked for, catching up after faults, until `stop()`; then ends the log. */
  async run(): Promise<void> {
    const begun = performance.now();
    for (let batch = this.#options.batch(); !this.#stopping;) {
      const due = Math.floor(((performance.now() - begun) / 1_000) * this.#options.linesPerSecond);
      if (due - this.acknowledged < batch) {
        await pause(10);
        continue;
      }
      await this.#write(batch);
      batch = this.#options.batch();
    }
  }

  stop(): void {
    this.#stopping = true;
  }

  /** Says that the log is complete, until it is. */
  async end(): Promise<void> {
    for (;;) {
      const answer = await this.#ask('', '?end=0');
      // An end whose answer was lost makes the next one a conflict that names it.
      if (answer?.status === 200 || answer?.end === '0') return;
      if (answer?.status === 409) throw new Error(`The log could not be ended at line ${this.acknowledged}: its head is ${answer.head}.`);
      await pause(100);
    }
  }

  /** Writes the next `count` lines, or finds them written. */
  async #write(count: number): Promise<void> {
    const from = this.acknowledged + 1;
    const body = Array.from({ length: count }, (_, index) => `${lineText(from + index)}\n`).join('');
    const answer = await this.#ask(body, '');
    if (answer?.status === 200) {
      const written = Number(answer.position.split('-')[1]);
      if (written !== this.acknowledged + count) throw new Error(`Lines ${from} to ${from + count - 1} were said to end at ${written}.`);
      this.acknowledged = written;
    } else if (answer?.status === 409) {
      // An earlier attempt got further than its answer did. Nobody else writes, so that what is there are our lines.
      if (!(answer.head >= this.acknowledged))
        throw new Error(`Line ${this.acknowledged} was acknowledged, and the head is ${answer.head}.`);
      if (answer.head > this.acknowledged) this.counts['found written'] += 1;
      this.acknowledged = answer.head;
    } else {
      await pause(100);
    }
  }

  /** Undefined when no answer came. */
  async #ask(body: string, query: string): Promise<{ status: number; head: number; end: string | null; position: string } | undefined> {
    this.counts.requests += 1;
    try {
      const response = await fetch(`${this.#options.url()}${query}`, {
        method: 'POST',
        headers: { authorization: `Bearer ${this.#options.topic}`, 'log-append-at': String(this.acknowledged) },
        body,
        signal: AbortSignal.timeout(PATIENCE),
      });
      const answer: unknown = await response.json();
      const { status, headers } = response;
      if (status !== 200) this.counts.refused += 1;
      if (status >= 400 && status < 500 && status !== 409) throw new Refused(`${status} ${JSON.stringify(answer)}`);
      const position = typeof answer === 'object' && answer !== null && 'position' in answer ? String(answer.position) : '';
      return { status, head: Number(headers.get('log-head') ?? NaN), end: headers.get('log-end'), position };
    } catch (error) {
      if (error instanceof Refused) throw error;
      this.counts.unanswered += 1;
      return undefined;
    }
  }
}

/** No retrying helps. */
class Refused extends Error {}
