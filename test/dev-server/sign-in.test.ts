import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Page } from 'puppeteer-core';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { RedirectFile } from '../../src/dev-server/access/redirect-file.ts';
import type { DevServer } from '../../src/dev-server/server/running-server.ts';
import { Tabs } from '../tabs/driver.ts';
import { CONSOLE_TOKEN, devServer, pageOf, temporaryFolder } from './support.ts';

// Each test has a server at another port, so a session of its own.
let tabs: Tabs;

beforeAll(async () => {
  tabs = await Tabs.launch();
}, 90_000);
afterAll(() => tabs.close());
afterEach(async () => {
  const [first, ...others] = await tabs.browser.pages();
  await Promise.all([first?.goto('about:blank'), ...others.map((page) => page.close())]);
  expect(tabs.takeProblems()).toEqual([]);
});

const until = (check: () => Promise<void> | void): Promise<void> => vi.waitFor(check, { timeout: 15_000, interval: 50 });

const text = (page: Page, selector = 'body'): Promise<string> =>
  page.evaluate((wanted) => {
    const element = document.querySelector<HTMLElement>(wanted);
    return element?.checkVisibility() === true ? element.innerText : '';
  }, selector);

const shown = (page: Page): Promise<string> => page.evaluate(() => document.querySelector('log-stream')?.shadowRoot?.textContent ?? '');

/** The page asks for the token, and shows nothing else. */
async function expectSignIn(page: Page): Promise<void> {
  await until(async () => expect(await text(page, '.sign-in')).toMatch(/Open the address that log-stream printed .*paste the token/));
  expect(await text(page, 'nav')).toBe('');
}

/** The page shows a log; one that is behind others does not look for it. */
async function expectLogs(page: Page, output: string): Promise<void> {
  await page.bringToFront();
  await until(async () => expect(await shown(page)).toContain(output));
  await until(async () => expect(await page.$('.sign-in')).toBeNull());
}

async function withJob(settings: Parameters<typeof devServer>[0] = {}, output = 'hello from the job'): Promise<DevServer> {
  const server = await devServer(settings);
  await (
    await server.jobs.start({ shell: `echo ${output}` })
  ).done;
  return server;
}

async function paste(page: Page, pasted: string): Promise<void> {
  await page.waitForSelector('#token');
  await page.$eval('#token', (input, value) => input instanceof HTMLInputElement && (input.value = value), pasted);
  await page.focus('#token');
  await page.keyboard.press('Enter');
}

/** The tab that a page has opened. */
async function openedBy(opener: Page, act: () => Promise<unknown>): Promise<Page> {
  await opener.bringToFront();
  const before = new Set(await tabs.browser.pages());
  await act();
  return vi.waitFor(
    async () => {
      const page = (await tabs.browser.pages()).find((one) => !before.has(one));
      if (page === undefined) throw new Error('No tab was opened.');
      return page;
    },
    { timeout: 15_000, interval: 50 },
  );
}

