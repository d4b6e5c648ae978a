// `node bench/processes.mjs`: one log, followed by 300 viewers spread over one, two and three servers with one Redis.
// The figures of "One process or three" in docs/operating.md. Needs a build and redis-server 7 or newer.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createClient } from 'redis';
import { freePort } from './load/programs.mjs';
import { openServer, openViewers } from './server/load.mjs';

const VIEWERS = 300;
const LINES = 20_000;
const EACH = 50;

/** What Redis has done so far: the number of commands, and CPU time, s. @param {{ info(section: string): Promise<unknown> }} client */
async function effort(client) {
  const info = String(await client.info('everything'));
  const field = (/** @type {string} */ name) => Number(new RegExp(`^${name}:([0-9.]+)`, 'm').exec(info)?.[1] ?? 0);
  return { commands: field('total_commands_processed'), seconds: field('used_cpu_user') + field('used_cpu_sys') };
}

/** @param {number} processes @param {string} url @param {{ info(section: string): Promise<unknown> }} client */
async function measure(processes, url, client) {
  const servers = await Promise.all(Array.from({ length: processes }, () => openServer('ours', url)));
  const channel = `bench:${processes}`;
  const { topics } = await (servers[0]?.sign([channel]) ?? { topics: [] });
  const audiences = await Promise.all(servers.map(({ port }) => openViewers(port, VIEWERS / processes, topics, 1)));
  const target = `http://127.0.0.1:${servers[0]?.port}/log-stream/topics/${channel}?topic=${encodeURIComponent(topics[0] ?? '')}`;
  const body = `${'x'.repeat(99)}\n`.repeat(EACH);
  const cpu = async () => (await Promise.all(servers.map((server) => server.cpu()))).reduce((sum, { seconds }) => sum + seconds, 0);
  const given = async () => (await Promise.all(audiences.map((audience) => audience.lines()))).reduce((sum, { lines }) => sum + lines, 0);
  // The first line makes each server follow the log.
  await fetch(target, { method: 'POST', body: 'first\n' });
  const [seconds, store] = [await cpu(), await effort(client)];
  for (let sent = 0; sent < LINES; sent += EACH) {
    const response = await fetch(target, { method: 'POST', body });
    if (response.status !== 200) throw new Error(`An append was answered with ${response.status}.`);
    await response.arrayBuffer();
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  const until = performance.now() + 30_000;
  while ((await given()) < LINES * VIEWERS && performance.now() < until) await new Promise((resolve) => setTimeout(resolve, 100));
  const delivered = await given();
  const [spent, done] = [(await cpu()) - seconds, await effort(client)];
  for (const audience of audiences) await audience.close();
  for (const server of servers) await server.close();
  const appends = LINES / EACH;
  return { delivered, spent, commands: (done.commands - store.commands) / appends, redis: done.seconds - store.seconds };
}

const dir = await mkdtemp(join(tmpdir(), 'log-stream-processes-'));
const port = await freePort();
const redis = spawn('redis-server', ['--port', String(port), '--dir', dir, '--appendonly', 'yes', '--save', '', '--loglevel', 'warning'], {
  stdio: 'ignore',
});
const url = `redis://127.0.0.1:${port}`;
const client = createClient({ url });
client.on('error', () => undefined);
try {
  await client.connect();
  console.log(
    '| processes | lines delivered | CPU of all servers, s per million delivered | commands of Redis per append | CPU of Redis, s per million lines |',
  );
  console.log('|---|---|---|---|---|');
  for (const processes of [1, 2, 3]) {
    const { delivered, spent, commands, redis: store } = await measure(processes, url, client);
    console.log(
      `| ${processes} | ${delivered} of ${LINES * VIEWERS} | ${((spent * 1e6) / delivered).toFixed(2)} | ${commands.toFixed(1)} | ${((store * 1e6) / LINES).toFixed(1)} |`,
    );
  }
} finally {
  await client.close().catch(() => undefined);
  redis.kill();
  await once(redis, 'exit');
  await rm(dir, { recursive: true, force: true });
}
