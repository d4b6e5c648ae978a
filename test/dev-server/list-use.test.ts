import type { Page } from 'puppeteer-core';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { DevServer } from '../../src/dev-server/server/running-server.ts';
import { Tabs } from '../tabs/driver.ts';
import { devServer, fetchAsOwner, pageOf } from './support.ts';

let tabs: Tabs;

beforeAll(async () => {
  tabs = await Tabs.launch();
}, 90_000);
afterAll(() => tabs.close());

const until = (check: () => Promise<void> | void): Promise<void> => vi.waitFor(check, { timeout: 15_000, interval: 50 });

const names = (page: Page): Promise<string[]> => page.$$eval('nav .name', (list) => list.map((name) => name.textContent ?? ''));

const text = (page: Page, selector: string): Promise<string> =>
  page.evaluate((wanted) => document.querySelector<HTMLElement>(wanted)?.innerText ?? '', selector);

/** What has the focus, by its name. */
const focused = (page: Page): Promise<string> =>
  page.evaluate(() => {
    const { activeElement } = document;
    const name = activeElement?.querySelector('.name')?.textContent ?? activeElement?.ariaLabel ?? activeElement?.textContent ?? '';
    return `${activeElement?.localName ?? ''} ${name}`.trim();
  });

/** Appends a line to a log. */
async function append({ origin }: DevServer, channel: string, query = ''): Promise<void> {
  const topic = await (await fetchAsOwner(`${origin}/log-stream/sign?channel=${channel}&write=1`)).text();
  const headers = { authorization: `Bearer ${topic}` };
  const answer = await fetch(`${origin}/log-stream/topics/${channel}${query}`, { method: 'POST', headers, body: 'x\n' });
  expect(answer.ok).toBe(true);
}

async function open(logs: readonly string[], width = 1_280): Promise<{ readonly server: DevServer; readonly page: Page }> {
  const server = await devServer();
  for (const channel of logs) await append(server, channel);
  const page = await tabs.blank();
  await page.setViewport({ width, height: 800 });
  await page.goto(pageOf(server));
  await until(async () => expect(await names(page)).toHaveLength(logs.length));
  return { server, page };
}

const numbered = (count: number): string[] => Array.from({ length: count }, (_, index) => `log-${String(index + 1)}`);

describe('the list of logs', () => {
  it('is one tab stop, at the row that had the focus last', async () => {
    const { page } = await open(numbered(9));
    const stops = (): Promise<string[]> =>
      page.$$eval('nav li', (rows) => rows.filter((row) => row.querySelector('[tabindex="0"]')).map((row) => row.dataset['channel'] ?? ''));
    const [chosen = ''] = await page.$$eval('nav [aria-current] .name', (list) => list.map((name) => name.textContent ?? ''));
    expect(await stops()).toEqual([chosen]);
    await page.focus('.states button:last-child');
    await page.keyboard.press('Tab');
    expect(await focused(page)).toBe(`a ${chosen}`);
    await page.keyboard.press('ArrowDown');
    const next = await focused(page);
    await page.keyboard.press('Tab');
    expect(await focused(page)).toBe(`button Remove ${next.slice(2)}`);
    expect(await stops()).toEqual([next.slice(2)]);
    await page.close();
  });

  it('takes a removal back with Ctrl+Z, or at leisure with Undo', async () => {
    const { page } = await open(['one', 'two', 'three']);
    const order = await names(page);
    await page.focus('nav li:nth-child(2) a');
    await page.keyboard.press('Delete');
    await until(async () => expect(await text(page, '.undo [role=status]')).toBe(`Removed ${String(order[1])}`));
    expect(await focused(page)).toBe(`a ${String(order[2])}`);
    await page.keyboard.down('Control');
    await page.keyboard.press('z');
    await page.keyboard.up('Control');
    await until(async () => expect(await names(page)).toEqual(order));
    expect(await focused(page)).toBe(`a ${String(order[1])}`);
    expect(await text(page, '.undo [role=status]')).toBe('');
    await page.close();
  });

  it('shows a log again that a filter would hide', async () => {
    const { page } = await open(numbered(9));
    await page.focus('nav a[tabindex="0"]');
    const removed = (await focused(page)).slice(2);
    await page.keyboard.press('Delete');
    await until(async () => expect(await text(page, '.undo [role=status]')).toBe(`Removed ${removed}`));
    await page.type('.filter input', 'none of them');
    await until(async () => expect(await text(page, '.none p')).toBe('No logs match.'));
    expect(await text(page, 'h2 .total')).toBe('0 of 8');
    await page.click('.undo button');
    await until(async () => expect(await focused(page)).toBe(`a ${removed}`));
    expect(await names(page)).toHaveLength(9);
    await page.close();
  });

  it('keeps a filter in use when fewer logs are left, and the focus when none is', async () => {
    const { server, page } = await open(numbered(8));
    await page.click('.states button:nth-child(2)');
    await page.type('.filter input', 'log-3');
    await until(async () => expect(await names(page)).toEqual(['log-3']));
    await page.focus('nav li a');
    // It ends, and so it is no longer among those that are running.
    await append(server, 'log-3', '?end=0');
    await until(async () => expect(await names(page)).toEqual([]));
    expect(await focused(page)).toBe('input Filter logs');
    await page.click('.none button');
    await until(async () => expect(await names(page)).toHaveLength(8));
    await page.focus('nav li a');
    await page.keyboard.press('Delete');
    await until(async () => expect(await names(page)).toHaveLength(7));
    await page.close();
  });

  it('undoes a removal from the log itself on a small screen', async () => {
    const { page } = await open(['one', 'two'], 360);
    const [chosen] = await page.$$eval('nav [aria-current] .name', (list) => list.map((name) => name.textContent ?? ''));
    await page.click('.actions .more');
    await page.waitForSelector('.secondary:popover-open');
    await page.click('.actions .remove');
    await until(async () => expect(await text(page, '.undo [role=status]')).toBe(`Removed ${String(chosen)}`));
    await until(async () => expect(await focused(page)).toMatch(/^h1 (?:one|two)$/u));
    expect(await page.$eval('.undo button', (button) => button.checkVisibility())).toBe(true);
    await page.click('.undo button');
    await until(async () => expect(await names(page)).toHaveLength(2));
    await page.close();
  });

  it('holds five hundred logs and a name of any length', async () => {
    const long = `long/${'x'.repeat(250)}`;
    const { server, page } = await open([...numbered(30), long], 360);
    await page.click('.back');
    for (const width of [360, 1_280]) {
      await page.setViewport({ width, height: 800 });
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(width);
    }
    for (let at = 0; at < 480; at += 20)
      await Promise.all(Array.from({ length: 20 }, (_, index) => append(server, `many-${String(at + index)}`)));
    await until(async () => expect(await names(page)).toHaveLength(500));
    expect(await text(page, '.older')).toBe('Only the newest 500 logs are listed.');
    await page.type('.filter input', 'many-47');
    await until(async () => expect(await names(page)).toHaveLength(11));
    await page.close();
  });
});
