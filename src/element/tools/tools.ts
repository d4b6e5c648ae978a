import type { CSSResult, TemplateResult } from 'lit';
import type { LogState, Range } from '../../worker/api.ts';
import type { LogStreamAttributes } from '../attributes.ts';
import type { Session } from '../session.ts';
import type { ChipInput } from '../status.ts';
import { nextTimeMode } from '../time.ts';
import type { Viewport } from '../viewport/viewport.ts';
import { Address } from './address.ts';
import { barTemplate, overlayTemplate, type ToolActions, type ToolsModel } from './bar.ts';
import { Copier } from './copy/copier.ts';
import { Downloader } from './download/downloader.ts';
import { ErrorFinder } from './errors/error-finder.ts';
import { hintOf } from './hint.ts';
import { runKey, type KeyActions } from './key-actions.ts';
import { KeyReader } from './keys.ts';
import { freshTopic } from './refresh.ts';
import { spanOfLines, type Span } from './selection/places.ts';
import { Selection } from './selection/selection.ts';
import { Speaker } from './speaker.ts';
import { WORDS } from './strings.ts';
import { toolStyles } from './styles.ts';
import { Task } from './task.ts';
import { Toast, type ToastAction } from './toast.ts';
import { rove } from './toolbar.ts';

const COPYING = ['beforecopy', 'copy'] as const;

export interface ToolsHost {
  readonly element: LogStreamAttributes;
  readonly session: Session;
  readonly viewport: Viewport;
  readonly scroller: HTMLElement;
  /** What screen readers listen to. */
  readonly speaker: HTMLElement;
  /** First and last line there is. */
  lines(): Range;
}

/**
 * What a reader does with a log beyond reading it: toolbar, keys, selecting, copying, permalinks, and what is said to
 * screen readers. The log is shown without it, so it is loaded when that is done.
 */
export class Tools {
  readonly styles: CSSResult = toolStyles;
  readonly #host: ToolsHost;
  readonly #keys = new KeyReader();
  readonly #toast: Toast;
  readonly #speaker: Speaker;
  readonly #address: Address;
  readonly #task: Task;
  readonly #selection: Selection;
  readonly #copier: Copier;
  readonly #downloader: Downloader;
  readonly #errors: ErrorFinder;

  constructor(host: ToolsHost) {
    this.#host = host;
    const { element, session, viewport, scroller, speaker } = host;
    this.#toast = new Toast(() => this.#messageChanged());
    this.#speaker = new Speaker(speaker, () => element.announce);
    this.#address = new Address(element, (range) => this.#show(range));
    const say = (text: string, action?: ToastAction): void => this.#say(text, action);
    const tell = (text: string): void => this.#speaker.say(text);
    const task = (this.#task = new Task(this.#toast, tell));
    const lines = (): Range => host.lines();
    this.#selection = new Selection({ element, viewport, scroller });
    this.#downloader = new Downloader({ session, task, lines, say, freshTopic: () => this.freshTopic() });
    const download = (range: Range): void => void this.#downloader.byReader(range);
    this.#copier = new Copier({ session, viewport, task, lines, say, download });
    this.#errors = new ErrorFinder({
      session,
      viewport,
      task,
      lines,
      say,
      tell,
      selected: () => this.#selection.lines,
      select: (line) => this.#selection.pick(line, false),
    });
    scroller.addEventListener('keydown', (event) => this.#onKey(event));
  }

