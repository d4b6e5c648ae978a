// A server in a process of its own, whose memory and CPU time are measured. Needs --expose-gc.
// Arguments: `ours STORE URL`, the last of the version to measure, or `bare`.
import { existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { WebSocketServer } from 'ws';

const [kind = 'bare', url = 'memory:', root = ''] = process.argv.slice(2);
const server = createServer((_request, response) => response.end());
/** @type {import('../../src/server/index.ts').LogServer | undefined} */
let logs;
/** @type {import('../../src/server/index.ts').LogStore | undefined} */
let store;
if (kind === 'ours') {
  /** @type {typeof import('../../src/server/index.ts')} */
  const { createLogServer, openStore } = await import(new URL('dist/lib/server/index.js', root).href);
  store = await openStore(url);
  logs = createLogServer({ store, secrets: ['secret of the benchmarks'] });
  logs.attach(server);
} else {
  // The least that greets and listens.
  const webSockets = new WebSocketServer({ noServer: true, perMessageDeflate: false });
  server.on('upgrade', (request, socket, head) => {
    webSockets.handleUpgrade(request, socket, head, (webSocket) => {
      webSocket.on('message', () => undefined);
      webSocket.on('close', () => undefined);
      webSocket.on('error', () => undefined);
      webSocket.send('{"e":"hello","v":1,"hb":15000}');
    });
  });
}
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  process.send?.({ port: typeof address === 'object' ? address?.port : 0 });
});

/** CPU time of the thread that serves, s; undefined where the system does not tell. */
function threadSeconds() {
  const file = `/proc/self/task/${process.pid}/schedstat`;
  return existsSync(file) ? Number(readFileSync(file, 'utf8').split(' ')[0]) / 1e9 : undefined;
}

/** Bytes of heap in use after a garbage collection. */
async function settledHeap() {
  let least = Number.POSITIVE_INFINITY;
  for (let round = 0; round < 6; round += 1) {
    globalThis.gc?.();
    await new Promise((resolve) => setTimeout(resolve, 50));
    least = Math.min(least, process.memoryUsage().heapUsed);
  }
  return least;
}

/** @param {{ ask: string, channels?: readonly string[] }} question */
async function answer({ ask, channels = [] }) {
  switch (ask) {
    case 'memory':
      process.send?.({ heap: await settledHeap(), rss: process.memoryUsage.rss() });
      break;
    case 'cpu': {
      const { user, system } = process.cpuUsage();
      process.send?.({ seconds: (user + system) / 1e6, thread: threadSeconds(), stats: logs?.stats() });
      break;
    }
    case 'sign':
      process.send?.({ topics: channels.map((channel) => logs?.sign(channel, { write: true })) });
      break;
    default:
      await logs?.close();
      server.closeAllConnections();
      server.close();
      await store?.close();
      process.disconnect();
  }
}

process.on('message', (/** @type {Parameters<typeof answer>[0]} */ question) => void answer(question));
