import type { GatedPage } from './gate.ts';
import { Viewer } from './viewer.ts';

/** A page that shows only one log. */
export class Solo implements GatedPage {
  readonly element: HTMLElement;
  readonly #viewer = new Viewer();
  readonly #channel: string;

  constructor(channel: string) {
    this.#channel = channel;
    this.element = this.#viewer.element;
    this.element.classList.add('solo');
  }

  start(): void {
    this.#viewer.show({ channel: this.#channel, label: this.#channel, isUnwritten: false });
    document.title = `${this.#channel} · log-stream`;
  }

  retryNow(): void {
    this.#viewer.retryNow();
  }

  focus(): void {
    this.#viewer.focus();
  }
}
