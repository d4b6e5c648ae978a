// A real server in a process of its own, with its logs on disk. The process that started it sends messages, each of which it answers.
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { WebSocketServer } from 'ws';
import { now } from '../clock.mjs';
import { offer, processorTime } from '../child.mjs';
import { lineTexts, outlinedLine } from '../lines.mjs';
import { produce } from '../producer.mjs';

/** Lines in one append when a log is prepared. */
const BATCH = 10_000;
/** The path for pages that follow with a bare WebSocket. */
const BARE = '/bare';

const HEAD = '<!doctype html><html lang="en"><meta charset="utf-8"><link rel="icon" href="data:,"><title>bench</title><body>';
/** What a page needs in addition to its script. */
const EXTRA = new Map([
  ['ours', '<script type="module" src="/log-stream/assets/log-stream.js"></script>'],
  ['xterm', '<link rel="stylesheet" href="/xterm.css">'],
]);

const [data = '', pages = ''] = process.argv.slice(2);
/** @type {typeof import('../../src/server/index.ts')} */
const { createLogServer, openStore, packLines } = await import(new URL('../../dist/lib/server/index.js', import.meta.url).href);
const store = await openStore(`lmdb:${data}`);
const logs = createLogServer({ store, secrets: ['secret of the benchmarks'] });
/** Bytes sent to all connections so far, and the number of history requests. */
const traffic = { sent: 0, requests: 0 };
/** @type {Set<import('node:net').Socket>} */
const connections = new Set();

/** @param {string} url @param {import('node:http').ServerResponse} response */
async function answer(url, response) {
  const name = /^\/([a-z]+)\.html$/.exec(url)?.[1];
  if (name !== undefined) {
    response
      .setHeader('content-type', 'text/html; charset=utf-8')
      .end(`${HEAD}${EXTRA.get(name) ?? ''}<script type="module" src="/${name}.js"></script>`);
    return;
  }
  const [, file, ending] = /^\/([\w-]+\.(js|css))$/.exec(url) ?? [];
  if (file === undefined) response.writeHead(404).end();
  else response.setHeader('content-type', ending === 'js' ? 'text/javascript' : 'text/css').end(await readFile(join(pages, file)));
}

const server = createServer(({ url = '' }, response) => {
  if (!url.startsWith('/log-stream')) void answer(url, response);
  else if (url.includes('/topics/')) traffic.requests += 1;
});
server.on('connection', (socket) => {
  connections.add(socket);
  socket.once('close', () => {
    connections.delete(socket);
    traffic.sent += socket.bytesWritten;
  });
});
const bare = new WebSocketServer({ noServer: true, perMessageDeflate: false });
server.on('upgrade', (request, socket, head) => {
  if (request.url === BARE) bare.handleUpgrade(request, socket, head, (webSocket) => bare.emit('connection', webSocket, request));
});
logs.attach(server);
await new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(undefined)));

/** @typedef {{ from: number, rate: number, seconds: number }} Flow */

const methods = {
  address: () => {
    const address = server.address();
    return `http://127.0.0.1:${address !== null && typeof address === 'object' ? address.port : 0}`;
  },
  /** @param {string} channel */
  sign: (channel) => logs.sign(channel),
  /** Creates a log of `count` lines. @param {string} channel @param {number} count */
  make: async (channel, count) => {
    for (let from = 1; from <= count; from += BATCH) {
      const lines = lineTexts(from, Math.min(count, from + BATCH - 1)).map((text) => /** @type {const} */ ([text]));
      await store.append(channel, { lines: packLines(lines), time: Date.now(), carryIn: '', carryOut: '' });
    }
  },
  /** Creates a log of `count` lines with groups and errors, marked as a writer marks them. @param {string} channel @param {number} count */
  makeOutlined: async (channel, count) => {
    for (let from = 1; from <= count; from += BATCH) {
      const lines = Array.from({ length: Math.min(BATCH, count - from + 1) }, (_, at) => outlinedLine(from + at));
      await store.append(channel, { lines: packLines(lines), time: Date.now(), carryIn: '', carryOut: '' });
    }
  },
  /** Appends to a log, as its producer does; also returns when each write was on disk. @param {string} channel @param {Flow} flow */
  follow: async (channel, flow) => {
    /** @type {[at: number, last: number][]} */
    const durable = [];
    const unwatch = store.watch(channel, (news) => {
      if (news.kind === 'lines') durable.push([now(), news.tail.head]);
    });
    const writer = logs.writer(channel);
    const ticks = await produce({ ...flow, write: (lines) => writer.write(`${lines.join('\n')}\n`) });
    await writer.finish();
    unwatch();
    return { ticks, durable };
  },
  /** Sends lines to the bare sockets; they are not stored. @param {Flow} flow */
  broadcast: async (flow) => {
    const ticks = await produce({
      ...flow,
      write: (lines) => {
        const frame = JSON.stringify(lines);
        for (const webSocket of bare.clients) webSocket.send(frame);
      },
    });
    return { ticks, durable: [] };
  },
  usage: () => {
    let sent = traffic.sent;
    for (const socket of connections) sent += socket.bytesWritten;
    return { cpu: processorTime(), sent, requests: traffic.requests, sockets: logs.stats().sockets };
  },
};

/** @typedef {typeof methods} Methods */
offer({
  ...methods,
  close: async () => {
    await logs.close({ retry: [0, 0] });
    server.close();
    server.closeAllConnections();
    await store.close();
  },
});
