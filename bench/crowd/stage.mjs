// A server, its viewers and its producers, each in processes of their own.
import { execFileSync } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { start } from '../child.mjs';
import { round } from '../stats.mjs';

/** @typedef {Awaited<ReturnType<typeof start<import('./server.mjs').ServerMethods>>>} ServerProcess */
/** @typedef {Awaited<ReturnType<typeof start<import('./viewers.mjs').ViewerMethods>>>} ViewerProcess */
/** @typedef {Awaited<ReturnType<typeof start<import('./producers.mjs').ProducerMethods>>>} ProducerProcess */
/** @typedef {readonly [channel: string, topic: string]} Log */

/** Open files that a process needs in addition to its sockets. */
const OTHER_FILES = 200;

/** Throws unless a process may open `sockets` sockets. @param {number} sockets */
export function needFiles(sockets) {
  if (process.platform === 'win32') return;
  const limit = Number(execFileSync('sh', ['-c', 'ulimit -n'], { encoding: 'utf8' }));
  // Not a number: unlimited.
  if (limit < sockets + OTHER_FILES)
    throw new Error(
      `${sockets} sockets are opened in one process, which may have ${limit} open files: run "ulimit -n ${sockets + OTHER_FILES}" first.`,
    );
}

/** @param {'ours' | 'bare'} kind @param {string} store */
export async function openStage(kind, store) {
  /** @type {ServerProcess} */
  const server = await start(new URL('./server.mjs', import.meta.url), [kind, store]);
  const port = await server.call('port');
  /** @type {(ViewerProcess | ProducerProcess)[]} */
  const others = [];
  return {
    server,
    socketUrl: `ws://127.0.0.1:${port}/log-stream`,
    url: `http://127.0.0.1:${port}/log-stream`,
    /** @param {readonly string[]} channels @returns {Promise<Log[]>} */
    async logs(channels) {
      const topics = await server.call('sign', channels);
      return channels.map((channel, at) => [channel, topics[at] ?? '']);
    },
    /** @returns {Promise<ViewerProcess>} */
    async viewers() {
      /** @type {ViewerProcess} */
      const viewers = await start(new URL('./viewers.mjs', import.meta.url));
      others.push(viewers);
      return viewers;
    },
    /** @returns {Promise<ProducerProcess>} */
    async producers() {
      /** @type {ProducerProcess} */
      const producers = await start(new URL('./producers.mjs', import.meta.url));
      others.push(producers);
      return producers;
    },
    async close() {
      for (const other of others) await other.end();
      await server.end();
    },
  };
}

/**
 * What the server and its viewers did in an interval. Rejects if a viewer got a wrong line.
 *
 * @param {ServerProcess} server @param {readonly ViewerProcess[]} audiences @param {number} seconds
 */
export async function observe(server, audiences, seconds) {
  const reports = () => Promise.all(audiences.map((viewers) => viewers.call('report')));
  const [before, viewersBefore] = [await server.call('usage'), await reports()];
  const began = performance.now();
  await sleep(seconds * 1_000);
  const [after, viewers] = [await server.call('usage'), await reports()];
  const faults = viewers.flatMap((report) => report.faults);
  if (faults.length > 0) throw new Error(`A viewer did not get what was written:\n${faults.join('\n')}`);
  const took = (performance.now() - began) / 1_000;
  const cpu = after.seconds - before.seconds;
  const lines = viewers.reduce((sum, report) => sum + report.lines, 0);
  return {
    lines,
    rate: lines / took,
    /** Shares of one core. */
    busy: cpu / took,
    viewersBusy: viewers.map(({ seconds: spent }, at) => (spent - (viewersBefore[at]?.seconds ?? 0)) / took),
    perMillion: (cpu * 1e6) / lines,
    delay: after.delay,
    resident: after.resident,
    heap: after.heap,
    external: after.external,
    waits: viewers.map(({ wait }) => wait),
    beats: viewers.reduce((sum, report) => sum + report.beats, 0),
    heads: viewers.reduce((sum, report) => sum + report.heads, 0),
  };
}

/** @typedef {Awaited<ReturnType<typeof observe>>} Observation */

/** As text. @param {Observation} seen */
export function tell({ rate, busy, viewersBusy, delay, resident, heap, external, waits }) {
  const percent = (/** @type {number} */ share) => `${Math.round(share * 100)} %`;
  const figures = [
    `${Math.round(rate).toLocaleString('en')} lines/s delivered`,
    ...waits.map(({ p50, p99 }) => `p50 ${round(p50)} and p99 ${round(p99)} ms`),
    `CPU of the server ${percent(busy)}, of viewers ${viewersBusy.map(percent).join(' and ')}`,
    `event loop late by ${round(delay.p99)} ms (p99), ${round(delay.most)} ms at most`,
    `${round(resident / 1e6)} MB resident, heap ${round(heap / 1e6)} MB, buffers ${round(external / 1e6)} MB`,
  ];
  return figures.join(', ');
}
