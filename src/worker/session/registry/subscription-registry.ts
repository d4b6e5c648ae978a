import { readTopic, type TopicClaims } from '../../../protocol/topic.ts';
import type { Effect, PollResult, RefreshFailure } from '../events.ts';
import type { SegmentCache } from '../lines/segment-cache.ts';
import { SentTokens } from '../socket/sent-tokens.ts';
import type { OpenLog } from '../subscription/open-log.ts';
import { Subscription } from '../subscription/subscription.ts';
import type { Now } from '../timing.ts';
import { TokenTrial } from './token-trial.ts';
import { UnverifiedTokens } from './unverified-tokens.ts';

export interface RegistryOptions {
  readonly cache: SegmentCache;
  readonly effects: Effect[];
  readonly nextId: () => number;
  /** Something happened to a subscription. */
  readonly touched: (subscription: Subscription) => void;
  /** A subscription has no handles any more, or lost its channel to another one. */
  readonly removed: (subscription: Subscription) => void;
}

/**
 * Which handle belongs to which subscription. There is one subscription a channel, shared by all handles whose topic the
 * server accepted. A page may belong to another user than the one before, or make its topics up: until the server has
 * accepted a topic, only the handle that brought it uses it.
 */
export class SubscriptionRegistry {
  /** The topics sent on the present socket. */
  readonly sentTokens = new SentTokens();
  /** Subscriptions of handles that wait to be verified, and new topics of handles that are verified already. */
  readonly unverified: UnverifiedTokens<Subscription | TokenTrial>;
  readonly #options: RegistryOptions;
  readonly #byChannel = new Map<string, Subscription>();
  readonly #byHandle = new Map<number, Subscription>();

  constructor(options: RegistryOptions) {
    this.#options = options;
    this.unverified = new UnverifiedTokens(options.effects, options.nextId);
  }

  /** The subscriptions on the socket or the HTTP fallback, by channel. */
  get byChannel(): ReadonlyMap<string, Subscription> {
    return this.#byChannel;
  }

  /** All subscriptions, those that wait to be verified included. */
  *all(): Generator<Subscription> {
    yield* this.#byChannel.values();
    for (const candidate of this.unverified) if (candidate instanceof Subscription) yield candidate;
  }

  /** Whether any channel may have more to come. */
  get needsConnection(): boolean {
    for (const { state } of this.#byChannel.values()) if (state.phase !== 'done' && state.refusal?.state !== 'denied') return true;
    return false;
  }

  /** The subscription of a handle. */
  of(log: number): Subscription | undefined {
    return this.#byHandle.get(log);
  }

  open(log: number, topic: string, refreshable: boolean, now: Now): void {
    const claims = readTopic(topic);
    if (claims === undefined || this.#byHandle.has(log)) return;
    const { channel } = claims;
    let subscription = this.#byChannel.get(channel);
    // Frames under way may belong to a subscription that ended a moment ago.
    if (subscription === undefined && this.sentTokens.isOnly(channel, topic))
      this.#byChannel.set(channel, (subscription = new Subscription(topic, claims, this.#options.cache)));
    else if (subscription?.admits(topic, now) !== true) subscription = this.#candidateFor(topic, claims);
    this.#join(subscription, {
      id: log,
      topic,
      verified: subscription.verdicts.isAccepted(topic, now.wall),
      pending: undefined,
      granted: undefined,
      refreshable,
      cannotRefresh: false,
      visible: true,
      views: new Map(),
      lastStatus: undefined,
    });
  }

  close(log: number): void {
    const subscription = this.#byHandle.get(log);
    if (subscription === undefined) return;
    const handle = subscription.state.handles.get(log);
    if (handle !== undefined) this.#withdraw(handle);
    this.#byHandle.delete(log);
    this.#leave(subscription, log);
  }

  /** A page has another topic for a log that it opened. */
  renew(log: number, topic: string, now: Now): void {
    this.#offer(log, topic, false, now);
  }

  /** A page answers a request for a fresh topic. */
  refreshed(log: number, topic: string | undefined, failure: RefreshFailure, now: Now): void {
    const subscription = this.#byHandle.get(log);
    if (subscription?.tokenRefresh.awaits(log) !== true) return;
    this.#options.touched(subscription);
    const { tokenRefresh } = subscription;
    if (topic === undefined) tokenRefresh.failed(failure, now);
    // The one that expires or was refused.
    else if (topic === subscription.topic) tokenRefresh.failed('rejected', now);
    else {
      const used = this.#offer(log, topic, true, now);
      if (used === undefined) tokenRefresh.failed('rejected', now);
      else if (used) tokenRefresh.renewed(topic, now);
      else tokenRefresh.verifying(topic, now);
    }
  }

  /** The server answers a request that verifies a topic. */
  polled(id: number, answer: PollResult, now: Now): void {
    const judged = this.unverified.polled(id, answer, now);
    if (judged === undefined) return;
    const { candidate, topic, result } = judged;
    if (candidate instanceof TokenTrial) {
      this.unverified.remove(candidate);
      for (const handle of candidate.handles) this.#judge(handle, topic, result, now);
    } else if (result.kind === 'log') this.#admit(candidate, topic, now);
    else {
      candidate.refuse(topic, result, now);
      this.#options.touched(candidate);
    }
  }

