import type { Page } from 'puppeteer-core';
import { describe, expect, it, vi } from 'vitest';
import { collected, shownState, stats } from './site.ts';
import { expectedLines, expectedRows, patience, Stage } from './stage.ts';

const stage = Stage.set();

/** Chromium does not keep a page whose scripts are still on their way when it is left. */
const waitForTools = (page: Page): Promise<unknown> =>
  page.waitForFunction(() => document.querySelector('log-stream')?.shadowRoot?.querySelector('.toolbar') instanceof Element);

/** Collects garbage in the process of a tab, where the page that it has left is kept. */
async function collectGarbage(page: Page): Promise<void> {
  const session = await page.createCDPSession();
  await session.send('HeapProfiler.collectGarbage');
  await session.detach();
}

/**
 * Leaves the only page for another one, until nothing of it is left at the server. Chromium freezes the worker of a page that
 * it keeps about 20 ms after `pagehide`: on a busy machine, sometimes before the worker has read that the page left.
 */
async function leaveAlone(page: Page): Promise<void> {
  const isGone = (): Promise<boolean> =>
    stage.waitForServer({ subscriptions: 0, sockets: 0 }, 5_000).then(
      () => true,
      () => false,
    );
  for (let attempt = 0; attempt < 3; attempt += 1) {
    await page.goto(stage.site.elsewhere);
    if (await isGone()) return;
    await page.goBack();
  }
  throw new Error('The page left its socket open each time that it was left.');
}

describe('a page that is left and come back to', () => {
  it('is kept as it was, costs nothing meanwhile, and goes on without a line missing or twice', async () => {
    const channel = 'life:back';
    await stage.write(channel, 1, 30);
    const page = await stage.open(stage.site.page(channel, { collect: true }));
    await stage.waitForRows(page, (shown) => expect(shown).toEqual(expectedRows(30)));
    await waitForTools(page);
    await page.evaluate(() => {
      Reflect.set(window, 'kept', 'as it was');
      addEventListener('pageshow', ({ persisted }) => Reflect.set(window, 'persisted', persisted));
    });

    await leaveAlone(page);
    await collectGarbage(page);
    await stage.write(channel, 31, 60);

    await page.goBack();
    expect(await page.evaluate(() => [Reflect.get(window, 'kept'), Reflect.get(window, 'persisted')])).toEqual(['as it was', true]);
    await stage.waitForRows(page, (shown) => expect(shown).toEqual(expectedRows(60).slice(-Math.max(20, shown.length))));
    await stage.write(channel, 61, 70);
    await stage.end(channel);
    await stage.waitForLines(page, 70);
    await stage.waitForRows(page, (shown) => expect(shown).toEqual(expectedRows(70).slice(-Math.max(20, shown.length))));
    expect(await shownState(page)).toBe('ended');
  });

  it('is kept although another tab stays, has every line, and both share one socket again', async () => {
    const channel = 'life:back-beside';
    const stays = await stage.open(stage.site.page(channel, { collect: true }));
    const leaves = await stage.open(stage.site.page(channel, { collect: true }));
    await vi.waitFor(async () => expect(await stats(leaves)).toMatchObject({ tabs: 2, sockets: 1 }), patience);
    await waitForTools(leaves);
    await leaves.evaluate(() => Reflect.set(window, 'kept', true));
    await leaves.goto(stage.site.elsewhere);
    await vi.waitFor(async () => expect(await stats(stays)).toMatchObject({ tabs: 1 }), patience);
    await collectGarbage(leaves);
    for (let at = 0; at < 20; at += 1) await stage.write(channel, at * 10 + 1, at * 10 + 10);
    await vi.waitFor(async () => expect(await collected(stays)).toHaveLength(200), patience);
    await leaves.goBack();
    expect(await leaves.evaluate(() => Reflect.get(window, 'kept'))).toBe(true);
    await stage.write(channel, 201, 210);
    await vi.waitFor(async () => expect(await stats(leaves)).toMatchObject({ tabs: 2, sockets: 1 }), patience);
    await stage.end(channel);
    for (const page of stage.pages) await stage.waitForLines(page, 210);
  });
});

describe('a page without a worker that is left and come back to', () => {
  it('lets go of its socket meanwhile, and goes on exactly', async () => {
    const channel = 'life:back-page';
    const page = await stage.open(stage.site.page(channel, { collect: true, csp: "worker-src 'none'" }));
    await stage.write(channel, 1, 10);
    await vi.waitFor(async () => expect(await collected(page)).toEqual(expectedLines(10)), patience);
    expect(await stats(page)).toMatchObject({ transport: 'page' });
    await page.goto(stage.site.elsewhere);
    await stage.waitForServer({ sockets: 0, subscriptions: 0 });
    await stage.write(channel, 11, 20);
    await page.goBack();
    // Whether the browser keeps a page that has just closed a socket is up to it; it may load it anew.
    await vi.waitFor(async () => expect(await collected(page)).toEqual(expectedLines(20)), patience);
    await stage.write(channel, 21, 30);
    await stage.end(channel);
    await stage.waitForLines(page, 30);
  });
});

