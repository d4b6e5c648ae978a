// What browsers and pages forbid, and what is left: docs/policies.md says the same in words.
import type { Frame, Page } from 'puppeteer-core';
import { describe, expect, it, vi } from 'vitest';
import { shownState, stats } from '../tabs/site.ts';
import { patience } from '../tabs/stage.ts';
import { codeBlocks } from './markdown.ts';
import { logMarkup, PageStage } from './page-stage.ts';

const HTML = '<!doctype html><html lang="en"><meta charset="utf-8"><title>Log</title>';
const NAME = 'logs.test';
const stage = PageStage.set([`--host-resolver-rules=MAP ${NAME} 127.0.0.1`]);

/** Searches by a regular expression, which runs in a dedicated worker; resolves to the number of lines found. */
async function findByRegex(page: Page | Frame): Promise<number> {
  return page.evaluate(async () => {
    const log = document.querySelector('log-stream') as HTMLElement & { find(query: string, options: object): Promise<number> };
    return log.find('line [1-3]$', { regex: true });
  });
}

/** How many lines are highlighted: a regular expression is looked for in rows by the dedicated worker. */
const highlighted = (page: Page | Frame): Promise<number> =>
  page.evaluate(() => [...CSS.highlights.values()].reduce((sum, highlight) => sum + highlight.size, 0));

const sharedByTwo = { transport: 'shared-worker', tabs: 2, sockets: 1 };

describe('a strict Content Security Policy', () => {
  const policies = codeBlocks('docs/policies.md').filter(({ info, code }) => info === 'http' && code.startsWith('Content-Security-Policy'));

  it('is shown in the documentation, as a short form and a long one', () => {
    expect(policies.map(({ code }) => code.trim().replace(/:.*/su, ''))).toEqual(['Content-Security-Policy', 'Content-Security-Policy']);
  });

  it.each(policies.map(({ code }) => code.trim().replace(/^Content-Security-Policy: /u, '')))(
    'keeps nothing from working and is not violated: %s',
    async (policy) => {
      const site = await stage.site();
      const url = site.put('/', `${HTML}${logMarkup()}`, { 'content-security-policy': policy });
      const { page } = await stage.open(url);
      await stage.waitForLog(page);
      expect(await findByRegex(page)).toBe(3);
      await vi.waitFor(async () => expect(await highlighted(page)).toBeGreaterThanOrEqual(3), patience);
      const { page: second } = await stage.open(url);
      await stage.waitForLog(second);
      await vi.waitFor(async () => expect(await stats(second)).toMatchObject(sharedByTwo), patience);
      expect(stage.console.filter((text) => /Content Security Policy|TrustedScript|TrustedHTML|log-stream/u.test(text))).toEqual([]);
    },
  );
});

describe('a page that is isolated from other origins (COOP and COEP)', () => {
  it.each(['require-corp', 'credentialless'])('has its log, one socket for two tabs, and regular expressions: %s', async (policy) => {
    const site = await stage.site();
    const isolated = { 'cross-origin-opener-policy': 'same-origin', 'cross-origin-embedder-policy': policy };
    const url = site.put('/', `${HTML}${logMarkup()}`, isolated);
    const { page } = await stage.open(url);
    expect(await page.evaluate(() => crossOriginIsolated)).toBe(true);
    await stage.waitForLog(page);
    expect(await findByRegex(page)).toBe(3);
    await vi.waitFor(async () => expect(await highlighted(page)).toBeGreaterThanOrEqual(3), patience);
    const { page: second } = await stage.open(url);
    await stage.waitForLog(second);
    await vi.waitFor(async () => expect(await stats(second)).toMatchObject(sharedByTwo), patience);
  });

  it('may load the element from a log server of another origin', async () => {
    const page = await stage.site();
    const logs = await stage.site({ allowOrigins: [page.origin] });
    const { page: tab } = await stage.open(
      page.put('/', `${HTML}<link rel="log-stream" href="${logs.origin}/log-stream">${logMarkup(logs.origin).replace('…', logs.topic)}`, {
        'cross-origin-opener-policy': 'same-origin',
        'cross-origin-embedder-policy': 'require-corp',
      }),
    );
    expect(await tab.evaluate(() => crossOriginIsolated)).toBe(true);
    await stage.waitForLog(tab);
  });
});

