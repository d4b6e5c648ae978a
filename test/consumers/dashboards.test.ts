// examples/dashboards: the element and the log server in other people's frameworks.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'puppeteer-core';
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { ROOT } from '../../scripts/processes.mjs';
import { RedisServer } from '../server/stores/redis/redis-server.ts';
import { Tabs } from '../tabs/driver.ts';
import { patience } from '../tabs/stage.ts';
import { Consumer } from './consumer.ts';
import { expectLogs, expectOneSocket, openTwo } from './dashboard-page.ts';
import { FileServer } from './file-server.ts';
import { takePicture, type Scene } from './picture.ts';
import { start } from './program.ts';
import { logsAt, SECRET } from './visit.ts';

let tabs: Tabs;
let examples: Consumer;
let removeExamples: () => Promise<void>;

beforeAll(async () => {
  tabs = await Tabs.launch();
  examples = await Consumer.example('dashboards', (remove) => {
    removeExamples = remove;
  });
  Object.assign(examples.variables, { PORT: '0', LOG_STREAM_SECRET: SECRET });
}, 300_000);

afterAll(async () => {
  await tabs.close();
  await removeExamples();
});

/** Starts a server of the examples; gives its address. */
const serve = async (name: string): Promise<string> => (await start(examples, `exec node ${name}.js`, /at http:\S+/u)).replace('at ', '');

describe('a page that is served by', () => {
  it.each<[name: string, policy: RegExp, scene: Scene]>([
    ['express', /script-src 'self'/u, {}],
    ['fastify', /^$/u, { act: () => document.documentElement.style.setProperty('color-scheme', 'dark') }],
    ['hono', /^$/u, { act: (log) => log.find('warn') }],
  ])('%s has a live log, and one socket for two tabs', async (name, policy, scene) => {
    const address = await serve(name);
    expect((await fetch(address)).headers.get('content-security-policy') ?? '').toMatch(policy);
    const { pages, complaints } = await openTwo(tabs, address);
    await expectLogs(pages);
    await expectOneSocket(pages);
    expect(complaints).toEqual([]);
    await takePicture(pages[0]!, name, scene);
  });
});

describe('bull-board', () => {
  let board: string;

  /** Starts the board, with a job whose worker writes. */
  async function startBoard(): Promise<void> {
    const redis = await RedisServer.start();
    onTestFinished(() => redis.stop());
    examples.variables['REDIS_URL'] = redis.url;
    board = await serve('bull-board');
  }

  /** Clicks a tab of the only job, and waits until it is the one that is chosen. */
  async function choose(page: Page, name: string): Promise<void> {
    await page.bringToFront();
    await page.locator(`::-p-aria([role="tab"][name="${name}"])`).setTimeout(patience.timeout).click();
    await vi.waitFor(async () => expect(await chosen(page)).toEqual([name]), patience);
  }

  const chosen = (page: Page): Promise<string[]> =>
    page.$$eval('[role=tab]', (all) => all.filter((tab) => tab.ariaSelected === 'true').map((tab) => tab.textContent));

  /** What the only job shows below its tabs. */
  const shown = (page: Page): Promise<(string | null)[]> =>
    page.$$eval('[role=tablist] ~ *', (all) => all.filter((one) => one.getClientRects().length > 0).map((one) => one.localName));

  /** Where the link of the job leads; it is signed again whenever the board asks for its jobs. */
  const link = (page: Page): Promise<string> => page.$eval('a[href*="#topic="]', (anchor) => anchor.href);

  it('links a job of BullMQ to its log, which its worker writes', async () => {
    await startBoard();
    const page = await tabs.blank();
    onTestFinished(() => page.close());
    await page.goto(board);
    await page.waitForSelector('a[href*="#topic="]', { timeout: patience.timeout });
    const { pages, complaints } = await openTwo(tabs, await link(page));
    await expectLogs(pages);
    expect(complaints).toEqual([]);
  });

  it('has a tab with the live log of a job, which stays chosen when the board draws again, and shares its socket', async () => {
    await startBoard();
    const { pages, complaints } = await openTwo(tabs, board);
    for (const page of pages) await choose(page, 'Live log');
    await expectLogs(pages);
    await expectOneSocket(pages);

    const [page] = pages;
    for (const name of ['Options', 'Live log', 'Options', 'Data', 'Live log']) {
      await choose(page!, name);
      await vi.waitFor(async () => expect(await shown(page!)).toEqual([name === 'Live log' ? 'log-stream' : 'div']), patience);
    }
    const before = await link(page!);
    await vi.waitFor(async () => expect(await link(page!)).not.toBe(before), patience);
    // React moves a tab and chooses it when the job fails.
    await page!.$eval('[role=tab]', (tab) => {
      tab.parentElement?.append(tab);
      tab.setAttribute('aria-selected', 'true');
    });
    await vi.waitFor(async () => expect(await chosen(page!)).toEqual(['Live log']), patience);
    expect(await shown(page!)).toEqual(['log-stream']);
    expect(await page!.$$eval('[role=tab]', (all) => all.map((tab) => tab.textContent))).toEqual([
      'Progress',
      'Options',
      'Logs',
      'Error',
      'Data',
      'Live log',
    ]);
    expect(complaints).toEqual([]);
    await pages[1]!.bringToFront();
    await takePicture(pages[1]!, 'bull-board', { size: [1_120, 640], channel: 'bullmq:emails:7' });
  });
});

describe('an app of', () => {
  it.each<[name: string, scene: Scene]>([
    ['vue', { isOver: true, size: [840, 580], act: (log) => log.goTo('end') }],
    ['svelte', { size: [390, 600] }],
  ])('%s has a live log, hears of its state, and has one socket for two tabs', async (name, scene) => {
    await examples.run('npm', ['run', `build:${name}`]);
    const files = await FileServer.start(join(examples.folder, name, 'dist'));
    const logs = await logsAt(files.server);
    await writeFile(join(examples.folder, name, 'dist/topic'), logs.sign('build:42'));
    await logs.writer('build:42').write('step 1\n');
    const { pages, complaints } = await openTwo(tabs, `${files.origin}/`);
    await expectLogs(pages);
    for (const page of pages)
      await vi.waitFor(
        async () => expect(await page.evaluate(() => document.querySelector('h1')?.textContent)).toBe('Build: live'),
        patience,
      );
    expect(logs.stats().sockets).toBe(1);
    expect(complaints).toEqual([]);
    await takePicture(pages[0]!, name, scene);
  });
});

it('a page of 1999 shares one socket between two tabs', async () => {
  const topics: string[] = [];
  const change = (html: string): string => html.replace('SIGNED-TOPIC', topics[0]!);
  const files = await FileServer.start(join(ROOT, 'examples/page-1999'), { change });
  const logs = await logsAt(files.server);
  topics.push(logs.sign('build:42'));
  await logs.writer('build:42').write('step 1\n');
  const { pages, complaints } = await openTwo(tabs, `${files.origin}/`);
  await expectLogs(pages);
  await expectOneSocket(pages);
  expect(complaints).toEqual([]);
  await takePicture(pages[0]!, 'page-1999', { size: [900, 580] });
});
