// P10, the server's half: a rare word in a whole log, over HTTP, compared with zgrep of the same bytes; what it costs in memory, and what it
// does to another log that is followed meanwhile.
import { execFileSync } from 'node:child_process';
import { open, readFile, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { lineText } from '../lines.mjs';
import { openServer } from '../server/load.mjs';
import { median, percentile, round, summary } from '../stats.mjs';

const WORD = 'xylophone';
const BATCH = 10_000;
/** Lines a second of the log beside it. */
const LIVE_RATE = 200;

/** A line in a hundred thousand has the word. @param {number} n */
const textOf = (n) => (n % 100_000 === 7 ? `${lineText(n)} ${WORD}` : lineText(n));

/** Appends the log, and writes the same bytes to a file. @param {string} url @param {string} topic @param {string} file @param {number} lines */
async function fill(url, topic, file, lines) {
  const output = await open(file, 'w');
  for (let from = 1; from <= lines; from += BATCH) {
    const body = `${Array.from({ length: BATCH }, (_, at) => textOf(from + at)).join('\n')}\n`;
    await output.write(body);
    const { status } = await fetch(url, { method: 'POST', body, headers: { authorization: `Bearer ${topic}` } });
    if (status !== 200) throw new Error(`An append was answered with ${status}.`);
  }
  await output.close();
}

/** How long a search takes, ms. @param {string} url @param {string} topic @param {number} expected */
async function search(url, topic, expected) {
  const began = performance.now();
  const response = await fetch(`${url}?q=${WORD}`, { headers: { authorization: `Bearer ${topic}` } });
  const text = await response.text();
  const { found } = /** @type {{ found?: number }} */ (JSON.parse(text.trimEnd().split('\n').at(-1) ?? ''));
  if (found !== expected) throw new Error(`The search found ${String(found)} lines instead of ${expected}.`);
  return performance.now() - began;
}

/** How long a program takes, ms. @param {string} program @param {string} file */
function grep(program, file) {
  const began = performance.now();
  execFileSync(program, ['-cF', WORD, file]);
  return performance.now() - began;
}

/** Times from writing a line to reading it as a follower, ms, while `work` runs. @param {string} url @param {string} topic @param {() => Promise<void>} work */
async function liveTimes(url, topic, work) {
  const headers = { authorization: `Bearer ${topic}` };
  const producer = request(url, { method: 'POST', headers });
  producer.on('error', () => undefined);
  producer.flushHeaders();
  const stop = new AbortController();
  /** @type {number[]} */
  const times = [];
  const follower = await fetch(`${url}?follow=1`, { headers: { ...headers, accept: 'text/plain' }, signal: stop.signal });
  const reading = (async () => {
    let rest = '';
    for await (const chunk of follower.body ?? []) {
      const lines = (rest + Buffer.from(chunk).toString()).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) times.push(performance.now() - Number(line));
    }
  })().catch(() => undefined);
  const writing = setInterval(() => producer.write(`${performance.now()}\n`), 1_000 / LIVE_RATE);
  await pause(500);
  times.length = 0;
  await work();
  clearInterval(writing);
  producer.destroy();
  stop.abort();
  await reading;
  return times;
}

/** @param {import('../load.bench.mjs').Conditions} conditions @returns {AsyncGenerator<import('../../scripts/bench.mjs').Row>} */
export async function* searching({ quick, folder }) {
  const lines = quick ? 100_000 : 1_000_000;
  const dir = await folder();
  const file = join(dir, 'log.txt');
  const server = await openServer('ours', `lmdb:${await folder()}`);
  const channels = ['searched', 'idle', 'beside'];
  const topics = (await server.sign(channels)).topics;
  const [topic = '', idleTopic = '', besideTopic = ''] = topics;
  const [log, idle, beside] = channels.map((channel) => `http://127.0.0.1:${server.port}/log-stream/topics/${channel}`);
  if (log === undefined || idle === undefined || beside === undefined) throw new Error('There is no log.');
  await fill(log, topic, file, lines);
  await writeFile(`${file}.gz`, gzipSync(await readFile(file)));
  const url = log.replace('/topics/', '/search/');
  const before = await server.memory();
  const [times, peer, ratios] = [/** @type {number[]} */ ([]), /** @type {number[]} */ ([]), /** @type {number[]} */ ([])];
  let most = before.rss;
  for (let run = 0; run < (quick ? 3 : 9); run += 1) {
    const time = await search(url, topic, lines / 100_000);
    most = Math.max(most, (await server.memory()).rss);
    const its = grep('zgrep', `${file}.gz`);
    times.push(time);
    peer.push(its);
    ratios.push((time - 100) / its);
  }
  const plain = grep('grep', file);
  const alone = await liveTimes(idle, idleTopic, () => pause(quick ? 1_000 : 5_000));
  const besideSearch = await liveTimes(beside, besideTopic, async () => {
    for (let run = 0; run < (quick ? 2 : 5); run += 1) await search(url, topic, lines / 100_000);
  });
  await server.close();
  yield {
    id: 'P10',
    what: `a rare word in ${lines} lines over HTTP, less 100 ms, relative to zgrep -cF of the same bytes`,
    ours: round(median(ratios)),
    spread: summary(ratios),
    bar: 1.5,
    unit: '×',
    against: `${summary(times)} ms; zgrep ${summary(peer)} ms, grep of the plain text ${round(plain)} ms`,
  };
  yield {
    id: 'P10',
    what: 'memory of the server that its searches took',
    ours: round((most - before.rss) / 1e6),
    bar: 60,
    unit: 'MB',
    against: `${round(before.rss / 1e6)} MB before`,
  };
  const [quiet, busy] = [percentile(alone, 0.99), percentile(besideSearch, 0.99)];
  yield {
    id: 'P10',
    what: 'p99 from writing a line of another log to its follower, beside a search, relative to none',
    ours: round(busy / quiet),
    bar: 1.3,
    unit: '×',
    against: `${round(busy)} ms; ${round(quiet)} ms without a search`,
  };
}
