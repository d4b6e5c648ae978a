import type { Line } from '../../../protocol/line.ts';
import { looksLike } from '../../live/unfinished-lines.ts';

/** How often an unchanged part is published again, ms. Parts are not stored, so a new follower in another process learns of it this way. */
const REPEAT = 1_000;

/**
 * Publishes the unfinished last line of one writer, at most once per `interval` ms on average. A retraction is never
 * delayed, since the line would be seen twice otherwise; the next part waits that much longer.
 */
export class PartPublisher {
  readonly #publish: (line: Line | null) => void;
  readonly #interval: number;
  readonly #onFailure: (error: unknown) => void;
  #render: (() => Line) | undefined;
  #timer: NodeJS.Timeout | undefined;
  #shown: Line | undefined;
  #repeat: NodeJS.Timeout | undefined;
  #notBefore = 0;

  /** `onFailure` is called when a part cannot be rendered: this may happen in a timer, where no caller would catch it. */
  constructor(publish: (line: Line | null) => void, interval: number, onFailure: (error: unknown) => void) {
    this.#publish = publish;
    this.#interval = interval;
    this.#onFailure = onFailure;
  }

  /** Publishes an unfinished line, rendered when it is due. */
  show(render: () => Line): void {
    this.#render = render;
    if (this.#timer !== undefined) return;
    const wait = this.#notBefore - Date.now();
    if (wait <= 0) this.#send();
    else this.#timer = setTimeout(() => this.#due(), wait).unref();
  }

  /** Publishes nothing new until the next `show`: lines that come before it are on their way to the store. */
  hold(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#render = undefined;
  }

  /** Takes the part back: its line was finished, or never will be. */
  retract(): void {
    this.hold();
    if (this.#shown === undefined) return;
    this.#shown = undefined;
    clearInterval(this.#repeat);
    this.#spend();
    this.#publish(null);
  }

  #due(): void {
    this.#timer = undefined;
    this.#send();
  }

  #send(): void {
    const line = this.#rendered();
    if (line === undefined || (this.#shown !== undefined && looksLike(line, this.#shown))) return;
    this.#shown = line;
    this.#spend();
    this.#publish(line);
    clearInterval(this.#repeat);
    this.#repeat = setInterval(() => this.#publish(line), REPEAT).unref();
  }

  #rendered(): Line | undefined {
    try {
      return this.#render?.();
    } catch (error) {
      this.#onFailure(error);
      return undefined;
    }
  }

  #spend(): void {
    this.#notBefore = Math.max(this.#notBefore, Date.now()) + this.#interval;
  }
}
