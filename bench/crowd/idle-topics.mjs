// S10: 20,000 logs that are followed and mostly idle.
import { round } from '../stats.mjs';
import { needFiles, observe, openStage, tell } from './stage.mjs';
import { lineText } from './text.mjs';

const SOCKETS = 20;
/** One topic in this many is written to, once a second. */
const ACTIVE = 100;
/** Longer than the 30 s in which the server compares all heads with its store, and than two heartbeats. */
const SECONDS = 34;

/** @param {import('../load.bench.mjs').Conditions} conditions @returns {AsyncGenerator<import('../../scripts/bench.mjs').Row>} */
export async function* idleTopics({ quick, folder }) {
  const count = quick ? 5_000 : 20_000;
  needFiles(SOCKETS + count / ACTIVE);
  const stage = await openStage('ours', `lmdb:${await folder()}`);
  const { server, url, socketUrl } = stage;
  const channels = Array.from({ length: count }, (_, at) => `idle/run-${at + 1}`);
  const began = Date.now();
  await server.call(
    'make',
    channels.map((channel) => /** @type {const} */ ([channel, lineText(channel, 1, began)])),
  );
  const logs = await stage.logs(channels);
  const each = count / SOCKETS;
  const viewers = await stage.viewers();
  const empty = await server.call('memory');
  await server.call('usage');
  const joining = performance.now();
  await viewers.call(
    'join',
    socketUrl,
    Array.from({ length: SOCKETS }, (_, at) => logs.slice(at * each, (at + 1) * each)),
  );
  const joined = performance.now() - joining;
  const { delay } = await server.call('usage');
  const full = await server.call('memory');
  const producers = await stage.producers();
  const active = logs.filter((_log, at) => at % ACTIVE === 0);
  await producers.call('open', url, active, 1);
  await producers.call('steady', 1, 1_000);
  const seen = await observe(server, [viewers], quick ? 17 : SECONDS);
  const heads = { ...Object.fromEntries(channels.map((channel) => [channel, 1])), ...(await producers.call('rest')) };
  await viewers.call('reached', heads);
  await viewers.call('complete', url, {}, heads, 1);
  await producers.call('end');
  await stage.close();
  const scene = `${count.toLocaleString('en')} topics on ${SOCKETS} sockets, ${active.length} active`;
  yield {
    id: 'S10',
    what: `${scene}: heap of a topic with its subscription`,
    ours: Math.round((full.heap - empty.heap) / count),
    bar: 1_536,
    unit: 'B',
    against: `resident ${round((full.resident - empty.resident) / count / 1e3)} kB; joined in ${round(joined / 1e3)} s, event loop delayed by at most ${round(delay.most)} ms`,
  };
  yield {
    id: 'S10',
    what: `${scene}: maximum delay of the event loop`,
    ours: round(seen.delay.most),
    bar: 100,
    unit: 'ms',
    against: `${tell(seen)}; ${seen.beats} heartbeats with ${seen.heads} heads`,
  };
}
