// The site of the documentation as `npm run docs` has built it: every page of it, in a browser, without a network.
import { readFile } from 'node:fs/promises';
import { existsSync, readdirSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { extname, join } from 'node:path';
import type { Page } from 'puppeteer-core';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { packageRoot } from '../../src/server/util/package-root.ts';
import { Tabs } from '../tabs/driver.ts';
import { shownRows, shownState } from '../tabs/site.ts';
import { patience } from '../tabs/stage.ts';

const SITE = join(packageRoot(), 'docs/.vitepress/dist');
if (!existsSync(SITE)) throw new Error('There is no site: run `npm run docs` first.');

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
  '.png': 'image/png',
  '.webp': 'image/webp',
};
const pages = readdirSync(SITE).filter((name) => name.endsWith('.html') && name !== '404.html');

let server: Server;
let origin: string;
let tabs: Tabs;

beforeAll(async () => {
  tabs = await Tabs.launch();
  server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://site');
    const file = pathname === '/' ? 'index.html' : decodeURIComponent(pathname.slice(1));
    void readFile(join(SITE, file)).then(
      (body) => response.writeHead(200, { 'content-type': TYPES[extname(file)] ?? 'application/octet-stream' }).end(body),
      () => response.writeHead(404).end(),
    );
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterAll(async () => {
  await tabs.close();
  server.closeAllConnections();
  server.close();
});

interface Visited {
  readonly page: Page;
  /** Requests that failed or left the site, and errors. */
  readonly complaints: string[];
}

async function visit(name: string): Promise<Visited> {
  const page = await tabs.blank();
  const complaints: string[] = [];
  page.on('request', (request) => {
    if (/^(?:https?|wss?):/u.test(request.url()) && !request.url().startsWith(origin)) complaints.push(`leaves the site: ${request.url()}`);
  });
  page.on('response', (response) => {
    if (response.status() >= 400 && !response.url().endsWith('/favicon.ico')) complaints.push(`${response.status()} ${response.url()}`);
  });
  page.on('console', (message) => {
    if (['error', 'warn'].includes(message.type()) && !message.text().includes('404')) complaints.push(message.text());
  });
  await page.goto(`${origin}/${name}`, { waitUntil: 'networkidle0' });
  return { page, complaints };
}

/** Of a page: the addresses its links lead to on this site, and the anchors it has. */
async function linksOf(name: string): Promise<{ links: string[]; anchors: string[] }> {
  const html = await readFile(join(SITE, name), 'utf8');
  const links = [...html.matchAll(/<a\b[^>]*?\shref="([^"]+)"/gu)].map(
    ([, href = '']) => new URL(href.replaceAll('&amp;', '&'), `${origin}/${name}`),
  );
  return {
    links: links
      .filter((url) => url.origin === origin)
      .map(({ pathname, hash }) => pathname.replace(/^\/$/u, '/index.html') + decodeURIComponent(hash)),
    anchors: [...html.matchAll(/\sid="([^"]+)"/gu)].map(([, id = '']) => id),
  };
}

describe('the site of the documentation', () => {
  it('has a page for each document that people are sent to', () => {
    const wanted = ['index', 'getting-started', 'ELEMENT', 'theming', 'PROTOCOL', 'operating', 'SECURITY', 'policies', 'accessibility'];
    expect(pages).toEqual(
      expect.arrayContaining([...wanted, 'comparison', 'producers', 'words', 'reading-logs', 'dashboards'].map((name) => `${name}.html`)),
    );
  });

  it('has no link that leads nowhere, nor to a heading that is not there', async () => {
    const found = new Map<string, Awaited<ReturnType<typeof linksOf>>>();
    for (const name of pages) found.set(`/${name}`, await linksOf(name));
    const broken = [...found].flatMap(([name, { links }]) =>
      links
        .filter((link) => {
          const [path = '', anchor] = link.split('#');
          const target = found.get(path);
          return target === undefined || (anchor !== undefined && anchor !== '' && !target.anchors.includes(anchor));
        })
        .map((link) => `${name}: ${link}`),
    );
    expect(broken).toEqual([]);
  });

  it.each(pages)('opens %s without an error, and asks no other site for anything', async (name) => {
    const { page, complaints } = await visit(name);
    expect(complaints).toEqual([]);
    expect((await page.$('h1')) === null).toBe(false);
    await page.close();
  });

  it('shows a live log on its first page, whose find bar counts', async () => {
    const { page, complaints } = await visit('index.html');
    await page.bringToFront();
    await vi.waitFor(async () => expect(await shownState(page)).toBe('live'), patience);
    await vi.waitFor(async () => expect((await shownRows(page)).length).toBeGreaterThan(5), patience);
    const found = await page.evaluate(async () => {
      const log = document.querySelector('log-stream') as HTMLElement & { find(query: string): Promise<number> };
      return log.find('npm warn');
    });
    expect(found).toBe(1);
    expect(complaints).toEqual([]);
    await page.close();
  });

  it('shows the examples of theming at work', async () => {
    const { page } = await visit('theming.html');
    await page.bringToFront();
    const frames = await page.$$('iframe.live');
    expect(frames.length).toBe(5);
    for (const frame of frames) {
      await frame.scrollIntoView();
      const content = await frame.contentFrame();
      await vi.waitFor(
        async () => expect(await content.evaluate(() => document.querySelector('log-stream')?.getAttribute('state'))).toBe('live'),
        patience,
      );
    }
    await page.close();
  });
});
