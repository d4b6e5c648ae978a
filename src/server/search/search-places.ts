/** The share of all places that searches of one channel may take. */
const CHANNEL_SHARE = 1 / 4;

/** Counts the searches that run or wait, of all channels and of each. */
export class SearchPlaces {
  readonly #places: number;
  readonly #perChannel: number;
  readonly #taken = new Map<string, number>();
  #total = 0;

  constructor(places: number) {
    this.#places = places;
    this.#perChannel = Math.max(1, Math.floor(places * CHANNEL_SHARE));
  }

  /** How many are taken. */
  get total(): number {
    return this.#total;
  }

  /** Takes a place; undefined if none is left for this channel. The result gives it back. */
  take(channel: string): (() => void) | undefined {
    const taken = this.#taken.get(channel) ?? 0;
    if (this.#total >= this.#places || taken >= this.#perChannel) return undefined;
    this.#total += 1;
    this.#taken.set(channel, taken + 1);
    let isHeld = true;
    return () => {
      if (!isHeld) return;
      isHeld = false;
      this.#giveBack(channel);
    };
  }

  #giveBack(channel: string): void {
    this.#total -= 1;
    const left = (this.#taken.get(channel) ?? 1) - 1;
    if (left === 0) this.#taken.delete(channel);
    else this.#taken.set(channel, left);
  }
}
