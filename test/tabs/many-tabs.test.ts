import type { Page } from 'puppeteer-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { Tabs } from './driver.ts';
import { collected, collectedCount, isComplete, shownRows, shownState, Site, stats } from './site.ts';

const patience = { timeout: 60_000, interval: 50 };

let tabs: Tabs;
let site: Site;
let pages: Page[] = [];

beforeAll(async () => {
  tabs = await Tabs.launch();
});

afterAll(() => tabs.close());

beforeEach(async () => {
  site = await Site.start();
});

afterEach(async () => {
  await Promise.all(pages.map((page) => page.close()));
  pages = [];
  await site.close();
  expect(tabs.problems).toEqual([]);
});

async function openTabs(url: string, count: number): Promise<void> {
  pages.push(...(await tabs.openMany(url, count)));
}

/** Writes lines `line FROM` to `line TO`. */
async function write(channel: string, from: number, to: number): Promise<void> {
  const writer = site.logs.writer(channel);
  for (let at = from; at <= to; at += 1) await writer.write(`line ${at}\n`);
  await writer.finish();
}

/** Looks at a tab, since one that is not looked at draws nothing, and waits for what it shows. */
async function waitForRows(page: Page, check: (shown: string[]) => void): Promise<void> {
  await page.bringToFront();
  await vi.waitFor(async () => check(await shownRows(page)), patience);
}

function expected(count: number): [number, string][] {
  return Array.from({ length: count }, (_, index) => [index + 1, `line ${index + 1}`]);
}

describe('five tabs on one log', () => {
  it('share one WebSocket and show the same lines', async () => {
    const channel = 'tabs:five';
    await write(channel, 1, 20);
    await openTabs(site.page(channel), 5);
    await write(channel, 21, 25);
    const rows = Array.from({ length: 25 }, (_, index) => `${index + 1}: line ${index + 1}`);
    for (const page of pages) await waitForRows(page, (shown) => expect(shown).toEqual(rows));
    expect(site.logs.stats().sockets).toBe(1);
    expect(tabs.sharedWorkers('/log-stream/assets/worker.js')).toHaveLength(1);
    expect(await stats(pages[0]!)).toMatchObject({ transport: 'shared-worker', tabs: 5, sockets: 1, topics: 1, connects: 1 });
  });

  it('ask for its lines once, and the later ones paint from the cache of the first', async () => {
    const channel = 'tabs:cache';
    await write(channel, 1, 20);
    await openTabs(site.page(channel), 1);
    await waitForRows(pages[0]!, (shown) => expect(shown).toHaveLength(20));
    const { fetches } = await stats(pages[0]!);
    await openTabs(site.page(channel), 4);
    for (const page of pages) await waitForRows(page, (shown) => expect(shown).toHaveLength(20));
    expect((await stats(pages[0]!)).fetches).toBe(fetches);
  });

  it('each end with exactly 1 to N when the socket is cut while lines are written', async () => {
    const channel = 'tabs:cut';
    await openTabs(site.page(channel, { collect: true }), 5);
    await vi.waitFor(() => expect(site.logs.stats().sockets).toBe(1), patience);
    for (let round = 0; round < 5; round += 1) {
      await write(channel, round * 100 + 1, round * 100 + 50);
      site.proxy.cut();
      await write(channel, round * 100 + 51, round * 100 + 100);
    }
    await site.logs.writer(channel).end(0);
    for (const page of pages) {
      await vi.waitFor(async () => expect(await isComplete(page)).toBe(true), patience);
      expect(await collected(page)).toEqual(expected(500));
      await vi.waitFor(async () => expect(await shownState(page)).toBe('ended'), patience);
    }
  });

  it('each end with exactly 1 to N when the server is restarted while lines are written', async () => {
    const channel = 'tabs:restart';
    await openTabs(site.page(channel, { collect: true }), 5);
    for (let round = 0; round < 3; round += 1) {
      await write(channel, round * 1_500 + 1, round * 1_500 + 1_500);
      await site.restart();
    }
    await site.logs.writer(channel).end(3);
    for (const page of pages) {
      await vi.waitFor(async () => expect(await isComplete(page)).toBe(true), patience);
      expect(await collected(page)).toEqual(expected(4_500));
    }
    await vi.waitFor(() => expect(site.logs.stats().sockets).toBeLessThanOrEqual(1), patience);
  });
});

describe('a tab that goes', () => {
  it.each([
    ['closed', (page: Page) => page.close()],
    ['crashed', (page: Page) => tabs.crash(page)],
  ])('takes its subscription with it when %s', async (_how, end) => {
    await openTabs(site.page('tabs:stays'), 1);
    const [goes] = await tabs.openMany(site.page('tabs:goes'), 1);
    await vi.waitFor(() => expect(site.logs.stats()).toMatchObject({ sockets: 1, subscriptions: 2 }), patience);
    await end(goes!);
    await vi.waitFor(() => expect(site.logs.stats()).toMatchObject({ sockets: 1, subscriptions: 1 }), patience);
    await vi.waitFor(async () => expect(await stats(pages[0]!)).toMatchObject({ tabs: 1, topics: 1 }), patience);
    if (!goes!.isClosed()) await goes!.close();
  });

  it('takes the socket with it when it was the last', async () => {
    await openTabs(site.page('tabs:last'), 2);
    await vi.waitFor(() => expect(site.logs.stats().sockets).toBe(1), patience);
    for (const page of pages.splice(0)) await page.close();
    await vi.waitFor(() => expect(site.logs.stats()).toMatchObject({ sockets: 0, topics: 0 }), patience);
  });
});

describe('ten thousand lines a second', () => {
  it('are followed for ten seconds, to the exact count and the last line', async () => {
    const channel = 'tabs:flood';
    await openTabs(site.page(channel, { collect: true }), 1);
    await openTabs(site.page(channel), 1);
    const writer = site.logs.writer(channel);
    const total = 100_000;
    const begun = performance.now();
    for (let at = 0; at < total; at += 100) {
      const lines = Array.from({ length: 100 }, (_, index) => `\x1b[32mline\x1b[0m ${at + index + 1} of a log that is written fast\n`);
      await writer.write(lines.join(''));
      // Paces the producer, it waits for nothing: a hundred lines every ten milliseconds.
      const ahead = begun + (at + 100) / 10 - performance.now();
      if (ahead > 0) await new Promise((resolve) => setTimeout(resolve, ahead));
    }
    await writer.end(0);
    const [counting, watching] = pages as [Page, Page];
    await vi.waitFor(async () => expect(await isComplete(counting)).toBe(true), patience);
    expect(await collectedCount(counting)).toBe(total);
    expect(
      await counting.evaluate(() =>
        window.lines.every(([offset, text], index) => offset === index + 1 && text.includes(`line\u001b[0m ${offset} of`)),
      ),
    ).toBe(true);
    await waitForRows(watching, (shown) => expect(shown.at(-1)).toContain(`${total}: line ${total} of`));
    expect(
      await watching.evaluate(() => document.querySelector('log-stream')?.shadowRoot?.querySelectorAll('*').length),
    ).toBeLessThanOrEqual(1_200);
  });
});
