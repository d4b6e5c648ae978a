// S11: what an ended log takes on disk, compared with its text.
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { open } from 'lmdb';
import { lineTexts } from '../lines.mjs';
import { openServer } from '../server/load.mjs';
import { round } from '../stats.mjs';
import { idle } from './idle.mjs';

/** Logs that are written one after the other. */
const LOGS = 10;
/** Lines in one request. */
const BATCH = 10_000;
const TABLES = ['logs', 'blocks', 'pages', 'groups', 'swept', 'info'];

/** Bytes of text. @param {number} port @param {string} channel @param {string} topic @param {number} lines */
async function writeLog(port, channel, topic, lines) {
  let bytes = 0;
  for (let from = 1; from <= lines; from += BATCH) {
    const texts = lineTexts(from, Math.min(lines, from + BATCH - 1));
    const body = `${texts.join('\n')}\n`;
    bytes += Buffer.byteLength(body) - texts.length;
    const end = from + BATCH > lines ? '?end=0' : '';
    const headers = { authorization: `Bearer ${topic}` };
    const response = await fetch(`http://127.0.0.1:${port}/log-stream/topics/${channel}${end}`, { method: 'POST', body, headers });
    if (!response.ok) throw new Error(`An append was answered with ${response.status}.`);
  }
  return bytes;
}

/** Bytes of the pages of a closed environment that hold something. @param {string} dir */
async function bytesInUse(dir) {
  const root = open({ path: dir, noSubdir: false, readOnly: true });
  /** @typedef {{ pageSize: number, treeBranchPageCount: number, treeLeafPageCount: number, overflowPages: number }} Tree */
  const bytes = (/** @type {Tree} */ { pageSize, treeBranchPageCount, treeLeafPageCount, overflowPages }) =>
    pageSize * (treeBranchPageCount + treeLeafPageCount + overflowPages);
  const trees = TABLES.map((name) => /** @type {Tree} */ (root.openDB({ name, encoding: 'binary' }).getStats()));
  const { free, ...main } = /** @type {Tree & { free: Tree }} */ (root.getStats());
  await root.close();
  return [main, free, ...trees].reduce((sum, tree) => sum + bytes(tree), 0);
}

/** @param {import('../load.bench.mjs').Conditions} conditions @returns {AsyncGenerator<import('../../scripts/bench.mjs').Row>} */
export async function* disk({ quick, folder }) {
  const lines = quick ? 50_000 : 500_000;
  const dir = await folder();
  const server = await openServer('ours', `lmdb:${dir}`);
  const channels = Array.from({ length: LOGS }, (_, log) => `disk:${log}`);
  const { topics } = await server.sign(channels);
  let text = 0;
  const began = performance.now();
  for (const [log, channel] of channels.entries()) text += await writeLog(server.port, channel, topics[log] ?? '', lines);
  const seconds = (performance.now() - began) / 1_000;
  await idle(server);
  const waited = (performance.now() - began) / 1_000 - seconds;
  await server.close();
  const { size } = await stat(join(dir, 'data.mdb'));
  const written = `${LOGS} logs of ${lines} lines, ${round(text / 1e6)} MB of text in ${round(seconds)} s, idle after ${round(waited)} s more`;
  yield {
    id: 'S11',
    what: `pages in use by ${LOGS} ended logs, bytes for each byte of text`,
    ours: Math.round((1_000 * (await bytesInUse(dir))) / text) / 1_000,
    bar: 0.25,
    unit: '',
    against: written,
  };
  yield {
    id: 'S11',
    what: 'size of the file then, bytes for each byte of text',
    ours: Math.round((1_000 * size) / text) / 1_000,
    bar: 0.35,
    unit: '',
    against: 'the logs were written one after the other, without a pause',
  };
}
