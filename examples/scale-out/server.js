// One of any number of log servers over the same Redis, which do not know about each other. Prints its port on stdout once it
// listens; SIGTERM ends it as a deploy does.
import { createServer } from 'node:http';
import { createLogServer, openStore } from 'log-stream/server';

const CHANNEL = 'example:scale-out';
const { LOG_STREAM_STORE = 'redis://127.0.0.1', PORT = '0' } = process.env;

const store = await openStore(LOG_STREAM_STORE);
// Topics are signed with LOG_STREAM_SECRET from the environment, which is the same for all servers.
const logs = createLogServer({ store });
const sign = () => logs.sign(CHANNEL, { ttl: 3_600 });

const page = () => `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <meta name="color-scheme" content="light dark" />
    <title>Scale-out</title>
    <script type="module" src="/log-stream/assets/log-stream.js"></script>
  </head>
  <body>
    <h1>One log, several servers</h1>
    <p>Process ${process.pid} served this page. After a reload it may be another process; the log is the same.</p>
    <log-stream topic="${sign()}" refresh-url="/topic" label="scale-out"></log-stream>
  </body>
</html>
`;

const server = createServer((request, response) => {
  response.setHeader('cache-control', 'no-store');
  if (request.url === '/') response.setHeader('content-type', 'text/html; charset=utf-8').end(page());
  else if (request.url === '/topic') response.setHeader('content-type', 'text/plain; charset=utf-8').end(sign());
  else response.writeHead(404).end();
});
logs.attach(server);
server.listen(Number(PORT), '127.0.0.1', () => {
  const address = server.address();
  if (address !== null && typeof address === 'object') process.stdout.write(`${address.port}\n`);
});

const stop = async () => {
  // Accept no new connections, tell viewers to reconnect at once (to another process), and finish appends.
  server.close();
  await logs.close({ reason: 'deploy', retry: [0, 1_000] });
  server.closeAllConnections();
  await store.close();
  process.exit(0);
};
process.once('SIGTERM', () => void stop());
// The process that started this one is gone.
process.stdin.resume().once('end', () => process.exit(0));
