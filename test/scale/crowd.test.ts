import { mkdtemp, rm } from 'node:fs/promises';
import type { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { LmdbStore } from '../../src/server/stores/lmdb/lmdb-store.ts';
import { startServer, type TestServer } from '../support/server.ts';
import { RawViewer } from './raw-viewer.ts';

const LOGS = 40;
/** Logs that are appended to as fast as it is acknowledged; the others get a line now and then. */
const FLOODED = 2;
const VIEWERS = 5;
/** Lines of one body of the flood: about 64 kB. */
const EACH = 640;

const SOCKET_BUFFER = 64 * 1_024;
const RING = 512 * 1_024;
const ALL_RINGS = 768 * 1_024;
/** More than the largest frame: 64 kB of text, and what stands around each line. */
const FRAME = 128 * 1_024;
/** Bodies by which a log runs away from a viewer: more than its ring holds. */
const RUNAWAY = 3 * Math.ceil(RING / (EACH * 100));
/** Far more than the system takes of a socket that is not read. */
const MOST_BODIES = 1_500;

const textOf = (log: string) => (offset: number) => `${log} line ${offset} `.padEnd(100, `${offset % 7}`);

/** One log, what it has, and who looks at it. The last viewer reads nothing for as long as the flood lasts. */
class Watched {
  head = 0;
  readonly viewers: RawViewer[] = [];
  readonly channel: string;
  readonly #server: TestServer;

  constructor(server: TestServer, channel: string) {
    this.#server = server;
    this.channel = channel;
  }

  async open(): Promise<void> {
    for (let at = 0; at < VIEWERS; at += 1)
      this.viewers.push(await RawViewer.open(this.#server.endpoint, this.#server.sign(this.channel), textOf(this.channel)));
    this.viewers.at(-1)?.pause();
  }

  async append(count: number): Promise<void> {
    const body = Array.from({ length: count }, (_, at) => `${textOf(this.channel)(this.head + 1 + at)}\n`).join('');
    const response = await this.#request('POST', '', body);
    expect(response.status).toBe(200);
    this.head += count;
  }

  /** Gets what viewers were not sent, and tells how many lines of these there are; throws for a wrong one. */
  async fetchGaps(): Promise<number> {
    const holes = this.viewers.flatMap(({ gaps }) => gaps);
    let fetched = 0;
    for (const { after, to } of holes) {
      for (let at = after; at < to;) {
        const response = await this.#request('GET', `?after=${at}&limit=${Math.min(1_000, to - at)}`);
        const { lines } = (await response.json()) as { lines: [number, string][] };
        expect(lines.map(([, text]) => text)).toEqual(lines.map((_line, index) => textOf(this.channel)(at + 1 + index)));
        expect(lines.length).toBeGreaterThan(0);
        at += lines.length;
        fetched += lines.length;
      }
    }
    return fetched;
  }

  #request(method: string, query: string, body?: string): Promise<Response> {
    const authorization = `Bearer ${this.#server.sign(this.channel, { write: true })}`;
    return fetch(`${this.#server.url}/topics/${this.channel}${query}`, { method, headers: { authorization }, ...(body && { body }) });
  }
}

it('gives everybody every line of many logs beside a flood and viewers that read nothing, and holds no more than it may', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'log-stream-crowd-'));
  onTestFinished(() => rm(dir, { recursive: true, force: true }));
  const store = await LmdbStore.open({ dir });
  onTestFinished(() => store.close());
  const hour = 3_600_000;
  const limits = { socketBuffer: SOCKET_BUFFER, ringBytes: RING, totalRingBytes: ALL_RINGS, stall: hour };
  // Whoever reads nothing does not answer either: how long that is forgiven is another test's matter.
  const server = await startServer({ store, heartbeat: hour, limits });
  const sockets = new Set<Socket>();
  server.server.on('connection', (socket) => sockets.add(socket));
  const logs = Array.from({ length: LOGS }, (_, at) => new Watched(server, `run/${at + 1}`));
  onTestFinished(() => logs.forEach(({ viewers }) => viewers.forEach((viewer) => viewer.close())));
  await Promise.all(logs.map((log) => log.open()));
  const flooded = logs.slice(0, FLOODED);
  const quiet = logs.slice(FLOODED);

  let mostQueued = 0;
  let mostInRings = 0;
  const full = (): number => {
    const queued = [...sockets].map(({ writableLength }) => writableLength);
    mostQueued = Math.max(mostQueued, ...queued);
    mostInRings = Math.max(mostInRings, Number(/^log_stream_ring_bytes (\d+)$/mu.exec(server.logs.metrics())?.[1]));
    return queued.filter((bytes) => bytes >= SOCKET_BUFFER).length;
  };
  let left = RUNAWAY;
  for (let round = 0; left > 0 && round < MOST_BODIES; round += 1) {
    // The flood goes on until the system takes no more for those who do not read, and then until it is out of their reach.
    await Promise.all([...flooded.map((log) => log.append(EACH)), quiet[round % quiet.length]?.append(1)]);
    if (full() >= FLOODED) left -= 1;
  }
  expect(left).toBe(0);
  for (const log of quiet) await log.append(1);
  for (const { viewers } of logs) viewers.at(-1)?.resume();

  for (const { channel, head, viewers } of logs) {
    await expect.poll(() => viewers.map(({ position, fault }) => fault ?? position), { message: channel }).toEqual(viewers.map(() => head));
  }
  for (const log of logs) {
    const skipped = log.viewers.flatMap(({ gaps }) => gaps).reduce((sum, { after, to }) => sum + to - after, 0);
    expect(await log.fetchGaps()).toBe(skipped);
    // What came and what was fetched is all there is, for every viewer.
    for (const { count, gaps } of log.viewers) expect(gaps.reduce((sum, { after, to }) => sum + to - after, count)).toBe(log.head);
  }
  for (const { viewers } of flooded) expect(viewers.at(-1)?.gaps.length).toBeGreaterThan(0);
  // Those of quiet logs lack nothing, whether they read or not.
  expect(quiet.flatMap(({ viewers }) => viewers.flatMap(({ gaps }) => gaps))).toEqual([]);
  expect(mostInRings).toBeGreaterThan(RING);
  expect(mostInRings).toBeLessThanOrEqual(ALL_RINGS);
  expect(mostQueued).toBeLessThanOrEqual(SOCKET_BUFFER + FRAME);
  expect(server.logs.stats().sockets).toBe(LOGS * VIEWERS);
});
