export interface Backoff {
  /** Longest wait after the first failure, ms. It doubles with each further one. */
  readonly first: number;
  /** Longest wait of all, ms. */
  readonly longest: number;
  /** How much of a wait is left to chance, 0 to 1: the rest is always waited. @default 1 */
  readonly jitter?: number;
}

/** How long to wait before the next attempt, ms. Chance spreads clients that failed together, so that they do not return together. */
export function backoff(failures: number, { first, longest, jitter = 1 }: Backoff): number {
  const bound = Math.min(longest, first * 2 ** failures);
  return bound * (1 - jitter * Math.random());
}
