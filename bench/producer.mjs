// Hands lines over at a fixed rate, like a job that writes all the time. Runs in Node and in pages.
import { now } from './clock.mjs';
import { lineTexts } from './lines.mjs';

/** ms between two writes, as precisely as timers allow. */
const TICK = 4;

/** @typedef {readonly [at: number, last: number]} Tick When lines were handed over, and the number of the last of them. */

/**
 * @param {{ from: number, rate: number, seconds: number, write: (lines: string[]) => unknown }} job Lines after number `from`. What `write`
 *   returns is awaited.
 * @returns {Promise<Tick[]>}
 */
export async function produce({ from, rate, seconds, write }) {
  const ticks = [];
  const began = now();
  const total = Math.round(rate * seconds);
  for (let written = 0; written < total;) {
    await new Promise((resolve) => setTimeout(resolve, TICK));
    const due = Math.min(total, Math.floor(((now() - began) / 1_000) * rate));
    if (due === written) continue;
    const lines = lineTexts(from + written + 1, from + due);
    written = due;
    ticks.push(/** @type {Tick} */ ([now(), from + written]));
    await write(lines);
  }
  return ticks;
}
