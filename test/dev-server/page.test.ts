import type { Page } from 'puppeteer-core';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { Tabs } from '../tabs/driver.ts';
import { devServer, pageOf, temporaryFolder } from './support.ts';

let tabs: Tabs;

beforeAll(async () => {
  tabs = await Tabs.launch();
}, 90_000);
afterAll(() => tabs.close());

const until = (check: () => Promise<void> | void): Promise<void> => vi.waitFor(check, { timeout: 15_000, interval: 50 });

/** Opens the page and collects what the browser refused to do for it. */
async function open(url: string): Promise<Page> {
  const page = await tabs.open(url);
  await page.setViewport({ width: 1_280, height: 800 });
  await page.evaluate(() => {
    const refused: string[] = [];
    Reflect.set(window, 'refused', refused);
    addEventListener('securitypolicyviolation', (event) => refused.push(event.violatedDirective));
  });
  return page;
}

const text = (page: Page, selector: string): Promise<string> =>
  page.$eval(selector, (element) => (element instanceof HTMLElement && element.checkVisibility() ? element.innerText : ''));

/** The rows of the viewer as a reader sees them. */
const shown = (page: Page): Promise<string> => page.$eval('log-stream', (element) => element.shadowRoot?.textContent ?? '');

/** The state of the chosen log, as the list and the viewer have it. */
const states = (page: Page): Promise<string[]> =>
  page.evaluate(() => {
    const listed = document.querySelector('nav a[aria-current] .state')?.textContent ?? '';
    return [listed, document.querySelector('log-stream')?.shadowRoot?.querySelector('.status')?.textContent?.trim() ?? ''];
  });

/** Waits for the toolbar of the log: the header is complete then. */
const toolbar = (page: Page): Promise<void> =>
  until(async () =>
    expect(
      await page.evaluate(() => document.querySelector('log-stream')?.shadowRoot?.querySelector('.toolbar .icon') instanceof Element),
    ).toBe(true),
  );

const names = (page: Page): Promise<string[]> => page.$$eval('nav .name', (list) => list.map((name) => name.textContent ?? ''));

