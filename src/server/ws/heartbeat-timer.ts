/** Called once every interval. */
export interface HeartbeatMember {
  heartbeat(): void;
}

/** The members are spread over so many groups, so that not all are served at the same moment. */
const GROUPS = 10;

/** Calls every member once an interval, with one timer for all. */
export class HeartbeatTimer {
  readonly #interval: number;
  readonly #groups: readonly Set<HeartbeatMember>[] = Array.from({ length: GROUPS }, () => new Set<HeartbeatMember>());
  #joined = 0;
  #turn = 0;
  #timer: NodeJS.Timeout | undefined;

  /** `interval` in ms. */
  constructor(interval: number) {
    this.#interval = interval;
  }

  add(member: HeartbeatMember): void {
    this.#groups[this.#joined % GROUPS]?.add(member);
    this.#joined += 1;
    this.#timer ??= setInterval(() => this.#tick(), this.#interval / GROUPS).unref();
  }

  delete(member: HeartbeatMember): void {
    for (const group of this.#groups) if (group.delete(member)) return;
  }

  close(): void {
    clearInterval(this.#timer);
  }

  #tick(): void {
    this.#turn = (this.#turn + 1) % GROUPS;
    for (const member of this.#groups[this.#turn] ?? []) member.heartbeat();
  }
}
