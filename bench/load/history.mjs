// S3 and S3b: a whole log read in ranges, compared with the same bytes as static files.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { Agent, get } from 'node:http';
import { join } from 'node:path';
import { lineTexts } from '../lines.mjs';
import { openServer } from '../server/load.mjs';
import { median, round, summary } from '../stats.mjs';
import { idle } from './idle.mjs';
import { freePort } from './programs.mjs';

const RANGE = 1_000;
/** Concurrent requests, as many as the worker makes. */
const PARALLEL = 4;
const PROGRAM = ['/usr/sbin/nginx', '/usr/bin/nginx'].find((path) => existsSync(path));

/** What browsers send. */
const CODINGS = { 'accept-encoding': 'gzip, deflate, br, zstd' };
/** Of the kernel's counts of CPU time. */
const TICKS_PER_SECOND = 100;

/** @typedef {Record<string, string>} Headers */

/** @param {Agent} agent @param {number} port @param {string} path @param {Headers} headers @returns {Promise<Buffer>} */
const fetchBody = (agent, port, path, headers = {}) =>
  new Promise((resolve, reject) => {
    get({ host: '127.0.0.1', port, path, agent, headers }, (response) => {
      /** @type {Buffer[]} */
      const parts = [];
      response.on('data', (part) => parts.push(part)).on('end', () => resolve(Buffer.concat(parts)));
      if (response.statusCode !== 200) reject(new Error(`${path} was answered with ${response.statusCode}.`));
    }).on('error', reject);
  });

/** MB/s when reading all of `paths`. @param {number} port @param {readonly string[]} paths @param {Headers} [headers] */
async function throughput(port, paths, headers) {
  const agent = new Agent({ keepAlive: true, maxSockets: PARALLEL });
  const left = [...paths];
  let bytes = 0;
  const began = performance.now();
  await Promise.all(
    Array.from({ length: PARALLEL }, async () => {
      for (let path = left.pop(); path !== undefined; path = left.pop()) {
        const { length } = await fetchBody(agent, port, path, headers);
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
  const config = `daemon off; pid ${dir}/pid; error_log stderr; user root; worker_processes 1; events {} http { ${temporary} access_log off; sendfile on; gzip_static on; keepalive_requests 1000000; server { listen 127.0.0.1:${port}; root ${dir}/files; } }`;
  await writeFile(join(dir, 'nginx.conf'), config);
  const child = spawn(PROGRAM, ['-c', join(dir, 'nginx.conf'), '-p', dir], { stdio: 'inherit' });
  const agent = new Agent();
  while (!(await fetchBody(agent, port, '/0.json').then(Boolean, () => false))) await new Promise((resolve) => setTimeout(resolve, 50));
  agent.destroy();
  return {
    port,
    /** CPU seconds of its workers. */
    async seconds() {
      const workers = await readFile(`/proc/${child.pid}/task/${child.pid}/children`, 'utf8');
      const ticks = await Promise.all(workers.trim().split(' ').map(ticksOf));
      return ticks.reduce((sum, own) => sum + own, 0) / TICKS_PER_SECOND;
    },
    async end() {
      child.kill();
      await once(child, 'exit');
    },
  };
}

/** User and system time of a process. @param {string} pid */
async function ticksOf(pid) {
  const fields = (await readFile(`/proc/${pid}/stat`, 'utf8')).replace(/^.*\) /u, '').split(' ');
  return Number(fields[11]) + Number(fields[12]);
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
  await idle(server);
  const dir = await folder();
  await mkdir(join(dir, 'files'));
  const agent = new Agent({ keepAlive: true });
  const authorization = { authorization: `Bearer ${topic}` };
  for (const [at, path] of ranges.entries()) {
    await writeFile(join(dir, 'files', `${at}.json`), await fetchBody(agent, server.port, path, authorization));
    await writeFile(join(dir, 'files', `${at}.json.gz`), await fetchBody(agent, server.port, path, { ...authorization, ...CODINGS }));
  }
  agent.destroy();
  const nginx = await startNginx(dir);
  const [mine, still, shares] = [/** @type {number[]} */ ([]), /** @type {number[]} */ ([]), /** @type {number[]} */ ([])];
  const files = ranges.map((_, at) => `/${at}.json`);
  // Half a second each, alternately: the other load of the machine changes more slowly than that.
  for (let run = 0; run < (quick ? 3 : 15); run += 1) {
    const rate = await throughput(server.port, ranges, authorization);
    mine.push(rate);
    if (nginx === undefined) continue;
    const limit = await throughput(nginx.port, files);
    still.push(limit);
    shares.push((100 * rate) / limit);
  }
  // The kernel counts CPU time in hundredths of a second: enough requests for some tenths.
  const rounds = Math.ceil(3_000 / ranges.length);
  const costs = { ours: /** @type {number[]} */ ([]), nginx: /** @type {number[]} */ ([]) };
  for (let run = 0; run < (quick ? 3 : 9); run += 1) {
    /** ms of CPU for a page. @param {() => Promise<number>} seconds @param {number} port @param {readonly string[]} paths @param {Headers} headers */
    const cost = async (seconds, port, paths, headers) => {
      const before = await seconds();
      for (let round = 0; round < rounds; round += 1) await throughput(port, paths, headers);
      return (1_000 * ((await seconds()) - before)) / (rounds * paths.length);
    };
    costs.ours.push(await cost(async () => (await server.cpu()).seconds, server.port, ranges, { ...authorization, ...CODINGS }));
    if (nginx !== undefined) costs.nginx.push(await cost(() => nginx.seconds(), nginx.port, files, CODINGS));
  }
  await nginx?.end();
  await server.close();
  const times = costs.ours.map((own, run) => own / (costs.nginx[run] ?? Number.NaN));
  yield {
    id: 'S3b',
    what: `CPU of a sealed page of ${RANGE} lines, sent as gzip, relative to nginx with gzip_static`,
    ours: nginx === undefined ? Number.NaN : round(median(times)),
    spread: nginx === undefined ? '' : summary(times),
    bar: 2,
    unit: '×',
    against: `${summary(costs.ours)} ms; ${nginx === undefined ? 'nginx is not installed' : `nginx ${summary(costs.nginx)} ms`}`,
  };
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
