// The examples of docs/theming.md, from its own blocks of code, in a page over a real server.
import type { Page } from 'puppeteer-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { Tabs } from '../tabs/driver.ts';
import { shownState } from '../tabs/site.ts';
import { patience } from '../tabs/stage.ts';
import { codeBlocks } from './markdown.ts';
import { PageServer } from './page-server.ts';

let tabs: Tabs;
let site: PageServer;
let page: Page;

beforeAll(async () => {
  tabs = await Tabs.launch();
});
afterAll(() => tabs.close());
beforeEach(async () => {
  site = await PageServer.start();
  page = await tabs.blank();
});
afterEach(async () => {
  await page.close();
  await site.close();
  expect(tabs.takeProblems()).toEqual([]);
});

const examples = codeBlocks('docs/theming.md').filter(({ info }) => info === 'html live');

/** Opens the page of an example; the scheme is that of the reader's system. */
async function open(heading: string, scheme: 'light' | 'dark' = 'light'): Promise<void> {
  const example = examples.find((block) => block.heading === heading)?.code ?? expect.fail(`There is no example of ${heading}.`);
  await site.write(1, 40);
  await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: scheme }]);
  await page.goto(
    site.put(
      '/',
      '<!doctype html><html lang="en"><meta charset="utf-8"><meta name="color-scheme" content="light dark"><title>Example</title>' +
        `<script type="module" src="/log-stream/assets/log-stream.js"></script>${example}`,
    ),
  );
  await page.bringToFront();
  await vi.waitFor(async () => expect(await shownState(page)).toBe('live'), patience);
  await vi.waitFor(async () => expect(await styleOf('log-stream', '.row', 'display')).toBeDefined(), patience);
}

/** A computed property of an element inside a log; of the log itself without `inside`. */
function styleOf(log: string, inside: string, property: string): Promise<string | undefined> {
  return page.evaluate(
    (host, selector, name) => {
      const element = document.querySelector(host);
      const target = selector === '' ? element : element?.shadowRoot?.querySelector(selector);
      return target ? getComputedStyle(target).getPropertyValue(name) : undefined;
    },
    log,
    inside,
    property,
  );
}

const ground = (log = 'log-stream'): Promise<string | undefined> => styleOf(log, '.viewport', 'background-color');

describe('docs/theming.md', () => {
  it('has an example of each means', () => {
    expect(examples.map(({ heading }) => heading)).toEqual([
      'Tokens for the whole page',
      'Parts',
      'Slots',
      'Pages with a `.dark` class',
      'Sizing',
    ]);
  });

  it.each([
    ['light', 'rgb(255, 250, 240)', 'rgb(244, 244, 245)'],
    ['dark', 'rgb(27, 26, 23)', 'rgb(24, 24, 27)'],
  ] as const)('sets tokens for all logs of a page, and nearer ones for some, in a %s system', async (scheme, everywhere, section) => {
    await open('Tokens for the whole page', scheme);
    expect(await ground()).toBe(everywhere);
    expect(await ground('.quiet log-stream')).toBe(section);
    expect(await styleOf('log-stream', '.text', 'font-size')).toBe('14px');
    expect(await styleOf('log-stream', '.text', 'font-family')).toContain('Courier New');
    expect(await styleOf('log-stream', '.row', 'height')).toBe('22px');
  });

  it('styles parts', async () => {
    await open('Parts');
    expect(await styleOf('log-stream', '[part~="header"]', 'border-bottom-color')).toBe('rgb(102, 51, 153)');
    expect(await styleOf('log-stream', '[part~="title"]', 'font-style')).toBe('italic');
    const number = await page.evaluateHandle(() => document.querySelector('log-stream')?.shadowRoot?.querySelector('[part~="number"]'));
    await number.asElement()?.evaluate((element) => (element as HTMLElement).click());
    await vi.waitFor(async () => expect(await styleOf('log-stream', '[part~="row-selected"]', 'outline-style')).toBe('dashed'), patience);
    expect(await styleOf('log-stream', '[part~="status"]', 'letter-spacing')).toBe('normal');
    await site.end();
    await vi.waitFor(async () => expect(await styleOf('log-stream', '[part~="status"]', 'letter-spacing')).not.toBe('normal'), patience);
  });

  it('takes the page’s own title and buttons', async () => {
    await open('Slots');
    const shown = (selector: string): Promise<boolean> =>
      page.evaluate((query) => (document.querySelector(query)?.getBoundingClientRect().width ?? 0) > 0, selector);
    await vi.waitFor(async () => expect(await shown('[slot="actions"]')).toBe(true), patience);
    expect([await shown('.badge'), await shown('[slot="empty"]'), await shown('[slot="error"]')]).toEqual([true, false, false]);
    expect(await page.evaluate(() => document.querySelector('log-stream')?.getAttribute('label'))).toContain('Build 42');
  });

  it.each(['light', 'dark'] as const)('follows a page that switches by a class, in a %s system', async (scheme) => {
    await open('Pages with a `.dark` class', scheme);
    expect(await ground()).toBe('rgb(255, 255, 255)');
    await page.evaluate(() => document.documentElement.classList.toggle('dark'));
    await vi.waitFor(async () => expect(await ground()).toBe('rgb(14, 17, 22)'), patience);
  });

  it('fills the cells of a grid', async () => {
    await open('Sizing');
    const box = (selector: string): Promise<{ width: number; bottom: number }> =>
      page.evaluate((query) => {
        const { width, bottom } = document.querySelector(query)!.getBoundingClientRect();
        return { width: Math.round(width), bottom: Math.round(bottom) };
      }, selector);
    const [narrow, wide] = [await box('#narrow'), await box('#wide')];
    expect([narrow.bottom, wide.bottom]).toEqual([300, 300]);
    expect(wide.width).toBe(2 * narrow.width);
  });
});
