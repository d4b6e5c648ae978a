/** When something happens; the core has no clock and no dice of its own. */
export interface Now {
  /** Monotonic, ms: all waiting is measured by it. */
  readonly now: number;
  /** Unix ms: what people and tokens go by. */
  readonly wall: number;
  /** From 0 to 1, another one at each event. */
  readonly random: number;
}

export const TIMING = {
  /** Waits are at least this long … */
  floor: 500,
  /** … at most this long … */
  ceiling: 30_000,
  /** … and the first is at most this long. */
  first: 2_000,
  /** How long a socket has to be open before the next failure counts as the first, ms. */
  uptime: 10_000,
  /** How long a handshake may take, until `hello`. */
  handshake: 10_000,
  /** How long it may take before another way is looked for beside it. */
  patience: 4_000,
  /** How long a subscribe may stay unanswered. */
  answer: 15_000,
  /** Lines that came and had no room are not asked for again before, ms. */
  again: 1_000,
  /** How long a probe may stay unanswered. */
  probe: 5_000,
  /** How long a socket is kept that no topic needs. */
  linger: 2_000,
  /** How long a voluntary reconnect stays invisible. */
  quiet: 5_000,
  /** Two attempts begin at least this far apart, whatever hurries them. */
  apart: 1_000,
  /** How long a request for a fresh topic may take. */
  refresh: 35_000,
  /** Sockets in a row that did not live for `uptime`, after which another way is looked for. */
  strikes: 3,
  /** A topic is renewed this long before it expires (or at half of a shorter life). */
  early: 60_000,
} as const;

/** How long to wait before attempt `failures` + 1: full jitter under a ceiling that doubles. */
export function backoff(failures: number, random: number): number {
  const ceiling = Math.min(TIMING.ceiling, TIMING.first * 2 ** Math.min(failures, 16));
  return TIMING.floor + random * (ceiling - TIMING.floor);
}

/** A moment within an interval that the server named, none further away than `longest`. */
export function within([min, max]: readonly [number, number], random: number, longest: number): number {
  return Math.min(longest, min + random * (max - min));
}

/** The earliest of several moments, of which any may be never. */
export function earliest(...moments: readonly (number | undefined)[]): number {
  return Math.min(...moments.map((moment) => moment ?? Infinity));
}
