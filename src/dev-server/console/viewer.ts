import { html, nothing, render, type TemplateResult } from 'lit/html.js';
import { keyed } from 'lit/directives/keyed.js';
import type { LogStreamElement, LogStreamRefreshEvent } from '../../element/element.ts';
import { messageOf } from '../../protocol/message-of.ts';
import type { Range } from '../../worker/api.ts';
import { fetchTopic } from './api.ts';
import { writeCommand } from './entry.ts';

/** ms between attempts to have a topic signed while the server is unreachable. */
const RETRY_INTERVAL = 1_500;

/** A log to show. */
export interface ViewedLog {
  readonly channel: string;
  readonly label: string;
  /** Whether nothing was written to it yet. */
  readonly isUnwritten: boolean;
}

/** One log in a `<log-stream>`, with the topic it needs. */
export class Viewer {
  readonly element = document.createElement('div');
  readonly #slotted: readonly Element[];
  readonly #onOpened: () => void;
  #log: ViewedLog | undefined;
  /** The topic of the log, once it is signed. */
  #topic: string | undefined;
  #timer: number | undefined;
  #retry: (() => void) | undefined;

  /**
   * `slotted`: what the page shows in the header of the log; until there is a log, in a header of its own. `onOpened` is called when
   * another log has a topic.
   */
  constructor(slotted: readonly Element[] = [], onOpened: () => void = () => undefined) {
    this.#slotted = slotted;
    this.#onOpened = onOpened;
    this.element.className = 'viewer';
  }

  /** The signed topic of the log that is shown. */
  get topic(): string | undefined {
    return this.#topic;
  }

  /** Goes to the first line at or after a time. */
  goTo(time: Date): void {
    void this.#element?.goTo(time);
  }

  /** Selects lines and goes to the first of them, as a link to them does. */
  select({ from, to }: Range): void {
    const hash = from === to ? `#L${from}` : `#L${from}-L${to}`;
    if (location.hash === hash) dispatchEvent(new HashChangeEvent('hashchange'));
    else location.replace(hash);
  }

  show(log: ViewedLog): void {
    const before = this.#log;
    this.#log = log;
    if (log.channel !== before?.channel) void this.#open(log.channel);
    else if (log.isUnwritten !== before.isUnwritten) this.#render();
  }

  /** Tries now what it would try in a moment. */
  retryNow(): void {
    clearTimeout(this.#timer);
    this.#retry?.();
  }

  focus(): void {
    this.#element?.focus();
  }

  get #element(): LogStreamElement | null {
    return this.element.querySelector<LogStreamElement>('log-stream');
  }

  async #open(channel: string): Promise<void> {
    clearTimeout(this.#timer);
    this.#retry = this.#topic = undefined;
    if (this.element.childElementCount === 0) this.#renderWithout();
    try {
      const topic = await fetchTopic(channel);
      if (channel !== this.#log?.channel) return;
      this.#topic = topic;
      this.#render();
      this.#onOpened();
    } catch (error) {
      if (channel !== this.#log?.channel) return;
      this.#renderWithout(messageOf(error));
      this.#retry = () => void this.#open(channel);
      this.#timer = setTimeout(this.#retry, RETRY_INTERVAL);
    }
  }

  #render(): void {
    if (this.#log === undefined || this.#topic === undefined) return;
    const { channel, label, isUnwritten } = this.#log;
    // Signing needs the session of this page, which `refresh-url` does not have.
    const refresh = ({ detail }: LogStreamRefreshEvent): void => detail.respondWith(fetchTopic(channel));
    // Each log gets an element of its own.
    const log = html`<log-stream topic=${this.#topic} label=${label} follow="auto" permalink @log-stream-refresh=${refresh}
      >${this.#slotted}${isUnwritten ? howToWrite(channel) : nothing}</log-stream
    >`;
    this.#put(keyed(channel, log));
  }

  /** While there is no topic: the header of the page alone, and why. */
  #renderWithout(problem?: string): void {
    this.#put(
      html`${this.#slotted.length === 0 ? nothing : html`<header class="bar">${this.#slotted}</header>`}
        <p class="notice" role="status">${problem}</p>`,
    );
  }

  /** What is in the header moves with it, and loses the focus until the new header is drawn. */
  #put(content: unknown): void {
    const { activeElement } = document;
    render(content, this.element);
    if (activeElement === document.activeElement || !(activeElement instanceof HTMLElement)) return;
    if (!this.#slotted.some((slotted) => slotted.contains(activeElement))) return;
    void Promise.resolve(this.#element?.updateComplete).then(() => {
      if (document.activeElement === document.body) activeElement.focus({ preventScroll: true });
    });
  }
}

/** What is shown in place of the lines of a log that has none. */
function howToWrite(channel: string): TemplateResult {
  return html`<div slot="empty" class="unwritten">
    <p>Nothing has been written to ${channel} yet. Write to it from anywhere:</p>
    <pre><code>${writeCommand(channel)}</code></pre>
  </div>`;
}
