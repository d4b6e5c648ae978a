import type { Page } from 'puppeteer-core';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { HttpProxy } from '../support/http-proxy.ts';
import { shownState, stats } from './site.ts';
import { expectedRows, patience, Stage } from './stage.ts';

const stage = Stage.set();

/** A proxy in front of the site that lets no WebSockets through, and the address of a page behind it. */
async function proxied(channels: readonly string[]): Promise<{ proxy: HttpProxy; pages: string[] }> {
  const proxy = await HttpProxy.listen(() => stage.site.proxy.port);
  onTestFinished(() => proxy.close());
  const pages = channels.map((channel) => {
    const url = new URL(stage.site.page(channel, { collect: true }));
    url.port = String(proxy.port);
    return url.href;
  });
  return { proxy, pages };
}

/** The browser says that the network changed. */
const changeNetwork = (page: Page): Promise<boolean> => page.evaluate(() => dispatchEvent(new Event('online')));

async function waitForWay(page: Page, delivery: 'http' | 'websocket'): Promise<void> {
  await vi.waitFor(async () => expect(await stats(page)).toMatchObject({ delivery }), patience);
}

describe('tabs behind a proxy that lets no WebSockets through', () => {
  it('follow a log over one stream for all of them, and show and read exactly 1 to N', async () => {
    const channel = 'blocked:one';
    const { proxy, pages } = await proxied([channel]);
    await stage.write(channel, 1, 50);
    const first = await stage.open(pages[0]!, 3);
    await waitForWay(first, 'http');
    await vi.waitFor(() => expect(proxy.streams).toBe(1), patience);
    for (let round = 0; round < 5; round += 1) {
      await stage.write(channel, round * 200 + 51, round * 200 + 150);
      proxy.cut();
      await stage.write(channel, round * 200 + 151, round * 200 + 250);
    }
    await vi.waitFor(async () => expect(await shownState(first)).toBe('live'), patience);
    expect(stage.site.logs.stats().sockets).toBe(0);
    await stage.end(channel);
    for (const page of stage.pages) {
      await stage.waitForLines(page, 1_050);
      await stage.waitForRows(page, (shown) => expect(shown.at(-1)).toBe('1050: line 1050'));
      expect(await shownState(page)).toBe('ended');
    }
    await vi.waitFor(() => expect(proxy.streams).toBe(0), patience);
  });

  it('go back to the socket when it gets through, and to HTTP when it does not', async () => {
    const channel = 'blocked:back';
    const { proxy, pages } = await proxied([channel]);
    const page = await stage.open(pages[0]!);
    for (let round = 0; round < 3; round += 1) {
      await waitForWay(page, 'http');
      await stage.write(channel, round * 20 + 1, round * 20 + 10);
      proxy.upgrades = 'pass';
      await changeNetwork(page);
      await waitForWay(page, 'websocket');
      await stage.waitForServer({ sockets: 1 });
      await stage.write(channel, round * 20 + 11, round * 20 + 20);
      await stage.waitForRows(page, (shown) => expect(shown.at(-1)).toBe(expectedRows(round * 20 + 20).at(-1)));
      expect(proxy.streams).toBe(0);
      proxy.upgrades = 'refuse';
      proxy.cut();
    }
    await stage.end(channel);
    await stage.waitForLines(page, 60);
  });

  it('of five logs each show theirs, though only the one that is looked at is streamed', async () => {
    const channels = [1, 2, 3, 4, 5].map((name) => `blocked:${name}`);
    const { proxy, pages } = await proxied(channels);
    for (const page of pages) await stage.open(page);
    await vi.waitFor(() => expect(proxy.streams).toBe(1), patience);
    for (const channel of channels) {
      await stage.write(channel, 1, 120);
      await stage.end(channel);
    }
    for (const page of stage.pages) await stage.waitForLines(page, 120);
    expect(proxy.streamed).toBeLessThanOrEqual(10);
  });
});

describe('eight tabs without SharedWorkers and WebSockets', () => {
  it.each([
    ['share three streams, and each has its page and its log', 3, ''],
    [
      'stream nothing where there are no Web Locks, and each has its page and its log',
      0,
      `Object.defineProperty(navigator, 'locks', { value: undefined });`,
    ],
  ])('%s', async (_what, streams, more) => {
    const channels = [1, 2, 3, 4, 5, 6, 7, 8].map((name) => `alone:${name}`);
    const { proxy, pages } = await proxied(channels);
    for (const [at, url] of pages.entries()) {
      await stage.write(channels[at]!, 1, 5);
      const page = await stage.tabs.blank();
      stage.pages.push(page);
      // All of them are looked at, each in a window of its own.
      await page.evaluateOnNewDocument(
        `delete window.SharedWorker; delete window.WebSocket; ${more}
         Object.defineProperty(document, 'visibilityState', { get: () => 'visible' });`,
      );
      await page.goto(url);
      await vi.waitFor(async () => expect(await shownState(page)).toBe('live'), patience);
    }
    await vi.waitFor(() => expect(proxy.streams).toBe(streams), patience);
    for (const channel of channels) {
      await stage.write(channel, 6, 10);
      await stage.end(channel);
      expect(proxy.streams).toBeLessThanOrEqual(streams);
    }
    for (const page of stage.pages) await stage.waitForLines(page, 10);
  });
});
