import type { TopicClaims } from '../../protocol/topic.ts';
import { backoff, PACE, type Moment } from './pacing.ts';
import type { Handle, Refusal, Topic } from './topic.ts';

/** Keeps one topic's signature fresh: before it expires and when it was refused, one request at a time, never in a loop. */
export class Tokens {
  readonly #topic: Topic;
  /** The topic was refused as expired, by the socket or by history. */
  refused = false;
  /** The handle that was asked, until when. */
  #asked: { readonly log: number; readonly until: number } | undefined;
  #notBefore = -Infinity;
  /** Times in a row that no fresh topic could be had. */
  #failures = 0;
  /** Why no fresh topic can be had, since the topic was refused. */
  #barred: Refusal | undefined;
  /** Times in a row that the server refused a topic without accepting one in between. */
  #refusals = 0;

  /** The topic that was supplied last. */
  #supplied: string | undefined;

  constructor(topic: Topic) {
    this.#topic = topic;
  }

  /** Whether it was supplied because it was asked for: there may be a better one another time. */
  wasSupplied(signed: string): boolean {
    return signed === this.#supplied;
  }

  /** Why neither this topic nor a fresh one is accepted, as far as is known; what runs may go on all the same. */
  get barred(): Refusal | undefined {
    return this.refused ? this.#barred : undefined;
  }

  /** The server does not accept the topic any more. */
  refuse(moment: Moment): void {
    if (this.refused) return;
    // Refused again although it was renewed: the clock or the secret is wrong, and asking faster does not help.
    const wait = moment.now + (this.#refusals > 0 ? backoff(this.#refusals, moment.random) : 0);
    this.#notBefore = this.#failures > 0 ? Math.max(this.#notBefore, wait) : wait;
    this.refused = true;
    this.#barred = undefined;
    this.#refusals += 1;
  }

  /** The server accepted the topic. */
  accepted(): void {
    this.refused = false;
    this.#refusals = 0;
  }

  /** Another signature is there, wherever it came from. */
  replaced(): void {
    this.refused = false;
    this.#asked = undefined;
  }

  /** Somebody does not want to wait. */
  hurry(): void {
    if (!this.refused) return;
    this.#notBefore = -Infinity;
    // Where nobody has another one to give, the server is asked whether it takes this one by now.
    if (this.#refreshers().length === 0) this.refused = false;
  }

  /** The log to ask for a fresher topic now, if any. */
  ask(moment: Moment): number | undefined {
    const { now, wall } = moment;
    if (this.#asked !== undefined && !this.#topic.handles.has(this.#asked.log)) this.#asked = undefined;
    if (this.#asked !== undefined && now >= this.#asked.until) this.failed(moment);
    if (this.#asked !== undefined || now < this.#notBefore || !(this.refused || wall >= this.#renewAt())) return undefined;
    const handles = this.#refreshers();
    if (handles.length === 0) {
      this.#deny('This topic has expired. Sign it anew and set it again, or say where to get a fresh one with refresh-url.');
      return undefined;
    }
    // After a failure another tab is asked, if there is one.
    const handle = handles[this.#failures % handles.length];
    if (handle === undefined) return undefined;
    this.#asked = { log: handle.id, until: now + PACE.refresh };
    return handle.id;
  }

  /** Whether an answer of this log is waited for. */
  awaits(log: number): boolean {
    return this.#asked?.log === log;
  }

  /** The server is asked about the topic that was supplied: nobody else is asked for one meanwhile. */
  judging(signed: string): void {
    this.#supplied = signed;
    if (this.#asked !== undefined) this.#asked = { log: this.#asked.log, until: Infinity };
  }

  /** A fresh topic was supplied, and is used. */
  renewed(signed: string, { now }: Moment): void {
    this.#asked = undefined;
    this.#supplied = signed;
    this.#failures = 0;
    // However wrong the clock is, a topic that was just issued is not renewed before half of its life.
    this.#notBefore = now + Math.max(PACE.ceiling, lifetime(this.#topic.claims) / 2);
  }

  failed({ now, random }: Moment): void {
    this.#asked = undefined;
    this.#failures += 1;
    this.#notBefore = now + backoff(this.#failures, random);
    this.#deny('Access to this log has expired and could not be renewed; trying again. Reload the page if it stays so.');
  }

  due({ now, wall }: Moment): number {
    if (this.#asked !== undefined) return this.#asked.until;
    if (this.#refreshers().length === 0) return Infinity;
    const wait = this.refused ? 0 : this.#renewAt() - wall;
    return Math.max(this.#notBefore, now + wait);
  }

  #deny(problem: string): void {
    if (!this.refused) return;
    this.#barred = { state: 'denied', problem, retryAt: undefined };
    // A subscription that runs outlives its topic.
    if (this.#topic.subscription === 'idle') this.#topic.deny(problem);
  }

  #refreshers(): Handle[] {
    // Tabs that are looked at first: others may be frozen, and would keep everybody waiting.
    const handles = [...this.#topic.handles.values()].filter(({ refreshable }) => refreshable);
    return handles.sort((a, b) => Number(b.visible) - Number(a.visible));
  }

  /** Unix ms. */
  #renewAt(): number {
    const { claims, subscription } = this.#topic;
    // Nobody needs a fresh signature for a log that is over and seen; if lines are looked at again, its refusal says so.
    if (claims.expiresAt === undefined || subscription === 'done') return Infinity;
    return claims.expiresAt * 1_000 - Math.min(PACE.early, lifetime(claims) / 2);
  }
}

/** ms. */
function lifetime({ issuedAt, expiresAt }: TopicClaims): number {
  return expiresAt === undefined ? Infinity : Math.max(0, expiresAt - issuedAt) * 1_000;
}
