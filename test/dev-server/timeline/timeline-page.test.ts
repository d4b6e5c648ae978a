import type { Page } from 'puppeteer-core';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { DevServer } from '../../../src/dev-server/server/running-server.ts';
import { Tabs } from '../../tabs/driver.ts';
import { devServer, fetchAsOwner, pageOf } from '../support.ts';

let tabs: Tabs;

beforeAll(async () => {
  tabs = await Tabs.launch();
}, 90_000);
afterAll(() => tabs.close());

const until = (check: () => Promise<void> | void): Promise<void> => vi.waitFor(check, { timeout: 15_000, interval: 50 });

const CHANNEL = 'build';
/** How many lines are written in each minute, the last two being a warning and an error. */
const MINUTES = [40, 5, 0, 20, 400] as const;
const MINUTE = 60_000;
/** The first lines of the minutes. */
const FIRST = [1, 41, 46, 46, 66] as const;
const LINES = 465;

/** Writes a log as if it had been written in the minutes before this one. */
async function writeLog({ origin }: DevServer): Promise<void> {
  const start = Math.floor(Date.now() / MINUTE - MINUTES.length) * MINUTE;
  vi.useFakeTimers({ toFake: ['Date'] });
  try {
    vi.setSystemTime(start);
    const topic = await (await fetchAsOwner(`${origin}/log-stream/sign?channel=${CHANNEL}&write=1`)).text();
    for (const [minute, lines] of MINUTES.entries()) {
      if (lines === 0) continue;
      vi.setSystemTime(start + minute * MINUTE + 500);
      const plain = Array.from({ length: lines - 2 }, (_, index) => `minute ${minute}, line ${index}\n`);
      const body = [...plain, `WARN: minute ${minute}\n`, `ERROR: minute ${minute}\n`].join('');
      const answer = await fetch(`${origin}/log-stream/topics/${CHANNEL}`, {
        method: 'POST',
        headers: { authorization: `Bearer ${topic}` },
        body,
      });
      expect(answer.ok).toBe(true);
    }
  } finally {
    vi.useRealTimers();
  }
}

/** Opens a log of some minutes in the console. */
async function open(width = 1_280): Promise<{ readonly page: Page; readonly asked: readonly string[] }> {
  const server = await devServer();
  await writeLog(server);
  const page = await tabs.blank();
  await page.setViewport({ width, height: 800 });
  const asked: string[] = [];
  page.on('request', (request) => {
    if (request.url().includes('/log-stream/levels/')) asked.push(request.url());
  });
  await page.goto(pageOf(server));
  await until(async () => expect(await page.$('.plot .errors')).not.toBeNull());
  return { page, asked };
}

const readout = (page: Page): Promise<string> =>
  page.$eval('.readout', (element) => (element instanceof HTMLElement && !element.hidden ? element.innerText : ''));

const spoken = (page: Page): Promise<string> => page.$eval('.plot', (plot) => plot.ariaValueText ?? '');

/** The numbers of the rows that are selected on screen. */
const selected = (page: Page): Promise<number[]> =>
  page.evaluate(() => {
    const rows = document.querySelector('log-stream')?.shadowRoot?.querySelectorAll<HTMLElement>('.row.selected') ?? [];
    return [...rows].map((row) => Number(row.dataset['line']));
  });

/** The number of the first row that can be seen. */
const firstSeen = (page: Page): Promise<number> =>
  page.evaluate(() => {
    const root = document.querySelector('log-stream')?.shadowRoot;
    const top = root?.querySelector('.header')?.getBoundingClientRect().bottom ?? 0;
    const rows = [...(root?.querySelectorAll<HTMLElement>('.row[data-line]') ?? [])];
    return Math.min(...rows.filter((row) => row.getBoundingClientRect().bottom > top + 8).map((row) => Number(row.dataset['line'])));
  });

