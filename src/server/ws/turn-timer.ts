/** Length of a turn, ms: no second touches more than 60 of them. */
export const TURN = 17;
/** Subscriptions that are served at once; between them others have the event loop. */
const AT_ONCE = 500;

/** A subscription that waits for the next turn. */
export interface TurnMember {
  /** The turn has come. */
  wake(): void;
}

/**
 * Divides time into turns, the same for all sockets. Its members wait for the next turn: one timer wakes them all, and there is
 * none while none of them waits.
 */
export class TurnTimer {
  readonly #now: () => number;
  #waiting = new Set<TurnMember>();
  #timer: NodeJS.Timeout | undefined;
  #isClosed = false;

  /** `now`: of a monotonic clock, ms. */
  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  /** The number of the present turn. */
  get turn(): number {
    return Math.floor(this.#now() / TURN);
  }

  /** Wakes a member at the next turn. */
  wait(member: TurnMember): void {
    if (this.#isClosed) return;
    this.#waiting.add(member);
    this.#timer ??= setTimeout(() => this.#next(), Math.ceil((this.turn + 1) * TURN - this.#now())).unref();
  }

  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    this.#waiting.clear();
  }

  #next(): void {
    this.#timer = undefined;
    const waiting = this.#waiting;
    this.#waiting = new Set();
    this.#wake([...waiting], 0);
  }

  #wake(members: readonly TurnMember[], from: number): void {
    if (this.#isClosed) return;
    for (const member of members.slice(from, from + AT_ONCE)) member.wake();
    if (from + AT_ONCE < members.length) setImmediate(() => this.#wake(members, from + AT_ONCE));
  }
}
