import { readTopic } from '../../protocol/topic.ts';
import { CommandError } from '../util/errors.ts';
import type { TopicSource } from './topic-signer.ts';

/** The one topic that the user gave, for the log that it names. */
export class FixedTopic implements TopicSource {
  readonly #topic: string;

  constructor(topic: string) {
    this.#topic = topic;
  }

  /** Throws CommandError for another log, and for rights that the topic does not grant. */
  async sign(channel: string, write: boolean): Promise<string> {
    const claims = readTopic(this.#topic);
    if (claims?.channel !== channel)
      throw new CommandError(`The given topic is for the log ${claims?.channel ?? '?'}, not for ${channel}.`);
    if (write && !claims.write) throw new CommandError('The given topic is read-only: sign one with --write.');
    if (claims.expiresAt !== undefined && claims.expiresAt * 1_000 <= Date.now())
      throw new CommandError('The given topic has expired: sign another one.');
    return this.#topic;
  }

  forget(): void {
    // There is no other topic; the server's answer says why it refused this one.
  }
}
