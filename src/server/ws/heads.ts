import { LIMITS } from '../../protocol/limits.ts';
import type { Position } from '../../protocol/position.ts';
import type { SocketSubscription } from './subscription.ts';

/** The subscriptions of one socket, by channel; undefined while a log is being opened. */
export type SubscriptionsByChannel = ReadonlyMap<string, SocketSubscription | undefined>;

/** How many subscriptions of a socket lack the newest line, and how many lines the farthest lacks. */
export function lagOf(followed: SubscriptionsByChannel): { readonly subscriptions: number; readonly lines: number } {
  let subscriptions = 0;
  let lines = 0;
  for (const subscription of followed.values()) {
    const lag = subscription?.lagLines ?? 0;
    if (lag > 0) subscriptions += 1;
    lines = Math.max(lines, lag);
  }
  return { subscriptions, lines };
}

/** The heads of quiet logs, as many as one frame holds. */
export function quietHeads(followed: SubscriptionsByChannel): Map<string, Position> {
  const heads = new Map<string, Position>();
  for (const [channel, subscription] of followed) {
    if (heads.size === LIMITS.headsPerFrame) break;
    const head = subscription?.pollQuietHead();
    if (head !== undefined) heads.set(channel, head);
  }
  return heads;
}

/** The heads of all logs of a socket, as far as its viewer may know of them, in as many frames as they need, one at least. */
export function allHeads(followed: SubscriptionsByChannel): Map<string, Position>[] {
  let heads = new Map<string, Position>();
  const frames = [heads];
  for (const [channel, subscription] of followed) {
    if (subscription === undefined) continue;
    if (heads.size === LIMITS.headsPerFrame) {
      heads = new Map();
      frames.push(heads);
    }
    heads.set(channel, subscription.head);
  }
  return frames;
}
