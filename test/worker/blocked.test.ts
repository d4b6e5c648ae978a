import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { PLATFORM, type Environment } from '../../src/worker/platform/environment.ts';
import type { LogLine } from '../../src/worker/api.ts';
import { HttpProxy, type Upgrades } from '../support/http-proxy.ts';
import { numbered, startServer, type TestServer } from '../support/server.ts';
import { openTab, startSharedWorker } from './support/platform.ts';

/** A clock that runs so many times as fast, and dice that always hurry. */
function hurried(factor: number): Partial<Environment> {
  return {
    now: () => performance.now() * factor,
    after: (delay, callback) => PLATFORM.after(delay / factor, callback),
    random: () => 0,
  };
}

interface Scene {
  readonly server: TestServer;
  readonly proxy: HttpProxy;
  readonly tab: ReturnType<typeof openTab>;
}

/** A tab whose server is behind a proxy. */
async function stage(upgrades: Upgrades, factor = 1): Promise<Scene> {
  const server = await startServer({ heartbeat: 200 });
  const proxy = await HttpProxy.listen(() => server.port, upgrades);
  onTestFinished(() => proxy.close());
  startSharedWorker({}, hurried(factor));
  return { server, proxy, tab: openTab(`http://127.0.0.1:${proxy.port}/log-stream`) };
}

/** Gathers every line, and fails at the first that is not the next one. */
function gather(log: { lines(): AsyncIterable<LogLine> }): { readonly texts: string[]; readonly over: Promise<void> } {
  const texts: string[] = [];
  const over = (async () => {
    for await (const { offset, text } of log.lines()) {
      expect(offset).toBe(texts.length + 1);
      texts.push(text);
    }
  })();
  over.catch(() => undefined);
  return { texts, over };
}

const patience = { timeout: 15_000 };

