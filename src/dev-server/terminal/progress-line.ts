import { fstatSync } from 'node:fs';
import { performance } from 'node:perf_hooks';

/** The part of a stream that is used. */
interface Output {
  write(text: string): unknown;
}

/** What ends sooner shows no progress, ms: a flash of it would only distract. */
const FIRST = 500;
/** How often it changes, ms. */
const INTERVAL = 100;

/** One line of a terminal that says how far a command has come, and is erased again. */
export class ProgressLine {
  readonly #output: Output;
  readonly #now: () => number;
  #due: number;
  #isShown = false;

  constructor(output: Output, now: () => number = () => performance.now()) {
    this.#output = output;
    this.#now = now;
    this.#due = now() + FIRST;
  }

  /** Shows a text that has no control characters and fits into a line; not if it would change too often. */
  show(text: string): void {
    const now = this.#now();
    if (now < this.#due) return;
    this.#due = now + INTERVAL;
    this.#isShown = true;
    this.#output.write(`\r${text}${ERASE_REST}`);
  }

  /** Erases it, so that something else can be printed. */
  clear(): void {
    if (!this.#isShown) return;
    this.#isShown = false;
    this.#output.write(`\r${ERASE_REST}`);
  }
}

const ERASE_REST = '\u001b[K';

/** A line on stderr if that is a terminal; not where a pager may read stdout, which draws to the same terminal. */
export function openProgressLine(): ProgressLine | undefined {
  if (!process.stderr.isTTY || isPipe(process.stdout.fd)) return undefined;
  return new ProgressLine(process.stderr);
}

function isPipe(fd: number): boolean {
  const stat = fstatSync(fd);
  return stat.isFIFO() || stat.isSocket();
}
