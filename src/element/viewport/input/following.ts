import type { LogStatus } from '../../../worker/api.ts';
import { UnseenCounter } from '../lines/unseen-counter.ts';
import { initialFollow, nextFollow, type Follow, type FollowEvent, type FollowMode } from './follow.ts';

export interface FollowingHost {
  /** The last line on screen. */
  lastVisible(): number;
  /** The view began or ceased to follow the end of the log. */
  changed(isFollowing: boolean): void;
}

/** Whether the view follows the end of the log, and how many lines came since it ceased to. */
export class Following {
  readonly #host: FollowingHost;
  readonly #unseen = new UnseenCounter();
  #mode: FollowMode;
  #follow: Follow;

  constructor(mode: FollowMode, host: FollowingHost) {
    this.#mode = mode;
    this.#follow = initialFollow(mode);
    this.#host = host;
  }

  get isFollowing(): boolean {
    return this.#follow.following;
  }

  set mode(mode: FollowMode) {
    this.#mode = mode;
    this.dispatch({ type: 'mode', mode });
  }

  /** The last line up to `head` that was on screen; `head` while following. */
  seen(head: number): number {
    return this.isFollowing ? head : head - this.#unseen.countTo(head);
  }

  /** Lines up to this one were on screen. */
  markSeen(line: number): void {
    this.#unseen.markSeen(line);
  }

  dispatch(event: FollowEvent): void {
    const before = this.isFollowing;
    this.#follow = nextFollow(this.#follow, event);
    if (before === this.isFollowing) return;
    if (before) this.#unseen.markSeen(this.#host.lastVisible());
    this.#host.changed(this.isFollowing);
  }

  /**
   * Decides whether to follow once the log is known to be live or complete, unless the reader or the page has decided.
   * `beforeComplete` is called before a decision about a complete log is announced.
   */
  settle({ state, end, head }: LogStatus, beforeComplete: () => void): void {
    const complete = state === 'ended' || end !== undefined;
    if (!complete && state !== 'live') return;
    this.#unseen.start(head);
    if (this.#follow.decided) return;
    if (complete) beforeComplete();
    this.dispatch({ type: 'settled', complete, mode: this.#mode });
  }

  /** Another log is shown: the decision is open again. */
  reset(): void {
    this.clear();
    this.dispatch({ type: 'reset', mode: this.#mode });
  }

  /** Forgets which lines were seen. */
  clear(): void {
    this.#unseen.clear();
  }
}
