// examples/dashboards: the element and the log server in other people's frameworks.
import { cp, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'puppeteer-core';
import { afterAll, beforeAll, describe, expect, inject, it, onTestFinished, vi } from 'vitest';
import { ROOT } from '../../scripts/processes.mjs';
import { RedisServer } from '../server/stores/redis/redis-server.ts';
import { Tabs } from '../tabs/driver.ts';
import { shownRows, shownState } from '../tabs/site.ts';
import { patience } from '../tabs/stage.ts';
import { Consumer } from './consumer.ts';
import { FileServer } from './file-server.ts';
import { start } from './program.ts';
import { logsAt } from './visit.ts';

let tabs: Tabs;
beforeAll(async () => {
  tabs = await Tabs.launch();
});
afterAll(() => tabs.close());

/** The examples in a folder of their own, with the package as it was packed. */
async function install(): Promise<Consumer> {
  const consumer = await Consumer.empty();
  await cp(join(ROOT, 'examples/dashboards'), consumer.folder, { recursive: true, filter: (path) => !path.endsWith('node_modules') });
  const quietly = ['--ignore-scripts', '--prefer-offline', '--no-audit', '--no-fund'];
  await consumer.run('npm', ['ci', ...quietly]);
  await consumer.run('npm', ['install', ...quietly, inject('tarball')]);
  return consumer;
}

/** Two tabs on a page whose log is live; what their consoles warn of. */
async function openTwo(url: string): Promise<{ pages: Page[]; complaints: string[] }> {
  const complaints: string[] = [];
  const pages: Page[] = [];
  for (let tab = 0; tab < 2; tab += 1) {
    const page = await tabs.blank();
    onTestFinished(() => page.close());
    page.on('console', (message) => {
      if (['warn', 'error'].includes(message.type()) && !message.location().url?.endsWith('/favicon.ico')) complaints.push(message.text());
    });
    await page.goto(url);
    pages.push(page);
  }
  for (const page of pages) {
    await page.bringToFront();
    await vi.waitFor(async () => expect(await shownState(page)).toBe('live'), patience);
    await vi.waitFor(async () => expect((await shownRows(page))[0]).toMatch(/^1: \w+ 1$/u), patience);
  }
  return { pages, complaints };
}

describe('a page that is served by', () => {
  it.each([
    ['express', /at (http:\S+)/u, /script-src 'self'/u],
    ['fastify', /at (http:\S+)/u, /^$/u],
    ['hono', /at (http:\S+)/u, /^$/u],
  ])('%s has a live log, and one socket for two tabs', async (name, ready, policy) => {
    const consumer = await install();
    consumer.variables['PORT'] = '0';
    const address = (await start(consumer, `exec node ${name}.js`, ready)).replace('at ', '');
    expect((await fetch(address)).headers.get('content-security-policy') ?? '').toMatch(policy);
    const { pages, complaints } = await openTwo(address);
    const stats = `import('/log-stream/assets/client.js').then(({ connect }) => connect().stats())`;
    await vi.waitFor(
      async () => expect(await pages[0]!.evaluate(stats)).toMatchObject({ transport: 'shared-worker', tabs: 2, sockets: 1 }),
      patience,
    );
    expect(complaints).toEqual([]);
  });
});

describe('bull-board', () => {
  it('links a job of BullMQ to its log, which its worker writes', async () => {
    const redis = await RedisServer.start();
    onTestFinished(() => redis.stop());
    const consumer = await install();
    Object.assign(consumer.variables, { PORT: '0', REDIS_URL: redis.url, LOG_STREAM_SECRET: 'a secret that only this test knows' });
    const board = (await start(consumer, 'exec node bull-board.js', /at (http:\S+)/u)).replace('at ', '');
    const page = await tabs.blank();
    onTestFinished(() => page.close());
    await page.goto(board);
    const link = await page.waitForSelector('a[href*="#topic="]', { timeout: patience.timeout });
    const href = await link!.evaluate((anchor) => anchor.href);
    const { complaints } = await openTwo(href);
    expect(complaints).toEqual([]);
  });
});

describe('an app of', () => {
  it.each(['vue', 'svelte'])('%s has a live log, hears of its state, and has one socket for two tabs', async (name) => {
    const consumer = await install();
    await consumer.run('npm', ['run', `build:${name}`]);
    const files = await FileServer.start(join(consumer.folder, name, 'dist'));
    const logs = await logsAt(files.server);
    await writeFile(join(consumer.folder, name, 'dist/topic'), logs.sign('build:42'));
    await logs.writer('build:42').write('step 1\n');
    const { pages, complaints } = await openTwo(`${files.origin}/`);
    for (const page of pages)
      await vi.waitFor(
        async () => expect(await page.evaluate(() => document.querySelector('h1')?.textContent)).toBe('Build: live'),
        patience,
      );
    expect(logs.stats().sockets).toBe(1);
    expect(complaints).toEqual([]);
  });
});
