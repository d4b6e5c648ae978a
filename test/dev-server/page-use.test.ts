import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'puppeteer-core';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { Tabs } from '../tabs/driver.ts';
import type { DevServer } from '../../src/dev-server/server/running-server.ts';
import { devServer, fetchAsOwner, pageOf, temporaryFolder } from './support.ts';

let tabs: Tabs;

beforeAll(async () => {
  tabs = await Tabs.launch();
}, 90_000);
afterAll(() => tabs.close());

const until = (check: () => Promise<void> | void): Promise<void> => vi.waitFor(check, { timeout: 15_000, interval: 50 });

const shown = (page: Page): Promise<string> => page.evaluate(() => document.querySelector('log-stream')?.shadowRoot?.textContent ?? '');

/** Waits for the toolbar of the log: the header is complete then. */
const toolbar = (page: Page): Promise<void> =>
  until(async () =>
    expect(
      await page.evaluate(() => document.querySelector('log-stream')?.shadowRoot?.querySelector('.toolbar .icon') instanceof Element),
    ).toBe(true),
  );

const text = (page: Page, selector: string): Promise<string> =>
  page.evaluate((wanted) => {
    const element = document.querySelector<HTMLElement>(wanted);
    return element?.checkVisibility() === true ? element.innerText : '';
  }, selector);

/** What has the focus, by its name. */
const focused = (page: Page): Promise<string> =>
  page.evaluate(() => {
    const { activeElement } = document;
    return activeElement === null ? '' : `${activeElement.localName} ${activeElement.ariaLabel ?? activeElement.textContent ?? ''}`.trim();
  });

/** Appends a line to a log. */
async function append({ origin }: DevServer, channel: string, query = ''): Promise<void> {
  const topic = await (await fetchAsOwner(`${origin}/log-stream/sign?channel=${channel}&write=1`)).text();
  const headers = { authorization: `Bearer ${topic}` };
  const answer = await fetch(`${origin}/log-stream/topics/${channel}${query}`, { method: 'POST', headers, body: 'x\n' });
  expect(answer.ok).toBe(true);
}

/** How the server answers a request for a log. */
async function readStatus({ origin }: DevServer, channel: string): Promise<number> {
  const topic = await (await fetchAsOwner(`${origin}/log-stream/sign?channel=${channel}`)).text();
  return (await fetch(`${origin}/log-stream/topics/${channel}`, { headers: { authorization: `Bearer ${topic}` } })).status;
}

describe('the focus in the console page', () => {
  it('stays on Stop until the job has ended, then moves to Restart', async () => {
    const dataDirectory = await temporaryFolder();
    const server = await devServer({ dataDirectory });
    await server.jobs.start({ shell: 'trap "" TERM; echo ready; while test ! -e over; do sleep 0.02; done' });
    const page = await tabs.open(pageOf(server));
    await until(async () => expect(await shown(page)).toContain('ready'));
    await page.focus('.actions .stop');
    await page.keyboard.press('Enter');
    await until(async () => expect(await text(page, 'nav .state')).toBe('Stopping…'));
    expect(await focused(page)).toBe('button Stop');
    expect(await page.$eval('.actions .stop', (button) => button.ariaDisabled)).toBe('true');
    await writeFile(join(dataDirectory, 'over'), '');
    await until(async () => expect(await page.$('.actions .stop[hidden]')).not.toBeNull());
    expect(await focused(page)).toBe('button Restart');
    await page.close();
  });

  it('stays on Run while a command is started, which starts only once', async () => {
    const server = await devServer();
    const page = await tabs.open(pageOf(server));
    await page.waitForSelector('#command', { visible: true });
    await page.type('#command', 'echo once; sleep 1000');
    await page.focus('.command .run');
    await page.evaluate(() => {
      const button = document.querySelector<HTMLElement>('.command .run');
      button?.click();
      button?.click();
    });
    await until(async () => expect(await shown(page)).toContain('once'));
    expect(await focused(page)).toBe('button Run');
    expect(server.jobs.jobs).toHaveLength(1);
    await page.close();
  });

  it('stays on a log that moves in the list, and moves to the next when it is removed', async () => {
    const server = await devServer();
    const write = async (channel: string, method = 'POST'): Promise<void> => {
      const topic = await (await fetchAsOwner(`${server.origin}/log-stream/sign?channel=${channel}&write=1`)).text();
      const answer = await fetch(`${server.origin}/log-stream/topics/${channel}`, {
        method,
        headers: { authorization: `Bearer ${topic}` },
        ...(method === 'POST' ? { body: 'x\n' } : {}),
      });
      expect(answer.ok).toBe(true);
    };
    const names = (page: Page): Promise<string[]> => page.$$eval('nav .name', (list) => list.map((name) => name.textContent ?? ''));
    for (const channel of ['one', 'two', 'three']) await write(channel);
    const page = await tabs.open(pageOf(server));
    await until(async () => expect((await names(page)).sort()).toEqual(['one', 'three', 'two']));
    const at = (await names(page)).findIndex((name) => name === 'one');
    await (await page.$$('nav a'))[at]?.focus();
    await write('one');
    await until(async () => expect((await names(page))[0]).toBe('one'));
    expect(await focused(page)).toMatch(/^a one/);
    await write('one', 'DELETE');
    await until(async () => expect(await names(page)).toHaveLength(2));
    expect(await focused(page)).toMatch(/^a (two|three)/);
    await page.close();
  });

  it('moves to the log and back to the list on a small screen', async () => {
    const server = await devServer();
    for (const shell of ['echo a', 'echo b']) await (await server.jobs.start({ shell })).done;
    const page = await tabs.open(pageOf(server));
    await page.setViewport({ width: 400, height: 700 });
    await until(async () => expect(await shown(page)).toContain('b'));
    await page.focus('.back');
    await page.keyboard.press('Enter');
    expect(await focused(page)).toMatch(/^a echo b/);
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await until(async () => expect(await focused(page)).toBe('h1 echo a'));
    await until(async () => expect(await shown(page)).toContain('a'));
    expect(await focused(page)).toBe('h1 echo a');
    await page.close();
  });
});