describe('a tab that is frozen', () => {
  it('holds nobody up, and goes on where it was when it is resumed', async () => {
    const channel = 'life:frozen';
    const frozen = await stage.open(stage.site.page(channel, { collect: true }));
    const awake = await stage.open(stage.site.page(channel, { collect: true }));
    await stage.write(channel, 1, 10);
    await vi.waitFor(async () => expect(await collected(frozen)).toEqual(expectedLines(10)), patience);
    await stage.tabs.freeze(frozen);
    await stage.write(channel, 11, 5_000);
    await vi.waitFor(async () => expect((await collected(awake)).length).toBe(5_000), patience);
    await stage.tabs.freeze(frozen, false);
    await vi.waitFor(async () => expect(await collected(frozen)).toEqual(expectedLines(5_000)), patience);
    await stage.write(channel, 5_001, 5_010);
    await stage.end(channel);
    for (const page of stage.pages) await stage.waitForLines(page, 5_010);
    expect(await stats(frozen)).toMatchObject({ transport: 'shared-worker', tabs: 2 });
  });

  it('resumes when its server was restarted meanwhile', async () => {
    const channel = 'life:frozen-restart';
    const page = await stage.open(stage.site.page(channel, { collect: true }));
    await stage.write(channel, 1, 10);
    await vi.waitFor(async () => expect(await collected(page)).toEqual(expectedLines(10)), patience);
    await stage.tabs.freeze(page);
    await stage.site.restart();
    await stage.write(channel, 11, 20);
    await stage.tabs.freeze(page, false);
    await vi.waitFor(async () => expect(await collected(page)).toEqual(expectedLines(20)), patience);
  });
});

describe('the only tab', () => {
  it('resumes when it is reloaded while lines are written, although its worker dies with it', async () => {
    const channel = 'life:reload';
    const page = await stage.open(stage.site.page(channel, { collect: true }));
    for (let round = 0; round < 3; round += 1) {
      await stage.write(channel, round * 100 + 1, round * 100 + 50);
      await page.reload();
      await stage.write(channel, round * 100 + 51, round * 100 + 100);
    }
    await stage.waitForRows(page, (shown) => expect(shown.at(-1)).toBe('300: line 300'));
    await vi.waitFor(async () => expect(await stats(page)).toMatchObject({ transport: 'shared-worker', tabs: 1, sockets: 1 }), patience);
    await stage.waitForServer({ sockets: 1, subscriptions: 1 });
    await stage.end(channel);
    await stage.waitForLines(page, 300);
  });
});

describe('a tab that cannot load what reads lines', () => {
  it('tries again, and reads them all when it can', async () => {
    const channel = 'life:reader';
    await stage.write(channel, 1, 10);
    const page = await stage.open('about:blank');
    let refused = 0;
    await page.setRequestInterception(true);
    page.on('request', (request) => {
      if (request.url().includes('/line-reader-') && refused < 2) {
        refused += 1;
        void request.abort();
      } else void request.continue();
    });
    await page.goto(stage.site.page(channel, { collect: true }));
    await stage.end(channel);
    await stage.waitForLines(page, 10);
    expect(refused).toBe(2);
  });
});

describe('a worker whose process is killed', () => {
  it('is replaced by another one, for hidden tabs too, and nobody misses a line', async () => {
    const channel = 'life:worker-killed';
    // The worker runs in the process of the tab that started it.
    const [first] = await stage.tabs.openMany(stage.site.page(channel, { collect: true }), 1);
    await stage.open(stage.site.page(channel, { collect: true }), 2);
    await stage.write(channel, 1, 50);
    for (const page of stage.pages) await vi.waitFor(async () => expect(await collected(page)).toHaveLength(50), patience);
    await stage.tabs.kill(first!);
    const begun = performance.now();
    await stage.write(channel, 51, 100);
    for (const page of stage.pages) await vi.waitFor(async () => expect(await collected(page)).toEqual(expectedLines(100)), patience);
    expect(performance.now() - begun).toBeLessThan(10_000);
    for (const page of stage.pages) expect(await stats(page)).toMatchObject({ transport: 'shared-worker', tabs: 2, sockets: 1 });
    for (const page of stage.pages) await stage.waitForRows(page, (shown) => expect(shown.at(-1)).toBe('100: line 100'));
    await first!.close();
  });
});
