import { html, nothing, render } from 'lit/html.js';
import { keyed } from 'lit/directives/keyed.js';
import type { LogStreamRefreshEvent } from '../../element/events.ts';
import { messageOf } from '../../protocol/message-of.ts';
import { fetchTopic } from './api.ts';

/** ms between attempts to have a topic signed while the server is unreachable. */
const RETRY_INTERVAL = 1_500;

/** One log in a `<log-stream>`, with the topic it needs. */
export class Viewer {
  readonly element = document.createElement('div');
  #channel: string | undefined;
  #timer: number | undefined;
  #retry: (() => void) | undefined;

  constructor() {
    this.element.className = 'viewer';
  }

  /** Shows a log. `isTitled`: the viewer itself shows the label. */
  show(channel: string, label: string, isTitled: boolean): void {
    if (channel === this.#channel) return;
    this.#channel = channel;
    void this.#open(channel, label, isTitled);
  }

  /** Tries now what it would try in a moment. */
  retryNow(): void {
    clearTimeout(this.#timer);
    this.#retry?.();
  }

  focus(): void {
    this.element.querySelector<HTMLElement>('log-stream')?.focus();
  }

  async #open(channel: string, label: string, isTitled: boolean): Promise<void> {
    clearTimeout(this.#timer);
    this.#retry = undefined;
    try {
      const topic = await fetchTopic(channel);
      if (channel === this.#channel) this.#showLog(channel, topic, label, isTitled);
    } catch (error) {
      if (channel !== this.#channel) return;
      render(html`<p class="notice" role="status">${messageOf(error)}</p>`, this.element);
      this.#retry = () => void this.#open(channel, label, isTitled);
      this.#timer = setTimeout(this.#retry, RETRY_INTERVAL);
    }
  }

  #showLog(channel: string, topic: string, label: string, isTitled: boolean): void {
    // Signing needs the session of this page, which `refresh-url` does not have.
    const refresh = ({ detail }: LogStreamRefreshEvent): void => detail.respondWith(fetchTopic(channel));
    // Each log gets an element of its own. The page may already show its title above it.
    const log = html`<log-stream topic=${topic} label=${label} follow="auto" permalink @log-stream-refresh=${refresh}
      >${isTitled ? nothing : html`<span slot="title"></span>`}</log-stream
    >`;
    render(keyed(channel, log), this.element);
  }
}
