// One of the servers that deliver a log to many viewers: `ours STORE`, `bare` (a frame encoded once for all, and nothing else) or `socket.io`
// (with connection state recovery).
import { createServer } from 'node:http';
import { WebSocketServer } from 'ws';
import { lineTexts } from '../lines.mjs';
import { offer, processorTime } from '../child.mjs';

const [kind = 'bare', url = 'memory:'] = process.argv.slice(2);
const CHANNEL = 'build';
const server = createServer((_request, response) => response.end());

/** A message as our server sends it. @param {number} to @param {readonly string[]} texts */
const frameOf = (to, texts) => ({ e: 'msg', ch: CHANNEL, off: `1-${to}`, data: { lines: texts.map((text) => [Date.now(), text]) } });

/** @typedef {{ topic: string, publish: (to: number, texts: readonly string[]) => unknown, close: () => unknown }} Publisher */

/** @returns {Promise<Publisher>} */
async function ours() {
  /** @type {typeof import('../../src/server/index.ts')} */
  const { createLogServer, openStore } = await import(new URL('../../dist/lib/server/index.js', import.meta.url).href);
  const store = await openStore(url);
  const logs = createLogServer({ store, secrets: ['secret of the benchmarks'] });
  logs.attach(server);
  const writer = logs.writer(CHANNEL);
  return {
    topic: logs.sign(CHANNEL),
    publish: (_to, texts) => writer.write(`${texts.join('\n')}\n`),
    async close() {
      await logs.close({ retry: [0, 0] });
      await store.close();
    },
  };
}

/** @returns {Promise<Publisher>} */
async function bare() {
  const webSockets = new WebSocketServer({ server, perMessageDeflate: false });
  webSockets.on('connection', (socket) => socket.send('{"e":"hello","v":1,"hb":15000}'));
  return {
    topic: CHANNEL,
    publish(to, texts) {
      const frame = Buffer.from(JSON.stringify(frameOf(to, texts)));
      for (const socket of webSockets.clients) socket.send(frame, { binary: false });
    },
    close: () => undefined,
  };
}

/** @returns {Promise<Publisher>} */
async function socketIo() {
  const { Server } = await import('socket.io');
  const io = new Server(server, { connectionStateRecovery: {}, transports: ['websocket'], serveClient: false });
  return { topic: CHANNEL, publish: (to, texts) => io.emit('lines', frameOf(to, texts)), close: () => undefined };
}

const publisher = await (kind === 'ours' ? ours() : kind === 'bare' ? bare() : socketIo());
await new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(undefined)));

const methods = {
  where: () => {
    const address = server.address();
    return { port: address !== null && typeof address === 'object' ? address.port : 0, topic: publisher.topic };
  },
  /** Writes lines `from` to `to`, `each` at a time, one write after the other. @param {number} from @param {number} to @param {number} each */
  publish: async (from, to, each) => {
    for (let at = from; at <= to; at += each) {
      const last = Math.min(to, at + each - 1);
      await publisher.publish(last, lineTexts(at, last));
    }
  },
  seconds: processorTime,
  close: () => publisher.close(),
};

/** @typedef {typeof methods} FanOutMethods */
offer(methods);
