import { mkdtemp, rm } from 'node:fs/promises';
import { Agent } from 'node:http';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest';
import { LmdbStore } from '../../../src/server/stores/lmdb/lmdb-store.ts';
import { parseMetrics, valueOf } from '../metrics/prometheus.ts';
import { appendText, ask, startServer, type HttpTestServer } from './support.ts';

let dir: string;
let store: LmdbStore;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'log-stream-lmdb-'));
  store = await LmdbStore.open({ dir });
});
afterAll(async () => {
  await store.close();
  await rm(dir, { recursive: true, force: true });
});

const PAGES = 4;

/** Asks for a page several times over a connection on which a log is followed: they are made, but wait until that log ends. */
async function askBehindFollower(
  server: HttpTestServer,
  followed: string,
  channel: string,
  lines: number,
  coding: string,
): Promise<Socket> {
  const delivered = () => valueOf(parseMetrics(server.logs.metrics()), 'log_stream_delivered_lines_total', { transport: 'json' }) ?? 0;
  const before = delivered();
  const socket = connect(server.port, '127.0.0.1');
  onTestFinished(() => void socket.destroy());
  const paths = [server.path(followed, 'follow=1'), ...Array.from({ length: PAGES }, () => server.path(channel))];
  for (const [at, path] of paths.entries())
    socket.write(
      `GET ${path} HTTP/1.1\r\nHost: localhost\r\nAccept-Encoding: ${coding}\r\nConnection: ${at === PAGES ? 'close' : 'keep-alive'}\r\n\r\n`,
    );
  await expect.poll(delivered).toBe(before + PAGES * lines);
  return socket;
}

/** How often a page is in what arrives until the connection ends. */
async function occurrences(socket: Socket, page: Buffer): Promise<number> {
  let received = Buffer.alloc(0);
  for await (const chunk of socket) received = Buffer.concat([received, chunk as Buffer]);
  let count = 0;
  for (let at = received.indexOf(page); at !== -1; at = received.indexOf(page, at + page.length)) count += 1;
  return count;
}

it.each([
  // Fewer than a range, which would be sealed.
  { kind: 'of lines', lines: 900, coding: 'identity' },
  { kind: 'sealed', lines: 1_000, coding: 'gzip' },
])('Memory of an answer $kind that was not sent yet is in no other one, also when its reader leaves', async ({ kind, lines, coding }) => {
  const headers = { 'accept-encoding': coding };
  const server = await startServer({ store });
  const pages = new Map<string, Buffer>();
  const [a = '', b = '', c = '', d = '', followed = ''] = ['a', 'b', 'c', 'd', 'followed'].map((name) => `${kind.length}:${name}`);
  for (const channel of [a, b, c, d]) {
    await appendText(server, channel, `${channel.repeat(30)}\n`.repeat(lines));
    if (kind === 'sealed') await expect.poll(() => store.readSealed(channel, 0)).toBeDefined();
    pages.set(channel, (await ask(server, server.path(channel), { headers })).body);
  }
  const pageOf = (channel: string) => pages.get(channel) ?? Buffer.alloc(0);
  // On connections that are kept, as memory is only taken back while the reader is there.
  const agent = new Agent({ keepAlive: true });
  onTestFinished(() => agent.destroy());
  const readOthers = async () => {
    for (let round = 0; round < 10; round += 1) {
      for (const channel of [c, d, b]) {
        const answers = await Promise.all([1, 2, 3, 4].map(() => ask(server, server.path(channel), { agent, headers })));
        for (const { body } of answers) expect(body.equals(pageOf(channel))).toBe(true);
      }
    }
  };
  await readOthers();
  const waiting = await askBehindFollower(server, followed, a, lines, coding);
  const leaving = await askBehindFollower(server, followed, b, lines, coding);
  await readOthers();
  leaving.destroy();
  await readOthers();
  const found = occurrences(waiting, pageOf(a));
  await appendText(server, followed, 'the end\n', 'end=0');
  expect(await found).toBe(PAGES);
});
