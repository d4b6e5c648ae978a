/** The part of the whole that one channel may take. */
const CHANNEL_SHARE = 1 / 4;

/** Divides what all channels together may take, places or bytes, so that no channel takes it all. */
export class Shares {
  readonly #whole: number;
  readonly #perChannel: number;
  readonly #taken = new Map<string, number>();
  #total = 0;

  constructor(whole: number) {
    this.#whole = whole;
    this.#perChannel = Math.max(1, Math.floor(whole * CHANNEL_SHARE));
  }

  /** How much is taken. */
  get total(): number {
    return this.#total;
  }

  /** Takes so much; undefined if that is not left for this channel. The result gives it back. */
  take(channel: string, amount = 1): (() => void) | undefined {
    const taken = (this.#taken.get(channel) ?? 0) + amount;
    if (this.#total + amount > this.#whole || taken > this.#perChannel) return undefined;
    this.#total += amount;
    this.#taken.set(channel, taken);
    let isHeld = true;
    return () => {
      if (!isHeld) return;
      isHeld = false;
      this.#giveBack(channel, amount);
    };
  }

  #giveBack(channel: string, amount: number): void {
    this.#total -= amount;
    const left = (this.#taken.get(channel) ?? amount) - amount;
    if (left === 0) this.#taken.delete(channel);
    else this.#taken.set(channel, left);
  }
}
