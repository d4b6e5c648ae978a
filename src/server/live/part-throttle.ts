import { LIMITS } from '../../protocol/limits.ts';

/** What one subscriber has been told of the unfinished last line, and when it may be told again. */
export class PartThrottle {
  #isShown = false;
  /** The version told last. */
  #version = 0;
  #notBefore = 0;
  /** When a part that a message took back is shown again; 0 for none. */
  #againAt = 0;

  /** Whether the viewer shows a part right now. */
  get isShown(): boolean {
    return this.#isShown;
  }

  /** A message took the part back; another writer's may still stand. */
  passedMessage(): void {
    this.#isShown = false;
  }

  /** The subscription was placed anew: tell what there is, whatever was told before. */
  reset(): void {
    this.#version = -1;
    this.#againAt = 0;
  }

  /** Whether the part, of this version and null or not, is to be sent now, later, or not at all. `now` in ms. */
  next(isNull: boolean, version: number, now: number): 'send' | 'wait' | 'nothing' {
    if (isNull ? !this.#isShown : this.#isShown && version === this.#version) return 'nothing';
    if (version === this.#version) {
      // The line of its own writer, most likely, who takes it back in a moment.
      if (this.#againAt === 0) this.#againAt = now + LIMITS.partInterval;
      if (now < this.#againAt) return 'wait';
    }
    return now < this.#notBefore ? 'wait' : 'send';
  }

  sent(isNull: boolean, version: number, now: number): void {
    this.#isShown = !isNull;
    this.#version = version;
    this.#notBefore = now + LIMITS.partInterval;
    this.#againAt = 0;
  }
}
