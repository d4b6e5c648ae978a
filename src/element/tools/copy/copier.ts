import type { LogBinding } from '../../log-binding.ts';
import type { Folded } from '../../viewport/long-lines/long-lines.ts';
import type { Viewport } from '../../viewport/viewport.ts';
import type { Range } from '../../../worker/api.ts';
import { clipSpan, type Span } from '../selection/places.ts';
import { TOOL_STRINGS } from '../strings.ts';
import { wasStopped, type Task } from '../task.ts';
import type { ToastAction } from '../toast.ts';
import { hasClipboard, writeClipboard } from './clipboard.ts';
import { AT_ONCE, fetchText, heldText, heldTextInSteps, type AtHand, type CopiedText } from './span-text.ts';

export interface CopierHost {
  readonly session: LogBinding;
  readonly viewport: Pick<Viewport, 'line' | 'folded'>;
  readonly task: Task;
  /** First and last line there is. */
  lines(): Range;
  say(text: string, action?: ToastAction): void;
  download(range: Range): void;
}

/** Copies text of the log, rebuilt from its lines: what is in the document is only a window over them. */
export class Copier {
  readonly #host: CopierHost;

  constructor(host: CopierHost) {
    this.#host = host;
  }

  /** Puts a span into the data of a copy event, or, where lines have to be fetched for it, into the clipboard later. */
  intoEvent(event: ClipboardEvent, span: Span): void {
    event.preventDefault();
    try {
      const held = this.#isShort(span) ? heldText(span, this.#atHand(span)) : undefined;
      if (held === undefined) void this.byReader(span);
      else event.clipboardData?.setData('text/plain', held.text);
    } catch (error) {
      this.#failed(error, span);
    }
  }

  /** Copies for a key or a button: says how it went. */
  async byReader(span: Span): Promise<void> {
    try {
      this.#host.say(TOOL_STRINGS.copied(await this.copy(span)));
    } catch (error) {
      this.#failed(error, span);
    }
  }

  /** Resolves with how many lines were copied; rejects with RangeError, saying what to do instead, when that is not possible. */
  async copy(span: Span): Promise<number> {
    if (!hasClipboard()) throw new RangeError(TOOL_STRINGS.copyNeedsHttps);
    const there = this.#there(span);
    if (there === undefined) return 0;
    const text = this.#text(there);
    await writeClipboard(text.then((copied) => copied.text));
    return (await text).lines;
  }

  async #text(span: Span): Promise<CopiedText> {
    const { session, task } = this.#host;
    const { log } = session;
    const held = await heldTextInSteps(span, this.#atHand(span), pause);
    if (held !== undefined || log === undefined) return held ?? { text: '', lines: 0 };
    const first = span.start.line;
    const total = span.end.line - first + 1;
    return task.run(TOOL_STRINGS.copying(0, total), (signal, report) =>
      fetchText(span, log, signal, (line) => report(TOOL_STRINGS.copying(line - first + 1, total)), this.#folds(span)),
    );
  }

  /** Whether it is put together before anybody notices; where there is no other way to the clipboard, it has to be. */
  #isShort({ start, end }: Span): boolean {
    let characters = 0;
    for (let line = start.line; line <= end.line && characters < AT_ONCE; line += 1) {
      const held = this.#host.viewport.line(line);
      if (held === undefined) break;
      characters += held[1].length;
    }
    return characters < AT_ONCE || !hasClipboard();
  }

  #atHand(span: Span): AtHand {
    return { line: (line) => this.#host.viewport.line(line), folds: this.#folds(span) };
  }

  #folds({ start, end }: Span): readonly Folded[] {
    return this.#host.viewport.folded({ from: start.line, to: end.line });
  }

  /** The part of a span that the log still has and already has; its unfinished last line is one of its lines. */
  #there(span: Span): Span | undefined {
    const { from, to } = this.#host.lines();
    return clipSpan(span, { from, to: this.#host.viewport.line(to + 1) === undefined ? to : to + 1 });
  }

  #failed(error: unknown, span: Span): void {
    const { say, download } = this.#host;
    const there = this.#there(span);
    if (wasStopped(error)) return;
    if (!(error instanceof RangeError) || there === undefined) return say(TOOL_STRINGS.copyFailed);
    const range = { from: there.start.line, to: there.end.line };
    say(error.message, { label: TOOL_STRINGS.downloadInstead, run: () => download(range) });
  }
}

/** Lets the page do what waits. */
function pause(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve));
}
