/** Cells that any text may move and erase. */
const FREE = 65_536;
/** Cells more for each character read. */
const PER_CHARACTER = 32;

/**
 * Cells that the movements and erasures of a text may touch. A text that wants more was made to cost time: what it
 * moves and erases from there on is ignored, what it writes is not.
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
