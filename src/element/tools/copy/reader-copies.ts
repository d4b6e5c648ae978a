import type { Range } from '../../../worker/api.ts';
import type { CurrentLine } from '../current/current-line.ts';
import { spanOfLines, type Span } from '../selection/places.ts';
import type { Selection } from '../selection/selection.ts';
import type { ToolStrings } from '../strings.ts';
import type { Copier } from './copier.ts';
import { markdownOf } from './markdown.ts';

export interface ReaderCopiesHost {
  readonly copier: Copier;
  readonly selection: Selection;
  readonly current: CurrentLine;
  readonly strings: ToolStrings;
  /** The first and the last line of the log. */
  lines(): Range;
  /** The title of the log. */
  title(): string;
  /** The address of lines. */
  link(range: Range): string;
  notify(text: string): void;
}

/** What is copied when a reader, or the page, copies: the selection, the current line, or lines by number. */
export class ReaderCopies {
  readonly #host: ReaderCopiesHost;

  constructor(host: ReaderCopiesHost) {
    this.#host = host;
  }

  /** What the reader selected: of filtered lines, what is shown. */
  get selected(): Span | undefined {
    const { span } = this.#host.selection;
    return span && { ...span, shownOnly: true };
  }

  /** Copies the selection, else the current line. Without either it says how to select: readers rarely mean the whole log. */
  copy(): void {
    const span = this.#chosen;
    if (span !== undefined) void this.#host.copier.copyAndNotify(span);
  }

  /** The same as Markdown: fenced, with title and link. */
  copyMarkdown(): void {
    const { copier, strings, lines, title, link } = this.#host;
    const span = this.#chosen;
    if (span === undefined) return;
    const range = { from: span.start.line, to: Math.min(span.end.line, Math.max(lines().to, span.start.line)) };
    const excerpt = strings.excerpt(title(), range);
    void copier.copyAndNotify(span, (text) => markdownOf(text, excerpt, link(range)));
  }

  /** Copies a range, by default the selection, else all lines. Resolves with the number of lines. */
  copyRange(range?: Range): Promise<number> {
    const { copier, lines } = this.#host;
    const chosen = range === undefined ? this.selected : spanOfLines(range);
    return copier.copy(chosen ?? spanOfLines(lines()));
  }

  /** Copies lines at the reader's request, and says so. */
  copyLines(range: Range): void {
    void this.#host.copier.copyAndNotify(spanOfLines(range));
  }

  get #chosen(): Span | undefined {
    const { current, strings, notify } = this.#host;
    const span = this.selected ?? current.span;
    if (span === undefined) notify(strings.howToSelect);
    return span;
  }
}
