// S2b, S13: what durable appends over HTTP cost the server, compared with an older version and with marks switched off.
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { lineTexts } from '../lines.mjs';
import { openServer } from '../server/load.mjs';
import { median, round, summary } from '../stats.mjs';

const CHUNK = 64 * 1_024;
/** Lines that are made once and sent over and over. */
const MADE = 100_000;
/** The folder of the older version, which is compared with: commit a2cda23, checked out and built. */
const OLDER = process.env['LOG_STREAM_OLDER'] ?? '';

/** Sends a body in chunks, and waits until all of it is durable. @param {number} port @param {string} path @param {string} topic @param {Buffer} body @param {number} times */
async function send(port, path, topic, body, times) {
  const sending = request({ port, host: '127.0.0.1', method: 'POST', path, headers: { authorization: `Bearer ${topic}` } });
  const answer = once(sending, 'response');
  for (let time = 0; time < times; time += 1)
    for (let from = 0; from < body.length; from += CHUNK)
      if (!sending.write(body.subarray(from, from + CHUNK))) await once(sending, 'drain');
  sending.end();
  const [response] = await answer;
  if (response.statusCode !== 200) throw new Error(`An append was answered with ${response.statusCode}.`);
  await once(response.resume(), 'end');
}

/** Appends lines to an empty store. @param {string} dir @param {Buffer} body @param {number} lines @param {{ query?: string, root?: string }} [version] */
async function run(dir, body, lines, { query = '', root } = {}) {
  const server = await openServer('ours', `lmdb:${dir}`, root);
  const { topics } = await server.sign(['bench']);
  const path = `/log-stream/topics/bench${query}`;
  await send(server.port, path, topics[0] ?? '', body, 1);
  const before = await server.cpu();
  const began = performance.now();
  await send(server.port, path, topics[0] ?? '', body, lines / MADE);
  const took = (performance.now() - began) / 1_000;
  const after = await server.cpu();
  await server.close();
  return { took, cpu: after.seconds - before.seconds, thread: (after.thread ?? 0) - (before.thread ?? 0) };
}

/** @param {import('../load.bench.mjs').Conditions} conditions @returns {AsyncGenerator<import('../../scripts/bench.mjs').Row>} */
export async function* appendCost({ quick, folder, wants }) {
  const lines = quick ? 2 * MADE : 10 * MADE;
  const rounds = quick ? 1 : 3;
  const body = Buffer.from(`${lineTexts(1, MADE).join('\n')}\n`);
  const hasOlder = OLDER !== '' && existsSync(join(OLDER, 'dist/lib/server/index.js'));
  if (wants('S2b') && !hasOlder) console.error('S2b is left out: name the folder of a built commit a2cda23 in LOG_STREAM_OLDER.');
  /** @type {Record<'now' | 'unmarked' | 'older', { took: number, cpu: number, thread: number }[]>} */
  const runs = { now: [], unmarked: [], older: [] };
  for (let round = 0; round < rounds; round += 1) {
    runs.now.push(await run(await folder(), body, lines));
    if (wants('S13')) runs.unmarked.push(await run(await folder(), body, lines, { query: '?marks=0' }));
    if (wants('S2b') && hasOlder) runs.older.push(await run(await folder(), body, lines, { root: pathToFileURL(`${OLDER}/`).href }));
  }
  const cpu = (/** @type {keyof typeof runs} */ kind) => runs[kind].map((each) => each.cpu);
  const thread = (/** @type {keyof typeof runs} */ kind) => runs[kind].map((each) => each.thread);
  const took = (/** @type {keyof typeof runs} */ kind) => runs[kind].map((each) => each.took);
  if (runs.older.length > 0) {
    yield {
      id: 'S2b',
      what: `durable append of ${lines.toLocaleString('en-US')} lines over HTTP in chunks of 64 KB: processor time, relative to a2cda23`,
      ours: round(median(cpu('now')) / median(cpu('older'))),
      bar: 0.4,
      unit: '×',
      against: `${summary(cpu('now'))} s, sealing included; a2cda23, which seals nothing, ${summary(cpu('older'))} s`,
    };
    yield {
      id: 'S2b',
      what: 'the same: processor time of the thread that serves',
      ours: round(median(thread('now')) / median(thread('older'))),
      bar: 0.4,
      unit: '×',
      against: `${summary(thread('now'))} s; a2cda23 ${summary(thread('older'))} s`,
    };
  }
  if (runs.unmarked.length > 0)
    yield {
      id: 'S13',
      what: 'the same with marks, relative to without: time',
      ours: round(median(took('now')) / median(took('unmarked'))),
      bar: 1.3,
      unit: '×',
      against: `${summary(took('now'))} s and ${summary(took('unmarked'))} s; processor time ${summary(cpu('now'))} and ${summary(cpu('unmarked'))} s`,
    };
}
