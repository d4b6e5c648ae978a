// Following: lines are handed over at a fixed rate while a page is watched.
import { lineTexts } from './lines.mjs';
import { latencies, percentile } from './stats.mjs';

/** @typedef {import('./server/remote.mjs').Remote & { readonly url: string }} Server */

/**
 * @typedef {object} Followed
 * @property {number} fps
 * @property {number} p50 From handing a line over to painting it, ms.
 * @property {number} p99
 * @property {number} longTasks Tasks above 50 ms.
 * @property {number} nodes The maximum in the document.
 * @property {number} missing Lines not on screen in the end.
 * @property {number} heap Bytes by which the heap of the page grew.
 * @property {number} sent Bytes a second from the server to the page, if the lines come from there.
 * @property {number} written Characters a second that the producer wrote.
 * @property {number} durable From handing a line over until it is on disk, ms, if it is stored: median …
 * @property {number} durableLate … and 99th percentile.
 */

/** How long a page may take to show the last line, ms. */
const LONGEST = 15_000;

let channels = 0;

/** An unused channel. */
export const freshChannel = () => `bench:${(channels += 1)}`;

/**
 * @param {object} options
 * @param {import('./browser.mjs').Bench} options.bench
 * @param {Server} options.server
 * @param {import('./pages/build.mjs').Viewer} options.viewer
 * @param {number} options.base Lines that exist before.
 * @param {number} options.rate Lines a second.
 * @param {number} options.seconds
 * @returns {Promise<Followed>}
 */
export async function follow({ bench, server, viewer, base, rate, seconds }) {
  const tab = await bench.open(`${server.url}/${viewer}.html`);
  try {
    const channel = freshChannel();
    if (viewer === 'ours') await server.make(channel, base);
    await tab.show(viewer === 'bare' ? 0 : base, viewer === 'ours' ? await server.sign(channel) : '');
    const before = await tab.heap();
    const { sent } = await server.usage();
    await tab.watch();
    const flow = { from: base, rate, seconds };
    const { ticks, durable } = await hand(viewer, { server, tab, channel, flow });
    const last = ticks.at(-1)?.[1] ?? 0;
    const reached = await tab.reached(last, LONGEST);
    const { frames, longTasks, nodes } = await tab.stop();
    const after = await tab.heap();
    const sentMore = (await server.usage()).sent - sent;
    const [begun, ended] = [ticks[0]?.[0] ?? 0, ticks.at(-1)?.[0] ?? 0];
    const during = frames.filter(([at]) => at >= begun && at <= ended);
    const waits = latencies(ticks, frames);
    return {
      fps: ((during.length - 1) * 1_000) / ((during.at(-1)?.[0] ?? 0) - (during[0]?.[0] ?? 0)),
      p50: percentile(waits, 0.5),
      p99: percentile(waits, 0.99),
      longTasks: longTasks.length,
      nodes,
      missing: last - reached,
      heap: after - before,
      sent: sentMore / seconds,
      written: lineTexts(base + 1, base + 1_000).join('\n').length * (rate / 1_000),
      durable: percentile(latencies(ticks, durable), 0.5),
      durableLate: percentile(latencies(ticks, durable), 0.99),
    };
  } finally {
    await tab.close();
  }
}

/**
 * Our lines come through the server; those of the peers are handed over in the page.
 *
 * @param {import('./pages/build.mjs').Viewer} viewer
 * @param {{ server: Server, tab: import('./browser.mjs').Tab, channel: string, flow: import('./server/process.mjs').Flow }} way
 */
async function hand(viewer, { server, tab, channel, flow }) {
  if (viewer === 'ours') return server.follow(channel, flow);
  if (viewer === 'bare') return server.broadcast(flow);
  return { ticks: await tab.produce(flow), durable: [] };
}
