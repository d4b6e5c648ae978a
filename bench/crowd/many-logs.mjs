// S9: 500 logs with ten viewers each, one of which reads slowly; a flood on five of the logs, and how it affects the others.
import { setPriority } from 'node:os';
import { round } from '../stats.mjs';
import { needFiles, observe, openStage, tell } from './stage.mjs';

const FLOODED = 5;
const VIEWERS = 10;
/** One viewer in this many reads slowly. */
const SLOW = 10;

/** @param {import('../load.bench.mjs').Conditions} conditions @returns {AsyncGenerator<import('../../scripts/bench.mjs').Row>} */
export async function* manyLogs({ quick, folder }) {
  const count = quick ? 100 : 500;
  const seconds = quick ? 5 : 15;
  needFiles(count * VIEWERS);
  const stage = await openStage('ours', `lmdb:${await folder()}`);
  const { server, url, socketUrl } = stage;
  const logs = await stage.logs(Array.from({ length: count }, (_, at) => `run/${at + 1}`));
  const [flooded, quiet] = [logs.slice(0, FLOODED), logs.slice(FLOODED)];
  // The tenth viewer of each log is a slow one.
  const seats = (/** @type {typeof logs} */ some) => some.flatMap((log) => Array.from({ length: VIEWERS }, () => [log]));
  // The question is what the server does to quiet logs, so the flood's own viewers and producers leave them the CPU.
  setPriority(process.pid, 5);
  const [deluged, deluge] = [await stage.viewers(), await stage.producers()];
  setPriority(process.pid, 0);
  const [calm, trickle] = [await stage.viewers(), await stage.producers()];
  await calm.call('join', socketUrl, seats(quiet));
  await deluged.call('join', socketUrl, seats(flooded));
  await trickle.call('open', url, quiet, 0);
  const slow = (await calm.call('slow', SLOW)) + (await deluged.call('slow', SLOW));
  await trickle.call('steady', 1, 1_000);
  await observe(server, [calm], 2);
  const without = await observe(server, [calm], seconds);
  const held = await server.call('memory');
  await deluge.call('flood', url, flooded);
  const beside = await observe(server, [calm, deluged], seconds);
  const heldThen = await server.call('memory');
  const heads = { ...(await deluge.call('rest')), ...(await trickle.call('rest')) };
  await Promise.all([calm.call('wake'), deluged.call('wake')]);
  await Promise.all([calm.call('reached', heads), deluged.call('reached', heads)]);
  const whole = await deluged.call('complete', url, Object.fromEntries(flooded), heads, 0);
  await calm.call('complete', url, Object.fromEntries(quiet), heads, 0);
  await trickle.call('end');
  await stage.close();
  const p99 = (/** @type {import('./stage.mjs').Observation} */ { waits }) => waits[0]?.p99 ?? NaN;
  const lines = flooded.reduce((sum, [channel]) => sum + (heads[channel] ?? 0), 0);
  yield {
    id: 'S9',
    what: `${count} logs, ${VIEWERS} viewers each, ${slow} of them slow: p99 of the quiet logs beside a flood on ${FLOODED}, relative to that without it`,
    ours: round(p99(beside) / p99(without)),
    bar: 10,
    unit: '×',
    against: `without ${tell(without)}; beside (quiet, flooded) ${tell(beside)}`,
  };
  yield {
    id: 'S9',
    what: 'heap and buffers that the server holds during the flood',
    ours: round((heldThen.heap + heldThen.buffers - held.heap - held.buffers) / 1e6),
    bar: 256,
    unit: 'MB',
    against: `resident ${round((heldThen.resident - held.resident) / 1e6)} MB more; ${Math.round(lines / seconds).toLocaleString('en')} lines/s appended; ${whole.skips} skips, whose ${whole.fetched.toLocaleString('en')} lines came over HTTP; every viewer had every line exactly once`,
  };
}
