import { LIMITS } from '../../protocol/limits.ts';

/** Counts the malformed frames of one socket within a time window. */
export class MalformedFrames {
  #times: number[] = [];

  /** Records one at `now`, in ms; returns whether the limit is reached. */
  note(now: number): boolean {
    this.#times = [...this.#times.filter((time) => now - time < LIMITS.malformedWindow), now];
    return this.#times.length >= LIMITS.malformedFrames;
  }
}
