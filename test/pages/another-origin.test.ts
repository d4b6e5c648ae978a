// A page whose element comes from a log server of another origin: one socket for all tabs, where browser, page and server let it.
import type { Page } from 'puppeteer-core';
import { describe, expect, it, vi } from 'vitest';
import { shownRows, shownState, stats } from '../tabs/site.ts';
import { patience } from '../tabs/stage.ts';
import type { PageServer } from './page-server.ts';
import { logMarkup, PageStage } from './page-stage.ts';

const stage = PageStage.set();

interface Foreign {
  readonly logs: PageServer;
  readonly url: string;
}

/** A page, and the log server of another origin that its scripts come from. The server admits the page's origin, and `also`. */
async function apart(also: readonly string[], policy = ''): Promise<Foreign> {
  const pages = await stage.site();
  const logs = await stage.site({ allowOrigins: [pages.origin, ...also] });
  const head = `<!doctype html><html lang="en"><meta charset="utf-8"><title>Log</title><link rel="log-stream" href="${logs.origin}/log-stream">`;
  const headers =
    policy === '' ? {} : { 'content-security-policy': policy.replaceAll('LOGS', `${logs.origin} ws://127.0.0.1:${logs.port}`) };
  return { logs, url: pages.put('/', head + logMarkup(logs.origin).replace('…', logs.topic), headers) };
}

async function openTwo(url: string): Promise<[Page, Page]> {
  const [first, second] = [(await stage.open(url)).page, (await stage.open(url)).page];
  for (const page of [first, second]) {
    await page.bringToFront();
    await stage.waitForLog(page);
  }
  return [first, second];
}

const advice = (): string[] => stage.console.filter((text) => text.startsWith('log-stream: '));

describe('tabs of a page whose element is from another origin', () => {
  it('share one worker and one socket where the server admits the origin null', async () => {
    const { logs, url } = await apart(['null']);
    const [first, second] = await openTwo(url);
    for (const page of [first, second])
      await vi.waitFor(async () => expect(await stats(page)).toMatchObject({ transport: 'shared-worker', tabs: 2, sockets: 1 }), patience);
    expect(logs.logs.stats().sockets).toBe(1);
    await logs.write(6, 8);
    for (const page of [first, second]) {
      await page.bringToFront();
      await vi.waitFor(async () => expect((await shownRows(page)).at(-1)).toBe('8: line 8'), patience);
    }
    await logs.end();
    for (const page of [first, second]) await vi.waitFor(async () => expect(await shownState(page)).toBe('ended'), patience);
    expect(advice()).toEqual([]);
  });

  it('share them under a strict policy that allows data: workers, and regular expressions work', async () => {
    const policy =
      "default-src 'none'; script-src LOGS; connect-src LOGS; worker-src data: LOGS; require-trusted-types-for 'script'; trusted-types lit-html log-stream";
    const { url } = await apart(['null'], policy);
    const [first] = await openTwo(url);
    await vi.waitFor(async () => expect(await stats(first)).toMatchObject({ transport: 'shared-worker', tabs: 2, sockets: 1 }), patience);
    await first.bringToFront();
    const found = await first.evaluate(() => {
      const log = document.querySelector('log-stream') as HTMLElement & { find(query: string, options: object): Promise<number> };
      return log.find('line [1-3]$', { regex: true });
    });
    expect(found).toBe(3);
    const marks = (): Promise<number> => first.evaluate(() => [...CSS.highlights.values()].reduce((sum, { size }) => sum + size, 0));
    await vi.waitFor(async () => expect(await marks()).toBeGreaterThanOrEqual(3), patience);
  });

  it('have a socket each where the server does not admit it, and say once what to do', async () => {
    const { logs, url } = await apart([]);
    const [first, second] = await openTwo(url);
    for (const page of [first, second]) expect(await stats(page)).toMatchObject({ transport: 'page', tabs: 1, sockets: 1 });
    expect(logs.logs.stats().sockets).toBe(2);
    expect(advice()).toEqual([expect.stringContaining('--allow-origin null'), expect.stringContaining('--allow-origin null')]);
  });

  it('start no worker that only markup names', async () => {
    const pages = await stage.site();
    const others = await stage.site({ allowOrigins: '*' });
    const url = `${others.origin}/log-stream/assets/worker.js`;
    const markup = logMarkup().replace('<log-stream', `<log-stream worker-url="${url}"`);
    const page = await stage.blank();
    const asked: string[] = [];
    page.on('request', (request) => asked.push(request.url()));
    await page.goto(pages.put('/', `<!doctype html><html lang="en"><title>Log</title>${markup}`));
    await page.bringToFront();
    await stage.waitForLog(page);
    expect(asked.filter((address) => address.startsWith(others.origin))).toEqual([]);
    expect(stage.tabs.sharedWorkers().map((worker) => worker.url())).toEqual([`${pages.origin}/log-stream/assets/worker.js`]);
  });

  it('have a socket each where the page allows no such workers', async () => {
    const { url } = await apart(['null'], "default-src 'none'; script-src LOGS; connect-src LOGS; worker-src 'self'");
    const [first] = await openTwo(url);
    expect(await stats(first)).toMatchObject({ transport: 'page', tabs: 1, sockets: 1 });
    expect(advice()).toHaveLength(2);
  });
});