describe('the console page in a browser without a session', () => {
  it('says where to find the address, and shows no logs', async () => {
    const server = await withJob();
    const page = await tabs.open(server.url);
    await expectSignIn(page);
    expect(await text(page)).not.toContain('hello from the job');
    expect(await page.evaluate(() => document.activeElement?.id)).toBe('token');
    const { job } = await server.jobs.start({ shell: 'echo alone' });
    await expectSignIn(await tabs.open(`${server.url}?log=${encodeURIComponent(job.channel)}&solo`));
  });

  it('takes a pasted token or address, and says when the token is wrong', async () => {
    const server = await withJob();
    const page = await tabs.open(server.url);
    await paste(page, 'another-token-than-the-one');
    await until(async () => expect(await text(page, '.sign-in [role=alert]')).toMatch(/not the console token of this server/));
    await paste(page, `  ${CONSOLE_TOKEN}\n`);
    await expectLogs(page, 'hello from the job');
    expect(await page.evaluate(() => document.activeElement?.id)).toBe('command');

    await page.evaluate(() => localStorage.clear());
    await page.reload();
    await paste(page, pageOf(server));
    await expectLogs(page, 'hello from the job');
  });

  it('removes the token from the address and the history', async () => {
    const server = await withJob();
    const channel = server.jobs.jobs[0]?.channel ?? '';
    const page = await tabs.open(`${server.url}?log=${encodeURIComponent(channel)}#token=${CONSOLE_TOKEN}`);
    await expectLogs(page, 'hello from the job');
    expect(page.url()).toBe(`${server.url}?log=${encodeURIComponent(channel)}`);
    await page.goto('about:blank');
    await page.goBack();
    await expectLogs(page, 'hello from the job');
    expect(page.url()).not.toContain('token');
    const kept = await page.evaluate(() => JSON.stringify([Object.entries(localStorage), Object.entries(sessionStorage), document.cookie]));
    expect(kept).not.toContain(CONSOLE_TOKEN);
  });

  it('gets a session even if it is reloaded before the server has answered', async () => {
    const server = await withJob();
    const page = await tabs.browser.newPage();
    await page.setRequestInterception(true);
    let traded = 0;
    page.on('request', (request) => {
      const trades = request.method() === 'POST' && request.url().endsWith('/console/session');
      if (trades) traded += 1;
      // The first one is left without an answer.
      if (!trades || traded > 1) void request.continue();
    });
    await page.goto(pageOf(server));
    await until(() => expect(traded).toBe(1));
    await page.reload();
    await expectLogs(page, 'hello from the job');
    expect(traded).toBe(2);
    expect(page.url()).not.toContain('token');
  });

  it('takes an address that is typed over the plain one without a reload', async () => {
    const server = await withJob();
    const page = await tabs.open(server.url);
    await expectSignIn(page);
    await page.evaluate((url) => location.assign(url), pageOf(server));
    await expectLogs(page, 'hello from the job');
    expect(page.url()).toBe(server.url);
  });

  it('is reached through the file that a browser is started on', async () => {
    const server = await withJob();
    const file = await RedirectFile.write(await temporaryFolder(), pageOf(server));
    const page = await tabs.open(pathToFileURL(file.path).href);
    await expectLogs(page, 'hello from the job');
    expect(page.url()).toBe(server.url);
  });

  it('takes a code once', async () => {
    const server = await withJob();
    const address = `${server.url}#code=${server.issueCode()}`;
    const page = await tabs.open(address);
    await expectLogs(page, 'hello from the job');
    await page.reload();
    await expectLogs(page, 'hello from the job');
    await page.evaluate(() => localStorage.clear());
    await page.goto('about:blank');
    await page.goto(address);
    await until(async () => expect(await text(page, '.sign-in [role=alert]')).toMatch(/already used/));
  });
});

