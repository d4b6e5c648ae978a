import type { Handle } from './topic.ts';

/** A token that the server is asked about while those who brought it go on with what they have. */
export class Trial {
  readonly channel: string;
  readonly signed: string;
  /** The handles that brought it. */
  readonly handles = new Set<Handle>();

  constructor(channel: string, signed: string) {
    this.channel = channel;
    this.signed = signed;
  }

  /** It waits for nothing else than its turn. */
  askable(): boolean {
    return true;
  }

  due(): number {
    return Infinity;
  }
}
