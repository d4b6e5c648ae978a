import type { TopicClaims } from '../../../protocol/topic.ts';
import type { RefreshFailure } from '../events.ts';
import { backoff, TIMING, type Now } from '../timing.ts';
import type { OpenLog, Refusal, ChannelState } from './channel-state.ts';

/** How long it is until a topic that could not be had is asked for again, ms: a person has to mend that. */
const PAUSES = [10_000, 30_000, 60_000, 120_000, 300_000];

/** A supplied topic that is refused sooner than this was no good, ms; or sooner than half of its life. */
const HOLDS = 60_000;

const NOBODY = 'This topic has expired. Sign it again and set it, or say where to get a fresh one with refresh-url.';
const EXPIRED = 'Access to this log has expired and could not be renewed; trying again. Reload the page if it stays so.';

/** Keeps one topic's token fresh: before it expires and when it was refused, one request at a time, never in a loop. */
export class TokenRefresh {
  readonly #topic: ChannelState;
  /** The token was refused, by the socket or over HTTP. */
  refused = false;
  /** The handle that was asked, until when. */
  #asked: { readonly log: number; readonly until: number } | undefined;
  #askedAt = -Infinity;
  #notBefore = -Infinity;
  /** Times in a row that no good topic could be had, but for a first failure that may pass. */
  #failures = 0;
  /** What failed last was the network. */
  #stumbled = false;
  /** Whose turn it is to be asked. */
  #turn = 0;
  /** Why no fresh topic can be had, since the topic was refused. */
  #barred: Refusal | undefined;
  /** The topic that was supplied last, when, and whether the server ever accepted it. */
  #supplied: { readonly signed: string; readonly at: number; accepted: boolean } | undefined;

  constructor(topic: ChannelState) {
    this.#topic = topic;
  }

  /** Whether it was supplied because it was asked for: there may be a better one another time. */
  wasSupplied(signed: string): boolean {
    return signed === this.#supplied?.signed;
  }

  /** Why neither this topic nor a fresh one is accepted, as far as is known; what runs may go on all the same. */
  get barred(): Refusal | undefined {
    return this.refused ? this.#barred : undefined;
  }

