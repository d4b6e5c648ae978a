// S3: a whole log read in ranges, compared with the same bytes as static files.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { Agent, get } from 'node:http';
import { join } from 'node:path';
import { lineTexts } from '../lines.mjs';
import { openServer } from '../server/load.mjs';
import { median, round, summary } from '../stats.mjs';
import { freePort } from './programs.mjs';

const RANGE = 1_000;
/** Concurrent requests, as many as the worker makes. */
const PARALLEL = 4;
const PROGRAM = ['/usr/sbin/nginx', '/usr/bin/nginx'].find((path) => existsSync(path));

/** @param {Agent} agent @param {number} port @param {string} path @param {string} [topic] @returns {Promise<Buffer>} */
const fetchBody = (agent, port, path, topic) =>
  new Promise((resolve, reject) => {
    const headers = topic === undefined ? {} : { authorization: `Bearer ${topic}` };
    get({ host: '127.0.0.1', port, path, agent, headers }, (response) => {
      /** @type {Buffer[]} */
      const parts = [];
      response.on('data', (part) => parts.push(part)).on('end', () => resolve(Buffer.concat(parts)));
      if (response.statusCode !== 200) reject(new Error(`${path} was answered with ${response.statusCode}.`));
    }).on('error', reject);
  });

/** MB/s when reading all of `paths`. @param {number} port @param {readonly string[]} paths @param {string} [topic] */
async function throughput(port, paths, topic) {
  const agent = new Agent({ keepAlive: true, maxSockets: PARALLEL });
  const left = [...paths];
  let bytes = 0;
  const began = performance.now();
  await Promise.all(
    Array.from({ length: PARALLEL }, async () => {
      for (let path = left.pop(); path !== undefined; path = left.pop()) {
        const { length } = await fetchBody(agent, port, path, topic);
        bytes += length;
      }
    }),
  );
  const rate = bytes / 1e6 / ((performance.now() - began) / 1_000);
  agent.destroy();
  return rate;
}

/** @param {string} dir Where it finds `files` and may write. */
async function startNginx(dir) {
  if (PROGRAM === undefined) return undefined;
  const port = await freePort();
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((name) => `${name}_temp_path ${dir}/${name};`).join(' ');
  const config = `daemon off; pid ${dir}/pid; error_log stderr; user root; worker_processes 1; events {} http { ${temporary} access_log off; sendfile on; keepalive_requests 1000000; server { listen 127.0.0.1:${port}; root ${dir}/files; } }`;
  await writeFile(join(dir, 'nginx.conf'), config);
  const child = spawn(PROGRAM, ['-c', join(dir, 'nginx.conf'), '-p', dir], { stdio: 'inherit' });
  const agent = new Agent();
  while (!(await fetchBody(agent, port, '/0.json').then(Boolean, () => false))) await new Promise((resolve) => setTimeout(resolve, 50));
  agent.destroy();
  return {
    port,
    async end() {
      child.kill();
      await once(child, 'exit');
    },
  };
}

/** @param {import('../load.bench.mjs').Conditions} conditions @returns {AsyncGenerator<import('../../scripts/bench.mjs').Row>} */
export async function* history({ quick, folder }) {
  const lines = quick ? 100_000 : 1_000_000;
  const server = await openServer('ours', `lmdb:${await folder()}`);
  const { topics } = await server.sign(['history']);
  const topic = topics[0] ?? '';
  const url = '/log-stream/topics/history';
  let epoch = '';
  for (let from = 1; from <= lines; from += 10_000) {
    const body = `${lineTexts(from, from + 9_999).join('\n')}\n`;
    const response = await fetch(`http://127.0.0.1:${server.port}${url}`, {
      method: 'POST',
      body,
      headers: { authorization: `Bearer ${topic}` },
    });
    const { position } = /** @type {{ position: string }} */ (await response.json());
    epoch = position.split('-')[0] ?? '';
  }
  const ranges = Array.from({ length: lines / RANGE }, (_, at) => `${url}?epoch=${epoch}&after=${at * RANGE}&limit=${RANGE}`);
  const dir = await folder();
  await mkdir(join(dir, 'files'));
  const agent = new Agent({ keepAlive: true });
  for (const [at, path] of ranges.entries())
    await writeFile(join(dir, 'files', `${at}.json`), await fetchBody(agent, server.port, path, topic));
  agent.destroy();
  const nginx = await startNginx(dir);
  const [mine, still, shares] = [/** @type {number[]} */ ([]), /** @type {number[]} */ ([]), /** @type {number[]} */ ([])];
  const files = ranges.map((_, at) => `/${at}.json`);
  // Half a second each, alternately: the other load of the machine changes more slowly than that.
  for (let run = 0; run < (quick ? 3 : 15); run += 1) {
    const rate = await throughput(server.port, ranges, topic);
    mine.push(rate);
    if (nginx === undefined) continue;
    const limit = await throughput(nginx.port, files);
    still.push(limit);
    shares.push((100 * rate) / limit);
  }
  await nginx?.end();
  await server.close();
  yield {
    id: 'S3',
    what: `history of ${lines} lines in ranges of ${RANGE}, relative to static files`,
    ours: nginx === undefined ? NaN : round(median(shares)),
    spread: nginx === undefined ? '' : summary(shares),
    bar: 40,
    atLeast: true,
    unit: '%',
    against: `${summary(mine)} MB/s; ${nginx === undefined ? 'nginx is not installed' : `nginx ${summary(still)} MB/s`}`,
  };
}
