import { readTopic } from '../../protocol/topic.ts';
import { CommandError } from '../util/errors.ts';
import type { TopicSource } from './topic-signer.ts';

/** The one topic that was given, for the log that it names. */
export class FixedTopic implements TopicSource {
  readonly #topic: string;

  constructor(topic: string) {
    this.#topic = topic;
  }

  /** Throws CommandError for another log, and for what the topic does not allow. */
  async sign(channel: string, write: boolean): Promise<string> {
    const claims = readTopic(this.#topic);
    if (claims?.channel !== channel) throw new CommandError(`--topic is for the log ${claims?.channel ?? '?'}, not for ${channel}.`);
    if (write && !claims.write) throw new CommandError('--topic is read-only: sign one with --write.');
    if (claims.expiresAt !== undefined && claims.expiresAt * 1_000 <= Date.now())
      throw new CommandError('--topic has expired: sign another one.');
    return this.#topic;
  }

  forget(): void {
    // There is no other: the server's answer says why it is refused.
  }
}
