// A log server over LMDB with the page of the chaos run, in a process of its own that may be killed at any moment.
// Arguments: folder of the store, port (0: a free one). Says on stdout which port it listens on; answers /facts, and
// /topic with a topic that expires soon.
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { createLogServer, openStore } from 'log-stream/server';

const [folder = '', port = '0'] = process.argv.slice(2);
const secret = process.env['LOG_STREAM_SECRET'] ?? '';

/** @type {Readonly<Record<string, readonly [file: string, type: string]>>} */
const FILES = {
  '/': ['index.html', 'text/html; charset=utf-8'],
  '/elsewhere': ['elsewhere.html', 'text/html; charset=utf-8'],
  '/page.js': ['page.js', 'text/javascript; charset=utf-8'],
  '/line-text.js': ['line-text.js', 'text/javascript; charset=utf-8'],
};
const CSP = "default-src 'self'; require-trusted-types-for 'script'; trusted-types lit-html log-stream";

const store = await openStore(`lmdb:${folder}`);
const logs = createLogServer({ store, secrets: [secret], heartbeat: Number(process.env['HEARTBEAT'] ?? 15_000) });

/**
 * @param {import('node:http').IncomingMessage} request
 * @param {import('node:http').ServerResponse} response
 */
async function answer(request, response) {
  const { pathname } = new URL(request.url ?? '/', 'http://chaos');
  if (pathname.startsWith('/log-stream')) return;
  if (pathname === '/facts') {
    response.setHeader('content-type', 'application/json').end(JSON.stringify(logs.stats()));
    return;
  }
  if (pathname === '/topic') {
    response.setHeader('content-type', 'text/plain').setHeader('cache-control', 'no-store');
    response.end(logs.sign('chaos', { ttl: Number(process.env['TOPIC_LIFE'] ?? 3_600) }));
    return;
  }
  const [file, type] = FILES[pathname] ?? [];
  if (file === undefined || type === undefined) {
    response.writeHead(404).end();
    return;
  }
  response.setHeader('content-security-policy', CSP).setHeader('cache-control', 'no-cache').setHeader('content-type', type);
  response.end(await readFile(new URL(`site/${file}`, import.meta.url)));
}

const server = createServer((request, response) => {
  answer(request, response).catch((error) => response.destroy(error));
});
logs.attach(server);
server.listen(Number(port), '127.0.0.1', () => {
  const address = server.address();
  if (address !== null && typeof address === 'object') process.stdout.write(`${address.port}\n`);
});

/** As a deploy ends it; whoever wants it to die uses SIGKILL. */
async function stop() {
  await logs.close({ reason: 'deploy', retry: [0, 1_000] });
  server.closeAllConnections();
  await store.close();
  process.exit(0);
}
process.once('SIGTERM', () => {
  stop().catch((error) => {
    console.error(error);
    process.exit(1);
  });
});
// Nobody is left to tell it to stop.
process.stdin.resume().once('end', () => process.kill(process.pid, 'SIGKILL'));
