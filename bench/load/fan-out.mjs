// S1: one log and many viewers.
import { join } from 'node:path';
import { start } from '../child.mjs';
import { median, round, summary } from '../stats.mjs';
import { startNats } from './nats.mjs';

const VIEWERS = 500;
const BATCH = 50;
/** Lines written in a step; viewers are at most one step behind. */
const STEP = 500;

/** @typedef {{ rate: number, cpu: number }} Cost Lines delivered a second, and CPU seconds of the server for a million of them. */

/**
 * @param {import('./viewers.mjs').Kind} kind
 * @param {{ port: number, topic: string }} where
 * @param {{ publish(from: number, to: number, each: number): Promise<unknown>, seconds(): Promise<number> }} server
 * @param {number} lines
 * @returns {Promise<Cost>}
 */
async function deliver(kind, where, server, lines) {
  /** @type {Awaited<ReturnType<typeof start<import('./viewers.mjs').ViewerMethods>>>} */
  const viewers = await start(new URL('./viewers.mjs', import.meta.url));
  await viewers.call('join', { kind, count: VIEWERS, ...where });
  await server.publish(1, STEP, BATCH);
  await viewers.call('reached', STEP);
  const [began, seconds] = [performance.now(), await server.seconds()];
  for (let from = STEP + 1; from <= STEP + lines; from += STEP) {
    await server.publish(from, from + STEP - 1, BATCH);
    await viewers.call('reached', from - 1);
  }
  await viewers.call('reached', STEP + lines);
  const millions = (lines * VIEWERS) / 1e6;
  const cost = { rate: millions / ((performance.now() - began) / 1_000), cpu: ((await server.seconds()) - seconds) / millions };
  await viewers.end();
  return cost;
}

/** @param {'ours' | 'bare' | 'socket.io'} kind @param {string} dir @param {number} lines */
async function ofOurProcess(kind, dir, lines) {
  /** @type {Awaited<ReturnType<typeof start<import('./fan-out-server.mjs').FanOutMethods>>>} */
  const server = await start(new URL('./fan-out-server.mjs', import.meta.url), [kind, `lmdb:${dir}`]);
  const cost = await deliver(
    kind,
    await server.call('where'),
    { publish: (...args) => server.call('publish', ...args), seconds: () => server.call('seconds') },
    lines,
  );
  await server.end();
  return cost;
}

/** @param {string} dir @param {number} lines */
async function ofNats(dir, lines) {
  const server = await startNats(dir);
  if (server === undefined) return undefined;
  const cost = await deliver('nats', server.where, server, lines);
  await server.end();
  return cost;
}

/** @param {import('../load.bench.mjs').Conditions} conditions @returns {AsyncGenerator<import('../../scripts/bench.mjs').Row>} */
export async function* fanOut({ quick, folder }) {
  const lines = quick ? 5_000 : 20_000;
  /** @type {Record<string, Cost[]>} */
  const costs = { ours: [], bare: [], 'socket.io': [], nats: [] };
  for (let run = 0; run < (quick ? 1 : 3); run += 1) {
    for (const kind of /** @type {const} */ (['bare', 'ours', 'socket.io']))
      costs[kind]?.push(await ofOurProcess(kind, join(await folder(), 'store'), lines));
    const nats = await ofNats(await folder(), lines);
    if (nats !== undefined) costs['nats']?.push(nats);
  }
  const cpu = (/** @type {string} */ kind) => median(costs[kind]?.map((cost) => cost.cpu) ?? []);
  const rates = (/** @type {string} */ kind) => summary(costs[kind]?.map((cost) => cost.rate) ?? []);
  const figures = (/** @type {string} */ kind) => `${kind} ${round(cpu(kind))} s, ${rates(kind)} M lines/s`;
  const peers = ['ours', 'bare', 'socket.io'].map(figures).join('; ');
  const nats = costs['nats']?.length ? figures('nats') : 'nats-server is not installed';
  const what = (/** @type {string} */ other) => `CPU time of ${VIEWERS} viewers, ${BATCH} lines at a time, relative to ${other}`;
  yield {
    id: 'S1',
    what: what('bare ws'),
    ours: round(cpu('ours') / cpu('bare')),
    bar: 1.3,
    unit: '×',
    against: `a million lines: ${peers}`,
  };
  yield {
    id: 'S1',
    what: what('socket.io'),
    ours: round(cpu('ours') / cpu('socket.io')),
    bar: 1,
    unit: '×',
    against: `a million lines: ${nats}`,
  };
}
