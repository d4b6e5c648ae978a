// `node bench/capacity.mjs [DIR]`: the figures of docs/operating.md, for this machine. Needs a build. Prints CPU time, not rates:
// it hardly depends on what else runs, and what one core can carry is its inverse. The store is created in DIR.
import { mkdtemp, rm } from 'node:fs/promises';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { openServer, openViewers } from './server/load.mjs';

const dir = await mkdtemp(join(process.argv[2] ?? tmpdir(), 'log-stream-capacity-'));
const LINE = `${'2026-01-01T00:00:00Z INFO compiled module in 12 ms'.padEnd(99, ' .')}\n`;

/** Appends bodies of `each` lines, one after the other. @param {number} port @param {string} topic @param {number} lines @param {number} each @param {number} [pause] ms */
async function append(port, topic, lines, each, pause = 0) {
  const url = `http://127.0.0.1:${port}/log-stream/topics/build?topic=${encodeURIComponent(topic)}`;
  const body = LINE.repeat(each);
  for (let sent = 0; sent < lines; sent += each) {
    const response = await fetch(url, { method: 'POST', body });
    if (response.status !== 200) throw new Error(`An append was answered with ${response.status}.`);
    await response.arrayBuffer();
    if (pause > 0) await new Promise((resolve) => setTimeout(resolve, pause));
  }
}

/** CPU time that `work` takes in the server, s. @param {Awaited<ReturnType<typeof openServer>>} server @param {() => Promise<unknown>} work */
async function cost(server, work) {
  const { seconds } = await server.cpu();
  await work();
  return (await server.cpu()).seconds - seconds;
}

/** @param {string} what @param {string} figure */
const tell = (what, figure) => console.log(`| ${what} | ${figure} |`);

try {
  console.log(`${cpus().length} × ${cpus()[0]?.model ?? 'unknown'}, Node ${process.version}\n\n| what | measured |\n|---|---|`);
  const server = await openServer('ours', `lmdb:${join(dir, 'store')}`);
  const [topic = ''] = (await server.sign(['build'])).topics;

  const appended = 500_000;
  const appending = await cost(server, () => append(server.port, topic, appended, 1_000));
  tell('append, 100 kB a request, each durable before its answer', `${((appending * 1e6) / appended).toFixed(1)} CPU s per million lines`);
  const requests = 5_000;
  const small = await cost(server, () => append(server.port, topic, requests, 1));
  tell('append, one line a request', `${((small / requests) * 1e3).toFixed(2)} CPU ms per request`);

  const url = `http://127.0.0.1:${server.port}/log-stream/topics/build?topic=${encodeURIComponent(topic)}`;
  const pages = 300;
  const reading = await cost(server, async () => {
    for (let page = 0; page < pages; page += 1) await (await fetch(`${url}&after=${page * 1_000}`)).arrayBuffer();
  });
  tell('history, pages of 1,000 lines', `${((reading / pages) * 1e3).toFixed(2)} CPU ms per page`);

  const viewers = 500;
  const audience = await openViewers(server.port, viewers, [topic], 1);
  const before = await audience.lines();
  const fanned = 20_000;
  const fanning = await cost(server, () => append(server.port, topic, fanned, 50, 5));
  await new Promise((resolve) => setTimeout(resolve, 2_000));
  const delivered = (await audience.lines()).lines - before.lines;
  tell(
    `fan-out, ${viewers} viewers, 50 lines at a time`,
    `${((fanning * 1e6) / (fanned * viewers)).toFixed(2)} CPU s per million lines delivered`,
  );
  if (delivered <= 0) throw new Error('No line was delivered.');
  const quiet = await cost(server, () => new Promise((resolve) => setTimeout(resolve, 15_000)));
  tell('idle sockets, heartbeats alone', `${((quiet / 15 / viewers) * 1e6).toFixed(0)} µs of CPU a second and socket`);
  await audience.close();
  await server.close();

  const idle = await openServer('ours');
  const empty = await idle.memory();
  const sockets = 5_000;
  const many = await openViewers(idle.port, sockets);
  const full = await idle.memory();
  tell('memory of the process, without viewers', `${(empty.rss / 1e6).toFixed(0)} MB resident`);
  tell(
    `memory of an idle socket, of ${sockets}`,
    `${((full.heap - empty.heap) / sockets / 1e3).toFixed(1)} kB of heap, ${((full.rss - empty.rss) / sockets / 1e3).toFixed(1)} kB resident`,
  );
  await many.close();
  await idle.close();
} finally {
  await rm(dir, { recursive: true, force: true });
}