describe('the console page', () => {
  it('shows the job that ran when it opens, live, with the number of tabs and connections', async () => {
    const server = await devServer();
    await server.jobs.start({ shell: 'echo hello from the job; sleep 1000' });
    const page = await open(pageOf(server));
    await until(async () => expect(await shown(page)).toContain('hello from the job'));
    expect(await text(page, '.title h1')).toBe('echo hello from the job; sleep 1000');
    expect(await page.$$eval('nav a[aria-current=page]', (links) => links.length)).toBe(1);
    await until(async () => expect(await text(page, '.stats')).toBe('1 tab · 1 connection'));
    const second = await open(pageOf(server));
    await until(async () => expect(await shown(second)).toContain('hello from the job'));
    await until(async () => expect(await text(second, '.stats')).toBe('2 tabs share 1 connection'));
    expect(tabs.problems).toEqual([]);
    await Promise.all([page.close(), second.close()]);
  });

  it('runs, stops, edits and restarts commands, each into a log of its own', async () => {
    const server = await devServer();
    const page = await open(pageOf(server));
    await until(async () => expect(await text(page, '.empty h1')).toBe('No logs yet'));
    await page.type('#command', 'echo first; sleep 1000');
    await page.keyboard.press('Enter');
    await until(async () => expect(await shown(page)).toContain('first'));
    await toolbar(page);
    await page.click('.actions .stop');
    await until(async () => expect(await states(page)).toEqual(['Stopped', 'Stopped']));
    await page.click('.actions .edit');
    expect(await page.$eval('.editor input', (input) => input instanceof HTMLInputElement && input.value)).toBe('echo first; sleep 1000');
    await page.keyboard.type('echo second; exit 3');
    await page.keyboard.press('Enter');
    await until(async () => expect(await states(page)).toEqual(['Failed · exit 3', 'Failed']));
    await until(async () => expect(await shown(page)).toContain('second'));
    await page.click('.actions .restart');
    await until(async () => expect(await names(page)).toEqual(['echo second; exit 3', 'echo second; exit 3', 'echo first; sleep 1000']));
    expect(server.jobs.jobs.map(({ state, code }) => [state, code]).at(-1)).toEqual(['stopped', 143]);
    expect(tabs.problems).toEqual([]);
    await page.close();
  });

  it('can be used with the keyboard alone', async () => {
    const server = await devServer();
    for (const shell of ['echo a', 'echo b', 'echo c']) await (await server.jobs.start({ shell })).done;
    const page = await open(pageOf(server));
    await until(async () => expect(await names(page)).toEqual(['echo c', 'echo b', 'echo a']));
    await page.focus('nav a');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('End');
    await page.keyboard.press('Enter');
    await until(async () => expect(await text(page, '.title h1')).toBe('echo a'));
    expect(new URL(page.url()).searchParams.get('log')).toBe(server.jobs.jobs.at(-1)?.channel);
    await page.goBack();
    await until(async () => expect(await text(page, '.title h1')).toBe('echo c'));
    await page.focus('#command');
    await page.keyboard.press('ArrowUp');
    await page.keyboard.press('ArrowUp');
    expect(await page.$eval('#command', (input) => input instanceof HTMLInputElement && input.value)).toBe('echo b');
    await page.close();
  });

  it('opens a log alone in a new tab', async () => {
    const server = await devServer();
    const { job } = await server.jobs.start({ shell: 'echo alone' });
    const page = await open(pageOf(server));
    await until(async () => expect(await page.$$('a[target=_blank]')).toHaveLength(1));
    const href = await page.$eval('a[target=_blank]', (link) => (link instanceof HTMLAnchorElement ? link.href : ''));
    expect(new URL(href).searchParams.get('log')).toBe(job.channel);
    const solo = await open(href);
    await until(async () => expect(await shown(solo)).toContain('alone'));
    expect(await solo.$$('nav, #command')).toEqual([]);
    await Promise.all([page.close(), solo.close()]);
  });

  it('hides the command box where running is off, and says why a command was refused', async () => {
    const off = await devServer({ isRunAllowed: false });
    const page = await open(pageOf(off));
    await until(async () => expect(await page.$eval('form.command', (form) => form.hidden)).toBe(true));
    await page.close();
    const on = await devServer();
    const other = await open(pageOf(on));
    await until(async () => expect(await other.$eval('form.command', (form) => form.hidden)).toBe(false));
    await other.evaluate(() => {
      const input = document.querySelector<HTMLInputElement>('#command');
      if (input !== null) input.maxLength = 100_000;
    });
    await other.$eval('#command', (input) => input instanceof HTMLInputElement && (input.value = 'x'.repeat(9_000)));
    await other.focus('#command');
    await other.keyboard.press('Enter');
    await until(async () => expect(await text(other, '[role=alert]')).toMatch(/longer than 8192/));
    await other.close();
  });

  it('says that the server is unreachable, and continues when it is back', async () => {
    const dataDirectory = await temporaryFolder();
    const first = await devServer({ dataDirectory });
    const port = Number(new URL(first.origin).port);
    const page = await open(pageOf(first));
    await until(async () => expect(await text(page, '.empty h1')).toBe('No logs yet'));
    await first.close();
    await until(async () => expect(await text(page, '.trouble')).toMatch(/Can't reach the server/));
    const second = await devServer({ port, dataDirectory });
    await second.jobs.start({ shell: 'echo again' });
    await until(async () => expect(await shown(page)).toContain('again'));
    expect(await page.$eval('.trouble', (line) => line instanceof HTMLElement && line.hidden)).toBe(true);
    await page.close();
  });

  it('loads the viewer once the server delivers it', async () => {
    const server = await devServer();
    await server.jobs.start({ shell: 'echo seen after all; sleep 1000' });
    const page = await tabs.browser.newPage();
    await page.setRequestInterception(true);
    let refused = 0;
    page.on('request', (request) => {
      const isViewer = new URL(request.url()).pathname === '/log-stream/assets/log-stream.js';
      if (isViewer && refused === 0) {
        refused += 1;
        void request.abort();
      } else {
        void request.continue();
      }
    });
    await page.goto(pageOf(server));
    await until(async () => expect(await text(page, 'body > .trouble')).toMatch(/The viewer didn't load/));
    await until(async () => expect(await shown(page)).toContain('seen after all'));
    expect(await page.$('body > .trouble')).toBeNull();
    await page.close();
  });

  it.each([360, 800, 1_280])('has one header of at most 48 px above line 1 at %i px', async (width) => {
    const server = await devServer();
    for (let run = 1; run <= 2; run += 1) await (await server.jobs.start({ shell: 'seq 1 9' })).done;
    const page = await open(pageOf(server));
    await page.setViewport({ width, height: 800 });
    await until(async () => expect(await shown(page)).toContain('Succeeded'));
    const top = await page.$eval('log-stream', (log) => log.shadowRoot?.querySelector('.row')?.getBoundingClientRect().top);
    expect(top).toBeGreaterThan(0);
    expect(top).toBeLessThanOrEqual(48);
    // What names the log and acts on it is in that header.
    expect(await page.$$eval('log-stream > *', (list) => list.map(({ slot }) => slot))).toEqual(['title', 'actions']);
    expect(await text(page, 'log-stream > .title')).toMatch(/^seq 1 9\s*#2$/u);
    await page.close();
  });

  it.each([360, 1_280])('shows everything without scrolling sideways at %i px', async (width) => {
    const server = await devServer();
    await (
      await server.jobs.start({ shell: `echo ${'long'.repeat(200)}` })
    ).done;
    const page = await open(pageOf(server));
    await page.setViewport({ width, height: 740 });
    await until(async () => expect(await shown(page)).toContain('long'));
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(width);
    for (const view of ['log', 'list']) {
      if (view === 'list' && width < 720) await page.click('.back');
      const outside = await page.$$eval('button, a, input', (controls) =>
        controls
          .map((control) => control.getBoundingClientRect())
          .filter((box) => box.width > 0 && (box.left < 0 || box.right > innerWidth || box.bottom > innerHeight)),
      );
      expect(outside).toEqual([]);
    }
    await page.close();
  });

  it('violates its own policy nowhere', async () => {
    const server = await devServer();
    await (
      await server.jobs.start({ shell: 'echo x' })
    ).done;
    const page = await open(pageOf(server));
    await until(async () => expect(await shown(page)).toContain('x'));
    const refused = await page.evaluate(() => Reflect.get(window, 'refused') as string[]);
    expect(refused).toEqual([]);
    await page.close();
  });
});
