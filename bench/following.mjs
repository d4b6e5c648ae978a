// P4 to P6, P9, P14 and S12: a log is followed.
import { follow } from './follow.mjs';
import { median, round, summary } from './stats.mjs';

/** @typedef {import('./page.bench.mjs').World} World */
/** @typedef {import('./follow.mjs').Followed} Followed */
/** @typedef {import('../scripts/bench.mjs').Row} Row */

/** Lines that exist before. */
const BASE = 100_000;
const RATES = /** @type {const} */ ([
  ['P4', 1_000, 58, 50, '1 k'],
  ['P5', 10_000, 58, 50, '10 k'],
  ['P6', 100_000, 0, 0, '100 k'],
]);
/** Following costs the same at any rate: how P6 has to compare with P4 in the same run. */
const SAME = { fps: 0.95, late: 1.5 };
/** Most bytes a second to a page that follows, at any rate. */
const SENT = 1_000_000;
const FRAME = 1_000 / 60;

/** @param {readonly Followed[]} all @param {keyof Followed} key */
const of = (all, key) => all.map((one) => one[key]);

/** @param {World} world @param {import('./pages/build.mjs').Viewer} viewer @param {number} rate @param {number} runs */
async function several(world, viewer, rate, runs) {
  const { server, fresh, bench, seconds } = world;
  /** @type {Followed[]} */
  const all = [];
  for (let run = 0; run < runs; run++) {
    const base = viewer === 'bare' ? 0 : BASE;
    const once = (/** @type {import('./browser.mjs').Bench} */ where) => follow({ bench: where, server, viewer, base, rate, seconds });
    all.push(viewer === 'ours' ? await once(bench) : await fresh(once));
  }
  return all;
}

/** @param {readonly Followed[]} all */
const short = (all) => {
  const late = of(all, 'missing').some((missing) => missing > 0) ? ', not all shown in the end' : '';
  return `${round(median(of(all, 'fps')))} fps, ${round(median(of(all, 'p50')))}/${round(median(of(all, 'p99')))} ms${late}`;
};

/** @param {World} world @returns {Promise<Row[]>} */
export async function following(world) {
  const { wants, runs, quick, seconds } = world;
  /** @type {Row[]} */
  const rows = [];
  /** @type {Followed[]} */
  const everything = [];
  /** @type {readonly Followed[]} */
  let slowest = [];
  for (const [id, rate, least, most, name] of RATES) {
    const first = id === 'P4' && wants('P14');
    const compared = id === 'P4' && (wants('P6') || wants('S12'));
    const fast = id === 'P6' && wants('S12');
    if (!wants(id) && !wants('P9') && !first && !compared && !fast) continue;
    const ours = await several(world, 'ours', rate, runs);
    everything.push(...ours);
    if (id === 'P4') slowest = ours;
    const fps = id === 'P6' ? round(SAME.fps * median(of(slowest, 'fps'))) : least;
    const late = id === 'P6' ? round(SAME.late * median(of(slowest, 'p99'))) : most;
    const add = (
      /** @type {string} */ what,
      /** @type {number[]} */ values,
      /** @type {number} */ bar,
      /** @type {string} */ unit,
      against = '',
      atLeast = false,
    ) =>
      rows.push({
        id,
        what: `${name} lines/s: ${what}`,
        ours: round(median(values)),
        spread: summary(values),
        bar,
        unit,
        against,
        atLeast,
      });
    if (wants(id)) {
      const peers = quick ? 1 : 3;
      const xterm = await several(world, 'xterm', rate, peers);
      const virtualizer = await several(world, 'virtualizer', rate, peers);
      const disk = `on disk after ${round(median(of(ours, 'durable')))}/${round(median(of(ours, 'durableLate')))} ms of it`;
      const peersShort = `xterm.js ${short(xterm)}; lit virtualizer ${short(virtualizer)}`;
      add('frames a second', of(ours, 'fps'), fps, 'fps', id === 'P6' ? `${SAME.fps} × P4's; ${peersShort}` : peersShort, true);
      if (id !== 'P6') add('append to paint, median', of(ours, 'p50'), 25, 'ms', disk);
      add(
        'append to paint, 99th percentile',
        of(ours, 'p99'),
        late,
        'ms',
        id === 'P6' ? `${SAME.late} × P4's; median ${summary(of(ours, 'p50'))} ms; ${disk}` : '',
      );
      add(
        'tasks above 50 ms',
        of(ours, 'longTasks'),
        0,
        '',
        `xterm.js ${summary(of(xterm, 'longTasks'))}; lit virtualizer ${summary(of(virtualizer, 'longTasks'))}`,
      );
      add('lines not shown in the end', of(ours, 'missing'), 0, '');
      const each = (/** @type {readonly Followed[]} */ all) => round(Math.max(0, median(of(all, 'heap'))) / (rate * seconds));
      if (id === 'P6')
        add(
          'growth of the page',
          of(ours, 'heap').map((bytes) => bytes / 1_000_000),
          10,
          'MB',
          `for each added line: xterm.js ${each(xterm)} B, lit virtualizer ${each(virtualizer)} B`,
        );
    }
    if (fast) {
      const megabytes = (/** @type {readonly Followed[]} */ all) => of(all, 'sent').map((bytes) => bytes / 1_000_000);
      rows.push({
        id: 'S12',
        what: `${name} lines/s: bytes a second to a page that follows`,
        ours: round(median(megabytes(ours))),
        spread: summary(megabytes(ours)),
        bar: SENT / 1_000_000,
        unit: 'MB',
        against: `at 1 k lines/s ${summary(megabytes(slowest))} MB; written ${round(median(of(ours, 'written')) / 1_000_000)} MB/s`,
      });
    }
    if (first) {
      const bare = await several(world, 'bare', rate, Math.min(3, runs));
      const limit = median(of(bare, 'p50'));
      rows.push({
        id: 'P14',
        what: `${name} lines/s: append to paint, median`,
        ours: round(median(of(ours, 'p50'))),
        spread: summary(of(ours, 'p50')),
        bar: round(limit + FRAME),
        unit: 'ms',
        against: `a bare WebSocket and one text node: ${summary(of(bare, 'p50'))} ms, and one frame`,
      });
    }
  }
  if (wants('P9')) {
    const nodes = of(everything, 'nodes');
    rows.push({
      id: 'P9',
      what: 'nodes in the document while following',
      ours: Math.max(...nodes),
      spread: summary(nodes),
      bar: 1_200,
      unit: '',
      against: 'the most in any run',
    });
  }
  return rows;
}
