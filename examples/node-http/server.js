// A log server inside your own server, using only node:http. Run it with `node examples/node-http/server.js`
// (in this repository after `npm run build`), and open the address it prints.
import { randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import { createLogServer, openStore } from 'log-stream/server';

const CHANNEL = 'example:counter';

const store = await openStore(process.env.LOG_STREAM_STORE ?? 'memory:');
// Set LOG_STREAM_SECRET to keep topics valid across restarts.
const logs = createLogServer({ store, secrets: process.env.LOG_STREAM_SECRET ?? randomBytes(32) });

// The topic in the page grants its reader access to the log for an hour. The element fetches the next one from /topic, where a
// real server checks the session first.
const sign = () => logs.sign(CHANNEL, { ttl: 3_600 });

const page = () => `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <meta name="color-scheme" content="light dark" />
    <title>A counter</title>
    <script type="module" src="/log-stream/assets/log-stream.js"></script>
  </head>
  <body>
    <h1>A counter</h1>
    <log-stream topic="${sign()}" refresh-url="/topic" label="counter"></log-stream>
  </body>
</html>
`;

const server = createServer((request, response) => {
  if (request.url === '/') {
    response.setHeader('content-security-policy', "default-src 'self'");
    response.setHeader('content-type', 'text/html; charset=utf-8').end(page());
  } else if (request.url === '/topic') {
    response.setHeader('cache-control', 'no-store');
    response.setHeader('content-type', 'text/plain; charset=utf-8').end(sign());
  } else {
    response.statusCode = 404;
    response.end();
  }
});

// The log server answers everything below /log-stream; the listener above answers everything else.
logs.attach(server);
server.listen(Number(process.env.PORT ?? 8080), '127.0.0.1', () => {
  const { port } = server.address();
  console.log(`The counter is at http://127.0.0.1:${port}/`);
});

const log = logs.writer(CHANNEL);
let count = 0;
const timer = setInterval(() => {
  count += 1;
  // `write` resolves when there is room for more, so awaiting it keeps a fast producer at the pace of the store.
  log.write(`\x1b[32mtick\x1b[0m ${count}\n`).catch((error) => {
    console.error(error.message);
    clearInterval(timer);
  });
}, 500);

const stop = async () => {
  clearInterval(timer);
  await log.end(0);
  await logs.close({ reason: 'shutdown' });
  server.close();
  server.closeAllConnections();
  await store.close();
};
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => void stop());
