import type { Page } from 'puppeteer-core';
import { describe, expect, it, vi } from 'vitest';
import { shownState, stats } from './site.ts';
import { expectedRows, patience, Stage } from './stage.ts';

const stage = Stage.set();

/** A heartbeat is 15 seconds here: silence alone is noticed after 30. A probe has five, and coming back takes two at most. */
const BY_PROBE = 20_000;

/** A tab with a live log, whose socket then hangs without anybody hearing of it. */
async function openHanging(channel: string): Promise<Page> {
  await stage.write(channel, 1, 5);
  const page = await stage.open(stage.site.page(channel));
  await stage.waitForRows(page, (shown) => expect(shown).toEqual(expectedRows(5)));
  await vi.waitFor(async () => expect(await shownState(page)).toBe('live'), patience);
  stage.site.proxy.lose();
  await stage.write(channel, 6, 9);
  return page;
}

async function expectBack(page: Page, begun: number): Promise<void> {
  await stage.waitForRows(page, (shown) => expect(shown).toEqual(expectedRows(9)));
  expect(performance.now() - begun).toBeLessThan(BY_PROBE);
  expect(await stats(page)).toMatchObject({ sockets: 1, connects: 2, delivery: 'websocket' });
}

describe('a socket that hangs without a word', () => {
  it('is found as soon as the browser says that the network is back', async () => {
    const page = await openHanging('liveness:online');
    const begun = performance.now();
    await page.evaluate(() => dispatchEvent(new Event('online')));
    await expectBack(page, begun);
  });

  it('is found as soon as somebody looks at a tab again', async () => {
    const page = await openHanging('liveness:visible');
    const other = await stage.tabs.open(stage.site.elsewhere);
    await other.bringToFront();
    await vi.waitFor(async () => expect(await page.evaluate(() => document.visibilityState)).toBe('hidden'), patience);
    const begun = performance.now();
    await page.bringToFront();
    await expectBack(page, begun);
    await other.close();
  });

  it('is found as soon as a frozen tab is resumed, before anybody looks at it', async () => {
    const page = await openHanging('liveness:resume');
    const other = await stage.tabs.open(stage.site.elsewhere);
    await other.bringToFront();
    await stage.tabs.freeze(page);
    const begun = performance.now();
    await stage.tabs.freeze(page, false);
    await vi.waitFor(async () => expect(await stats(page)).toMatchObject({ sockets: 1, connects: 2 }), patience);
    expect(await page.evaluate(() => document.visibilityState)).toBe('hidden');
    await expectBack(page, begun);
    await other.close();
  });
});
