// P16: ten million lines filtered to one million of them, jumps and wheel events among those.
import { freshChannel } from './follow.mjs';
import { FRAME, jump, roundTrip, wheel } from './moving.mjs';
import { median, round, summary } from './stats.mjs';

/** @typedef {import('./page.bench.mjs').World} World */
/** @typedef {import('../scripts/bench.mjs').Row} Row */

const JUMPS = 15;
const NOTCH = 120;
const MEGABYTE = 1_000_000;

/** Every tenth line: those whose number ends with a 7. */
const QUERY = String.raw`^#\d*7 `;

/** @param {World} world @returns {Promise<Row[]>} */
export async function filtering(world) {
  const { wants, bench, server, runs, quick } = world;
  const lines = quick ? 1_000_000 : 10_000_000;
  /** Matches far apart, in random order, the same in every run. */
  const targets = Array.from({ length: JUMPS }, (_, at) => 5_007 + 10 * ((at * 618_034) % (lines / 10 - 1_000)));
  const channel = freshChannel();
  await server.make(channel, lines);
  const topic = await server.sign(channel);
  /** @type {Record<'first' | 'all' | 'heap' | 'trip' | 'fetched' | 'held' | 'dropped' | 'heldDropped' | 'blanks' | 'heldBlanks', number[]>} */
  const ours = { first: [], all: [], heap: [], trip: [], fetched: [], held: [], dropped: [], heldDropped: [], blanks: [], heldBlanks: [] };
  for (let run = 0; run < (quick ? 1 : Math.min(3, runs)); run++) {
    const tab = await bench.open(`${server.url}/ours.html`);
    await tab.show(lines, topic);
    const { first, all, found } = await tab.filter(QUERY, 7);
    if (found !== lines / 10) throw new Error(`${found} matches instead of ${lines / 10}.`);
    ours.first.push(first);
    ours.all.push(all);
    ours.trip.push(await roundTrip(tab, channel, topic));
    ours.fetched.push(...(await jump(tab, targets)));
    ours.held.push(...(await jump(tab, targets)));
    const there = await wheel(tab, -NOTCH);
    const back = await wheel(tab, NOTCH);
    ours.dropped.push(there.dropped);
    ours.blanks.push(there.blanks);
    ours.heldDropped.push(back.dropped);
    ours.heldBlanks.push(back.blanks);
    ours.heap.push((await tab.heap()) / MEGABYTE);
    await tab.close();
  }
  /** @type {Row[]} */
  const rows = [];
  const add = (
    /** @type {string} */ what,
    /** @type {number[]} */ values,
    /** @type {number} */ bar,
    /** @type {string} */ unit,
    /** @type {string} */ against,
  ) => {
    if (wants('P16')) rows.push({ id: 'P16', what, ours: round(median(values)), spread: summary(values), bar: round(bar), unit, against });
  };
  const trip = median(ours.trip);
  const searched = `first match after ${summary(ours.first)} ms, all after ${summary(ours.all)} ms`;
  add(`heap of the page with ${lines / 10_000_000} M matches among ${lines / 1_000_000} M lines`, ours.heap, 25, 'MB', searched);
  add('jump to a match whose segment is held', ours.held, 1.5 * FRAME, 'ms', '');
  add('jump to a match that is not held', ours.fetched, trip + 2 * FRAME, 'ms', `one round trip (${round(trip)} ms) and two frames`);
  add('200 wheel events through matches: dropped frames', ours.dropped, 0, '', '');
  add('200 wheel events back over held matches: dropped frames', ours.heldDropped, 0, '', '');
  add('200 wheel events back over held matches: frames with a blank', ours.heldBlanks, 0, '', `${summary(ours.blanks)} on the way there`);
  return rows;
}
