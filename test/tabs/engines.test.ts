import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { HttpProxy } from '../support/http-proxy.ts';
import { engines, type Engine, type EngineTab } from './engines.ts';
import { Site } from './site.ts';
import { expectedLines, patience } from './stage.ts';

/** Whether a browser says where a page is from when it opens a WebSocket. */
const SAYS_SITE: ReadonlySet<string> = new Set(['firefox', 'webkit']);

describe.each([...engines()])('tabs of %s', (name, start) => {
  let engine: Engine;
  let site: Site;
  let tabs: EngineTab[] = [];

  beforeAll(async () => {
    engine = await start();
  });
  afterAll(() => engine.close());
  beforeEach(async () => {
    site = await Site.start();
  });
  afterEach(async () => {
    for (const tab of tabs.splice(0)) await tab.close();
    await site.close();
  });

  async function open(channel: string, count: number, csp = ''): Promise<void> {
    for (let index = 0; index < count; index += 1) tabs.push(await engine.open(site.page(channel, { collect: true, csp })));
  }

  async function write(channel: string, from: number, to: number): Promise<void> {
    const writer = site.logs.writer(channel);
    for (let at = from; at <= to; at += 1) await writer.write(`line ${at}\n`);
    await writer.finish();
  }

  /** `lines()` of every tab gave exactly the first lines, and no other. */
  async function waitForLines(count: number): Promise<void> {
    for (const tab of tabs) await vi.waitFor(async () => expect(await tab.read('window.lines')).toEqual(expectedLines(count)), patience);
  }

  async function waitForStats(tab: EngineTab, expected: object): Promise<void> {
    await vi.waitFor(async () => expect(await tab.read('window.stats()')).toMatchObject(expected), patience);
  }

  it('show a log through a dev proxy that changes Host, over a WebSocket where the browser says Sec-Fetch-Site with it', async () => {
    const channel = 'engines:host';
    await write(channel, 1, 5);
    const proxy = await HttpProxy.listen(() => site.proxy.port, 'pass');
    onTestFinished(() => proxy.close());
    proxy.headers = (headers) => ({ ...headers, host: `127.0.0.1:${site.proxy.port}` });
    const url = new URL(site.page(channel, { collect: true }));
    url.port = String(proxy.port);
    tabs.push(await engine.open(url.href));
    await waitForLines(5);
    await waitForStats(tabs[0]!, { delivery: SAYS_SITE.has(name) ? 'websocket' : 'http' });
  });

  it('share one worker and one socket, and have the same lines, also after a cut', async () => {
    const channel = 'engines:share';
    await write(channel, 1, 1_200);
    await open(channel, 5);
    await waitForLines(1_200);
    for (const tab of tabs) await waitForStats(tab, { transport: 'shared-worker', tabs: 5, sockets: 1, topics: 1, connects: 1 });
    expect(site.logs.stats().sockets).toBe(1);
    site.proxy.cut();
    await write(channel, 1_201, 1_300);
    await site.logs.writer(channel).end(0);
    await waitForLines(1_300);
    for (const tab of tabs) {
      await vi.waitFor(
        async () => expect(await tab.read("document.querySelector('log-stream').getAttribute('state')")).toBe('ended'),
        patience,
      );
      expect(await tab.read('window.complete')).toBe(true);
    }
  });

  it('are noticed when they close, and the last takes the socket with it', async () => {
    await open('engines:close', 3);
    const [first, second, third] = tabs as [EngineTab, EngineTab, EngineTab];
    await waitForStats(first, { tabs: 3 });
    tabs = [first, second];
    await third.close();
    await waitForStats(first, { tabs: 2 });
    tabs = [];
    await first.close();
    await waitForStats(second, { tabs: 1, sockets: 1 });
    await second.close();
    await vi.waitFor(() => expect(site.logs.stats()).toMatchObject({ sockets: 0, subscriptions: 0 }), patience);
  });

  it('resume when they are reloaded, alone and beside others', async () => {
    const channel = 'engines:reload';
    await open(channel, 1);
    await write(channel, 1, 50);
    await tabs[0]!.reload();
    await write(channel, 51, 100);
    await waitForLines(100);
    await open(channel, 1);
    await tabs[0]!.reload();
    await write(channel, 101, 150);
    await waitForLines(150);
    for (const tab of tabs) await waitForStats(tab, { transport: 'shared-worker', tabs: 2, sockets: 1 });
    await vi.waitFor(() => expect(site.logs.stats()).toMatchObject({ sockets: 1, subscriptions: 1 }), patience);
  });

  it('go on exactly when they are left and come back to, kept or loaded anew', async () => {
    const channel = 'engines:back';
    await open(channel, 2);
    await write(channel, 1, 50);
    await waitForLines(50);
    await tabs[0]!.go(site.elsewhere);
    await waitForStats(tabs[1]!, { tabs: 1 });
    await write(channel, 51, 100);
    await tabs[0]!.back();
    await write(channel, 101, 150);
    await waitForLines(150);
    for (const tab of tabs) await waitForStats(tab, { transport: 'shared-worker', tabs: 2, sockets: 1 });
  });

  it('follow by themselves where a SharedWorker is not allowed, and say so', async () => {
    const channel = 'engines:fallback';
    await write(channel, 1, 10);
    await open(channel, 2, "worker-src 'none'");
    await waitForLines(10);
    for (const tab of tabs) {
      expect(await tab.read('window.transport()')).toBe('page');
      await waitForStats(tab, { transport: 'page', tabs: 1, sockets: 1 });
    }
    site.proxy.cut();
    await write(channel, 11, 20);
    await waitForLines(20);
    expect(site.logs.stats().sockets).toBe(2);
  });
});
