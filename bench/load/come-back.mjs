// S6: all viewers come back after a restart.
import { start } from '../child.mjs';
import { round } from '../stats.mjs';

/** ms that are announced. */
const WINDOW = 5_000;
const SLICE = 250;

/** @param {import('../load.bench.mjs').Conditions} conditions @returns {AsyncGenerator<import('../../scripts/bench.mjs').Row>} */
export async function* comeBack({ quick, folder }) {
  const count = quick ? 1_000 : 5_000;
  /** @type {Awaited<ReturnType<typeof start<import('./restarting-server.mjs').RestartingMethods>>>} */
  const server = await start(new URL('./restarting-server.mjs', import.meta.url), [await folder()]);
  const viewers = await start(new URL('./returning-viewers.mjs', import.meta.url));
  await server.call('write', 1, 10);
  await viewers.call('join', { ...(await server.call('where')), count });
  await server.call('restart', [0, WINDOW]);
  await server.call('write', 11, 110);
  const until = performance.now() + 60_000;
  let exact = 0;
  while (exact < count && performance.now() < until) {
    await new Promise((resolve) => setTimeout(resolve, 100));
    exact = Number(await viewers.call('having', 110));
  }
  const arrivals = await server.call('arrivals');
  await viewers.end();
  await server.end();
  const slices = Array.from({ length: Math.ceil(Math.max(WINDOW, ...arrivals) / SLICE) }, () => 0);
  for (const at of arrivals) slices[Math.floor(at / SLICE)] = (slices[Math.floor(at / SLICE)] ?? 0) + 1;
  const mean = (count * SLICE) / WINDOW;
  yield {
    id: 'S6',
    what: `most of ${count} viewers that come back within any ${SLICE} ms after a restart, relative to the mean`,
    ours: round(Math.max(...slices) / mean),
    bar: 2,
    unit: '×',
    against: `${exact} had every line exactly once; within ${WINDOW} ms: ${slices.join(' ')}`,
  };
}
