import type { News } from './news.ts';

const MARKS: Readonly<Record<News, string>> = { failed: '✖', ended: '✓' };

interface PageTitle {
  title: string;
}

/** A mark before the title of the page. Several logs share it; a failure is not replaced by an end. */
export class TitleMark {
  readonly #page: PageTitle;
  /** What is marked, the title before and the title as it was written. */
  #marked: { readonly news: News; readonly before: string; readonly written: string } | undefined;

  constructor(page: PageTitle) {
    this.#page = page;
  }

  show(news: News): void {
    const { news: shown, written } = this.#marked ?? {};
    // A page that has another title meanwhile shows no mark.
    if (shown === 'failed' && this.#page.title === written) return;
    this.clear();
    const before = this.#page.title;
    this.#page.title = `${MARKS[news]} ${before}`;
    // Browsers trim titles.
    this.#marked = { news, before, written: this.#page.title };
  }

  /** Restores the title, unless the page has changed it meanwhile. */
  clear(): void {
    const marked = this.#marked;
    this.#marked = undefined;
    if (marked !== undefined && this.#page.title === marked.written) this.#page.title = marked.before;
  }
}