  connect(): void {
    this.#address.connect();
    this.#selection.connect();
    for (const type of COPYING) document.addEventListener(type, this.#onCopy);
    if (this.#host.element.permalink) this.#address.read();
  }

  disconnect(): void {
    this.#address.disconnect();
    this.#selection.disconnect();
    for (const type of COPYING) document.removeEventListener(type, this.#onCopy);
    this.#task.stop();
    this.#speaker.dispose();
  }

  bar(model: ToolsModel): TemplateResult {
    return barTemplate(model, this.#actions);
  }

  overlay(model: ToolsModel): TemplateResult {
    return overlayTemplate(model, this.#toast.message, this.#actions);
  }

  hint(input: ChipInput): string {
    return hintOf(input);
  }

  /** The element was drawn. */
  updated(): void {
    const toolbar = this.#query('.toolbar');
    if (toolbar !== undefined) rove(toolbar);
  }

  /** Tells screen readers of a new state. */
  state(state: LogState, head: number): void {
    this.#speaker.state(state, head);
  }

  /** Tells them of new lines: how many, and the text of those that are held. */
  grew(count: number, texts: readonly string[]): void {
    this.#speaker.grew(count, texts);
  }

  beganAnew(): void {
    this.forget();
    this.#say(WORDS.beganAnew);
  }

  /** Another log is shown, or this one began anew: nothing that was done with its lines means anything now. */
  forget(): void {
    this.#task.stop();
    this.#selection.clear();
  }

  /** A line number was clicked. */
  pick(line: number, extend: boolean): void {
    const range = this.#selection.pick(line, extend);
    this.#speaker.say(WORDS.selected(range));
    if (this.#host.element.permalink) this.#address.write(range);
  }

  /** Rejects when there is none. */
  freshTopic(): Promise<string | undefined> {
    const { element, session } = this.#host;
    return freshTopic(element, element.refreshUrl, session.topic);
  }

  copy(range?: Range): Promise<number> {
    return this.#copier.copy(range === undefined ? this.#wanted() : spanOfLines(range));
  }

  /** Copies lines for the reader, and says so. */
  copyLines(range: Range): void {
    void this.#copier.byReader(spanOfLines(range));
  }

  download(): Promise<void> {
    return this.#downloader.download();
  }

  goToError(): Promise<number | undefined> {
    return this.#errors.go(false);
  }

  readonly #actions: ToolActions = {
    follow: () => this.#host.viewport.toggleFollow(),
    wrap: () => {
      const { element } = this.#host;
      element.wrap = !element.wrap;
    },
    time: () => {
      const { element } = this.#host;
      element.time = nextTimeMode(element.time);
    },
    copy: () => void this.#copier.byReader(this.#wanted()),
    download: () => void this.#downloader.byReader(),
    error: () => void this.#errors.go(false),
    start: () => this.#host.viewport.goTo('start'),
    end: () => this.#host.viewport.goTo('end'),
  };

  readonly #keyActions: KeyActions = {
    ...this.#actions,
    link: () => void this.#copyLink(),
    errorBefore: () => void this.#errors.go(true),
    all: () => this.#selectAll(),
    escape: () => this.#escape(),
  };

  #onKey(event: KeyboardEvent): void {
    const { scroller, viewport, element } = this.#host;
    // Keys of a button within the log are the button's.
    if (event.target !== scroller) return;
    const command = this.#keys.read(event, element.shortcuts === 'on');
    if (command === undefined) return;
    event.preventDefault();
    runKey(command, viewport, scroller, this.#keyActions);
  }

  /** First ends what is going on, then clears what is selected, then leaves the log. */
  #escape(): void {
    if (this.#task.stop()) return;
    if (this.#selection.clear()) this.#speaker.say(WORDS.nothingSelected);
    else this.#query('.toolbar .icon[tabindex="0"]')?.focus();
  }

  /** Shows lines that the page's address names. */
  #show(range: Range): void {
    if (!this.#host.element.permalink) return;
    this.#selection.lines = range;
    this.#host.viewport.goTo(range.from);
  }

  #selectAll(): void {
    const range = this.#host.lines();
    if (range.to < range.from) return;
    this.#selection.selectAll(range);
    this.#say(WORDS.selected(range));
  }

  /** What is selected, else all lines. */
  #wanted(): Span {
    return this.#selection.span ?? spanOfLines(this.#host.lines());
  }

  /**
   * Heard on the document: without a selection of its own an engine tells the body, wherever the focus is. `beforecopy`
   * says to WebKit that there is something to copy although nothing is selected for it.
   */
  readonly #onCopy = (event: Event): void => {
    const { scroller, element } = this.#host;
    const { span } = this.#selection;
    if (span === undefined || !(element.shadowRoot?.activeElement === scroller || event.composedPath().includes(scroller))) return;
    if (event instanceof ClipboardEvent && event.type === 'copy') this.#copier.intoEvent(event, span);
    else event.preventDefault();
  };

  async #copyLink(): Promise<void> {
    const { lines } = this.#selection;
    if (lines === undefined) return;
    try {
      await navigator.clipboard.writeText(this.#address.link(lines));
      this.#say(WORDS.copiedLink);
    } catch {
      this.#say(WORDS.copyFailed);
    }
  }

  #say(text: string, action?: ToastAction): void {
    this.#toast.show(text, action);
    this.#speaker.say(text);
  }

  #messageChanged(): void {
    // What was offered goes while it has the focus: that goes back to the log, before the browser takes it away.
    if (this.#toast.message?.action === undefined && this.#query('.act:focus') !== undefined)
      this.#host.scroller.focus({ preventScroll: true });
    this.#host.element.requestUpdate();
  }

  #query(selector: string): HTMLElement | undefined {
    return this.#host.element.renderRoot.querySelector<HTMLElement>(selector) ?? undefined;
  }
}
