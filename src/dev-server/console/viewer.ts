import { html, nothing, render, type TemplateResult } from 'lit/html.js';
import { keyed } from 'lit/directives/keyed.js';
import type { LogStreamRefreshEvent } from '../../element/events.ts';
import { messageOf } from '../../protocol/message-of.ts';
import { fetchTopic } from './api.ts';
import { writeCommand } from './entry.ts';

/** ms between attempts to have a topic signed while the server is unreachable. */
const RETRY_INTERVAL = 1_500;

/** A log to show. */
export interface ViewedLog {
  readonly channel: string;
  readonly label: string;
  /** Whether the viewer itself shows the label. */
  readonly isTitled: boolean;
  /** Whether nothing was written to it yet. */
  readonly isUnwritten: boolean;
}

/** One log in a `<log-stream>`, with the topic it needs. */
export class Viewer {
  readonly element = document.createElement('div');
  #log: ViewedLog | undefined;
  /** The topic of the log, once it is signed. */
  #topic: string | undefined;
  #timer: number | undefined;
  #retry: (() => void) | undefined;

  constructor() {
    this.element.className = 'viewer';
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
    this.element.querySelector<HTMLElement>('log-stream')?.focus();
  }

  async #open(channel: string): Promise<void> {
    clearTimeout(this.#timer);
    this.#retry = this.#topic = undefined;
    try {
      const topic = await fetchTopic(channel);
      if (channel !== this.#log?.channel) return;
      this.#topic = topic;
      this.#render();
    } catch (error) {
      if (channel !== this.#log?.channel) return;
      render(html`<p class="notice" role="status">${messageOf(error)}</p>`, this.element);
      this.#retry = () => void this.#open(channel);
      this.#timer = setTimeout(this.#retry, RETRY_INTERVAL);
    }
  }

  #render(): void {
    if (this.#log === undefined || this.#topic === undefined) return;
    const { channel, label, isTitled, isUnwritten } = this.#log;
    // Signing needs the session of this page, which `refresh-url` does not have.
    const refresh = ({ detail }: LogStreamRefreshEvent): void => detail.respondWith(fetchTopic(channel));
    // Each log gets an element of its own. The page may already show its title above it.
    const log = html`<log-stream topic=${this.#topic} label=${label} follow="auto" permalink @log-stream-refresh=${refresh}
      >${isTitled ? nothing : html`<span slot="title"></span>`}${isUnwritten ? howToWrite(channel) : nothing}</log-stream
    >`;
    render(keyed(channel, log), this.element);
  }
}

/** What is shown in place of the lines of a log that has none. */
function howToWrite(channel: string): TemplateResult {
  return html`<div slot="empty" class="unwritten">
    <p>Nothing has been written to ${channel} yet. Write to it from anywhere:</p>
    <pre><code>${writeCommand(channel)}</code></pre>
  </div>`;
}
