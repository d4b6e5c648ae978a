import { doubling } from '../doubling.ts';

/** When an event happens, with a random number for it: the session has no clock and no dice of its own. */
export interface Now {
  /** ms; measures all waiting. */
  readonly monotonic: number;
  /** Unix ms; for tokens and for times that people read. */
  readonly wall: number;
  /** From 0 to below 1; another one for each event. */
  readonly random: number;
}

/** ms, where not said otherwise. */
export const TIMING = {
  /** Delays between attempts are at least this long … */
  floor: 500,
  /** … at most this long … */
  ceiling: 30_000,
  /** … and the first is at most this long. */
  first: 2_000,
  /** A socket that was open for this long worked: the next failure counts as the first. */
  uptime: 10_000,
  /** Longest handshake, up to `hello`. */
  handshake: 10_000,
  /** A handshake that takes longer than this counts as blocked: the HTTP fallback starts beside it. */
  slowHandshake: 4_000,
  /** Longest wait for the answer to a subscribe. */
  answer: 15_000,
  /** Lines that were received but evicted are not requested again before this. */
  again: 1_000,
  /** Lines of the tail that the server skipped are not missed before this: others come in their place. */
  settle: 250,
  /** Longest wait for the answer to a probe. */
  probe: 5_000,
  /** How long a socket stays open that no topic needs. */
  linger: 2_000,
  /** How long a planned reconnect is hidden. */
  hiddenReconnect: 5_000,
  /** Shortest time between the starts of two attempts, whatever the reason. */
  apart: 1_000,
  /** Longest wait for a fresh topic from a page. */
  refresh: 35_000,
  /** Count of sockets in a row that did not last for `uptime` before the HTTP fallback starts. */
  failedHandshakes: 3,
  /** A topic is renewed this long before it expires, or at half of a shorter life. */
  early: 60_000,
} as const;

/** Delays before a page is asked again for a topic that it could not supply, ms: somebody has to fix that first. */
const REFRESH_DELAYS = [10_000, 30_000, 60_000, 120_000, 300_000] as const;

/** The shortest of them. */
export const FIRST_REFRESH_DELAY = REFRESH_DELAYS[0];

/** How long to wait before attempt `failures` + 1: full jitter below a ceiling that doubles. */
export function backoff(failures: number, random: number): number {
  const ceiling = doubling(failures, TIMING.first, TIMING.ceiling);
  return TIMING.floor + random * (ceiling - TIMING.floor);
}

/** How long to wait before a page is asked for a topic again, with a tenth of jitter. */
export function refreshDelay(failures: number, random: number): number {
  return (REFRESH_DELAYS[failures] ?? REFRESH_DELAYS[REFRESH_DELAYS.length - 1] ?? 0) * (1 + random / 10);
}

/** A delay within an interval that the server named, at most `longest`. */
export function delayWithin([min, max]: readonly [number, number], random: number, longest: number): number {
  return Math.min(longest, min + random * (max - min));
}

/** The earliest of several times; undefined stands for never. */
export function earliest(...times: readonly (number | undefined)[]): number {
  return Math.min(...times.map((time) => time ?? Infinity));
}
