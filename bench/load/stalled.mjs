// S5: a viewer that stops reading while others continue.
import { once } from 'node:events';
import { WebSocket } from 'ws';
import { openServer } from '../server/load.mjs';
import { percentile, round } from '../stats.mjs';

const OTHERS = 10;
const LINE = `${'2026-01-01T00:00:00Z INFO compiled module in 12 ms'.padEnd(99, ' .')}\n`;
const EACH = 655;
const BODY = LINE.repeat(EACH);
const CHANNEL = 'flood';

/** A viewer that remembers what it got and when. */
class Viewer {
  /** @type {[from: number, to: number][]} */
  runs = [];
  /** When each body was complete. @type {Map<number, number>} */
  times = new Map();
  head = 0;
  /** The position after which the socket continues. */
  position = 0;
  epoch = '';

  /** @param {number} port @param {string} topic */
  static async open(port, topic) {
    const viewer = new Viewer();
    viewer.socket = new WebSocket(`ws://127.0.0.1:${port}/log-stream`, { perMessageDeflate: false });
    const acked = new Promise((resolve) => {
      viewer.socket?.on('message', (/** @type {Buffer} */ data) => {
        viewer.take(data.toString('latin1', 0, 160), data);
        if (viewer.acked) resolve(undefined);
      });
    });
    await once(viewer.socket, 'open');
    viewer.socket.send(JSON.stringify({ subscribe: { [topic]: '0' } }));
    await acked;
    return viewer;
  }

  /** @type {WebSocket | undefined} */
  socket;
  acked = false;

  /** @param {string} start @param {Buffer} data */
  take(start, data) {
    const off = /"off":"([^"]*)-(\d+)"/u.exec(start);
    if (off === null) return;
    const [, epoch = '', text = ''] = off;
    const to = Number(text);
    if (start.startsWith('{"e":"ack"')) {
      this.acked = true;
      this.position = to;
    } else if (start.startsWith('{"e":"msg"')) {
      const count = /** @type {{ data: { lines: unknown[] } }} */ (JSON.parse(data.toString())).data.lines.length;
      if (to - count !== this.position) throw new Error(`A message begins at ${to - count + 1} where ${this.position + 1} was due.`);
      this.runs.push([to - count + 1, to]);
      this.position = to;
      for (let body = Math.ceil((this.head + 1) / EACH); body * EACH <= to; body += 1) this.times.set(body, performance.now());
    }
    this.epoch = epoch || this.epoch;
    this.head = Math.max(this.head, to);
  }
}

/** @param {string} store @param {number} bodies @param {boolean} stall */
async function flood(store, bodies, stall) {
  const server = await openServer('ours', store);
  const topic = (await server.sign([CHANNEL])).topics[0] ?? '';
  const url = `http://127.0.0.1:${server.port}/log-stream/topics/${CHANNEL}`;
  const headers = { authorization: `Bearer ${topic}` };
  const others = [];
  for (let at = 0; at < OTHERS; at += 1) others.push(await Viewer.open(server.port, topic));
  const slow = await Viewer.open(server.port, topic);
  if (stall) slow.socket?.pause();
  const waits = [];
  let memory = { heap: 0, rss: 0 };
  for (let body = 1; body <= bodies; body += 1) {
    const at = performance.now();
    await (await fetch(url, { method: 'POST', body: BODY, headers })).arrayBuffer();
    while (others.some((viewer) => viewer.head < body * EACH)) await new Promise((resolve) => setImmediate(resolve));
    for (const viewer of others) waits.push((viewer.times.get(body) ?? Infinity) - at);
    if (body === Math.floor(bodies / 2)) memory = await server.memory();
  }
  slow.socket?.resume();
  const total = bodies * EACH;
  while (slow.head < total) await new Promise((resolve) => setTimeout(resolve, 20));
  // What it was not sent is available over HTTP.
  let expected = 1;
  let lines = 0;
  for (const [from, to] of [...slow.runs, [total + 1, total]]) {
    for (; expected < (from ?? 0); expected += 0) {
      const limit = Math.min(1_000, (from ?? 0) - expected);
      const page = await (await fetch(`${url}?epoch=${slow.epoch}&after=${expected - 1}&limit=${limit}`, { headers })).json();
      const { length } = /** @type {{ lines: unknown[] }} */ (page).lines;
      lines += length;
      expected += length;
    }
    lines += (to ?? 0) - (from ?? 0) + 1;
    expected = (to ?? 0) + 1;
  }
  for (const viewer of [...others, slow]) viewer.socket?.terminate();
  await server.close();
  return { p99: percentile(waits, 0.99), memory, exact: lines === total, total };
}

/** @param {import('../load.bench.mjs').Conditions} conditions @returns {AsyncGenerator<import('../../scripts/bench.mjs').Row>} */
export async function* stalled({ quick, folder }) {
  const bodies = quick ? 300 : 3_200;
  const without = await flood(`lmdb:${await folder()}`, bodies, false);
  const withIt = await flood(`lmdb:${await folder()}`, bodies, true);
  const megabytes = Math.round((bodies * BODY.length) / 1e6);
  const heap = (withIt.memory.heap - without.memory.heap) / 1e6;
  yield {
    id: 'S5',
    what: `heap cost of a viewer that reads nothing of ${megabytes} MB`,
    ours: round(Math.max(0, heap)),
    bar: 4,
    unit: 'MB',
    against: `resident ${round((withIt.memory.rss - without.memory.rss) / 1e6)} MB more; it had ${withIt.exact ? 'all' : 'NOT ALL'} of ${withIt.total} lines in the end`,
  };
  yield {
    id: 'S5',
    what: `p99 of the ${OTHERS} others, relative to that without it`,
    ours: round(withIt.p99 / without.p99),
    bar: 1.2,
    unit: '×',
    against: `${round(withIt.p99)} ms; without it ${round(without.p99)} ms`,
  };
}
