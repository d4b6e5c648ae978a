import { LIMITS } from '../../protocol/limits.ts';

/** Counts malformed frames of one socket. */
export class MalformedFrames {
  #times: number[] = [];

  /** Notes one at `now`, in ms; returns whether it is one too many. */
  note(now: number): boolean {
    this.#times = [...this.#times.filter((time) => now - time < LIMITS.malformedWindow), now];
    return this.#times.length >= LIMITS.malformedFrames;
  }
}
