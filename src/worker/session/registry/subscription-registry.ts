import { readTopic, type TopicClaims } from '../../../protocol/topic.ts';
import type { SegmentCache } from '../lines/segment-cache.ts';
import { UnverifiedTokens } from './unverified-tokens.ts';
import type { Effect, PollResult, RefreshFailure } from '../events.ts';
import { SentTokens } from '../socket/sent-tokens.ts';
import type { Now } from '../timing.ts';
import { Subscription } from '../subscription/subscription.ts';
import type { OpenLog } from '../subscription/channel-state.ts';
import { TokenTrial } from './token-trial.ts';
import type { ViewState } from '../view-state.ts';

export interface RegistryOptions {
  readonly cache: SegmentCache;
  readonly effects: Effect[];
  readonly nextId: () => number;
  /** Something happened to a subject. */
  readonly touched: (subject: Subscription) => void;
  /** A subject is not followed any more. */
  readonly gone: (subject: Subscription) => void;
}

/**
 * Who follows what: one subject for each channel, shared by everybody whose token the server accepted. A page may be of
 * another user than the one before, or make its tokens up: until the server has accepted one, only who brought it uses it.
 */
export class SubscriptionRegistry {
  /** By channel. */
  readonly subjects = new Map<string, Subscription>();
  /** What was sent on the present socket. */
  readonly ledger = new SentTokens();
  /** Subjects of those who are not let in yet, and tokens of those who are in already. */
  readonly candidates: UnverifiedTokens<Subscription | TokenTrial>;
  readonly #options: RegistryOptions;
  /** Which subject a handle belongs to. */
  readonly #handles = new Map<number, Subscription>();

  constructor(options: RegistryOptions) {
    this.#options = options;
    this.candidates = new UnverifiedTokens(options.effects, options.nextId);
  }

  /** Everything that is followed, or waits to be. */
  *all(): Generator<Subscription> {
    yield* this.subjects.values();
    for (const candidate of this.candidates) if (candidate instanceof Subscription) yield candidate;
  }

  /** What a handle opened. */
  of(log: number): Subscription | undefined {
    return this.#handles.get(log);
  }

  open(log: number, signed: string, refreshable: boolean, moment: Now): void {
    const claims = readTopic(signed);
    if (claims === undefined || this.#handles.has(log)) return;
    const { channel } = claims;
    let subject = this.subjects.get(channel);
    // What is on its way over the socket may be for somebody who left a moment ago.
    if (subject === undefined && this.ledger.isOnly(channel, signed))
      this.subjects.set(channel, (subject = new Subscription(signed, claims, this.#options.cache)));
    else if (subject?.admits(signed, moment) !== true) subject = this.#candidate(signed, claims);
    this.#join(subject, {
      id: log,
      signed,
      verified: subject.signatures.accepts(signed, moment.wall),
      brought: undefined,
      granted: undefined,
      refreshable,
      empty: false,
      visible: true,
      views: new Map<number, ViewState>(),
      told: undefined,
    });
  }

  close(log: number): void {
    const subject = this.#handles.get(log);
    if (subject === undefined) return;
    const handle = subject.topic.handles.get(log);
    if (handle !== undefined) this.#withdraw(handle);
    this.#handles.delete(log);
    this.#leave(subject, log);
  }

  /** A page has another token for a log that it opened. */
  renew(log: number, signed: string, moment: Now): void {
    this.#bring(log, signed, false, moment);
  }

  /** What a page answers that was asked for a fresh token. */
  refreshed(log: number, signed: string | undefined, why: RefreshFailure, moment: Now): void {
    const subject = this.#handles.get(log);
    if (subject?.tokens.awaits(log) !== true) return;
    this.#options.touched(subject);
    if (signed === undefined) subject.tokens.failed(why, moment);
    // The one that was refused, once more.
    else if (signed === subject.topic.signed) subject.tokens.failed('refused', moment);
    else {
      const used = this.#bring(log, signed, true, moment);
      if (used === undefined) subject.tokens.failed('refused', moment);
      else if (used) subject.tokens.renewed(signed, moment);
      else subject.tokens.judging(signed, moment);
    }
  }

  /** What the server says of a token that somebody brought. */
  polled(id: number, answer: PollResult, moment: Now): void {
    const judged = this.candidates.polled(id, answer, moment);
    if (judged === undefined) return;
    const { candidate, signed, result } = judged;
    if (candidate instanceof TokenTrial) {
      this.candidates.drop(candidate);
      for (const handle of candidate.handles) this.#judge(handle, signed, result, moment);
    } else if (result.kind === 'log') this.#admit(candidate, signed, moment);
    else {
      candidate.refuse(signed, result, moment);
      this.#options.touched(candidate);
    }
  }

  /** Sends away who shares a subject with others, and has to answer for a token of its own. */
  separate(subject: Subscription): void {
    for (const handle of subject.strangers()) this.#sendAway(subject, handle);
  }

  /** Undefined for what is no token of this channel; false: the server is asked about it first. */
  #bring(log: number, signed: string, supplied: boolean, moment: Now): boolean | undefined {
    const subject = this.#handles.get(log);
    const handle = subject?.topic.handles.get(log);
    const channel = readTopic(signed)?.channel;
    if (subject === undefined || handle === undefined || channel !== subject.topic.channel) return undefined;
    const instead = insteadOf(handle);
    this.#withdraw(handle);
    this.#options.touched(subject);
    handle.brought = { signed, supplied, instead };
    if (subject.offer(handle, signed, moment)) return true;
    let trial: TokenTrial | undefined;
    for (const other of this.candidates) if (other instanceof TokenTrial && other.signed === signed) trial = other;
    if (trial === undefined) this.candidates.add((trial = new TokenTrial(channel, signed)));
    trial.handles.add(handle);
    return false;
  }

  /** The server judged a token that a handle brought. */
  #judge(handle: OpenLog, signed: string, result: Exclude<PollResult, { readonly kind: 'failed' }>, moment: Now): void {
    const subject = this.#handles.get(handle.id);
    // It was replaced meanwhile, together with another one.
    if (subject === undefined || handle.brought?.signed !== signed) return;
    const { supplied } = handle.brought;
    this.#options.touched(subject);
    if (result.kind === 'log') {
      if (supplied && subject.tokens.awaits(handle.id)) subject.tokens.renewed(signed, moment);
      if (this.candidates.has(subject)) this.#admit(subject, signed, moment);
      else subject.accept(signed, moment);
      return;
    }
    if (supplied && subject.tokens.awaits(handle.id))
      subject.tokens.failed('refused', moment, result.kind === 'denied' ? result.problem : undefined);
    subject.refuse(signed, result, moment);
    handle.brought = undefined;
    if (supplied || subject.signed === signed) return;
    // Its page wants it to be followed with this token, and no other.
    handle.signed = signed;
    handle.verified = result.kind === 'expired';
    if (result.kind === 'denied') {
      this.#sendAway(subject, handle);
      this.#handles.get(handle.id)?.refuse(signed, result, moment);
    }
  }

