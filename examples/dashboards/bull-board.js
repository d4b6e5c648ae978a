// bull-board: each job of BullMQ has a tab with its live log, which its worker writes. It needs Redis, and LOG_STREAM_SECRET.
import { setTimeout } from 'node:timers/promises';
import { createBullBoard } from '@bull-board/api';
import { BullMQAdapter } from '@bull-board/api/bullMQAdapter';
import { ExpressAdapter } from '@bull-board/express';
import { Queue, Worker } from 'bullmq';
import ejs from 'ejs';
import express from 'express';
import { logStreamOf } from 'log-stream/bullmq';
import { createLogServer, openStore } from 'log-stream/server';

const logs = createLogServer({ store: await openStore('memory:') });
const connection = { url: process.env.REDIS_URL ?? 'redis://127.0.0.1:6379' };
const queue = new Queue('emails', { connection });
const board = new ExpressAdapter().setBasePath('/board');
const externalJobUrl = (job) => ({ href: logStreamOf(job).href, displayText: 'Log' });
createBullBoard({ queues: [new BullMQAdapter(queue, { externalJobUrl })], serverAdapter: board });
const added = '<script type="module" src="/log/live-log.js"></script></head>';
const draw = async (file, values) => (await ejs.renderFile(file, values)).replace('</head>', added);
board.getRouter().engine('ejs', (file, values, done) => void draw(file, values).then((page) => done(null, page), done));

const app = express().use('/board', board.getRouter()).use('/log', express.static('bull-board'));
const server = app.listen(Number(process.env.PORT ?? 8080), '127.0.0.1', () => {
  console.log(`The board is at http://127.0.0.1:${server.address().port}/board/queue/emails`);
});
logs.attach(server);

const send = async (job) => {
  const log = logs.writer(logStreamOf(job).channel);
  for (let step = 1; step <= 600; step += 1) await log.write(`step ${step}\n`).then(() => setTimeout(1_000));
  await log.end(0);
};
new Worker(queue.name, send, { connection });
await queue.add('newsletter', {});