describe('a sandboxed frame', () => {
  const framed = (sandbox: string): string => `${HTML}<iframe sandbox="${sandbox}" src="/frame" width="800" height="600"></iframe>`;

  it('without an origin of its own has its log where the server allows "null", with a socket of its own', async () => {
    const site = await stage.site({ allowOrigins: ['null'] });
    site.put('/frame', `${HTML}${logMarkup()}`, { 'access-control-allow-origin': '*' });
    const { page } = await stage.open(site.put('/', framed('allow-scripts')));
    const frame = await stage.frame(page);
    await stage.waitForLog(frame);
    // A frame without an origin may start no SharedWorker.
    expect(await stats(frame)).toMatchObject({ transport: 'page', tabs: 1, sockets: 1 });
  });

  it('is told which option lets it in where the server does not', async () => {
    const site = await stage.site();
    site.put('/frame', `${HTML}${logMarkup()}`);
    const { page } = await stage.open(site.put('/', framed('allow-scripts')));
    const frame = await stage.frame(page);
    await vi.waitFor(async () => expect(await shownState(frame)).toBe('error'), patience);
    await vi.waitFor(() => expect(stage.console.join('\n')).toContain('--allow-origin null'), patience);
  });

  it('that keeps its origin shares the socket of the page', async () => {
    const site = await stage.site();
    site.put('/frame', `${HTML}${logMarkup()}`);
    const { page } = await stage.open(site.put('/', framed('allow-scripts allow-same-origin') + logMarkup()));
    const frame = await stage.frame(page);
    await stage.waitForLog(frame);
    await stage.waitForLog(page);
    await vi.waitFor(async () => expect(await stats(page)).toMatchObject(sharedByTwo), patience);
  });
});

describe('a frame in a page of another site', () => {
  it('has its log, and one socket for all tabs of that site', async () => {
    const site = await stage.site();
    site.put('/frame', `${HTML}${logMarkup()}`);
    const elsewhere = await stage.site();
    // Another site, not only another origin: browsers partition what a frame keeps by it.
    const url = elsewhere
      .put('/', `${HTML}<iframe src="${site.origin}/frame" width="800" height="600"></iframe>`)
      .replace('127.0.0.1', NAME);
    const pages = [(await stage.open(url)).page, (await stage.open(url)).page];
    for (const page of pages) {
      await page.bringToFront();
      await stage.waitForLog(await stage.frame(page));
    }
    await vi.waitFor(() => expect(site.logs.stats()).toMatchObject({ sockets: 1 }), patience);
    // The same site by itself is another partition.
    const { page: own } = await stage.open(`${site.origin}/frame`);
    await stage.waitForLog(own);
    await vi.waitFor(() => expect(site.logs.stats()).toMatchObject({ sockets: 2 }), patience);
  });
});

describe('an insecure context', () => {
  it('has its log, one socket for two tabs, and a copy of lines', async () => {
    const site = await stage.site();
    const url = site.put('/', `${HTML}${logMarkup()}`).replace('127.0.0.1', NAME);
    await stage.open(url);
    const { page } = await stage.open(url);
    expect(await page.evaluate(() => [isSecureContext, 'locks' in navigator, 'clipboard' in navigator])).toEqual([false, false, false]);
    await stage.waitForLog(page);
    await vi.waitFor(async () => expect(await stats(page)).toMatchObject(sharedByTwo), patience);
    expect(await findByRegex(page)).toBe(3);
    const copied = page.evaluate(
      () => new Promise((resolve) => addEventListener('copy', (event) => resolve(event.clipboardData?.getData('text/plain')))),
    );
    await page.evaluate(() => document.querySelector('log-stream')?.shadowRoot?.querySelector<HTMLElement>('.viewport')?.focus());
    await page.keyboard.down('Control');
    await page.keyboard.press('a');
    await page.keyboard.press('c');
    await page.keyboard.up('Control');
    expect(await copied).toBe('line 1\nline 2\nline 3\nline 4\nline 5');
    const refusal = await page.evaluate(() => {
      const log = document.querySelector('log-stream') as HTMLElement & { copy(range: object): Promise<number> };
      return log.copy({ from: 2, to: 3 }).then(
        () => '',
        (error: Error) => error.message,
      );
    });
    expect(refusal).toContain('needs HTTPS');
  });
});
