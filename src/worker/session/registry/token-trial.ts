import type { OpenLog } from '../subscription/open-log.ts';

/** A topic that the server is asked about while the handles that brought it continue with what they have. */
export class TokenTrial {
  readonly channel: string;
  readonly topic: string;
  /** The handles that brought it. */
  readonly handles = new Set<OpenLog>();

  constructor(channel: string, topic: string) {
    this.channel = channel;
    this.topic = topic;
  }

  /** It waits for nothing but its turn. */
  canSubscribe(): boolean {
    return true;
  }

  due(): number {
    return Infinity;
  }
}
