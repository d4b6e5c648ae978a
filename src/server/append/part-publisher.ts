import type { Line } from '../../protocol/line.ts';
import { looksLike } from '../parts.ts';

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
  #render: (() => Line) | undefined;
  #timer: NodeJS.Timeout | undefined;
  #shown: Line | undefined;
  #repeat: NodeJS.Timeout | undefined;
  #notBefore = 0;

  constructor(publish: (line: Line | null) => void, interval: number) {
    this.#publish = publish;
    this.#interval = interval;
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
    const line = this.#render?.();
    if (line === undefined || (this.#shown !== undefined && looksLike(line, this.#shown))) return;
    this.#shown = line;
    this.#spend();
    this.#publish(line);
    clearInterval(this.#repeat);
    this.#repeat = setInterval(() => this.#publish(line), REPEAT).unref();
  }

  #spend(): void {
    this.#notBefore = Math.max(this.#notBefore, Date.now()) + this.#interval;
  }
}
