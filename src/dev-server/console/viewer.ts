import type { LogStreamRefreshEvent } from '../../element/events.ts';
import { fetchTopic } from './api.ts';
import { h } from './dom.ts';
import { messageOf } from '../../protocol/message-of.ts';

/** ms between attempts to have a topic signed while the server is gone. */
const RETRY = 1_500;

/** One log in a `<log-stream>`, with the topic it needs. */
export class Viewer {
  readonly element = h('div', { class: 'viewer' });
  #channel: string | undefined;
  #timer: number | undefined;
  #again: (() => void) | undefined;

  /** Shows a log. `titled`: the viewer itself says which. */
  show(channel: string, label: string, titled: boolean): void {
    if (channel === this.#channel) return;
    this.#channel = channel;
    void this.#open(channel, label, titled);
  }

  /** Tries now what it would try in a moment. */
  retryNow(): void {
    clearTimeout(this.#timer);
    this.#again?.();
  }

  focus(): void {
    this.element.querySelector<HTMLElement>('log-stream')?.focus();
  }

  async #open(channel: string, label: string, titled: boolean): Promise<void> {
    clearTimeout(this.#timer);
    this.#again = undefined;
    try {
      const topic = await fetchTopic(channel);
      if (channel !== this.#channel) return;
      const log = document.createElement('log-stream');
      for (const [name, value] of [
        ['topic', topic],
        ['label', label],
        ['follow', 'auto'],
        ['permalink', ''],
      ] as const) {
        log.setAttribute(name, value);
      }
      // Signing takes more than an address: the session of this page.
      log.addEventListener('log-stream-refresh', ({ detail }: LogStreamRefreshEvent) => detail.respondWith(fetchTopic(channel)));
      // What the log is stands above it already.
      if (!titled) log.append(h('span', { slot: 'title' }));
      this.element.replaceChildren(log);
    } catch (error) {
      if (channel !== this.#channel) return;
      this.element.replaceChildren(h('p', { class: 'notice', role: 'status' }, messageOf(error)));
      this.#again = () => void this.#open(channel, label, titled);
      this.#timer = setTimeout(this.#again, RETRY);
    }
  }
}
