/** Cells that any text may move or erase. */
const FREE = 65_536;
/** Further cells for each character read. */
const PER_CHARACTER = 32;

/**
 * How many cells the movements and erasures of a text may touch. A text that needs more was made to waste time: its further
 * movements and erasures are ignored, its characters are not.
 */
export class ClusterBudget {
  #left = FREE;

  get isSpent(): boolean {
    return this.#left < 0;
  }

  earn(characters: number): void {
    this.#left = Math.min(FREE, this.#left) + characters * PER_CHARACTER;
  }

  spend(cells: number): void {
    this.#left -= cells;
  }
}