/** The place in the middle of a minute. */
async function placeOf(page: Page, minute: number): Promise<{ readonly x: number; readonly y: number }> {
  const { left, top, width, spans } = await page.$eval('.plot', (plot) => {
    const box = plot.getBoundingClientRect();
    return { left: box.left, top: box.top, width: box.width, spans: Number(plot.ariaValueMax) };
  });
  // The bars begin with the span of the first line: half a second into its minute.
  const { step } = await spanOf(page, spans);
  return { x: left + ((minute * MINUTE + 500) / (step * spans)) * width + 1, y: top + 10 };
}

/** How long a span is, from what the first one is called. */
async function spanOf(page: Page, spans: number): Promise<{ readonly step: number }> {
  const minutes = (MINUTES.length - 1) * MINUTE;
  const steps = [1, 2, 5, 10, 15, 30].map((seconds) => seconds * 1_000);
  const step = steps.find((length) => Math.abs(spans * length - minutes) <= length) ?? 0;
  expect([await spoken(page), step > 0]).toEqual([expect.any(String), true]);
  return { step };
}

describe('the timeline of the console', () => {
  it('is drawn from one question, keeps its height, and takes none from above line 1', async () => {
    const { page, asked } = await open();
    expect(asked.filter((url) => !url.includes('epoch='))).toHaveLength(1);
    const box = await page.$eval('.histogram', (timeline) => timeline.getBoundingClientRect().toJSON());
    expect([box.height <= 48, box.bottom]).toEqual([true, 800]);
    const paths = await page.$$eval('.plot path[d]', (list) => list.map((path) => path.getAttribute('d') ?? ''));
    expect(paths.slice(0, 3).map((path) => path.split('M').length - 1)).toEqual([4, 4, 4]);
    expect(await page.$$eval('.plot text', (list) => list.map((text) => text.textContent ?? ''))).toContainEqual(
      expect.stringMatching(/^\w{3} \d\d? \d\d:\d\d/u),
    );
    await page.close();
  });

  it('goes to the time that is clicked', async () => {
    const { page } = await open();
    const { x, y } = await placeOf(page, 4);
    await page.mouse.click(x, y);
    await until(async () => expect(await firstSeen(page)).toBeGreaterThan(40));
    await until(async () => expect(await selected(page)).toEqual([]));
    await page.close();
  });

  it('selects the lines of a range that is dragged, and says what is in it', async () => {
    const { page } = await open();
    const from = await placeOf(page, 1);
    const to = await placeOf(page, 3);
    await page.mouse.move(from.x, from.y);
    await page.mouse.down();
    await page.mouse.move(to.x - 40, to.y, { steps: 4 });
    await page.mouse.move(to.x, to.y);
    expect(await readout(page)).toMatch(/^\d\d:\d\d:\d\d–\d\d:\d\d:\d\d · 25 lines · 2 errors · 2 warnings$/u);
    const marked = await page.$eval('.plot .chosen', (chosen) => chosen.getBoundingClientRect().toJSON());
    expect([marked.left < from.x, marked.right > to.x, marked.width < to.x - from.x + 30]).toEqual([true, true, true]);
    await page.mouse.up();
    await until(async () => expect(new URL(page.url()).hash).toBe(`#L${FIRST[1]}-L${FIRST[4] - 1}`));
    await until(async () => expect(await selected(page)).toContain(FIRST[1]));
    await page.mouse.move(400, 300);
    await until(async () => expect(await readout(page)).toMatch(/ · 25 lines · 2 errors · 2 warnings$/u));
    expect(await spoken(page)).toMatch(/^\d\d:\d\d:\d\d to \d\d:\d\d:\d\d, 25 lines, 2 errors, 2 warnings, selected$/u);
    // Other lines are selected in the log.
    await page.evaluate(() => location.replace('#L3'));
    await until(async () => expect(await spoken(page)).not.toContain('selected'));
    await page.close();
  });

  it('can be used by keys alone', async () => {
    const { page } = await open();
    await page.focus('.plot');
    const last = await page.$eval('.plot', (plot) => plot.ariaValueMax);
    expect(await page.$eval('.plot', (plot) => plot.ariaValueNow)).toBe(last);
    await page.keyboard.press('Home');
    expect(await page.$eval('.plot', (plot) => plot.ariaValueNow)).toBe('1');
    expect(await spoken(page)).toMatch(/ to .*, 40 lines, 1 error, 1 warning$/u);
    expect(await readout(page)).toMatch(/–.* · 40 lines · 1 error · 1 warning$/u);
    await page.keyboard.press('ArrowRight');
    expect(await page.$eval('.plot', (plot) => plot.ariaValueNow)).toBe('2');
    await page.keyboard.press('Home');
    await page.keyboard.down('Shift');
    await page.keyboard.press('End');
    await page.keyboard.up('Shift');
    expect(await spoken(page)).toMatch(new RegExp(`, ${LINES} lines, 4 errors, 4 warnings$`, 'u'));
    await page.keyboard.press('Enter');
    await until(async () => expect(new URL(page.url()).hash).toBe(`#L1-L${LINES}`));
    expect(await spoken(page)).toMatch(/, selected$/u);
    await page.keyboard.press('Escape');
    expect(await spoken(page)).not.toMatch(/selected/u);
    await page.keyboard.press('Home');
    await page.keyboard.press('Enter');
    await until(async () => expect(await firstSeen(page)).toBe(1));
    expect(await page.evaluate(() => document.activeElement?.className)).toBe('plot');
    await page.close();
  });

  it('is switched off until it is switched on, and asks for nothing meanwhile', async () => {
    const { page } = await open();
    // The header may still move under a pointer, since its tools come a moment later.
    const toggle = (): Promise<void> => page.$eval('.actions .timeline', (button) => (button as HTMLElement).click());
    await toggle();
    await until(async () => expect(await page.$eval('.histogram', (timeline) => timeline.checkVisibility())).toBe(false));
    const levels: string[] = [];
    page.on('request', (request) => void (request.url().includes('/levels/') && !request.url().includes('epoch=') && levels.push('')));
    await page.reload();
    await until(async () => expect(await page.$('.actions .timeline[aria-pressed=false]')).not.toBeNull());
    await until(async () => expect(await selected(page)).toEqual([]));
    expect(levels).toEqual([]);
    await toggle();
    await until(async () => expect(await page.$('.plot .errors')).not.toBeNull());
    await page.close();
  });

  it('is left out where the server cannot count', async () => {
    const server = await devServer();
    await writeLog(server);
    const page = await tabs.blank();
    await page.setRequestInterception(true);
    page.on('request', (request) => {
      if (request.url().includes('/log-stream/levels/')) void request.respond({ status: 404, headers: { 'log-has': 'tail' } });
      else void request.continue();
    });
    await page.goto(pageOf(server));
    await until(async () => expect(await page.$eval('.histogram', (timeline) => timeline.checkVisibility())).toBe(false));
    await page.close();
  });

  it('fits a small screen, and runs to the right in any page', async () => {
    const { page } = await open(360);
    await page.evaluate(() => (document.documentElement.dir = 'rtl'));
    await page.focus('.plot');
    await page.keyboard.press('Home');
    const box = await page.$eval('.readout', (element) => element.getBoundingClientRect().toJSON());
    expect([box.left >= 0, box.right <= 360]).toEqual([true, true]);
    const [chosen, plot] = await page.$$eval('.plot .chosen, .plot svg', (list) =>
      list.map((part) => part.getBoundingClientRect().toJSON()).sort((one, other) => one.width - other.width),
    );
    expect(chosen.left).toBeCloseTo(plot.left, 0);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(360);
    expect(await page.$eval('.plot', (plot) => [plot.role, plot.ariaLabel])).toEqual(['slider', 'Lines over time']);
    await page.close();
  });
});
