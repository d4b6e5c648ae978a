/** Most connects within a minute without a retry: delays are at least half a second. */
const CONNECTS = 121;
const MINUTE = 60_000;

/** Counts how often a session connects; throws when that is indecent. */
export class ModelPace {
  /** Within the last minute. */
  #connects: number[] = [];
  /** How often a person did not want to wait, within the last minute. */
  #retries: number[] = [];

  retried(now: number): void {
    this.#retries = [...recent(this.#retries, now), now];
  }

  connected(now: number): void {
    this.#connects = [...recent(this.#connects, now), now];
    const allowed = CONNECTS + recent(this.#retries, now).length;
    if (this.#connects.length > allowed) throw new Error(`The session connected ${this.#connects.length} times within a minute.`);
  }

  /** Another session begins. */
  reset(): void {
    this.#connects = [];
  }
}

function recent(times: readonly number[], now: number): readonly number[] {
  return times.filter((time) => time > now - MINUTE);
}
