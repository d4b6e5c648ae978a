// S4: what an idle viewer and an idle log cost in memory, compared with a `ws` socket that only greets and listens.
import { openServer, openViewers } from './server/load.mjs';

export const ids = ['S4'];

/** Heap of one socket, bytes. @param {'ours' | 'bare'} kind @param {number} sockets */
async function perSocket(kind, sockets) {
  const server = await openServer(kind);
  // Warm up: some things are made once, by the first socket or log.
  await (await openViewers(server.port, 50)).close();
  const before = await server.memory();
  const viewers = await openViewers(server.port, sockets);
  const after = await server.memory();
  await viewers.close();
  await server.close();
  return (after.heap - before.heap) / sockets;
}

/** Heap of one followed log that is idle, without the socket, bytes. @param {number} logs */
async function perLog(logs) {
  const each = 100;
  const channels = Array.from({ length: logs }, (_, index) => `build/run-${index}`);
  const heaps = [];
  for (const followed of [0, each]) {
    const server = await openServer('ours');
    const { topics } = await server.sign(channels);
    const viewers = await openViewers(server.port, logs / each, topics, followed);
    heaps.push((await server.memory()).heap);
    await viewers.close();
    await server.close();
  }
  return ((heaps[1] ?? 0) - (heaps[0] ?? 0)) / logs;
}

/** @param {{ quick: boolean }} options */
export async function* rows({ quick }) {
  const bare = await perSocket('bare', quick ? 500 : 2_000);
  const ours = await perSocket('ours', quick ? 500 : 2_000);
  yield {
    id: 'S4',
    what: 'heap of an idle socket, relative to a bare one',
    ours: Number((ours / bare).toFixed(2)),
    bar: 1.3,
    unit: '×',
    against: `${ours.toFixed(0)} B; a bare \`ws\` socket takes ${bare.toFixed(0)} B`,
  };
  yield {
    id: 'S4',
    what: 'heap of a followed log that is idle',
    ours: Math.round(await perLog(quick ? 10_000 : 20_000)),
    bar: 1_024,
    unit: 'B',
    against: 'the bar only',
  };
}
