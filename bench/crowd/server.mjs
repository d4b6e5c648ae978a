// A server in a process of its own: `ours STORE`, or `bare`, which accepts the same appends, stores nothing, and broadcasts each as one frame
// that is encoded once.
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { WebSocketServer } from 'ws';
import { offer, processorTime } from '../child.mjs';

/** ms between two samples of the event loop. */
const RESOLUTION = 5;
/** Logs created at a time. */
const MAKING = 500;

const [kind = 'bare', url = 'memory:'] = process.argv.slice(2);
const server = createServer({ requestTimeout: 0 });
/** @type {import('../../src/server/index.ts').LogServer | undefined} */
let logs;
/** @type {import('../../src/server/index.ts').LogStore | undefined} */
let store;
/** @type {typeof import('../../src/server/index.ts').packLines | undefined} */
let pack;

async function openOurs() {
  /** @type {typeof import('../../src/server/index.ts')} */
  const { createLogServer, openStore, packLines } = await import(new URL('../../dist/lib/server/index.js', import.meta.url).href);
  pack = packLines;
  store = await openStore(url);
  logs = createLogServer({ store, secrets: ['secret of the benchmarks'], publicMetrics: true });
  logs.attach(server);
}

function openBare() {
  const webSockets = new WebSocketServer({ server, perMessageDeflate: false });
  webSockets.on('connection', (socket) => {
    socket.send('{"e":"hello","v":1,"hb":15000}');
    // The only log, not written to yet.
    socket.on('message', () => socket.send('{"e":"ack","ch":"build","off":"-0","first":1,"st":"live"}'));
  });
  server.on('request', (request, response) => {
    let [offset, rest] = [0, ''];
    request.setEncoding('utf8');
    request.on('data', (/** @type {string} */ text) => {
      const end = text.lastIndexOf('\n') + 1;
      const lines = (rest + text.slice(0, end)).split('\n').slice(0, -1);
      rest = end === 0 ? rest + text : text.slice(end);
      if (lines.length === 0) return;
      offset += lines.length;
      const now = Date.now();
      const data = { lines: lines.map((line) => [now, line]) };
      const frame = Buffer.from(JSON.stringify({ e: 'msg', ch: 'build', off: `1-${offset}`, data }));
      for (const socket of webSockets.clients) socket.send(frame, { binary: false });
    });
    request.on('end', () => response.end());
  });
}

if (kind === 'ours') await openOurs();
else openBare();
await new Promise((resolve) => server.listen(0, '127.0.0.1', 4_096, () => resolve(undefined)));
const delays = monitorEventLoopDelay({ resolution: RESOLUTION });
delays.enable();

/** Bytes of heap and buffers in use after a garbage collection. */
async function settled() {
  let least = process.memoryUsage();
  for (let round = 0; round < 4; round += 1) {
    globalThis.gc?.();
    await new Promise((resolve) => setTimeout(resolve, 50));
    const now = process.memoryUsage();
    if (now.heapUsed < least.heapUsed) least = now;
  }
  return { heap: least.heapUsed, buffers: least.external };
}

/** Resident memory, bytes: on Linux without mapped files such as LMDB's, which the kernel reclaims when it needs room. */
function resident() {
  if (process.platform !== 'linux') return process.memoryUsage.rss();
  return Number(/^RssAnon:\s+(\d+) kB$/mu.exec(readFileSync('/proc/self/status', 'utf8'))?.[1]) * 1_024;
}

const methods = {
  port: () => {
    const address = server.address();
    return address !== null && typeof address === 'object' ? address.port : 0;
  },
  /** @param {readonly string[]} channels */
  sign: (channels) => channels.map((channel) => logs?.sign(channel, { write: true }) ?? channel),
  /** Makes logs of one line each. @param {readonly (readonly [channel: string, text: string])[]} first */
  make: async (first) => {
    if (store === undefined || pack === undefined) throw new Error('Only our server stores logs.');
    const logStore = store;
    const packLines = pack;
    const time = Date.now();
    for (let from = 0; from < first.length; from += MAKING) {
      const some = first.slice(from, from + MAKING);
      await Promise.all(
        some.map(([channel, text]) => logStore.append(channel, { lines: packLines([[text]]), time, carryIn: '', carryOut: '' })),
      );
    }
  },
  /** Memory without garbage: stops the process for a moment. */
  memory: async () => ({ ...(await settled()), resident: resident() }),
  /** CPU time so far, s; memory with garbage; delay of the event loop since the last call, ms. */
  usage: () => {
    const late = (/** @type {number} */ nanoseconds) => Math.max(0, nanoseconds / 1e6 - RESOLUTION);
    const { heapUsed, external } = process.memoryUsage();
    const delay = { p99: late(delays.percentile(99)), most: late(delays.max) };
    delays.reset();
    return { seconds: processorTime(), resident: resident(), heap: heapUsed, external, delay };
  },
};

/** @typedef {typeof methods} ServerMethods */
offer({
  ...methods,
  close: async () => {
    await logs?.close({ retry: [0, 0] });
    server.closeAllConnections();
    server.close();
    await store?.close();
  },
});
