// P15: what is known of a whole log (counts, ruler, closed groups) as it is opened.
import { freshChannel } from './follow.mjs';
import { median, round, summary } from './stats.mjs';

/** @typedef {import('./page.bench.mjs').World} World */
/** @typedef {import('../scripts/bench.mjs').Row} Row */

const KILOBYTE = 1_000;

/** @param {World} world @param {number} lines @param {number} base P1, ms. @returns {Promise<Row[]>} */
export async function outlining({ bench, server, runs }, lines, base) {
  const channel = freshChannel();
  await server.makeOutlined(channel, lines);
  const topic = await server.sign(channel);
  /** @type {number[]} */
  const times = [];
  let most = { requests: 0, bytes: 0 };
  for (let run = 0; run < runs; run++) {
    const tab = await bench.open(`${server.url}/ours.html`);
    times.push(await tab.showOutline(lines, topic));
    const traffic = await tab.outlineTraffic();
    if (traffic.bytes >= most.bytes) most = traffic;
    await tab.close();
  }
  const what = `open ${lines / 1_000_000} M lines with ${lines / 100_000} k errors and ${lines / 2_000_000} k groups, to counts, ruler and closed groups`;
  return [
    { id: 'P15', what, ours: round(median(times)), spread: summary(times), bar: round(1.3 * base), unit: 'ms', against: '1.3 × P1' },
    { id: 'P15', what: 'requests for that', ours: most.requests, bar: 2, unit: '', against: '' },
    { id: 'P15', what: 'bytes of the answers', ours: round(most.bytes / KILOBYTE), bar: 120, unit: 'kB', against: '' },
  ];
}