describe('the console page in a browser with a session', () => {
  it('opens in new tabs by link, Ctrl-click, address and duplication', async () => {
    const server = await withJob();
    const page = await tabs.open(pageOf(server));
    await expectLogs(page, 'hello from the job');
    const solo = await openedBy(page, () => page.click('a[target=_blank]'));
    await expectLogs(solo, 'hello from the job');
    const beside = await openedBy(page, async () => {
      await page.keyboard.down('Control');
      await page.click('nav a');
      await page.keyboard.up('Control');
    });
    await expectLogs(beside, 'hello from the job');
    expect(new URL(beside.url()).searchParams.get('log')).toBe(server.jobs.jobs[0]?.channel);
    // As the browser copies a tab: its address, its history and what it keeps for the tab alone.
    await expectLogs(await openedBy(page, () => page.evaluate(() => void open(location.href))), 'hello from the job');
    await expectLogs(await tabs.open(server.url), 'hello from the job');
    // All of it is one session.
    await expectLogs(await tabs.open(pageOf(server)), 'hello from the job');
    expect(await page.evaluate(() => fetch('/console/session').then(({ status }) => status))).toBe(401);
  });

  it('works after a reload, and after leaving and coming back', async () => {
    const server = await withJob();
    const page = await tabs.open(pageOf(server));
    await expectLogs(page, 'hello from the job');
    await page.reload();
    await expectLogs(page, 'hello from the job');
    await page.goto('about:blank');
    await page.goBack();
    await expectLogs(page, 'hello from the job');
  });

  it('continues after a restart of the server without signing in', async () => {
    const dataDirectory = await temporaryFolder();
    const settings = { dataDirectory, consoleToken: undefined };
    const first = await withJob(settings);
    const page = await tabs.open(`${first.url}#token=${first.consoleToken ?? ''}`);
    await expectLogs(page, 'hello from the job');
    await first.close();
    await until(async () => expect(await text(page, '.trouble')).toMatch(/Can't reach the server/));
    const second = await devServer({ ...settings, port: Number(new URL(first.origin).port) });
    await (
      await second.jobs.start({ shell: 'echo after the restart' })
    ).done;
    await until(async () =>
      expect(await page.$$eval('nav .name', (list) => list.map((name) => name.textContent))).toContain('echo after the restart'),
    );
    expect(await page.$('.sign-in')).toBeNull();
    await page.reload();
    await expectLogs(page, 'after the restart');
  });

  it('works for two servers at two ports of a host', async () => {
    const [one, other] = await Promise.all([
      withJob({ consoleToken: 'the-token-of-one-server' }, 'one server'),
      withJob({ consoleToken: 'the-token-of-the-other' }, 'the other server'),
    ]);
    const first = await tabs.open(`${one.url}#token=the-token-of-one-server`);
    await expectLogs(first, 'one server');
    const second = await tabs.open(other.url);
    await expectSignIn(second);
    await paste(second, 'the-token-of-one-server');
    await until(async () => expect(await text(second, '.sign-in [role=alert]')).toMatch(/not the console token of this server/));
    await paste(second, 'the-token-of-the-other');
    await expectLogs(second, 'the other server');
    for (const [page, output] of [
      [first, 'one server'],
      [second, 'the other server'],
    ] as const) {
      await page.reload();
      await expectLogs(page, output);
    }
  });

  it('runs commands and renews topics with the session', async () => {
    const server = await withJob();
    const page = await tabs.open(pageOf(server));
    await expectLogs(page, 'hello from the job');
    await page.type('#command', 'echo typed here');
    await page.keyboard.press('Enter');
    await expectLogs(page, 'typed here');
    const renewed = await page.evaluate(async () => {
      const log = document.querySelector('log-stream');
      const event = new Event('log-stream-refresh');
      const answer = new Promise((resolve) => Object.assign(event, { detail: { respondWith: resolve } }));
      log?.dispatchEvent(event);
      return String(await answer);
    });
    expect(renewed).toMatch(/^[\w+/=-]+--[0-9a-f]{64}$/u);
  });
});

describe('a lost session', () => {
  it('is requested in every tab when the token was removed, and one sign-in is enough for all', async () => {
    const dataDirectory = await temporaryFolder();
    const server = await withJob({ dataDirectory, consoleToken: undefined });
    const page = await tabs.open(`${server.url}#token=${server.consoleToken ?? ''}`);
    const second = await tabs.open(server.url);
    await page.bringToFront();
    await expectLogs(page, 'hello from the job');
    await rm(join(dataDirectory, 'console-token'));
    await page.type('#command', 'echo refused');
    await page.keyboard.press('Enter');
    await expectSignIn(page);
    expect(server.jobs.jobs).toHaveLength(1);
    await second.bringToFront();
    await second.reload();
    await expectSignIn(second);
    await paste(second, server.consoleToken ?? '');
    await expectLogs(second, 'hello from the job');
    await page.bringToFront();
    await expectLogs(page, 'hello from the job');
    // What was typed is still there.
    expect(await page.$eval('#command', (input) => input instanceof HTMLInputElement && input.value)).toBe('echo refused');
  });

  it('is begun again over an invalid cookie', async () => {
    const dataDirectory = await temporaryFolder();
    const server = await withJob({ dataDirectory });
    const page = await tabs.open(pageOf(server));
    await expectLogs(page, 'hello from the job');
    await rm(join(dataDirectory, 'console-sessions'), { recursive: true });
    await page.reload();
    await expectSignIn(page);
    await paste(page, CONSOLE_TOKEN);
    await expectLogs(page, 'hello from the job');
  });

  it('lasts as long as the page where the browser stores nothing', async () => {
    const server = await withJob();
    const page = await tabs.blank();
    await page.evaluateOnNewDocument(() => {
      Object.defineProperty(window, 'localStorage', {
        get: () => {
          throw new DOMException('denied', 'SecurityError');
        },
      });
    });
    await page.goto(pageOf(server));
    await expectLogs(page, 'hello from the job');
    await page.reload();
    await expectSignIn(page);
    await paste(page, CONSOLE_TOKEN);
    await expectLogs(page, 'hello from the job');
  });

  it('is explained where the browser blocks cookies', async () => {
    const server = await withJob();
    const page = await tabs.blank();
    await page.evaluateOnNewDocument(() => {
      const original = window.fetch;
      window.fetch = (input, init) => original(input, { ...init, credentials: 'omit' });
    });
    await page.goto(pageOf(server));
    await until(async () => expect(await text(page, '.sign-in [role=alert]')).toMatch(/blocks cookies/));
  });

  it('is retried until the server answers', async () => {
    const dataDirectory = await temporaryFolder();
    const first = await withJob({ dataDirectory });
    const page = await tabs.open(first.url);
    await expectSignIn(page);
    await page.evaluate(() => customElements.whenDefined('log-stream').then(() => undefined));
    await first.close();
    await paste(page, CONSOLE_TOKEN);
    await until(async () => expect(await text(page, '.sign-in [role=alert]')).toMatch(/Can't reach the server/));
    await withJob({ dataDirectory, port: Number(new URL(first.origin).port) }, 'back again');
    await expectLogs(page, 'back again');
  });
});