  /** The server does not accept the topic any more; `problem`: what it says. */
  refuse(moment: Now, problem?: string): void {
    if (this.refused) return;
    this.refused = true;
    this.#barred = undefined;
    this.#forgive(moment);
    // Refused although it was just supplied: the clock or the secret is wrong, and asking faster does not help.
    if (this.#supplied !== undefined) this.#pause('refused', moment, problem);
    else if (this.#failures > 0 || this.#stumbled) this.#bar(this.#stumbled, this.#notBefore - moment.now, moment, problem);
    else this.#notBefore = -Infinity;
  }

  /** The server accepted the topic. */
  accepted(): void {
    this.refused = false;
    if (this.wasSupplied(this.#topic.signed) && this.#supplied !== undefined) this.#supplied.accepted = true;
  }

  /** Another token is there, wherever it came from. */
  replaced(): void {
    this.refused = false;
    this.#asked = undefined;
  }

  /** Somebody does not want to wait. */
  hurry(): void {
    for (const handle of this.#topic.handles.values()) handle.empty = false;
    if (!this.refused) return;
    this.#notBefore = -Infinity;
    // Where nobody has another one to give, the server is asked whether it takes this one by now.
    if (this.#refreshers().length === 0) this.refused = false;
  }

  /** The network may be back: what failed because of it is tried again. */
  wake({ now }: Now): void {
    if (this.#stumbled) this.#notBefore = Math.min(this.#notBefore, Math.max(now, this.#askedAt + TIMING.apart));
  }

  /** The log to ask for a fresher topic now, if any. */
  ask(moment: Now): number | undefined {
    const { now, wall } = moment;
    if (this.#asked !== undefined && !this.#topic.handles.has(this.#asked.log)) this.#asked = undefined;
    if (this.#asked !== undefined && now >= this.#asked.until) this.failed('passing', moment);
    if (this.#asked !== undefined || now < this.#notBefore || !(this.refused || wall >= this.#renewAt())) return undefined;
    this.#forgive(moment);
    const handles = this.#refreshers();
    // After a failure another tab is asked, if there is one.
    const handle = handles[this.#turn % Math.max(1, handles.length)];
    if (handle === undefined) {
      this.#deny({ state: 'denied', problem: NOBODY, retryAt: undefined });
      return undefined;
    }
    this.#asked = { log: handle.id, until: now + TIMING.refresh };
    this.#askedAt = now;
    return handle.id;
  }

  /** Whether an answer of this log is waited for. */
  awaits(log: number): boolean {
    return this.#asked?.log === log;
  }

  /** The server is asked about the topic that was supplied: nobody else is asked for one meanwhile. */
  judging(signed: string, { now }: Now): void {
    this.#supplied = { signed, at: now, accepted: false };
    if (this.#asked !== undefined) this.#asked = { log: this.#asked.log, until: Infinity };
  }

  /** A fresh topic was supplied, and is used. */
  renewed(signed: string, { now }: Now): void {
    this.#asked = undefined;
    this.#supplied = { signed, at: now, accepted: false };
    // However wrong the clock is, a topic that was just issued is not renewed before half of its life.
    this.#notBefore = now + Math.max(TIMING.ceiling, lifetime(this.#topic.claims) / 2);
  }

  /** The handle that was asked has no good topic. */
  failed(why: RefreshFailure, moment: Now, problem?: string): void {
    const asked = this.#asked === undefined ? undefined : this.#topic.handles.get(this.#asked.log);
    this.#asked = undefined;
    if (why !== 'none') {
      this.#turn += 1;
      this.#pause(why, moment, problem);
      return;
    }
    // It is asked again when a person wants that. Others may have one.
    if (asked !== undefined) asked.empty = true;
    if (this.#refreshers().length === 0) this.#deny({ state: 'denied', problem: NOBODY, retryAt: undefined });
  }

  due({ now, wall }: Now): number {
    if (this.#asked !== undefined) return this.#asked.until;
    if (this.#refreshers().length === 0) return Infinity;
    const wait = this.refused ? 0 : this.#renewAt() - wall;
    return Math.max(this.#notBefore, now + wait);
  }

  /** Waits: shortly for a network that failed once, else as long as a person takes to mend something. */
  #pause(why: 'passing' | 'refused', moment: Now, problem: string | undefined): void {
    const passing = why === 'passing';
    const { now, random } = moment;
    let delay: number;
    if (passing && !this.#stumbled) delay = backoff(0, random);
    else {
      delay = (PAUSES[Math.min(this.#failures, PAUSES.length - 1)] ?? 0) * (1 + random / 10);
      this.#failures += 1;
    }
    this.#stumbled = passing;
    this.#notBefore = now + delay;
    this.#bar(passing, delay, moment, problem);
  }

  #bar(passing: boolean, delay: number, { wall }: Now, problem = EXPIRED): void {
    this.#deny({ state: 'denied', problem, retryAt: passing ? wall + Math.max(0, delay) : undefined });
  }

  #deny(refusal: Refusal): void {
    if (!this.refused) return;
    this.#barred = refusal;
    // A subscription that runs outlives its topic.
    if (this.#topic.subscription === 'idle') this.#topic.bar(refusal);
  }

  /** A topic that was supplied has held for a while: whatever was wrong before is over. */
  #forgive({ now }: Now): void {
    if (this.#supplied?.accepted !== true) return;
    if (now - this.#supplied.at < Math.min(HOLDS, Math.max(PAUSES[0] ?? 0, lifetime(this.#topic.claims) / 2))) return;
    this.#supplied = undefined;
    this.#failures = 0;
    this.#stumbled = false;
    this.#turn = 0;
  }

  #refreshers(): OpenLog[] {
    // Tabs that are looked at first: others may be frozen, and would keep everybody waiting.
    const handles = [...this.#topic.handles.values()].filter(({ refreshable, empty }) => refreshable && !empty);
    return handles.sort((a, b) => Number(b.visible) - Number(a.visible));
  }

  /** Unix ms. */
  #renewAt(): number {
    const { claims, subscription } = this.#topic;
    // Nobody needs a fresh token for a log that is over and seen; if lines are looked at again, its refusal says so.
    if (claims.expiresAt === undefined || subscription === 'done') return Infinity;
    return claims.expiresAt * 1_000 - Math.min(TIMING.early, lifetime(claims) / 2);
  }
}

/** ms. */
function lifetime({ issuedAt, expiresAt }: TopicClaims): number {
  return expiresAt === undefined ? Infinity : Math.max(0, expiresAt - issuedAt) * 1_000;
}
