import type { TopicClaims } from '../../../protocol/topic.ts';
import type { RefreshFailure } from '../events.ts';
import { backoff, FIRST_REFRESH_DELAY, refreshDelay, TIMING, type Now } from '../timing.ts';
import type { ChannelState, Refusal } from './channel-state.ts';
import type { OpenLog } from './open-log.ts';

/** A supplied topic that holds for this long, or for half of a shorter life, was good, ms. */
const GOOD_AFTER = 60_000;

const NO_SOURCE = 'The topic expired and no new one was supplied. Set a fresh one, or set refresh-url to where the page gets one.';
const NOT_RENEWED = 'Access to this log has expired and could not be renewed; trying again. Reload the page if this persists.';

type TokenPhase = 'valid' | 'refused' | 'unobtainable';

/**
 * Keeps the topic of one channel fresh, before it expires and when the server refused it: one request at a time, never in
 * a tight loop.
 *
 * ```text
 *          the server refuses the topic           no page can supply another one
 *   valid ──────────────────────────────▶ refused ───────────────────────────────▶ unobtainable
 *     ▲                                      │                                          │
 *     └── accepted after all, or replaced ───┴──────────────────────────────────────────┘
 *
 *          refused, or about to expire            the page answers
 *   quiet ─────────────────────────────▶ asking ───────────────────▶ quiet, after a delay if that failed
 *     ▲                                     │ the server must verify the answer first
 *     └─────────── verified ────────────────┘
 * ```
 */
export class TokenRefresh {
  readonly #state: ChannelState;
  #phase: TokenPhase = 'valid';
  /** While unobtainable: what to tell viewers. */
  #refusal: Refusal | undefined;
  /** The handle whose page was asked, and how long it may take. */
  #asked: { readonly log: number; readonly until: number } | undefined;
  #askedAt = -Infinity;
  #notBefore = -Infinity;
  /** Failures in a row, without a first one that may be transient. */
  #failures = 0;
  /** The last failure was transient. */
  #networkFailed = false;
  /** Counts the handles asked in vain, so that another one comes next. */
  #turn = 0;
  /** The topic that was supplied last, when, and whether the server ever accepted it. */
  #supplied: { readonly topic: string; readonly at: number; accepted: boolean } | undefined;

  constructor(state: ChannelState) {
    this.#state = state;
  }

  /** The server does not accept the topic, over the socket or over HTTP. */
  get isRefused(): boolean {
    return this.#phase !== 'valid';
  }

  /** Why neither this topic nor a fresh one is accepted, as far as is known; a running subscription may continue. */
  get refusal(): Refusal | undefined {
    return this.#phase === 'unobtainable' ? this.#refusal : undefined;
  }

  /** Whether a page supplied this topic on request: it may supply a better one another time. */
  wasSupplied(topic: string): boolean {
    return topic === this.#supplied?.topic;
  }

