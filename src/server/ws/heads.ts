import { LIMITS } from '../../protocol/limits.ts';
import type { Position } from '../../protocol/position.ts';
import { positionIn } from '../live/resume.ts';
import type { Subscription } from './subscription.ts';

/** The logs of one socket, by channel; undefined while the hub is asked for one. */
export type SubscriptionsByChannel = ReadonlyMap<string, Subscription | undefined>;

/** How many of its logs a socket was not given the newest line of, and how many lines that is at most. */
export function lagOf(followed: SubscriptionsByChannel): { readonly subscriptions: number; readonly lines: number } {
  let subscriptions = 0;
  let lines = 0;
  for (const subscription of followed.values()) {
    const behind = subscription?.behindBy ?? 0;
    if (behind > 0) subscriptions += 1;
    lines = Math.max(lines, behind);
  }
  return { subscriptions, lines };
}

/** The heads of the logs that were quiet, as many as one frame takes. */
export function quietHeads(followed: SubscriptionsByChannel): Map<string, Position> {
  const heads = new Map<string, Position>();
  for (const [channel, subscription] of followed) {
    if (heads.size === LIMITS.headsPerFrame) break;
    const head = subscription?.takeQuietHead();
    if (head !== undefined) heads.set(channel, head);
  }
  return heads;
}

/** The heads of all logs of a socket, for as many frames as they need, one at least. */
export function allHeads(followed: SubscriptionsByChannel): Map<string, Position>[] {
  let heads = new Map<string, Position>();
  const frames = [heads];
  for (const [channel, subscription] of followed) {
    if (subscription === undefined) continue;
    if (heads.size === LIMITS.headsPerFrame) {
      heads = new Map();
      frames.push(heads);
    }
    const { tail } = subscription.topic;
    heads.set(channel, positionIn(tail, tail.head));
  }
  return frames;
}
