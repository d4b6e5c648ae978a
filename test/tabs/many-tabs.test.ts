import type { Page } from 'puppeteer-core';
import { describe, expect, it, vi } from 'vitest';
import { collectedCount, isComplete, shownState, stats } from './site.ts';
import { expectedRows, patience, Stage } from './stage.ts';

const stage = Stage.set();

describe('five tabs on one log', () => {
  it('share one WebSocket and show the same lines', async () => {
    const channel = 'tabs:five';
    await stage.write(channel, 1, 20);
    await stage.open(stage.site.page(channel), 5);
    await stage.write(channel, 21, 25);
    for (const page of stage.pages) await stage.waitForRows(page, (shown) => expect(shown).toEqual(expectedRows(25)));
    expect(stage.site.logs.stats().sockets).toBe(1);
    expect(stage.tabs.sharedWorkers('/log-stream/assets/worker.js')).toHaveLength(1);
    expect(await stats(stage.pages[0]!)).toMatchObject({ transport: 'shared-worker', tabs: 5, sockets: 1, topics: 1, connects: 1 });
  });

  it('ask for its lines once, and the later ones paint from the cache of the first', async () => {
    const channel = 'tabs:cache';
    await stage.write(channel, 1, 20);
    await stage.open(stage.site.page(channel), 1);
    await stage.waitForRows(stage.pages[0]!, (shown) => expect(shown).toHaveLength(20));
    const { fetches } = await stats(stage.pages[0]!);
    await stage.open(stage.site.page(channel), 4);
    for (const page of stage.pages) await stage.waitForRows(page, (shown) => expect(shown).toHaveLength(20));
    expect((await stats(stage.pages[0]!)).fetches).toBe(fetches);
  });

  it('each end with exactly 1 to N when the socket is cut while lines are written', async () => {
    const channel = 'tabs:cut';
    await stage.open(stage.site.page(channel, { collect: true }), 5);
    await stage.waitForServer({ sockets: 1 });
    for (let round = 0; round < 5; round += 1) {
      await stage.write(channel, round * 100 + 1, round * 100 + 50);
      stage.site.proxy.cut();
      await stage.write(channel, round * 100 + 51, round * 100 + 100);
    }
    await stage.end(channel);
    for (const page of stage.pages) {
      await stage.waitForLines(page, 500);
      await vi.waitFor(async () => expect(await shownState(page)).toBe('ended'), patience);
    }
  });

  it('each end with exactly 1 to N when the server is restarted while lines are written', async () => {
    const channel = 'tabs:restart';
    await stage.open(stage.site.page(channel, { collect: true }), 5);
    for (let round = 0; round < 3; round += 1) {
      await stage.write(channel, round * 1_500 + 1, round * 1_500 + 1_500);
      await stage.site.restart();
    }
    await stage.site.logs.writer(channel).end(3);
    for (const page of stage.pages) {
      await stage.waitForLines(page, 4_500);
    }
    await vi.waitFor(() => expect(stage.site.logs.stats().sockets).toBeLessThanOrEqual(1), patience);
  });
});

describe('a tab that goes', () => {
  it.each([
    ['closed', (page: Page) => page.close()],
    ['crashed', (page: Page) => stage.tabs.crash(page)],
    ['killed by kill -9 of its process', (page: Page) => stage.tabs.kill(page)],
  ])('takes its subscription with it when %s', async (_how, end) => {
    const stays = await stage.open(stage.site.page('tabs:stays'));
    const [goes] = await stage.tabs.openMany(stage.site.page('tabs:goes'), 1);
    await stage.waitForServer({ sockets: 1, subscriptions: 2 });
    const begun = performance.now();
    await end(goes!);
    await stage.waitForServer({ sockets: 1, subscriptions: 1 });
    // The next heartbeat would be a matter of 15 seconds, a sweep of a minute: it is noticed by itself.
    expect(performance.now() - begun).toBeLessThan(10_000);
    await vi.waitFor(async () => expect(await stats(stays)).toMatchObject({ tabs: 1, topics: 1 }), patience);
    if (!goes!.isClosed()) await goes!.close();
  });

  it('takes the socket with it when it was the last', async () => {
    await stage.open(stage.site.page('tabs:last'), 2);
    await stage.waitForServer({ sockets: 1 });
    while (stage.pages[0] !== undefined) await stage.close(stage.pages[0]);
    await stage.waitForServer({ sockets: 0, topics: 0 });
  });
});

describe('ten thousand lines a second', () => {
  it('are followed for ten seconds, to the exact count and the last line', async () => {
    const channel = 'tabs:flood';
    await stage.open(stage.site.page(channel, { collect: true }), 1);
    await stage.open(stage.site.page(channel), 1);
    const writer = stage.site.logs.writer(channel);
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
    const [counting, watching] = stage.pages as [Page, Page];
    await vi.waitFor(async () => expect(await isComplete(counting)).toBe(true), patience);
    expect(await collectedCount(counting)).toBe(total);
    expect(
      await counting.evaluate(() =>
        window.lines.every(([offset, text], index) => offset === index + 1 && text.includes(`line\u001b[0m ${offset} of`)),
      ),
    ).toBe(true);
    await stage.waitForRows(watching, (shown) => expect(shown.at(-1)).toContain(`${total}: line ${total} of`));
    expect(
      await watching.evaluate(() => document.querySelector('log-stream')?.shadowRoot?.querySelectorAll('*').length),
    ).toBeLessThanOrEqual(1_200);
  });
});
