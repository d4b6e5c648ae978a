// Fastify: the log server is attached to the HTTP server beneath it.
import { randomBytes } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import fastify from 'fastify';
import { createLogServer, openStore } from 'log-stream/server';

const secrets = process.env.LOG_STREAM_SECRET ?? randomBytes(32);
const logs = createLogServer({ store: await openStore('memory:'), secrets });

const page = () => `<!doctype html>
<title>Build</title>
<script type="module" src="/log-stream/assets/log-stream.js"></script>
<log-stream topic="${logs.sign('build:42')}" refresh-url="/topic"></log-stream>`;

const app = fastify();
app.get('/', (_request, reply) => reply.type('text/html').send(page()));
app.get('/topic', () => logs.sign('build:42'));
const address = await app.listen({ port: Number(process.env.PORT ?? 8080), host: '127.0.0.1' });
logs.attach(app.server);
console.log(`Fastify is at ${address}/`);

const log = logs.writer('build:42');
for (let step = 1; ; step += 1) {
  await log.write(`step ${step}\n`);
  await setTimeout(1_000);
}
