import type { CSSResult, TemplateResult } from 'lit';
import type { LogState, Range } from '../../worker/api.ts';
import type { LogStreamAttributes } from '../attributes.ts';
import { LogStreamSelectEvent } from '../events.ts';
import type { Session } from '../session.ts';
import type { ChipInput } from '../status.ts';
import { nextTimeMode } from '../time.ts';
import type { Viewport } from '../viewport/viewport.ts';
import { Address } from './address.ts';
import { barTemplate, overlayTemplate, type ToolActions, type ToolsModel } from './bar.ts';
import { hintOf } from './hint.ts';
import { runKey, type KeyActions } from './key-actions.ts';
import { KeyReader } from './keys.ts';
import { downloadRaw, textOf } from './raw.ts';
import { freshTopic } from './refresh.ts';
import { selectedText } from './selection.ts';
import { Speaker } from './speaker.ts';
import { WORDS } from './strings.ts';
import { toolStyles } from './styles.ts';
import { Toast } from './toast.ts';
import { rove } from './toolbar.ts';

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
  #picked: number | undefined;
  #selected: Range | undefined;

  constructor(host: ToolsHost) {
    this.#host = host;
    const { element, scroller, speaker } = host;
    this.#toast = new Toast(() => element.requestUpdate());
    this.#speaker = new Speaker(speaker, () => element.announce);
    this.#address = new Address(element, (range) => this.#show(range));
    scroller.addEventListener('keydown', (event) => this.#onKey(event));
    scroller.addEventListener('copy', (event) => this.#onCopy(event));
  }

  connect(): void {
    this.#address.connect();
    if (this.#host.element.permalink) this.#address.read();
  }

  disconnect(): void {
    this.#address.disconnect();
    this.#speaker.dispose();
  }

  bar(model: ToolsModel): TemplateResult {
    return barTemplate(model, this.#actions);
  }

  overlay(model: ToolsModel): TemplateResult {
    return overlayTemplate(model, this.#toast.text, this.#actions);
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
    this.select(undefined);
    this.#say(WORDS.beganAnew);
  }

  /** A line number was clicked. */
  pick(line: number, extend: boolean): void {
    const from = extend ? (this.#picked ?? line) : line;
    this.#picked = from;
    const range = { from: Math.min(from, line), to: Math.max(from, line) };
    this.select(range);
    if (this.#host.element.permalink) this.#address.write(range);
  }

  select(range: Range | undefined): void {
    if (range === undefined) this.#picked = undefined;
    if (range === this.#selected) return;
    this.#selected = range;
    this.#host.viewport.selected = range;
    this.#host.element.dispatchEvent(new LogStreamSelectEvent({ range }));
  }

  /** Rejects when there is none. */
  freshTopic(): Promise<string> {
    const { element, session } = this.#host;
    return freshTopic(element, element.refreshUrl, session.topic);
  }

  async copy(range?: Range): Promise<number> {
    const { log } = this.#host.session;
    const all = this.#host.lines();
    const { from, to } = range ?? this.#selected ?? all;
    if (log === undefined || all.to < all.from) return 0;
    const { text, lines } = await textOf(log, { from: Math.max(from, all.from), to: Math.min(to, all.to) });
    await navigator.clipboard.writeText(text);
    return lines;
  }

  async download(): Promise<void> {
    const { log, endpoint, topic } = this.#host.session;
    if (log !== undefined && endpoint !== undefined) await downloadRaw(endpoint, log.channel, topic);
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
    copy: () => void this.#copy(),
    download: () => void this.download().catch((error: unknown) => this.#say(reason(error, WORDS.downloadFailed))),
    start: () => this.#host.viewport.goTo('start'),
    end: () => this.#host.viewport.goTo('end'),
  };

  readonly #keyActions: KeyActions = {
    ...this.#actions,
    link: () => void this.#copyLink(),
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

  /** First clears what is selected, then leaves the log. */
  #escape(): void {
    if (this.#selected !== undefined) this.select(undefined);
    else this.#query('.toolbar .icon[tabindex="0"]')?.focus();
  }

  /** Shows lines that the page's address names. */
  #show(range: Range): void {
    if (!this.#host.element.permalink) return;
    this.#picked = range.from;
    this.select(range);
    this.#host.viewport.goTo(range.from);
  }

  #onCopy(event: ClipboardEvent): void {
    const text = this.#selectedText();
    if (text === '' || event.clipboardData === null) return;
    event.clipboardData.setData('text/plain', text);
    event.preventDefault();
  }

  #selectedText(): string {
    const root = this.#host.element.shadowRoot;
    const block = this.#query('.block');
    return root === null || block === undefined ? '' : selectedText(root, block);
  }

  async #copy(): Promise<void> {
    const text = this.#selectedText();
    try {
      if (text === '') return this.#say(WORDS.copied(await this.copy()));
      await navigator.clipboard.writeText(text);
      this.#say(WORDS.copied(text.split('\n').length));
    } catch (error) {
      this.#say(error instanceof RangeError ? error.message : WORDS.copyFailed);
    }
  }

  async #copyLink(): Promise<void> {
    if (this.#selected === undefined) return;
    try {
      await navigator.clipboard.writeText(this.#address.link(this.#selected));
      this.#say(WORDS.copiedLink);
    } catch {
      this.#say(WORDS.copyFailed);
    }
  }

  #say(text: string): void {
    this.#toast.show(text);
    this.#speaker.say(text);
  }

  #query(selector: string): HTMLElement | undefined {
    return this.#host.element.renderRoot.querySelector<HTMLElement>(selector) ?? undefined;
  }
}

function reason(error: unknown, otherwise: string): string {
  return error instanceof Error ? error.message : otherwise;
}
