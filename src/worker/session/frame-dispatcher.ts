import {
  parseServerFrame,
  type Ack,
  type Bye,
  type End,
  type Err,
  type Hello,
  type Msg,
  type Part,
  type ServerFrame,
} from '../../protocol/messages.ts';
import { readTopic } from '../../protocol/topic.ts';
import type { HistoryRequests } from './history-requests.ts';
import type { SubscriptionRegistry } from './registry/subscription-registry.ts';
import type { SubscriptionSettler } from './subscription-settler.ts';
import type { Subscription } from './subscription/subscription.ts';
import type { Now } from './timing.ts';

/** A frame that concerns channels, not the socket that brought it. */
type ChannelsFrame = Exclude<ServerFrame, Hello | Bye>;

/**
 * Passes the frames of the server to the subscriptions they concern, which it touches. Its methods return whether a frame may
 * change what is due or needed, so that planning is necessary.
 */
export class FrameDispatcher {
  readonly #registry: SubscriptionRegistry;
  readonly #settler: SubscriptionSettler;
  readonly #history: HistoryRequests;

  constructor(registry: SubscriptionRegistry, settler: SubscriptionSettler, history: HistoryRequests) {
    this.#registry = registry;
    this.#settler = settler;
    this.#history = history;
  }

  /** The socket brought a frame. */
  received(frame: ChannelsFrame, now: Now): boolean {
    switch (frame.e) {
      case 'err':
        this.#refused(frame, now);
        return true;
      case 'hb': {
        let mustPlan = false;
        for (const [channel, off] of frame.heads) {
          const subscription = this.#registry.byChannel.get(channel);
          if (subscription === undefined) continue;
          this.#settler.touch(subscription);
          if (subscription.receive({ e: 'hb', off }, now)) mustPlan = true;
        }
        return mustPlan;
      }
      default: {
        const subscription = this.#registry.byChannel.get(frame.ch);
        return subscription !== undefined && this.#receive(subscription, frame, this.#registry.sentTokens.answeredBy(frame.ch), now);
      }
    }
  }

  /** A stream brought frames: the same as those of the socket, of one channel. */
  streamed(subscription: Subscription, frames: readonly string[], now: Now): boolean {
    let mustPlan = false;
    for (const text of frames) {
      const frame = parseServerFrame(text);
      if (frame === undefined || !('ch' in frame) || frame.ch !== subscription.channel) continue;
      if (this.#receive(subscription, frame, undefined, now)) mustPlan = true;
    }
    return mustPlan;
  }

  /** `topic`: the one that an ack answers, where that is certain. */
  #receive(subscription: Subscription, frame: Ack | Msg | Part | End, topic: string | undefined, now: Now): boolean {
    this.#settler.touch(subscription);
    if (frame.e !== 'ack') return subscription.receive(frame, now) || frame.e === 'end';
    this.#history.abort(subscription.acked(frame, topic, now));
    return true;
  }

  #refused(err: Err, now: Now): void {
    const channel = err.topic === undefined ? undefined : readTopic(err.topic)?.channel;
    const subscription = channel === undefined ? undefined : this.#registry.byChannel.get(channel);
    if (subscription === undefined || err.topic === undefined) return;
    this.#registry.sentTokens.refused(subscription.channel, err.topic);
    // Another topic was sent since: this says nothing about that one.
    if (subscription.sentTopic !== err.topic) return;
    subscription.refused(err.topic, err, now);
    this.#settler.touch(subscription);
  }
}
