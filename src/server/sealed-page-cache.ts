import type { LogTail, SealedPage } from './store.ts';

/** A page without the state of its log. */
type KeptPage = Omit<SealedPage, 'tail' | 'release'>;

interface KeptLog {
  readonly epoch: string;
  /** No page with an earlier line is kept. */
  readonly first: number;
  /** By the line before the first, in the order in which they came. */
  readonly pages: Map<number, KeptPage>;
}

/** A larger page, as a share of all bytes, is not kept: it would take the place of too many others. */
const LARGEST_SHARE = 1 / 8;

/**
 * Keeps sealed pages in memory for stores that do not keep them: up to so many bytes in all. The logs that were not read for
 * longest lose pages first. A page is only given together with a tail of its log: it goes with the first of its lines.
 */
export class SealedPageCache {
  readonly #most: number;
  /** The last read one last. */
  readonly #logs = new Map<string, KeptLog>();
  #bytes = 0;

  constructor(most: number) {
    this.#most = most;
  }

  /** Bytes that are kept. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Whether any page of a log is kept. */
  has(channel: string): boolean {
    return this.#logs.has(channel);
  }

  /** The page after a line of a log that has this tail now. */
  get(channel: string, tail: LogTail, after: number): KeptPage | undefined {
    return this.#logAt(channel, tail)?.pages.get(after);
  }

  set(channel: string, tail: LogTail, after: number, page: KeptPage): void {
    const { length } = page.gzip;
    if (length > this.#most * LARGEST_SHARE) return;
    const log = this.#logAt(channel, tail) ?? { epoch: tail.epoch, first: tail.first, pages: new Map<number, KeptPage>() };
    // Its first line went while it was made.
    if (after + 1 < log.first) return;
    const { pages } = this.#add(channel, log);
    this.#deletePage(pages, after);
    pages.set(after, page);
    this.#bytes += length;
    while (this.#bytes > this.#most) this.#deleteOldest();
  }

  /** Drops the pages of a log. */
  forget(channel: string): void {
    const pages = this.#logs.get(channel)?.pages;
    if (pages === undefined) return;
    for (const after of pages.keys()) this.#deletePage(pages, after);
    this.#logs.delete(channel);
  }

  /** The log, without the pages that it has lost since. */
  #logAt(channel: string, { epoch, first }: LogTail): KeptLog | undefined {
    const log = this.#logs.get(channel);
    if (log === undefined) return undefined;
    if (log.epoch !== epoch) {
      this.forget(channel);
      return undefined;
    }
    if (first > log.first) for (const after of log.pages.keys()) if (after + 1 < first) this.#deletePage(log.pages, after);
    this.#logs.delete(channel);
    return this.#add(channel, { ...log, first: Math.max(first, log.first) });
  }

  #add(channel: string, log: KeptLog): KeptLog {
    this.#logs.set(channel, log);
    return log;
  }

  #deleteOldest(): void {
    const [entry] = this.#logs;
    if (entry === undefined) return;
    const [channel, { pages }] = entry;
    const [after] = pages.keys();
    if (after !== undefined) this.#deletePage(pages, after);
    if (pages.size === 0) this.#logs.delete(channel);
  }

  #deletePage(pages: Map<number, KeptPage>, after: number): void {
    this.#bytes -= pages.get(after)?.gzip.length ?? 0;
    pages.delete(after);
  }
}
