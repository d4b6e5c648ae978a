// A server whose log server is stopped as in a deploy, and started again.
import { createServer } from 'node:http';
import { offer } from '../child.mjs';

/** @typedef {import('../../src/server/index.ts').LogServer} LogServer */
/** @type {typeof import('../../src/server/index.ts')} */
const { createLogServer, openStore } = await import(new URL('../../dist/lib/server/index.js', import.meta.url).href);
const store = await openStore(`lmdb:${process.argv[2] ?? ''}`);
const create = () => createLogServer({ store, secrets: ['secret of the benchmarks'] });
let logs = create();
/** When sockets came since the restart, ms. @type {number[]} */
let arrivals = [];
let restarted = 0;
const server = createServer((request, response) => logs.handle(request, response));
server.on('upgrade', (request, socket, head) => {
  arrivals.push(performance.now() - restarted);
  logs.handleUpgrade(request, socket, head);
});
await new Promise((resolve) => server.listen(0, '127.0.0.1', 4_096, () => resolve(undefined)));

const methods = {
  where: () => {
    const address = server.address();
    return { port: address !== null && typeof address === 'object' ? address.port : 0, topic: logs.sign('build') };
  },
  /** @param {number} from @param {number} to */
  write: async (from, to) => {
    const writer = logs.writer('build');
    for (let at = from; at <= to; at += 1) await writer.write(`line ${at}\n`);
    await writer.finish();
  },
  /** @param {[number, number]} retry ms, announced. */
  restart: async (retry) => {
    arrivals = [];
    restarted = performance.now();
    await logs.close({ reason: 'deploy', retry });
    logs = create();
  },
  arrivals: () => arrivals,
  close: async () => {
    await logs.close({ retry: [0, 0] });
    server.closeAllConnections();
    await store.close();
  },
};

/** @typedef {typeof methods} RestartingMethods */
offer(methods);