describe('the console page', () => {
  it('removes a log, which can be undone for a while', async () => {
    const server = await devServer();
    for (const channel of ['one', 'two']) await append(server, channel);
    const page = await tabs.open(pageOf(server));
    await until(async () => expect(await text(page, '[aria-current] .name')).toBe('two'));
    await page.focus('[aria-current]');
    await page.keyboard.press('Delete');
    await until(async () => expect(await text(page, '.undo span')).toBe('Removed two'));
    expect(await text(page, '[aria-current] .name')).toBe('one');
    await page.click('.undo button');
    await until(async () => expect(await page.$$eval('nav .name', (list) => list.length)).toBe(2));
    expect(await focused(page)).toContain('two');
    for (let listed = 2; listed > 0; listed -= 1) await page.click(`nav li:nth-child(${listed}) .remove`);
    await until(async () => expect(await readStatus(server, 'two')).toBe(404));
    await page.close();
  });

  it('filters a long list by name and state', async () => {
    const server = await devServer();
    for (let number = 1; number <= 8; number += 1) await append(server, `log-${number}`, number === 5 ? '?end=1' : '');
    const page = await tabs.open(pageOf(server));
    await page.waitForSelector('.filter input', { visible: true });
    const names = (): Promise<string[]> => page.$$eval('nav .name', (list) => list.map((name) => name.textContent ?? ''));
    await page.type('.filter input', 'LOG-3');
    await until(async () => expect(await names()).toEqual(['log-3']));
    await page.type('.filter input', '0');
    await until(async () => expect(await text(page, '.none p')).toBe('No logs match.'));
    await page.click('.none button');
    await until(async () => expect(await names()).toHaveLength(8));
    expect(await focused(page)).toBe('input Filter logs');
    await page.click('.states button:nth-child(3)');
    await until(async () => expect(await names()).toEqual(['log-5']));
    await page.close();
  });

  it('says how to write to a log that does not exist yet', async () => {
    const server = await devServer();
    const page = await tabs.open(pageOf(server).replace('/#', '/?log=deploy%2Fblue#'));
    await until(async () => expect(await text(page, '.unwritten')).toContain('Nothing has been written to deploy/blue yet.'));
    expect(await text(page, '.unwritten pre')).toBe('npm test 2>&1 | npx log-stream append deploy/blue');
    expect(await text(page, 'h1')).toBe('deploy/blue');
    await append(server, 'deploy/blue');
    await until(async () => expect(await text(page, 'nav .state')).toBe('Live'));
    expect(await text(page, '.unwritten')).toBe('');
    await page.close();
  });

  it('says nothing of whether a log is empty before it has loaded the viewer', async () => {
    const server = await devServer();
    const page = await tabs.blank();
    let load: (() => Promise<void>) | undefined;
    await page.setRequestInterception(true);
    page.on('request', (request) => {
      if (request.url().endsWith('/assets/log-stream.js')) load = () => request.continue();
      else void request.continue();
    });
    await page.goto(pageOf(server).replace('/#', '/?log=deploy%2Fblue#'));
    await page.waitForSelector('.unwritten');
    expect(await text(page, '.unwritten')).toBe('');
    await until(() => expect(load).toBeTypeOf('function'));
    await load?.();
    await until(async () => expect(await text(page, '.unwritten')).toContain('Nothing has been written'));
    await page.close();
  });

  it('opens a log at the line that its address names', async () => {
    const server = await devServer();
    await (
      await server.jobs.start({ shell: 'seq 1 3000' })
    ).done;
    const channel = server.jobs.jobs[0]?.channel ?? '';
    for (const solo of ['', '&solo']) {
      const page = await tabs.blank();
      await page.goto(pageOf(server));
      await until(async () => expect(await shown(page)).toContain('3000'));
      await page.goto(`${server.url}?log=${encodeURIComponent(channel)}${solo}#L700`);
      await until(async () => expect(await shown(page)).toContain('700'));
      expect(new URL(page.url()).hash).toBe('#L700');
      expect(await page.$eval('log-stream', (log) => log.hasAttribute('permalink'))).toBe(true);
      await page.close();
    }
  });

  it('shows tips to pointer and keyboard until Escape', async () => {
    const server = await devServer();
    await (
      await server.jobs.start({ shell: 'echo a' })
    ).done;
    const page = await tabs.open(pageOf(server));
    await page.setViewport({ width: 900, height: 700 });
    await until(async () => expect(await shown(page)).toContain('a'));
    const tip = (): Promise<string> => text(page, '[role=tooltip]');
    await toolbar(page);
    await page.hover('.actions .restart');
    await until(async () => expect(await tip()).toBe('Restart'));
    expect(await page.$eval('.actions .restart', (button) => button.getAttribute('aria-describedby'))).toBe('tip');
    // The pointer may go onto it.
    await page.hover('[role=tooltip]');
    expect(await tip()).toBe('Restart');
    await page.keyboard.press('Escape');
    expect(await page.$('[role=tooltip]')).toBeNull();
    await page.focus('.actions .restart');
    await page.keyboard.press('Tab');
    await until(async () => expect(await tip()).toBe('Edit'));
    await page.keyboard.press('Escape');
    expect(await page.$('[role=tooltip]')).toBeNull();
    expect(await focused(page)).toBe('button Edit');
    // Where its name is to be read it is not said twice.
    await page.setViewport({ width: 400, height: 700 });
    await page.click('.actions .more');
    await page.waitForSelector('.secondary:popover-open');
    await page.focus('.actions .edit');
    await page.keyboard.press('Tab');
    expect(await page.$('[role=tooltip]')).toBeNull();
    expect(await focused(page)).toBe('button Copy command');
    expect(await page.$$eval('[title]', (list) => list.filter((element) => element.localName !== 'log-stream').length)).toBe(0);
    await page.close();
  });

  it.each([
    ['a mouse', false, 24],
    ['a finger', true, 44],
  ])('has targets that %s can hit', async (_what, hasTouch, size) => {
    const server = await devServer();
    await server.jobs.start({ shell: 'echo a; sleep 1000' });
    const page = await tabs.open(pageOf(server));
    for (const width of [400, 1_280]) {
      await page.setViewport({ width, height: 800, hasTouch, isMobile: hasTouch });
      await until(async () => expect(await shown(page)).toContain('a'));
      for (const editing of [false, true]) {
        if (editing && width < 720) await page.click('.actions .more');
        if (editing) await page.click('.actions .edit');
        const small = await page.$$eval(
          '.console button, .console a, .console input',
          (controls, least) =>
            controls
              .map((control) => ({ name: control.className || control.id || control.localName, box: control.getBoundingClientRect() }))
              .filter(({ box }) => box.width > 0 && (box.width < least || box.height < least))
              .map(({ name, box }) => `${name} ${box.width} × ${box.height}`),
          size,
        );
        expect([width, editing, small]).toEqual([width, editing, []]);
      }
      await page.keyboard.press('Escape');
    }
    await page.close();
  });

  it('shows states and the chosen log with forced colours', async () => {
    const server = await devServer();
    for (const shell of ['true', 'false']) await (await server.jobs.start({ shell })).done;
    const stopped = await server.jobs.start({ shell: 'sleep 1000' });
    server.jobs.stop(stopped.job.channel);
    await stopped.done;
    await server.jobs.start({ shell: 'echo running; sleep 1000' });
    const producer = server.produce('somebody/else');
    await producer.write(Buffer.from('x\n'), 'out');
    await producer.finish();
    const page = await tabs.open(pageOf(server));
    const session = await page.createCDPSession();
    await session.send('Emulation.setEmulatedMedia', { features: [{ name: 'forced-colors', value: 'active' }] });
    expect(await page.evaluate(() => matchMedia('(forced-colors: active)').matches)).toBe(true);
    await until(async () => expect(await page.$$('nav .mark[data-status]')).toHaveLength(5));
    const drawn = await page.$$eval('nav .mark', (marks) =>
      marks.map((mark) => {
        const lines = (pseudo?: string): boolean => {
          const { borderTopStyle, borderTopWidth, borderTopColor, display, content } = getComputedStyle(mark, pseudo);
          const isThere = pseudo === undefined || (display !== 'none' && content !== 'none');
          return isThere && borderTopStyle !== 'none' && Number.parseFloat(borderTopWidth) > 0 && borderTopColor !== 'rgba(0, 0, 0, 0)';
        };
        return [mark instanceof HTMLElement ? mark.dataset['status'] : '', lines() || lines('::before')];
      }),
    );
    expect(Object.fromEntries(drawn)).toEqual({ ok: true, failed: true, stopped: true, running: true, active: true });
    const current = await page.$eval('nav a[aria-current]', (link) => getComputedStyle(link).outlineStyle);
    const other = await page.$eval('nav a:not([aria-current])', (link) => getComputedStyle(link).outlineStyle);
    expect([current, other]).toEqual(['solid', 'none']);
    await page.close();
  });
});
