import { describe, expect, it, onTestFinished, vi } from 'vitest';
import type { LogLine, ViewUpdate } from '../../src/worker/api.ts';
import type { ClientLog } from '../../src/worker/tab/client-log.ts';
import { numbered, openServer, startServer, type TestServer } from '../support/server.ts';
import { TcpProxy } from '../support/tcp-proxy.ts';
import { openTab, startSharedWorker } from './support/platform.ts';

/** A view that follows, and every line it received, in order. */
function follow(log: ClientLog, tail = 100): { offsets: number[]; texts: Map<number, string>; updates: ViewUpdate[] } {
  const offsets: number[] = [];
  const texts = new Map<number, string>();
  const updates: ViewUpdate[] = [];
  log
    .view((update) => {
      updates.push(update);
      for (const { from, lines } of update.runs) {
        for (const [at, [, text]] of lines.entries()) {
          offsets.push(from + at);
          texts.set(from + at, text);
        }
      }
    })
    .request([], tail);
  return { offsets, texts, updates };
}

async function read(lines: AsyncIterable<LogLine>): Promise<string[]> {
  const result: string[] = [];
  for await (const { text, offset } of lines) {
    expect(offset).toBe(result.length + 1);
    result.push(text);
  }
  return result;
}

const subscriptions = (server: TestServer): number => server.logs.stats().subscriptions;

describe('several tabs', () => {
  it('share one socket and one subscription, and all see the same lines', async () => {
    const server = await startServer();
    const { host, env } = startSharedWorker();
    const views = [1, 2, 3, 4, 5].map(() => follow(openTab(server.url).open(server.sign('run:1'))));
    await vi.waitFor(() => expect(host.tabs).toBe(5));
    for (let at = 1; at <= 30; at += 1) await server.append('run:1', numbered(1, at));
    for (const view of views) await vi.waitFor(() => expect(view.offsets).toEqual(numbered(30).map((_, at) => at + 1)));
    expect(server.logs.stats()).toMatchObject({ sockets: 1, subscriptions: 1 });
    expect(env.sockets).toHaveLength(1);
  });

  it('are shown the lines that the worker holds, without a request', async () => {
    const server = await startServer();
    await server.append('run:1', numbered(2_500));
    const { env } = startSharedWorker();
    const topic = server.sign('run:1');
    const first = follow(openTab(server.url).open(topic), 300);
    await vi.waitFor(() => expect(first.offsets).toHaveLength(300));
    const requests = env.requests.length;
    const tab = openTab(server.url);
    const second = follow(tab.open(topic), 300);
    await vi.waitFor(() => expect(second.offsets).toHaveLength(300));
    expect(env.requests).toHaveLength(requests);
    expect(await tab.connection.stats()).toMatchObject({
      transport: 'shared-worker',
      tabs: 2,
      sockets: 1,
      topics: 1,
      views: 2,
      connects: 1,
    });
  });

  it('end their subscriptions when they are closed, and the last one the socket', async () => {
    const server = await startServer();
    const { host, locks } = startSharedWorker();
    const [one, two] = [openTab(server.url), openTab(server.url)];
    follow(one.open(server.sign('run:1')));
    follow(two.open(server.sign('run:1')));
    follow(two.open(server.sign('run:2')));
    await vi.waitFor(() => expect(subscriptions(server)).toBe(2));
    two.connection.end();
    await vi.waitFor(() => expect(subscriptions(server)).toBe(1));
    one.connection.end();
    await vi.waitFor(() => expect(server.logs.stats().sockets).toBe(0), { timeout: 5_000 });
    expect(host.tabs).toBe(0);
    await vi.waitFor(() => expect(locks.held.size).toBe(0));
  });

  it('can each open a log of another endpoint in one worker', async () => {
    const [a, b] = [await startServer(), await startServer()];
    const { env } = startSharedWorker();
    await a.append('run:1', ['of a'], 0);
    await b.append('run:1', ['of b'], 0);
    const lines = await Promise.all([a, b].map((server) => read(openTab(server.url).open(server.sign('run:1')).lines())));
    expect(lines).toEqual([['of a'], ['of b']]);
    expect(env.sockets).toHaveLength(2);
  });
});

describe('the connection between a tab and its log', () => {
  it('may be cut repeatedly while lines arrive, and every line is read once and in order', async () => {
    const server = await startServer();
    const proxy = await TcpProxy.listen(() => server.port);
    onTestFinished(() => proxy.close());
    startSharedWorker({}, { random: () => 0 });
    const endpoint = `http://127.0.0.1:${proxy.port}/log-stream`;
    const logs = [openTab(endpoint), openTab(endpoint)].map((tab) => tab.open(server.sign('run:1')));
    const reading = logs.map((log) => read(log.lines()));
    for (let at = 0; at < 8; at += 1) {
      await vi.waitFor(() => expect(logs[0]!.status.state).toBe('live'), { timeout: 5_000 });
      await server.append('run:1', numbered(400, at * 700 + 1));
      proxy.cut();
      await server.append('run:1', numbered(300, at * 700 + 401), at === 7 ? 0 : undefined);
    }
    for (const lines of reading) expect(await lines).toEqual(numbered(5_600));
  });

  it('may lead to a server that restarts in mid-stream', async () => {
    let server = await openServer();
    const { store } = server;
    const proxy = await TcpProxy.listen(() => server.port);
    onTestFinished(async () => {
      await proxy.close();
      await server.close();
    });
    startSharedWorker({}, { random: () => 0 });
    const log = openTab(`http://127.0.0.1:${proxy.port}/log-stream`).open(server.sign('run:1'));
    const view = follow(log, 50);
    const reading = read(log.lines());
    await server.append('run:1', numbered(1_500));
    await vi.waitFor(() => expect(view.offsets.at(-1)).toBe(1_500));
    await server.logs.close({ retry: [0, 10] });
    server.server.closeAllConnections();
    await vi.waitFor(() => expect(log.status.state).toBe('reconnecting'));
    server = await openServer({ store });
    await server.append('run:1', numbered(700, 1_501), 0);
    expect(await reading).toEqual(numbered(2_200));
    await vi.waitFor(() => expect(view.texts.get(2_200)).toBe('line 2200'));
    expect(log.status).toMatchObject({ state: 'ended', end: 0, head: 2_200 });
  });
});
