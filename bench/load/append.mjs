// S2: durable appends, compared with the bare stores.
import { Agent, request } from 'node:http';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { open } from 'lmdb';
import { createClient } from 'redis';
import { openServer } from '../server/load.mjs';
import { median, round, summary } from '../stats.mjs';
import { freePort } from './programs.mjs';

const LINE = `${'2026-01-01T00:00:00Z INFO compiled module in 12 ms'.padEnd(99, ' .')}\n`;
/** Lines in a body of 64 KiB. */
const EACH = Math.floor(65_536 / LINE.length);
const BODY = LINE.repeat(EACH);
const LINES = BODY.trimEnd().split('\n');

/** Lines a second through `append`, called with its number by each of `producers` producers, one call after the other. @param {number} producers @param {number} bodies @param {(producer: number) => Promise<unknown>} append */
async function rate(producers, bodies, append) {
  await append(0);
  const began = performance.now();
  const share = Math.ceil(bodies / producers);
  await Promise.all(
    Array.from({ length: producers }, async (_, producer) => {
      for (let sent = 0; sent < share; sent += 1) await append(producer);
    }),
  );
  return (share * producers * EACH) / ((performance.now() - began) / 1_000);
}

/** @param {string} store @param {number} producers @param {number} bodies */
async function ours(store, producers, bodies) {
  const server = await openServer('ours', store);
  const agent = new Agent({ keepAlive: true });
  const channels = Array.from({ length: producers }, (_, producer) => `bench:${process.hrtime.bigint()}:${producer}`);
  const { topics } = await server.sign(channels);
  const append = (/** @type {number} */ producer) =>
    new Promise((resolve, reject) => {
      const path = `/log-stream/topics/${channels[producer]}`;
      const headers = { authorization: `Bearer ${topics[producer]}`, 'content-length': BODY.length };
      request({ port: server.port, host: '127.0.0.1', method: 'POST', path, headers, agent }, (response) => {
        if (response.statusCode !== 200) reject(new Error(`An append was answered with ${response.statusCode}.`));
        response.resume().on('end', resolve);
      })
        .on('error', reject)
        .end(BODY);
    });
  const lines = await rate(producers, bodies, append);
  agent.destroy();
  await server.close();
  return lines;
}

/** One record for each line and one transaction for each body, which is awaited until it is on disk. @param {string} dir @param {number} producers @param {number} bodies */
async function bareLmdb(dir, producers, bodies) {
  const root = open({ path: dir, compression: false });
  const table = root.openDB({ name: 'lines', encoding: 'binary' });
  const records = LINES.map((line) => Buffer.from(line));
  const heads = Array.from({ length: producers }, () => 0);
  const lines = await rate(producers, bodies, async (producer) => {
    await root.transaction(() => {
      for (const record of records) void table.put([producer, (heads[producer] = (heads[producer] ?? 0) + 1)], record);
    });
    await root.flushed;
  });
  await root.close();
  return lines;
}

/** One `XADD` for each line, those of a body in one pipeline. @param {string} url @param {number} producers @param {number} bodies */
async function bareRedis(url, producers, bodies) {
  const client = await createClient({ url }).connect();
  const lines = await rate(producers, bodies, (producer) =>
    Promise.all(LINES.map((line) => client.sendCommand(['XADD', `bare:${producer}`, '*', 'line', line]))),
  );
  await client.close();
  return lines;
}

/** @param {string} dir */
async function startRedis(dir) {
  const port = await freePort();
  const options = ['--port', `${port}`, '--bind', '127.0.0.1', '--dir', dir, '--save', '', '--appendonly', 'yes'];
  const child = spawn(process.env['REDIS_SERVER_PATH'] ?? 'redis-server', options, { stdio: ['ignore', 'pipe', 'inherit'] });
  await new Promise((resolve, reject) => {
    child.once('error', reject);
    child.stdout.on('data', (data) => String(data).includes('Ready to accept') && resolve(undefined));
  });
  return {
    url: `redis://127.0.0.1:${port}`,
    async end() {
      child.kill();
      await once(child, 'exit');
    },
  };
}

/** @param {import('../load.bench.mjs').Conditions} conditions @returns {AsyncGenerator<import('../../scripts/bench.mjs').Row>} */
export async function* appends({ quick, folder }) {
  const bodies = quick ? 100 : 500;
  const redis = await startRedis(await folder());
  const stores = [
    {
      name: 'LMDB',
      ours: async (/** @type {number} */ producers) => ours(`lmdb:${await folder()}`, producers, bodies),
      bare: async (/** @type {number} */ producers) => bareLmdb(await folder(), producers, bodies),
    },
    {
      name: 'Redis',
      ours: (/** @type {number} */ producers) => ours(redis.url, producers, bodies),
      bare: (/** @type {number} */ producers) => bareRedis(redis.url, producers, bodies),
    },
  ];
  for (const store of stores) {
    for (const producers of [1, 50]) {
      const [mine, bare] = [/** @type {number[]} */ ([]), /** @type {number[]} */ ([])];
      for (let run = 0; run < (quick ? 1 : 3); run += 1) {
        mine.push(await store.ours(producers));
        bare.push(await store.bare(producers));
      }
      yield {
        id: 'S2',
        what: `durable appends to ${store.name}, ${producers} at a time, relative to the bare store`,
        ours: round((100 * median(mine)) / median(bare)),
        bar: 50,
        atLeast: true,
        unit: '%',
        against: `${summary(mine)} lines/s; bare ${summary(bare)}`,
      };
    }
  }
  await redis.end();
}
