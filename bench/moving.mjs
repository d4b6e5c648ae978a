// P7 and P8: jumps and wheel events in a log of a million lines.
import { VIEWPORT } from './browser.mjs';
import { freshChannel } from './follow.mjs';
import { median, round, summary } from './stats.mjs';

/** @typedef {import('./page.bench.mjs').World} World */
/** @typedef {import('./browser.mjs').Tab} Tab */
/** @typedef {import('../scripts/bench.mjs').Row} Row */

const LINES = 1_000_000;
export const FRAME = 1_000 / 60;
const JUMPS = 15;
const WHEELS = 200;
/** Pixels of one wheel event. */
const NOTCH = 120;

/** Lines far apart, in random order, the same in every run. */
const TARGETS = Array.from({ length: JUMPS }, (_, at) => 5_000 + ((at * 618_034) % (LINES - 10_000)));

/** @param {Tab} tab @param {readonly number[]} lines */
export async function jump(tab, lines) {
  const times = [];
  for (const line of lines) times.push(await tab.goTo(line));
  return times;
}

/** @param {Tab} tab @param {number} notch */
export async function wheel(tab, notch) {
  await tab.page.mouse.move(VIEWPORT.width / 2, VIEWPORT.height / 2);
  await tab.watch();
  for (let event = 0; event < WHEELS; event++) await tab.page.mouse.wheel({ deltaY: notch });
  const { begins, blanks } = await tab.stop();
  const dropped = begins.slice(1).reduce((sum, at, index) => sum + Math.max(0, Math.round((at - (begins[index] ?? at)) / FRAME) - 1), 0);
  return { dropped, blanks };
}

/** The time that one request for a range takes in the page, ms. @param {Tab} tab @param {string} channel @param {string} topic */
export async function roundTrip(tab, channel, topic) {
  const times = await tab.page.evaluate(`(async () => {
    const ask = async (after) => {
      const began = performance.now();
      const answer = await fetch('/log-stream/topics/${channel}?limit=1000&after=' + after, { headers: { Authorization: 'Bearer ${topic}' } });
      await answer.json();
      return performance.now() - began;
    };
    const times = [];
    for (let at = 1; at <= 12; at++) times.push(await ask(at * 77000));
    return times.slice(2);
  })()`);
  return median(/** @type {number[]} */ (times));
}

/** @param {World} world @param {import('./pages/build.mjs').Viewer} viewer @returns {Promise<string>} */
async function peer({ fresh, server }, viewer) {
  return fresh(async (bench) => {
    const tab = await bench.open(`${server.url}/${viewer}.html`);
    await tab.show(LINES);
    const jumps = await jump(tab, TARGETS);
    const { dropped, blanks } = await wheel(tab, -NOTCH);
    return `jump ${round(median(jumps))} ms (most ${round(Math.max(...jumps))}), wheel ${dropped} dropped, ${blanks} blank`;
  });
}

/** @param {World} world @returns {Promise<Row[]>} */
export async function moving(world) {
  const { wants, bench, server, runs, quick } = world;
  const channel = freshChannel();
  await server.make(channel, LINES);
  const topic = await server.sign(channel);
  /** @type {{ held: number[], fetched: number[], bar: number[], dropped: number[], heldDropped: number[], heldBlanks: number[], blanks: number[] }} */
  const ours = { held: [], fetched: [], bar: [], dropped: [], heldDropped: [], heldBlanks: [], blanks: [] };
  for (let run = 0; run < (quick ? 1 : Math.min(3, runs)); run++) {
    const tab = await bench.open(`${server.url}/ours.html`);
    await tab.show(LINES, topic);
    ours.bar.push(await roundTrip(tab, channel, topic));
    ours.fetched.push(...(await jump(tab, TARGETS)));
    ours.held.push(...(await jump(tab, TARGETS)));
    const there = await wheel(tab, -NOTCH);
    const back = await wheel(tab, NOTCH);
    ours.dropped.push(there.dropped);
    ours.blanks.push(there.blanks);
    ours.heldDropped.push(back.dropped);
    ours.heldBlanks.push(back.blanks);
    await tab.close();
  }
  const against = quick ? '' : `lit virtualizer: ${await peer(world, 'virtualizer')}; xterm.js: ${await peer(world, 'xterm')}`;
  /** @type {Row[]} */
  const rows = [];
  const add = (
    /** @type {string} */ id,
    /** @type {string} */ what,
    /** @type {number[]} */ values,
    /** @type {number} */ bar,
    unit = '',
    note = '',
  ) => {
    if (wants(id)) rows.push({ id, what, ours: round(median(values)), spread: summary(values), bar: round(bar), unit, against: note });
  };
  const trip = median(ours.bar);
  add('P7', 'jump to a line of 1 M whose segment is held', ours.held, 1.5 * FRAME, 'ms', against);
  add(
    'P7',
    'jump to a line of 1 M that is not held',
    ours.fetched,
    trip + 2 * FRAME,
    'ms',
    `one round trip (${round(trip)} ms) and two frames`,
  );
  add('P8', '200 wheel events: dropped frames', ours.dropped, 0, '', against);
  add('P8', '200 wheel events back over held lines: dropped frames', ours.heldDropped, 0);
  add(
    'P8',
    '200 wheel events back over held lines: frames with a blank',
    ours.heldBlanks,
    0,
    '',
    `${summary(ours.blanks)} on the way there`,
  );
  return rows;
}
