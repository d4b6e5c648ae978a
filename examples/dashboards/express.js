// Express with the defaults of Helmet: its Content Security Policy needs no exception for the element.
import { randomBytes } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import express from 'express';
import helmet from 'helmet';
import { createLogServer, openStore } from 'log-stream/server';

const secrets = process.env.LOG_STREAM_SECRET ?? randomBytes(32);
const logs = createLogServer({ store: await openStore('memory:'), secrets });

const page = () => `<!doctype html>
<title>Build</title>
<script type="module" src="/log-stream/assets/log-stream.js"></script>
<log-stream topic="${logs.sign('build:42')}" refresh-url="/topic"></log-stream>`;

const app = express().use(helmet());
app.get('/', (_request, response) => void response.send(page()));
app.get('/topic', (_request, response) => void response.type('text').send(logs.sign('build:42')));
const server = app.listen(Number(process.env.PORT ?? 8080), '127.0.0.1', () => {
  console.log(`Express is at http://127.0.0.1:${server.address().port}/`);
});
logs.attach(server);

const log = logs.writer('build:42');
for (let step = 1; ; step += 1) {
  await log.write(`step ${step}\n`);
  await setTimeout(1_000);
}
