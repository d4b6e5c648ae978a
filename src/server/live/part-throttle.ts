import { LIMITS } from '../../protocol/limits.ts';

/** Tracks which unfinished line one follower was sent, and when the next one may be sent. */
export class PartThrottle {
  #isShown = false;
  /** The version sent last. */
  #version = 0;
  #notBefore = 0;
  /** When a part that a message replaced is sent again; 0 for none. */
  #repeatAt = 0;

  /** Whether the viewer shows a part right now. */
  get isShown(): boolean {
    return this.#isShown;
  }

  /** A message was sent, which removes the part at the viewer; another writer's part may still be current. */
  messageSent(): void {
    this.#isShown = false;
  }

  /** The follower was moved: send the current part, whatever was sent before. */
  reset(): void {
    this.#version = -1;
    this.#repeatAt = 0;
  }

  /** Whether the current part is to be sent now, later, or not at all. `now` in ms. */
  next(isNull: boolean, version: number, now: number): 'send' | 'wait' | 'nothing' {
    if (isNull ? !this.#isShown : this.#isShown && version === this.#version) return 'nothing';
    if (version === this.#version) {
      // Most likely the part of the line just sent, which its writer retracts in a moment.
      if (this.#repeatAt === 0) this.#repeatAt = now + LIMITS.partInterval;
      if (now < this.#repeatAt) return 'wait';
    }
    return now < this.#notBefore ? 'wait' : 'send';
  }

  sent(isNull: boolean, version: number, now: number): void {
    this.#isShown = !isNull;
    this.#version = version;
    this.#notBefore = now + LIMITS.partInterval;
    this.#repeatAt = 0;
  }
}
