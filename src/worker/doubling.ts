/** A delay that doubles with every failure, from `first` up to `longest`. The tab uses it too, so it is a module of its own. */
export function doubling(failures: number, first: number, longest: number): number {
  return Math.min(longest, first * 2 ** Math.min(failures, 32));
}