  /** Moves handles whose topic must be verified separately to a subscription of their own. */
  separateUnverified(subscription: Subscription): void {
    for (const handle of subscription.takeUnverified()) this.#separate(subscription, handle);
  }

  /** Returns undefined when it is no topic of this channel; false when the server must be asked about it first. */
  #offer(log: number, topic: string, requested: boolean, now: Now): boolean | undefined {
    const subscription = this.#byHandle.get(log);
    const handle = subscription?.state.handles.get(log);
    const channel = readTopic(topic)?.channel;
    if (subscription === undefined || handle === undefined || channel !== subscription.channel) return undefined;
    const previous = previousOf(handle);
    this.#withdraw(handle);
    this.#options.touched(subscription);
    handle.pending = { topic, requested, previous };
    if (subscription.offer(handle, topic, now)) return true;
    let trial: TokenTrial | undefined;
    for (const other of this.unverified) if (other instanceof TokenTrial && other.topic === topic) trial = other;
    if (trial === undefined) this.unverified.add((trial = new TokenTrial(channel, topic)));
    trial.handles.add(handle);
    return false;
  }

  /** The server judged a topic that a handle brought. */
  #judge(handle: OpenLog, topic: string, result: Exclude<PollResult, { readonly kind: 'failed' }>, now: Now): void {
    const subscription = this.#byHandle.get(handle.id);
    // Another one replaced it meanwhile.
    if (subscription === undefined || handle.pending?.topic !== topic) return;
    const { requested } = handle.pending;
    const { tokenRefresh } = subscription;
    this.#options.touched(subscription);
    if (result.kind === 'log') {
      if (requested && tokenRefresh.awaits(handle.id)) tokenRefresh.renewed(topic, now);
      if (this.unverified.has(subscription)) this.#admit(subscription, topic, now);
      else subscription.accept(topic, now);
      return;
    }
    if (requested && tokenRefresh.awaits(handle.id))
      tokenRefresh.failed('rejected', now, result.kind === 'denied' ? result.problem : undefined);
    subscription.refuse(topic, result, now);
    handle.pending = undefined;
    if (requested || subscription.topic === topic) return;
    // Its page set this topic and wants no other.
    handle.topic = topic;
    handle.verified = result.kind === 'expired';
    if (result.kind === 'denied') {
      this.#separate(subscription, handle);
      this.#byHandle.get(handle.id)?.refuse(topic, result, now);
    }
  }

  /** The server accepted the topic of a subscription that waited for that. */
  #admit(candidate: Subscription, topic: string, now: Now): void {
    const first = this.#byChannel.get(candidate.channel);
    this.unverified.remove(candidate);
    candidate.accept(topic, now);
    if (first?.verdicts.anyGenuine === true) {
      first.accept(topic, now);
      for (const handle of candidate.state.handles.values()) this.#join(first, handle);
      return;
    }
    // The earlier subscriber was never verified: demote it to a candidate.
    this.#byChannel.set(candidate.channel, candidate);
    this.#options.touched(candidate);
    if (first === undefined) return;
    this.#options.removed(first);
    first.disconnected(false, now);
    this.unverified.add(first);
    this.#options.touched(first);
  }

  #separate(subscription: Subscription, handle: OpenLog): void {
    const claims = readTopic(handle.topic);
    if (claims === undefined) return;
    this.#leave(subscription, handle.id);
    const candidate = this.#candidateFor(handle.topic, claims);
    candidate.tokenRefresh.continueFrom(subscription.tokenRefresh);
    this.#join(candidate, handle);
  }

  /** The subscription that waits for the verdict on this topic. */
  #candidateFor(topic: string, claims: TopicClaims): Subscription {
    for (const known of this.unverified) if (known instanceof Subscription && known.topic === topic) return known;
    const subscription = new Subscription(topic, claims, this.#options.cache);
    this.unverified.add(subscription);
    return subscription;
  }

  #join(subscription: Subscription, handle: OpenLog): void {
    this.#byHandle.set(handle.id, subscription);
    subscription.join(handle);
    this.#options.touched(subscription);
  }

  #leave(subscription: Subscription, log: number): void {
    const { channel, state } = subscription;
    state.handles.delete(log);
    this.#options.touched(subscription);
    if (state.handles.size > 0) return;
    if (this.unverified.has(subscription)) this.unverified.remove(subscription);
    else this.#byChannel.delete(channel);
    this.#options.removed(subscription);
  }

  /** The topic that a handle brought before no longer counts. */
  #withdraw(handle: OpenLog): void {
    handle.pending = undefined;
    for (const trial of this.unverified) {
      if (!(trial instanceof TokenTrial) || !trial.handles.delete(handle)) continue;
      if (trial.handles.size === 0) this.unverified.remove(trial);
      return;
    }
  }
}

/** The topic that a handle returns to if a supplied one is refused: the last one that its page itself chose. */
function previousOf({ topic, verified, pending }: OpenLog): Pick<OpenLog, 'topic' | 'verified'> {
  if (pending === undefined) return { topic, verified };
  return pending.requested ? pending.previous : { topic: pending.topic, verified: false };
}