  /** The server accepted a token of a subject whose handles wait to be let in. */
  #admit(candidate: Subscription, signed: string, moment: Now): void {
    const { channel, handles } = candidate.topic;
    const first = this.subjects.get(channel);
    this.candidates.drop(candidate);
    candidate.accept(signed, moment);
    if (first?.signatures.genuine === true) {
      first.accept(signed, moment);
      for (const handle of handles.values()) this.#join(first, handle);
      return;
    }
    // The earlier subscriber was never verified: demote it to a candidate.
    this.subjects.set(channel, candidate);
    this.#options.touched(candidate);
    if (first === undefined) return;
    this.#options.gone(first);
    first.disconnected(false, moment);
    this.candidates.add(first);
    this.#options.touched(first);
  }

  #sendAway(subject: Subscription, handle: OpenLog): void {
    const claims = readTopic(handle.signed);
    if (claims === undefined) return;
    this.#leave(subject, handle.id);
    this.#join(this.#candidate(handle.signed, claims), handle);
  }

  /** Those who wait for the server's word about this token. */
  #candidate(signed: string, claims: TopicClaims): Subscription {
    for (const known of this.candidates) if (known instanceof Subscription && known.topic.signed === signed) return known;
    const subject = new Subscription(signed, claims, this.#options.cache);
    this.candidates.add(subject);
    return subject;
  }

  #join(subject: Subscription, handle: OpenLog): void {
    this.#handles.set(handle.id, subject);
    subject.join(handle);
    this.#options.touched(subject);
  }

  #leave(subject: Subscription, log: number): void {
    const { channel, handles } = subject.topic;
    handles.delete(log);
    this.#options.touched(subject);
    if (handles.size > 0) return;
    if (this.candidates.has(subject)) this.candidates.drop(subject);
    else this.subjects.delete(channel);
    this.#options.gone(subject);
  }

  /** The token that a handle brought before counts no more. */
  #withdraw(handle: OpenLog): void {
    handle.brought = undefined;
    for (const trial of this.candidates) {
      if (!(trial instanceof TokenTrial) || !trial.handles.delete(handle)) continue;
      if (trial.handles.size === 0) this.candidates.drop(trial);
      return;
    }
  }
}

/** What a handle goes back to when a token that is supplied now turns out to be no good: the last one that its page stands by. */
function insteadOf({ signed, verified, brought }: OpenLog): Pick<OpenLog, 'signed' | 'verified'> {
  if (brought === undefined) return { signed, verified };
  return brought.supplied ? brought.instead : { signed: brought.signed, verified: false };
}
