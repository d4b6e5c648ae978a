import type { Line } from '../../../protocol/line.ts';
import type { Log, Range } from '../../../worker/api.ts';
import { PAGE, readPages } from './line-pages.ts';

/** Fetched pages that are kept: the one being searched, and its neighbours. */
const KEPT_PAGES = 3;

export interface LineSource {
  /** All lines of the log. */
  readonly all: Range;
  /** A line, if it is held. */
  held(line: number): Line | undefined;
  readonly log: Pick<Log, 'range'>;
  readonly signal: AbortSignal;
}

export interface NumberedText {
  readonly line: number;
  readonly text: string;
}

/** The lines of a log as they were written: held ones at once, others fetched a page at a time. */
export class SearchLines {
  readonly #source: LineSource;
  readonly #pages = new Map<number, ReadonlyMap<number, string>>();

  constructor(source: LineSource) {
    this.#source = source;
  }

  /** The lines of a range that exist, in order. Rejects with the signal's reason. */
  async read({ from, to }: Range): Promise<NumberedText[]> {
    const { all, held } = this.#source;
    const texts: NumberedText[] = [];
    for (let line = Math.max(from, all.from); line <= Math.min(to, all.to); line += 1) {
      const text = held(line)?.[1] ?? (await this.#page(Math.ceil(line / PAGE))).get(line);
      if (text !== undefined) texts.push({ line, text });
    }
    return texts;
  }

  async #page(index: number): Promise<ReadonlyMap<number, string>> {
    const known = this.#pages.get(index);
    if (known !== undefined) return known;
    const { all, log, signal } = this.#source;
    const texts = new Map<number, string>();
    const range = { from: Math.max(all.from, (index - 1) * PAGE + 1), to: Math.min(all.to, index * PAGE) };
    for await (const lines of readPages(log, range, signal)) for (const { offset, text } of lines) texts.set(offset, text);
    this.#pages.set(index, texts);
    for (const oldest of this.#pages.keys()) {
      if (this.#pages.size <= KEPT_PAGES) break;
      this.#pages.delete(oldest);
    }
    return texts;
  }
}
