// P1 to P9, P11, P12, P14 to P16 and S12: the element in a real browser on a real server, compared with the viewers that come closest.
import { cpus, loadavg } from 'node:os';
import { inBrowser } from './browser.mjs';
import { filtering } from './filtering.mjs';
import { freshChannel } from './follow.mjs';
import { following } from './following.mjs';
import { moving } from './moving.mjs';
import { opening } from './opening.mjs';
import { buildPages } from './pages/build.mjs';
import { startServer } from './server/remote.mjs';
import { sharing } from './sharing.mjs';

/** @typedef {import('../scripts/bench.mjs').Row} Row */
/** @typedef {import('../scripts/bench.mjs').BenchOptions} BenchOptions */

/**
 * What measurements get.
 *
 * @typedef {object} World
 * @property {import('./follow.mjs').Server} server
 * @property {import('./browser.mjs').Bench} bench A browser with a warm worker.
 * @property {<T>(work: (bench: import('./browser.mjs').Bench) => Promise<T>) => Promise<T>} fresh A browser of its own for one measurement.
 * @property {(id: string) => boolean} wants
 * @property {boolean} quick
 * @property {number} runs
 * @property {number} seconds How long to follow.
 */

/** Each part in a browser of its own, so that none is affected by what another left. */
const PARTS = [
  { ids: ['P1', 'P2', 'P3', 'P12', 'P15'], measure: opening },
  { ids: ['P4', 'P5', 'P6', 'P9', 'P14', 'S12'], measure: following },
  { ids: ['P7', 'P8'], measure: moving },
  { ids: ['P11'], measure: sharing },
  { ids: ['P16'], measure: filtering },
];

export const ids = PARTS.flatMap((part) => part.ids);

/** @param {BenchOptions} options @returns {AsyncGenerator<Row>} */
export async function* rows({ wants, quick }) {
  const pages = await buildPages();
  const server = await startServer(pages.folder);
  try {
    for (const part of PARTS.filter((each) => each.ids.some(wants))) {
      const begun = performance.now();
      yield* await inBrowser(async (bench) => {
        const warm = await bench.open(`${server.url}/ours.html`);
        const channel = freshChannel();
        await server.make(channel, 10);
        await warm.show(10, await server.sign(channel));
        return part.measure({ server, bench, fresh: inBrowser, wants, quick, runs: quick ? 2 : 5, seconds: quick ? 2 : 4 });
      });
      const took = Math.round((performance.now() - begun) / 1_000);
      console.error(`${part.ids.filter(wants).join(' ')}: ${took} s, load ${loadavg()[0]?.toFixed(1)} on ${cpus().length} cores`);
    }
  } finally {
    await server.close();
    await pages.remove();
  }
}
