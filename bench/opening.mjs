// P1 to P3, P12 and P15: opening a log at its end.
import { freshChannel } from './follow.mjs';
import { outlining } from './outline.mjs';
import { median, round, summary } from './stats.mjs';

/** @typedef {import('./page.bench.mjs').World} World */
/** @typedef {import('../scripts/bench.mjs').Row} Row */

const PEERS = /** @type {const} */ ([
  ['virtualizer', 'lit virtualizer'],
  ['xterm', 'xterm.js'],
]);
const MEGABYTE = 1_000_000;

/**
 * Opens a log again and again, each time in a new tab. `second`: opens another tab while the first is still open.
 *
 * @param {World} world
 * @param {number} lines
 */
async function openOurs({ bench, server, runs }, lines) {
  const channel = freshChannel();
  await server.make(channel, lines);
  /** @type {{ times: number[], second: number[], heaps: number[], requests: number }} */
  const result = { times: [], second: [], heaps: [], requests: 0 };
  for (let run = 0; run < runs; run++) {
    const tab = await bench.open(`${server.url}/ours.html`);
    result.times.push(await tab.show(lines, await server.sign(channel)));
    result.heaps.push(await tab.heap());
    const before = await server.usage();
    const other = await bench.open(`${server.url}/ours.html`);
    result.second.push(await other.show(lines, await server.sign(channel)));
    result.requests += (await server.usage()).requests - before.requests;
    await other.close();
    await tab.close();
  }
  return result;
}

/** @param {World} world @param {import('./pages/build.mjs').Viewer} viewer @param {number} lines @param {number} runs */
async function openPeer({ fresh, server }, viewer, lines, runs) {
  /** @type {number[]} */
  const times = [];
  /** @type {number[]} */
  const heaps = [];
  for (let run = 0; run < runs; run++) {
    await fresh(async (bench) => {
      const tab = await bench.open(`${server.url}/${viewer}.html`);
      times.push(await tab.show(lines));
      heaps.push(await tab.heap());
    });
  }
  return { times, heaps };
}

/** @param {World} world @param {number} lines @param {number} runs */
async function peers(world, lines, runs) {
  const all = [];
  for (const [viewer, name] of PEERS) {
    const { times, heaps } = await openPeer(world, viewer, lines, runs);
    all.push(`${name} ${summary(times)} ms, ${round(median(heaps) / MEGABYTE)} MB`);
  }
  return `${all.join('; ')} (text in memory)`;
}

/** @param {World} world @returns {Promise<Row[]>} */
export async function opening(world) {
  const { wants, quick, runs, bench } = world;
  /** @type {Row[]} */
  const rows = [];
  const first = await openOurs(world, 100_000);
  const base = median(first.times);
  /** @param {string} id @param {string} what @param {readonly number[]} values @param {number} bar @param {string} unit @param {string} against */
  const add = (id, what, values, bar, unit, against) => {
    if (wants(id)) rows.push({ id, what, ours: round(median(values)), spread: summary(values), bar: round(bar), unit, against });
  };
  if (wants('P1')) add('P1', 'open 100 k lines at the end', first.times, 100, 'ms', await peers(world, 100_000, runs));
  if (wants('P12')) {
    add('P12', 'the same in a second tab', first.second, 0.7 * base, 'ms', '0.7 × P1');
    add('P12', 'requests for lines by second tabs', [first.requests], 0, '', '');
  }
  for (const [id, lines, name] of /** @type {const} */ ([
    ['P2', 1_000_000, '1 M'],
    ['P3', 10_000_000, '10 M'],
  ])) {
    if (!wants(id) || (quick && id === 'P3')) continue;
    const { times, heaps } = await openOurs(world, lines);
    const against = id === 'P2' && !quick ? await peers(world, lines, 1) : '';
    add(id, `open ${name} lines at the end`, times, 1.2 * base, 'ms', ['1.2 × P1', against].filter(Boolean).join('; '));
    add(
      id,
      'heap of the page then',
      heaps.map((bytes) => bytes / MEGABYTE),
      25,
      'MB',
      '',
    );
    if (id === 'P3') add(id, 'heap of the worker then', [(await bench.workerHeap()) / MEGABYTE], 64, 'MB', '');
  }
  if (wants('P15')) rows.push(...(await outlining(world, quick ? 1_000_000 : 10_000_000, base)));
  return rows;
}
