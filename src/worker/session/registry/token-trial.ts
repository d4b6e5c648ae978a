import type { OpenLog } from '../subscription/channel-state.ts';

/** A token that the server is asked about while those who brought it go on with what they have. */
export class TokenTrial {
  readonly channel: string;
  readonly signed: string;
  /** The handles that brought it. */
  readonly handles = new Set<OpenLog>();

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
