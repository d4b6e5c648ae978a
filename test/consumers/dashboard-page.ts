import type { Page } from 'puppeteer-core';
import { expect, onTestFinished, vi } from 'vitest';
import type { Tabs } from '../tabs/driver.ts';
import { shownRows, shownState } from '../tabs/site.ts';
import { patience } from '../tabs/stage.ts';

/** Two tabs on a page. */
export interface TwoTabs {
  readonly pages: readonly Page[];
  /** What their consoles warn of, so far. */
  readonly complaints: readonly string[];
}

/** What dashboards themselves complain of: a font from another site, and scripts that they preload for nothing. */
const FOREIGN = /\/favicon\.ico$|^https:\/\/fonts\.googleapis\.com\/|was preloaded using link preload/u;

/** Opens a page in two tabs, which are closed with the test. */
export async function openTwo(tabs: Tabs, url: string): Promise<TwoTabs> {
  const complaints: string[] = [];
  const pages: Page[] = [];
  for (let tab = 0; tab < 2; tab += 1) {
    const page = await tabs.blank();
    onTestFinished(() => page.close());
    page.on('console', (message) => {
      const isForeign = FOREIGN.test(message.location().url ?? '') || FOREIGN.test(message.text());
      if (['warn', 'error'].includes(message.type()) && !isForeign) complaints.push(message.text());
    });
    await page.goto(url);
    pages.push(page);
  }
  return { pages, complaints };
}

/** Waits until each tab shows a live log from its first line on. A tab that is not looked at draws nothing. */
export async function expectLogs(pages: readonly Page[]): Promise<void> {
  for (const page of pages) {
    await page.bringToFront();
    await vi.waitFor(async () => expect(await shownState(page)).toBe('live'), patience);
    await vi.waitFor(async () => expect((await shownRows(page))[0]).toMatch(/^1: \w+ 1$/u), patience);
  }
}

/** Waits until two tabs, on an origin that nothing else is open on, share a worker with one socket. */
export async function expectOneSocket([page]: readonly Page[]): Promise<void> {
  const stats = `import('/log-stream/assets/client.js').then(({ connect }) => connect().stats())`;
  await vi.waitFor(
    async () => expect(await page!.evaluate(stats)).toMatchObject({ transport: 'shared-worker', tabs: 2, sockets: 1 }),
    patience,
  );
}
