import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'puppeteer-core';
import { describe, expect, it } from 'vitest';
import { assetsWith } from './assets.ts';
import { shownState, stats, type PageOptions } from './site.ts';
import { expectedRows, Stage } from './stage.ts';

const stage = Stage.set();

interface Obstacle {
  readonly page?: PageOptions;
  /** Done to a tab before it loads the page. */
  readonly before?: (page: Page) => Promise<unknown>;
  /** Done to the browser build. */
  readonly assets?: (folder: string) => Promise<unknown>;
}

const OBSTACLES: readonly (readonly [how: string, Obstacle])[] = [
  ['is missing', { before: (page) => page.evaluateOnNewDocument(() => Reflect.deleteProperty(globalThis, 'SharedWorker')) }],
  ['is blocked by the page', { page: { csp: "worker-src 'none'" } }],
  ['is not found', { assets: (folder) => rm(join(folder, 'worker.js')) }],
  ['throws when it starts', { assets: (folder) => writeFile(join(folder, 'worker.js'), "throw new Error('broken');") }],
  ['never answers', { assets: (folder) => writeFile(join(folder, 'worker.js'), "addEventListener('connect', () => undefined);") }],
];

describe('where the SharedWorker', () => {
  it.each(OBSTACLES)('%s, every page follows by itself, and says so', async (_how, { page: options, before, assets }) => {
    if (assets !== undefined) await stage.site.restart(await assetsWith(assets));
    const channel = 'fallback';
    await stage.write(channel, 1, 5);
    for (let count = 0; count < 2; count += 1) {
      const page = await stage.tabs.blank();
      stage.pages.push(page);
      await before?.(page);
      await page.goto(stage.site.page(channel, { collect: true, ...options }));
    }
    for (const page of stage.pages) {
      await stage.waitForRows(page, (shown) => expect(shown).toEqual(expectedRows(5)));
      expect(await page.evaluate(() => window.transport())).toBe('page');
      expect(await stats(page)).toMatchObject({ transport: 'page', tabs: 1, sockets: 1 });
    }
    await stage.waitForServer({ sockets: 2, subscriptions: 2 });

    stage.site.proxy.cut();
    await stage.write(channel, 6, 10);
    await stage.end(channel);
    for (const page of stage.pages) {
      await stage.waitForLines(page, 10);
      await stage.waitForRows(page, (shown) => expect(shown).toEqual(expectedRows(10)));
      expect(await shownState(page)).toBe('ended');
    }
  });

  it('has no Web Locks, it is shared all the same', async () => {
    const channel = 'fallback:locks';
    await stage.write(channel, 1, 5);
    for (let count = 0; count < 2; count += 1) {
      const page = await stage.tabs.blank();
      stage.pages.push(page);
      await page.evaluateOnNewDocument(() => Object.defineProperty(navigator, 'locks', { value: undefined }));
      await page.goto(stage.site.page(channel));
    }
    for (const page of stage.pages) await stage.waitForRows(page, (shown) => expect(shown).toEqual(expectedRows(5)));
    expect(await stats(stage.pages[0]!)).toMatchObject({ transport: 'shared-worker', tabs: 2, sockets: 1 });
  });
});
