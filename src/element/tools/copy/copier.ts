import type { LogBinding } from '../../log-binding.ts';
import type { Folded } from '../../viewport/long-lines/long-view.ts';
import type { Viewport } from '../../viewport/viewport.ts';
import type { Range } from '../../../worker/api.ts';
import { clipSpan, type Span } from '../selection/places.ts';
import { TOOL_STRINGS } from '../strings.ts';
import { isAbortError, type Task } from '../messages/task.ts';
import type { ToastAction } from '../messages/toast.ts';
import { hasClipboard, writeClipboard } from './clipboard.ts';
import { AT_ONCE, fetchText, heldText, heldTextInSteps, type HeldLines, type CopiedText } from './span-text.ts';

export interface CopierHost {
  readonly binding: LogBinding;
  readonly viewport: Pick<Viewport, 'line' | 'folded'>;
  readonly task: Task;
  /** The first and the last line of the log. */
  lines(): Range;
  notify(text: string, action?: ToastAction): void;
  download(range: Range): void;
}

/** Copies text of the log. The text is rebuilt from the lines, since the document holds only a window of them. */
export class Copier {
  readonly #host: CopierHost;

  constructor(host: CopierHost) {
    this.#host = host;
  }

  /** Puts a span into a copy event, or, where lines have to be fetched, into the clipboard later. */
  intoEvent(event: ClipboardEvent, span: Span): void {
    event.preventDefault();
    try {
      const held = this.#isShort(span) ? heldText(span, this.#held(span)) : undefined;
      if (held === undefined) void this.copyAndNotify(span);
      else event.clipboardData?.setData('text/plain', held.text);
    } catch (error) {
      this.#failed(error, span);
    }
  }

  /** Copies at the reader's request, and says how it went. */
  async copyAndNotify(span: Span, format?: (text: string) => string): Promise<void> {
    try {
      this.#host.notify(TOOL_STRINGS.copied(await this.copy(span, format)));
    } catch (error) {
      this.#failed(error, span);
    }
  }

  /** Copies a span, as `format` has it. Resolves with the number of lines copied. Rejects with a RangeError that says what to do instead when the text is too long. */
  async copy(span: Span, format = (text: string): string => text): Promise<number> {
    if (!hasClipboard()) throw new RangeError(TOOL_STRINGS.copyNeedsHttps);
    const existing = this.#existing(span);
    if (existing === undefined) return 0;
    const text = this.#text(existing);
    await writeClipboard(text.then((copied) => format(copied.text)));
    return (await text).lines;
  }

  async #text(span: Span): Promise<CopiedText> {
    const { binding, task } = this.#host;
    const { log } = binding;
    const held = await heldTextInSteps(span, this.#held(span), pause);
    if (held !== undefined || log === undefined) return held ?? { text: '', lines: 0 };
    const first = span.start.line;
    const total = span.end.line - first + 1;
    return task.run(TOOL_STRINGS.copying(0, total), (signal, report) =>
      fetchText(span, log, signal, (line) => report(TOOL_STRINGS.copying(line - first + 1, total)), this.#folds(span)),
    );
  }

  /** Whether a span is short enough to be copied within the event; without a clipboard there is no other way. */
  #isShort({ start, end }: Span): boolean {
    let characters = 0;
    for (let line = start.line; line <= end.line && characters < AT_ONCE; line += 1) {
      const held = this.#host.viewport.line(line);
      if (held === undefined) break;
      characters += held[1].length;
    }
    return characters < AT_ONCE || !hasClipboard();
  }

  #held(span: Span): HeldLines {
    return { line: (line) => this.#host.viewport.line(line), folds: this.#folds(span) };
  }

  #folds({ start, end }: Span): readonly Folded[] {
    return this.#host.viewport.folded({ from: start.line, to: end.line });
  }

  /** The part of a span that exists: not removed by retention, not yet to come. The unfinished last line counts. */
  #existing(span: Span): Span | undefined {
    const { from, to } = this.#host.lines();
    return clipSpan(span, { from, to: this.#host.viewport.line(to + 1) === undefined ? to : to + 1 });
  }

  #failed(error: unknown, span: Span): void {
    const { notify, download } = this.#host;
    const existing = this.#existing(span);
    if (isAbortError(error)) return;
    if (!(error instanceof RangeError) || existing === undefined) return notify(TOOL_STRINGS.copyFailed);
    const range = { from: existing.start.line, to: existing.end.line };
    notify(error.message, { label: TOOL_STRINGS.downloadInstead, run: () => download(range) });
  }
}

/** Lets the page handle other work. */
function pause(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve));
}