describe('behind a proxy that blocks WebSockets', () => {
  it.each([
    ['refuses them', 'refuse', 1],
    ['answers them with a page', 'html', 1],
    ['leaves them hanging', 'hang', 20],
    ['opens them and swallows what they say', 'swallow', 20],
  ] as const)('and %s, a log is followed over HTTP, each line once', async (_how, upgrades, factor) => {
    const { server, proxy, tab } = await stage(upgrades, factor);
    await server.append('run:1', numbered(1_500));
    const log = tab.open(server.sign('run:1'));
    const { texts, over } = gather(log);
    await vi.waitFor(() => expect(log.status.state).toBe('live'), patience);
    await vi.waitFor(() => expect(proxy.streams).toBe(1), patience);
    expect(await tab.connection.stats()).toMatchObject({ transport: 'shared-worker', delivery: 'http', topics: 1 });
    for (let at = 1_501; at <= 1_600; at += 10) await server.append('run:1', numbered(10, at));
    await vi.waitFor(() => expect(texts).toHaveLength(1_600), patience);
    await server.append('run:1', numbered(1, 1_601), 0);
    await over;
    expect(texts).toEqual(numbered(1_601));
    expect(log.status).toMatchObject({ state: 'ended', end: 0 });
    await vi.waitFor(() => expect(proxy.streams).toBe(0), patience);
  });

  it('and keeps interrupting streams, no line is lost or doubled', async () => {
    const { server, proxy, tab } = await stage('refuse', 5);
    const { texts, over } = gather(tab.open(server.sign('run:1')));
    for (let round = 0; round < 6; round += 1) {
      await vi.waitFor(() => expect(proxy.streams).toBe(1), patience);
      for (let part = 0; part < 5; part += 1) await server.append('run:1', numbered(50, round * 350 + part * 50 + 1));
      proxy.cut();
      await server.append('run:1', numbered(100, round * 350 + 251));
    }
    await server.append('run:1', numbered(1, 2_101), 0);
    await over;
    expect(texts).toEqual(numbered(2_101));
  });

  it('and holds streams back, a log is polled every few seconds', async () => {
    const { server, proxy, tab } = await stage('refuse', 20);
    proxy.buffering = true;
    const log = tab.open(server.sign('run:1'));
    const { texts } = gather(log);
    for (let at = 1; at <= 201; at += 50) {
      await server.append('run:1', numbered(50, at));
      await vi.waitFor(() => expect(texts).toHaveLength(at + 49), patience);
      expect(log.status.state).toBe('live');
    }
    expect(texts).toEqual(numbered(250));
  });

  it('three logs are streamed at a time, and the others are polled', async () => {
    const { server, proxy, tab } = await stage('refuse', 10);
    const names = Array.from({ length: 7 }, (_, index) => `run:${index}`);
    const gathered = names.map((name) => gather(tab.open(server.sign(name))));
    await vi.waitFor(() => expect(proxy.streams).toBe(3), patience);
    for (let round = 0; round < 3; round += 1) {
      for (const name of names) await server.append(name, numbered(20, round * 20 + 1));
      for (const { texts } of gathered) await vi.waitFor(() => expect(texts).toEqual(numbered((round + 1) * 20)), patience);
      expect(proxy.streams).toBe(3);
    }
    for (const name of names) await server.append(name, ['end'], 0);
    for (const { over } of gathered) await over;
    await vi.waitFor(() => expect(proxy.streams).toBe(0), patience);
  });

  it('the socket takes over when it gets through, and HTTP again when it no longer does', async () => {
    const { server, proxy, tab } = await stage('refuse');
    const log = tab.open(server.sign('run:1'));
    const { texts, over } = gather(log);
    for (let round = 0; round < 3; round += 1) {
      await vi.waitFor(() => expect(proxy.streams).toBe(1), patience);
      await server.append('run:1', numbered(20, round * 40 + 1));
      proxy.upgrades = 'pass';
      log.retry();
      await vi.waitFor(() => expect(server.logs.stats().sockets).toBe(1), patience);
      await vi.waitFor(() => expect(proxy.streams).toBe(0), patience);
      expect(await tab.connection.stats()).toMatchObject({ delivery: 'websocket', sockets: 1 });
      await server.append('run:1', numbered(20, round * 40 + 21));
      await vi.waitFor(() => expect(texts).toEqual(numbered(round * 40 + 40)), patience);
      proxy.upgrades = 'refuse';
      proxy.cut();
    }
    await server.append('run:1', numbered(1, 121), 0);
    await over;
    expect(texts).toEqual(numbered(121));
  });

  it('a topic that expires is renewed, and one that cannot be is denied', async () => {
    const { server, tab } = await stage('refuse');
    let renewals = 0;
    const renewed = tab.open(server.sign('run:1', { ttl: -5 }), {
      refresh: () => {
        renewals += 1;
        return Promise.resolve(server.sign('run:1'));
      },
    });
    const stuck = tab.open(server.sign('run:2', { ttl: -5 }));
    await server.append('run:1', numbered(3));
    const { texts } = gather(renewed);
    await vi.waitFor(() => expect(texts).toEqual(numbered(3)), patience);
    await vi.waitFor(() => expect(stuck.status.state).toBe('denied'), patience);
    expect(renewals).toBe(1);
  });

  it('a log that is removed and written again is shown again', async () => {
    const { server, proxy, tab } = await stage('refuse');
    const log = tab.open(server.sign('run:1'));
    await server.append('run:1', numbered(5));
    await vi.waitFor(() => expect(proxy.streams).toBe(1), patience);
    await vi.waitFor(() => expect(log.status.head).toBe(5), patience);
    const { epoch } = log.status;
    await server.store.remove('run:1');
    await vi.waitFor(() => expect(log.status).toMatchObject({ epoch: '', head: 0 }), patience);
    await server.append('run:1', numbered(2));
    await vi.waitFor(() => expect(log.status).toMatchObject({ head: 2, state: 'live' }), patience);
    expect(log.status.epoch).not.toBe(epoch);
  });
});

describe('a server that is down', () => {
  it('is not asked more often because there are two transports', async () => {
    const server = await startServer();
    const proxy = await HttpProxy.listen(() => 1, 'refuse');
    onTestFinished(() => proxy.close());
    const { env } = startSharedWorker({}, { ...hurried(100), random: () => 0.5 });
    const log = openTab(`http://127.0.0.1:${proxy.port}/log-stream`).open(server.sign('run:1'));
    const begun = performance.now();
    await vi.waitFor(() => expect(env.sockets.length).toBeGreaterThanOrEqual(12), patience);
    const minutes = ((performance.now() - begun) * 100) / 60_000;
    expect(env.requests.length).toBeGreaterThan(3);
    // As the ceilings double there are a few quick ones, then one each 15 seconds.
    expect(env.sockets.length).toBeLessThanOrEqual(6 + 5 * minutes);
    expect(env.requests.length).toBeLessThanOrEqual(6 + 5 * minutes);
    // The diagnosis is repeated at growing intervals: after 10 s, then doubling.
    const asked = env.requests.filter((url) => url.endsWith('/log-stream'));
    expect(asked.length).toBeGreaterThan(1);
    expect(asked.length).toBeLessThanOrEqual(5 + minutes / 2);
    expect(log.status.state).toBe('reconnecting');
  });
});
