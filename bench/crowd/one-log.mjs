// S8: one log and 5,000 sockets, beside a bare server that broadcasts the same batches and stores nothing.
import { round } from '../stats.mjs';
import { needFiles, observe, openStage, tell } from './stage.mjs';

const CHANNEL = 'build';
/** 200 lines a second. */
const LINES = 40;
const INTERVAL = 200;
const BURST = 2_000;
const PROCESSES = 2;

/** @param {'ours' | 'bare'} kind @param {string} store @param {number} sockets @param {number} seconds */
async function watch(kind, store, sockets, seconds) {
  const stage = await openStage(kind, store);
  const { server, url, socketUrl } = stage;
  const logs = await stage.logs([CHANNEL]);
  const empty = await server.call('memory');
  const audiences = [];
  for (let at = 0; at < PROCESSES; at += 1) {
    const viewers = await stage.viewers();
    await viewers.call(
      'join',
      socketUrl,
      Array.from({ length: sockets / PROCESSES }, () => logs),
    );
    audiences.push(viewers);
  }
  const full = await server.call('memory');
  const producers = await stage.producers();
  await producers.call('open', url, logs, 0);
  await producers.call('steady', LINES, INTERVAL);
  const steady = await observe(server, audiences, seconds);
  const heads = await producers.call('rest');
  await Promise.all(audiences.map((viewers) => viewers.call('reached', heads)));
  const burst = observe(server, audiences, 3);
  await producers.call('burst', BURST);
  const behind = await burst;
  const all = await producers.call('rest');
  await Promise.all(audiences.map((viewers) => viewers.call('reached', all)));
  const completed = await Promise.all(audiences.map((viewers) => viewers.call('complete', url, Object.fromEntries(logs), all, 0)));
  await producers.call('end');
  await stage.close();
  const skips = completed.reduce((sum, { skips: some }) => sum + some, 0);
  return { steady, burst: behind, skips, heap: (full.heap - empty.heap) / sockets, resident: (full.resident - empty.resident) / sockets };
}

/** @param {import('../load.bench.mjs').Conditions} conditions @returns {AsyncGenerator<import('../../scripts/bench.mjs').Row>} */
export async function* oneLog({ quick, folder }) {
  const sockets = quick ? 1_000 : 5_000;
  const seconds = quick ? 5 : 20;
  needFiles(sockets);
  const bare = await watch('bare', '', sockets, seconds);
  const ours = await watch('ours', `lmdb:${await folder()}`, sockets, seconds);
  const scene = `${sockets.toLocaleString('en')} sockets on one log, 200 lines/s`;
  const worst = (/** @type {import('./stage.mjs').Observation} */ { waits }) => Math.max(...waits.map(({ p99 }) => p99));
  yield {
    id: 'S8',
    what: `${scene}: processor time, by that of bare ws`,
    ours: round(ours.steady.perMillion / bare.steady.perMillion),
    bar: 1.3,
    unit: '×',
    against: `ours ${tell(ours.steady)}; bare ${tell(bare.steady)}`,
  };
  yield {
    id: 'S8',
    what: `${scene}: p99 from append to received, by that of bare ws`,
    ours: round(worst(ours.steady) / worst(bare.steady)),
    bar: 1.3,
    unit: '×',
    against: 'ours on disk first',
  };
  yield {
    id: 'S8',
    what: `${BURST} lines at once to all of them: p99 from append to received, by that of bare ws`,
    ours: round(worst(ours.burst) / worst(bare.burst)),
    bar: 1.3,
    unit: '×',
    against: `ours ${tell(ours.burst)}, ${ours.skips} skips; bare ${tell(bare.burst)}`,
  };
  yield {
    id: 'S8',
    what: `resident memory of a socket with a log, by that of bare ws`,
    ours: round(ours.resident / bare.resident),
    bar: 1.3,
    unit: '×',
    against: `ours ${round(ours.resident / 1e3)} kB (heap ${round(ours.heap / 1e3)}); bare ${round(bare.resident / 1e3)} kB (heap ${round(bare.heap / 1e3)})`,
  };
}
