// S8: one log and 5,000 sockets, compared with a bare server that broadcasts the same batches and stores nothing.
import { median, round, summary } from '../stats.mjs';
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

/** @typedef {Awaited<ReturnType<typeof watch>>} Watch */

/** The slower of the two processes of viewers. @param {import('./stage.mjs').Observation} seen */
const worst = ({ waits }) => Math.max(...waits.map(({ p99 }) => p99));

/** @param {import('../load.bench.mjs').Conditions} conditions @returns {AsyncGenerator<import('../../scripts/bench.mjs').Row>} */
export async function* oneLog({ quick, folder }) {
  const sockets = quick ? 1_000 : 5_000;
  const seconds = quick ? 5 : 8;
  needFiles(sockets);
  /** @type {Record<'bare' | 'ours', Watch[]>} */
  const runs = { bare: [], ours: [] };
  // Alternately, so that both share whatever else the machine does.
  for (let run = 0; run < (quick ? 1 : 3); run += 1) {
    runs.bare.push(await watch('bare', '', sockets, seconds));
    runs.ours.push(await watch('ours', `lmdb:${await folder()}`, sockets, seconds));
  }
  const scene = `${sockets.toLocaleString('en')} sockets on one log, 200 lines/s`;
  /** @param {(run: Watch) => number} figure */
  const ratio = (figure) => round(median(runs.ours.map(figure)) / median(runs.bare.map(figure)));
  /** The median run, as text. @param {(run: Watch) => import('./stage.mjs').Observation} part */
  const inWords = (part) =>
    /** @type {const} */ (['ours', 'bare'])
      .map((kind) => {
        const seen = runs[kind].map(part).sort((a, b) => worst(a) - worst(b));
        return `${kind} ${tell(/** @type {import('./stage.mjs').Observation} */ (seen[seen.length >> 1]))}`;
      })
      .join('; ');
  const kilobytes = (/** @type {'ours' | 'bare'} */ kind) =>
    `${kind} ${summary(runs[kind].map(({ resident }) => resident / 1e3))} kB (heap ${summary(runs[kind].map(({ heap }) => heap / 1e3))})`;
  yield {
    id: 'S8',
    what: `${scene}: CPU time, relative to bare ws`,
    ours: ratio(({ steady }) => steady.perMillion),
    bar: 1.3,
    unit: '×',
    against: inWords(({ steady }) => steady),
  };
  yield {
    id: 'S8',
    what: `${scene}: p99 from append to received, relative to bare ws`,
    ours: ratio(({ steady }) => worst(steady)),
    bar: 1.3,
    unit: '×',
    against: `ours, on disk first, ${summary(runs.ours.map(({ steady }) => worst(steady)))} ms; bare ${summary(runs.bare.map(({ steady }) => worst(steady)))} ms`,
  };
  yield {
    id: 'S8',
    what: `${BURST} lines at once to all of them: p99 from append to received, relative to bare ws`,
    ours: ratio(({ burst }) => worst(burst)),
    bar: 1.3,
    unit: '×',
    against: `${inWords(({ burst }) => burst)}; ${runs.ours.reduce((sum, { skips }) => sum + skips, 0)} skips`,
  };
  yield {
    id: 'S8',
    what: 'resident memory of a socket with a log, relative to bare ws',
    ours: ratio(({ resident }) => resident),
    bar: 1.3,
    unit: '×',
    against: `${kilobytes('ours')}; ${kilobytes('bare')}`,
  };
}
