import type { CSSResult, TemplateResult } from 'lit';
import type { LogState, LogStatus, Range } from '../../worker/api.ts';
import { isVouchedEndpoint } from '../../worker/tab/page.ts';
import { isSetByCode, type LogStreamAttributes } from '../attributes.ts';
import { isComposed } from '../util/composing.ts';
import type { LogBinding } from '../log-binding.ts';
import type { ChipInput } from '../status/chip.ts';
import { nextTimeMode } from '../util/time.ts';
import type { Viewport } from '../viewport/viewport.ts';
import { LineFragment } from './line-fragment.ts';
import { barTemplate, overlayTemplate, type ToolActions, type ToolsModel } from './bar.ts';
import { Copier } from './copy/copier.ts';
import { Downloader } from './download/downloader.ts';
import { ErrorFinder } from './errors/error-finder.ts';
import { hintOf } from './hint.ts';
import { runKey, type KeyActions } from './key-actions.ts';
import { KeyReader } from './key-reader.ts';
import { freshTopic } from './refresh.ts';
import { RowFocus } from './row-focus.ts';
import { spanOfLines, type Span } from './selection/places.ts';
import { Selection } from './selection/selection.ts';
import { LiveRegion } from './live-region.ts';
import { TOOL_STRINGS } from './strings.ts';
import { themed } from '../styles/themed.ts';
import { toolStyles } from './styles.ts';
import { Task } from './task.ts';
import { Tips } from './tips.ts';
import { Toast, type ToastAction } from './toast.ts';
import { rove } from './toolbar.ts';

/** Keys that press what has the focus. */
const PRESSES: ReadonlySet<string> = new Set(['Enter', ' ']);

/** States in which it is known how many lines there are. */
const KNOWN: ReadonlySet<LogState> = new Set<LogState>(['catching-up', 'live', 'ended']);

const COPYING = ['beforecopy', 'copy'] as const;

export interface ReaderToolsHost {
  readonly element: LogStreamAttributes;
  readonly session: LogBinding;
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
export class ReaderTools {
  readonly styles: CSSResult = themed(toolStyles);
  readonly #host: ReaderToolsHost;
  readonly #keys = new KeyReader();
  readonly #toast: Toast;
  readonly #speaker: LiveRegion;
  readonly #address: LineFragment;
  readonly #task: Task;
  readonly #selection: Selection;
  readonly #copier: Copier;
  readonly #downloader: Downloader;
  readonly #errors: ErrorFinder;
  readonly #rowFocus: RowFocus;
  readonly #tips: Tips;
  #state: LogState = 'connecting';
  /** Lines that the address names, until it is known whether they are there. */
  #named: Range | undefined;

