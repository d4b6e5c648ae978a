// Hono on Node: the log server is attached to the HTTP server that its adapter makes.
import { randomBytes } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import { serve } from '@hono/node-server';
import { Hono } from 'hono';
import { createLogServer, openStore } from 'log-stream/server';

const secrets = process.env.LOG_STREAM_SECRET ?? randomBytes(32);
const logs = createLogServer({ store: await openStore('memory:'), secrets });

const page = () => `<!doctype html>
<title>Build</title>
<script type="module" src="/log-stream/assets/log-stream.js"></script>
<log-stream topic="${logs.sign('build:42')}" refresh-url="/topic"></log-stream>`;

const app = new Hono();
app.get('/', (context) => context.html(page()));
app.get('/topic', (context) => context.text(logs.sign('build:42')));
const options = { fetch: app.fetch, port: Number(process.env.PORT ?? 8080), hostname: '127.0.0.1' };
const server = serve(options, ({ port }) => console.log(`Hono is at http://127.0.0.1:${port}/`));
logs.attach(server);

const log = logs.writer('build:42');
for (let step = 1; ; step += 1) {
  await log.write(`step ${step}\n`);
  await setTimeout(1_000);
}