  /** The channel moved here with a topic that its page supplied there on request: it is asked again no sooner. */
  continueFrom(other: TokenRefresh): void {
    if (!other.wasSupplied(this.#state.topic)) return;
    this.#supplied = other.#supplied;
    this.#notBefore = other.#notBefore;
    this.#failures = other.#failures;
    this.#networkFailed = other.#networkFailed;
    this.#turn = other.#turn;
  }

  /** The server does not accept the topic any more; `problem`: its explanation. */
  refuse(now: Now, problem?: string): void {
    if (this.isRefused) return;
    this.#enter('refused');
    this.#forgetFailures(now);
    // It was just supplied: the clock or the secret is wrong, and asking faster does not help.
    if (this.#supplied !== undefined) this.#delay('rejected', now, problem);
    else if (this.#failures > 0 || this.#networkFailed) this.#giveUp(this.#networkFailed, this.#notBefore - now.monotonic, now, problem);
    else this.#notBefore = -Infinity;
  }

  /** The server accepted the topic. */
  accepted(): void {
    this.#enter('valid');
    if (this.wasSupplied(this.#state.topic) && this.#supplied !== undefined) this.#supplied.accepted = true;
  }

  /** The channel uses another topic, wherever it came from. */
  replaced(): void {
    this.#enter('valid');
    this.#asked = undefined;
  }

  /** A person does not want to wait. */
  retryNow(): void {
    for (const handle of this.#state.handles.values()) handle.cannotRefresh = false;
    if (!this.isRefused) return;
    this.#notBefore = -Infinity;
    // No page can supply another one: the server may accept this one by now.
    if (this.#refreshers().length === 0) this.#enter('valid');
  }

  /** The network may be back: retry what failed because of it. */
  wake({ monotonic }: Now): void {
    if (this.#networkFailed) this.#notBefore = Math.min(this.#notBefore, Math.max(monotonic, this.#askedAt + TIMING.apart));
  }

  /** The log whose page to ask for a fresh topic now, if any. */
  nextRequest(now: Now): number | undefined {
    const { monotonic, wall } = now;
    if (this.#asked !== undefined && !this.#state.handles.has(this.#asked.log)) this.#asked = undefined;
    if (this.#asked !== undefined && monotonic >= this.#asked.until) this.failed('transient', now);
    if (this.#asked !== undefined || monotonic < this.#notBefore || !(this.isRefused || wall >= this.#renewAt())) return undefined;
    this.#forgetFailures(now);
    const handles = this.#refreshers();
    // After a failure another tab is asked, if there is one.
    const handle = handles[this.#turn % Math.max(1, handles.length)];
    if (handle === undefined) {
      this.#deny({ state: 'denied', problem: NO_SOURCE, retryAt: undefined });
      return undefined;
    }
    this.#asked = { log: handle.id, until: monotonic + TIMING.refresh };
    this.#askedAt = monotonic;
    return handle.id;
  }

  /** Whether the page of this log was asked and has not answered. */
  awaits(log: number): boolean {
    return this.#asked?.log === log;
  }

  /** The server is asked about the supplied topic first; no other page is asked meanwhile. */
  verifying(topic: string, { monotonic }: Now): void {
    this.#supplied = { topic, at: monotonic, accepted: false };
    if (this.#asked !== undefined) this.#asked = { log: this.#asked.log, until: Infinity };
  }

  /** A fresh topic was supplied and is in use. */
  renewed(topic: string, { monotonic }: Now): void {
    this.#asked = undefined;
    this.#supplied = { topic, at: monotonic, accepted: false };
    // However wrong the clock is, a fresh topic is not renewed before half of its life.
    this.#notBefore = monotonic + Math.max(TIMING.ceiling, lifetime(this.#state.claims) / 2);
  }

  /** The page that was asked supplied no usable topic. */
  failed(failure: RefreshFailure, now: Now, problem?: string): void {
    const asked = this.#asked === undefined ? undefined : this.#state.handles.get(this.#asked.log);
    this.#asked = undefined;
    if (failure !== 'none') {
      this.#turn += 1;
      this.#delay(failure, now, problem);
      return;
    }
    // It is asked again when a person retries; other tabs may have a source.
    if (asked !== undefined) asked.cannotRefresh = true;
    if (this.#refreshers().length === 0) this.#deny({ state: 'denied', problem: NO_SOURCE, retryAt: undefined });
  }

  due({ monotonic, wall }: Now): number {
    if (this.#asked !== undefined) return this.#asked.until;
    if (this.#refreshers().length === 0) return Infinity;
    const wait = this.isRefused ? 0 : this.#renewAt() - wall;
    return Math.max(this.#notBefore, monotonic + wait);
  }

  #enter(phase: TokenPhase, refusal?: Refusal): void {
    this.#phase = phase;
    this.#refusal = refusal;
  }

  /** Waits: briefly for a network that failed once, otherwise as long as it takes somebody to fix it. */
  #delay(failure: 'transient' | 'rejected', now: Now, problem: string | undefined): void {
    const transient = failure === 'transient';
    const { monotonic, random } = now;
    let delay: number;
    if (transient && !this.#networkFailed) delay = backoff(0, random);
    else {
      delay = refreshDelay(this.#failures, random);
      this.#failures += 1;
    }
    this.#networkFailed = transient;
    this.#notBefore = monotonic + delay;
    this.#giveUp(transient, delay, now, problem);
  }

  #giveUp(transient: boolean, delay: number, { wall }: Now, problem = NOT_RENEWED): void {
    this.#deny({ state: 'denied', problem, retryAt: transient ? wall + Math.max(0, delay) : undefined });
  }

  #deny(refusal: Refusal): void {
    if (!this.isRefused) return;
    this.#enter('unobtainable', refusal);
    // A running subscription outlives its topic.
    if (this.#state.phase === 'idle') this.#state.block(refusal);
  }

  /** Once a supplied topic has held for a while, earlier failures do not count. */
  #forgetFailures({ monotonic }: Now): void {
    if (this.#supplied?.accepted !== true) return;
    const goodAfter = Math.min(GOOD_AFTER, Math.max(FIRST_REFRESH_DELAY, lifetime(this.#state.claims) / 2));
    if (monotonic - this.#supplied.at < goodAfter) return;
    this.#supplied = undefined;
    this.#failures = 0;
    this.#networkFailed = false;
    this.#turn = 0;
  }

  #refreshers(): OpenLog[] {
    // Visible tabs first: hidden ones may be frozen, and would keep the others waiting.
    const handles = [...this.#state.handles.values()].filter(({ refreshable, cannotRefresh }) => refreshable && !cannotRefresh);
    return handles.sort((a, b) => Number(b.visible) - Number(a.visible));
  }

  /** Unix ms. */
  #renewAt(): number {
    const { claims, phase } = this.#state;
    // A log that is done needs no fresh topic; if its lines are wanted again, a refusal starts the renewal.
    if (claims.expiresAt === undefined || phase === 'done') return Infinity;
    return claims.expiresAt * 1_000 - Math.min(TIMING.early, lifetime(claims) / 2);
  }
}

/** ms. */
function lifetime({ issuedAt, expiresAt }: TopicClaims): number {
  return expiresAt === undefined ? Infinity : Math.max(0, expiresAt - issuedAt) * 1_000;
}
