import type { Line } from '../../../protocol/line.ts';
import { looksLike } from '../../live/unfinished-lines.ts';

/**
 * How often a standing part is said again, ms: nobody keeps it, so that who begins to follow, maybe in another process,
 * would not know of it.
 */
const REPEAT = 1_000;

/**
 * Shows the unfinished last line of one writer, at most once per `interval` ms on average. Taking it back is never
 * delayed, since it would be seen twice otherwise; the next one waits that much longer.
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

  /** `onFailure` hears why a part could not be made: that may be in a timer, with nobody to catch it. */
  constructor(publish: (line: Line | null) => void, interval: number, onFailure: (error: unknown) => void) {
    this.#publish = publish;
    this.#interval = interval;
    this.#onFailure = onFailure;
  }

  /** There is an unfinished line, which `render` makes when its turn has come. */
  show(render: () => Line): void {
    this.#render = render;
    if (this.#timer !== undefined) return;
    const wait = this.#notBefore - Date.now();
    if (wait <= 0) this.#send();
    else this.#timer = setTimeout(() => this.#due(), wait).unref();
  }

  /** Shows nothing new until the next `show`: lines before it are on their way to the store. */
  hold(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#render = undefined;
  }

  /** The line is finished, or never will be. */
  takeBack(): void {
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
