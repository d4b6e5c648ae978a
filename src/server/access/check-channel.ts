import { isChannel, RESERVED_PREFIX } from '../../protocol/topic.ts';

/** Throws TypeError for an invalid or reserved channel. JavaScript callers may pass anything. */
export function checkChannel(channel: unknown): asserts channel is string {
  if (typeof channel !== 'string' || !isChannel(channel)) {
    const shown = typeof channel === 'string' ? JSON.stringify(channel) : typeof channel;
    throw new TypeError(`Not a channel: ${shown}. Use 1 to 256 characters of A-Z a-z 0-9 : . _ / @ -`);
  }
  if (channel.startsWith(RESERVED_PREFIX)) {
    throw new TypeError(
      `The channel ${channel} is reserved: names that begin with ${RESERVED_PREFIX} belong to the server. Use another name.`,
    );
  }
}
