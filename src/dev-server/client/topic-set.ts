import { readTopic } from '../../protocol/topic.ts';
import { CommandError } from '../util/errors.ts';
import { FixedTopic } from './fixed-topic.ts';
import type { TopicSource } from './topic-signer.ts';

/** The topics that the user gave, each for the log that it names. */
export class TopicSet implements TopicSource {
  readonly #topics: ReadonlyMap<string, FixedTopic>;

  constructor(topics: readonly string[]) {
    this.#topics = new Map(topics.map((topic) => [readTopic(topic)?.channel ?? '', new FixedTopic(topic)]));
  }

  /** Throws CommandError for a log that no topic is for. */
  async sign(channel: string, write: boolean): Promise<string> {
    const topic = this.#topics.get(channel);
    if (topic === undefined)
      throw new CommandError(`No given topic is for the log ${channel}, only for ${[...this.#topics.keys()].join(', ')}.`);
    return topic.sign(channel, write);
  }

  forget(): void {
    // There are no others; the server's answer says why it refused one.
  }
}
