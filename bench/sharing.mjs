// P11: what twenty tabs cost compared with one.
import { freshChannel } from './follow.mjs';
import { median, round, summary } from './stats.mjs';

/** @typedef {import('./page.bench.mjs').World} World */
/** @typedef {import('../scripts/bench.mjs').Row} Row */

const TABS = 20;
const RATE = 1_000;

/** @param {World} world @param {number} count */
async function cost({ bench, server, seconds }, count) {
  const channel = freshChannel();
  await server.make(channel, 1_000);
  const tabs = [];
  for (let at = 0; at < count; at++) {
    const tab = await bench.open(`${server.url}/ours.html`);
    await tab.show(1_000, await server.sign(channel));
    tabs.push(tab);
  }
  // By now the element has loaded what it loads later.
  await Promise.all(tabs.map((tab) => tab.page.waitForNetworkIdle({ idleTime: 1_000 })));
  const before = await server.usage();
  const { ticks } = await server.follow(channel, { from: 1_000, rate: RATE, seconds });
  // The others are background tabs: nothing is drawn in them.
  await tabs.at(-1)?.reached(ticks.at(-1)?.[1] ?? 0, 10_000);
  const after = await server.usage();
  for (const tab of tabs) await tab.close();
  return { sockets: after.sockets, sent: after.sent - before.sent, cpu: after.cpu - before.cpu };
}

/** @param {World} world @returns {Promise<Row[]>} */
export async function sharing(world) {
  const { wants, runs, quick } = world;
  if (!wants('P11')) return [];
  /** @type {{ one: Awaited<ReturnType<typeof cost>>, many: Awaited<ReturnType<typeof cost>> }[]} */
  const pairs = [];
  for (let run = 0; run < Math.min(quick ? 1 : 3, runs); run++) pairs.push({ one: await cost(world, 1), many: await cost(world, TABS) });
  const row = (/** @type {string} */ what, /** @type {'sockets' | 'sent' | 'cpu'} */ key, /** @type {number} */ bar) => {
    const ratios = pairs.map(({ one, many }) => many[key] / one[key]);
    return {
      id: 'P11',
      what,
      ours: round(median(ratios)),
      spread: summary(ratios),
      bar,
      unit: '×',
      against: `every other client: × ${TABS}`,
    };
  };
  return [
    row(`${TABS} tabs against one: sockets`, 'sockets', 1),
    row(`${TABS} tabs against one: bytes from the server`, 'sent', 1.01),
    row(`${TABS} tabs against one: CPU of the server`, 'cpu', 1.05),
  ];
}