  constructor(host: ReaderToolsHost) {
    this.#host = host;
    const { element, session, viewport, scroller, speaker } = host;
    this.#toast = new Toast(() => this.#messageChanged());
    this.#speaker = new LiveRegion(speaker, () => element.announce);
    this.#address = new LineFragment(element, (range) => this.#show(range));
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
    this.#rowFocus = new RowFocus(scroller);
    this.#tips = new Tips(element);
    scroller.addEventListener('keydown', (event) => this.#onKey(event));
  }

  connect(): void {
    this.#address.connect();
    this.#tips.connect();
    this.#selection.connect();
    for (const type of COPYING) document.addEventListener(type, this.#onCopy);
    if (this.#host.element.permalink) this.#address.read();
  }

  disconnect(): void {
    this.#address.disconnect();
    this.#tips.disconnect();
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
  state({ state, head, end }: LogStatus): void {
    this.#state = state;
    this.#speaker.state(state, head, end);
    this.#sayIfAbsent();
  }

  /** Tells them of lines that could not be had; `text` is undefined where there are none. */
  missing(text: string | undefined): void {
    this.#speaker.missing(text);
  }

  /** Tells them of new lines: how many, and the text of those that are held. */
  grew(count: number, texts: readonly string[]): void {
    this.#speaker.grew(count, texts);
  }

  logRestarted(): void {
    this.forget();
    this.#say(TOOL_STRINGS.restarted);
  }

  /** Another log is shown, or this one began anew: nothing that was done with its lines means anything now. */
  forget(): void {
    this.#task.stop();
    this.#selection.clear();
  }

  /** A line number was clicked. */
  pick(line: number, extend: boolean): void {
    const range = this.#selection.pick(line, extend);
    this.#speaker.say(TOOL_STRINGS.selected(range));
    if (this.#host.element.permalink) this.#address.write(range);
  }

  /** Undefined where there is none to be had; rejects when asking for it failed. */
  async freshTopic(): Promise<string | undefined> {
    const { element, session } = this.#host;
    const { endpoint = '' } = session;
    // It would be sent there: see what markup may do, where the page's own word is told apart from it.
    if (!isSetByCode(element, 'endpoint') && !isVouchedEndpoint(endpoint)) {
      console.warn(`log-stream: ${TOOL_STRINGS.refreshElsewhere(endpoint)}`);
      return undefined;
    }
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
    copy: () => this.#copySelected(),
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
    enter: () => this.#rowFocus.enter(this.#selection.lines),
    escape: () => this.#escape(),
  };

  #onKey(event: KeyboardEvent): void {
    const { scroller, viewport, element } = this.#host;
    if (isComposed(event)) return;
    const inRows = event.target !== scroller;
    // What presses a button or follows a link within the log is the browser's.
    if (inRows && PRESSES.has(event.key)) return;
    if (inRows && this.#rowFocus.move(event)) return event.preventDefault();
    const command = this.#keys.read(event, element.shortcuts === 'on');
    if (command === undefined) return;
    event.preventDefault();
    if (inRows) this.#rowFocus.leave();
    runKey(command, viewport, scroller, this.#keyActions);
  }

  /** First ends what is going on, then clears what is selected, then leaves the log. */
  #escape(): void {
    if (this.#task.stop()) return;
    if (this.#selection.clear()) this.#speaker.say(TOOL_STRINGS.nothingSelected);
    else this.#query('.toolbar .icon[tabindex="0"]')?.focus();
  }

  /** Shows lines that the page's address names. */
  #show(range: Range): void {
    if (!this.#host.element.permalink) return;
    this.#selection.lines = range;
    this.#host.viewport.goTo(range.from);
    this.#named = range;
    this.#sayIfAbsent();
  }

  /** Says that lines which the address names are not there, as soon as it is known how many there are. */
  #sayIfAbsent(): void {
    if (this.#named === undefined || !KNOWN.has(this.#state)) return;
    const { from, to } = this.#named;
    const { from: first, to: head } = this.#host.lines();
    this.#named = undefined;
    if (from > head) this.#say(TOOL_STRINGS.notYet(from, head));
    else if (to < first) this.#say(TOOL_STRINGS.notKept(to));
  }

  #selectAll(): void {
    const range = this.#host.lines();
    if (range.to < range.from) return;
    this.#selection.selectAll(range);
    this.#say(TOOL_STRINGS.selected(range));
  }

  /** Copies what is selected for the reader, who else is told how to select: all of a log is rarely meant. */
  #copySelected(): void {
    const { span } = this.#selection;
    if (span === undefined) this.#say(TOOL_STRINGS.howToSelect);
    else void this.#copier.byReader(span);
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

  /** Copies the link of what is selected, else of the first line on screen. */
  async #copyLink(): Promise<void> {
    const { lines, span } = this.#selection;
    const { visible } = this.#host.viewport;
    const selected = lines ?? (span && { from: span.start.line, to: span.end.line });
    if (selected === undefined && visible.to < visible.from) return this.#say(TOOL_STRINGS.noLines);
    const range = selected ?? { from: visible.from, to: visible.from };
    try {
      await navigator.clipboard.writeText(this.#address.link(range));
      // Where the reader chose no lines, it says which they are.
      this.#say(lines === undefined ? TOOL_STRINGS.copiedLinkTo(range) : TOOL_STRINGS.copiedLink);
    } catch {
      this.#say(TOOL_STRINGS.copyFailed);
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
