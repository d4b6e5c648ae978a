import type { ServerResponse } from 'node:http';
import type { ConsoleMessage, Page } from 'puppeteer-core';
import { describe, expect, it, vi } from 'vitest';
import { patience, picture, press, seen, toldStates, waitToSee } from './audience.ts';
import { giveClock, skip } from './clock.ts';
import { prepareSet } from './set.ts';
import type { Stage } from './stage.ts';

const set = prepareSet();
const seconds = (): number => Math.floor(Date.now() / 1_000);
const EXPIRED = 'Access to this log has expired and could not be renewed; trying again. Reload the page if this persists.';
const denied = { state: 'denied', chip: 'No access', notice: `${EXPIRED} Retry` };

/** A topic that expired an hour ago. */
const expired = (stage: Stage): string => stage.sign('run:1', { t: seconds() - 7_200, x: seconds() - 3_600 });
/** A topic that is valid for two hours. */
const fresh = (stage: Stage, channel = 'run:1'): string => stage.sign(channel, { x: seconds() + 7_200 });

/** The warnings in a page's console. */
function warnings(page: Page): string[] {
  const texts: string[] = [];
  page.on('console', (message: ConsoleMessage) => {
    if (message.type() === 'warn') texts.push(message.text());
  });
  return texts;
}

/** Answers the event as a page's code does: `respond` is an expression over `event`. */
async function listen(page: Page, respond: string): Promise<void> {
  await page.evaluateOnNewDocument(`
    window.refreshes = 0;
    document.addEventListener('log-stream-refresh', (event) => { window.refreshes += 1; ${respond}; });
  `);
}

async function openListening(stage: Stage, respond: string): Promise<Page> {
  const page = await set.open('about:blank');
  await giveClock(page);
  await listen(page, respond);
  await page.goto(stage.page({ topic: expired(stage) }), { waitUntil: 'load' });
  return page;
}

/** The number of elements of all tabs that the session knows. */
async function followed(page: Page): Promise<number> {
  return Number(
    await page.evaluate(`import('/log-stream/assets/client.js').then(async ({ connect }) => {
      const client = connect();
      const { views } = await client.stats();
      client.close();
      return views;
    })`),
  );
}

describe('refresh-url', () => {
  it('is requested before a topic expires, invisibly', async () => {
    const stage = await set.stage();
    const expiry = seconds() + 30;
    let askedAt = Infinity;
    stage.answers.set('/fresh', (_, response) => {
      askedAt = seconds();
      response.end(`${fresh(stage)}\n`);
    });
    await stage.write('run:1', 1, 3);
    // More than half of its lifetime has passed.
    const page = await set.open('about:blank');
    const answered = page.waitForResponse((response) => response.url().endsWith('/fresh'));
    await page.goto(stage.page({ topic: stage.sign('run:1', { t: expiry - 70, x: expiry }), 'refresh-url': 'fresh' }));
    await waitToSee(page, { state: 'live', rows: ['line 1', 'line 2', 'line 3'] });
    await (await answered).text();
    expect(askedAt).toBeLessThan(expiry);
    stage.proxy.cut();
    await stage.write('run:1', 4, 4);
    await waitToSee(page, { state: 'live', rows: ['line 1', 'line 2', 'line 3', 'line 4'] });
    expect((await toldStates(page)).filter((state) => state === 'denied')).toEqual([]);
    expect(stage.asked.get('/fresh')).toBe(1);
  });

  it('is requested when a topic is refused, invisibly', async () => {
    const stage = await set.stage();
    stage.answers.set('/tokens/fresh', (_, response) => response.end(fresh(stage)));
    await stage.write('run:1', 1, 2_000);
    const page = await set.open(stage.page({ topic: expired(stage), 'refresh-url': '/tokens/fresh' }));
    await waitToSee(page, { state: 'live', rows: expect.arrayContaining(['line 2000']) });
    expect(await toldStates(page)).toEqual(['live']);
    expect(stage.asked.get('/tokens/fresh')).toBe(1);
  });

  it('that fails shows what to do, and is requested again until it works', async () => {
    const stage = await set.stage();
    let works = false;
    stage.answers.set('/fresh', (_, response) => (works ? response.end(fresh(stage)) : response.writeHead(503).end('later')));
    const page = await set.open('about:blank');
    const warned = warnings(page);
    await page.goto(stage.page({ topic: expired(stage), 'refresh-url': '/fresh' }));
    await waitToSee(page, denied);
    await picture(page, 'expired');
    works = true;
    await waitToSee(page, { state: 'live', notice: 'Waiting for the first line…' });
    const states = await toldStates(page);
    expect([states[0], states.at(-1)]).toEqual(['denied', 'live']);
    expect(warned.join('\n')).toContain('refresh-url answered 503. It must answer 200 with a signed topic as text.');
  });

  it.each([
    ['another channel', (stage: Stage) => fresh(stage, 'run:2')],
    ['nothing that can be read', () => '<!doctype html><h1>Sign in</h1>'],
    ['nothing', () => ''],
  ])('that answers with %s is rejected, with a warning', async (_, answer) => {
    const stage = await set.stage();
    stage.answers.set('/fresh', (_request, response) => response.end(answer(stage)));
    const page = await set.open('about:blank');
    const warned = warnings(page);
    await page.goto(stage.page({ topic: expired(stage), 'refresh-url': '/fresh' }));
    await waitToSee(page, denied);
    expect(warned.join('\n')).toContain('refresh-url did not return a signed topic for run:1. Sign that channel again.');
    // The answer may be a secret, even of another log.
    expect(warned.join('\n')).not.toContain('--');
  });

  it('that does not answer times out', async () => {
    const stage = await set.stage();
    const asked: ServerResponse[] = [];
    stage.answers.set('/fresh', (_, response) => asked.push(response));
    const page = await set.open('about:blank');
    await giveClock(page);
    await page.goto(stage.page({ topic: expired(stage), 'refresh-url': '/fresh' }));
    await vi.waitFor(() => expect(asked).toHaveLength(1), patience);
    expect((await seen(page)).state).toBe('connecting');
    await skip(page, 10_000);
    await waitToSee(page, denied);
    await vi.waitFor(() => expect(asked).toHaveLength(2), patience);
    asked[1]!.end(fresh(stage));
    await waitToSee(page, { state: 'live' });
    expect(asked).toHaveLength(2);
  });

  it('is requested with growing pauses while it fails, by one element of one tab', async () => {
    const stage = await set.stage();
    const times: number[] = [];
    stage.answers.set('/fresh', (_, response) => {
      times.push(performance.now());
      response.writeHead(500).end();
    });
    const element = { topic: expired(stage), 'refresh-url': '/fresh' };
    const page = await set.open(stage.page(element, element, element));
    const other = await set.open(stage.page(element));
    await vi.waitFor(() => expect(times).toHaveLength(2), patience);
    expect(times[1]! - times[0]!).toBeGreaterThanOrEqual(9_900);
    for (const tab of [page, other]) await waitToSee(tab, denied);
    stage.answers.set('/fresh', (_, response) => response.end(fresh(stage)));
    await press(page, 'Retry');
    for (const at of [0, 1, 2]) await waitToSee(page, { state: 'live' }, at);
    await waitToSee(other, { state: 'live' });
  });

  it('is requested once for all elements of all tabs', async () => {
    const stage = await set.stage();
    const waiting: (() => void)[] = [];
    stage.answers.set('/fresh', (_, response) => waiting.push(() => response.end(fresh(stage))));
    const element = { topic: expired(stage), 'refresh-url': '/fresh' };
    const pages = [await set.open(stage.page(element, element, element)), await set.open(stage.page(element, element))];
    // An element that arrives later with an expired topic requests a topic of its own.
    await vi.waitFor(async () => expect(await followed(pages[0]!)).toBe(5), patience);
    await vi.waitFor(() => expect(waiting).toHaveLength(1), patience);
    for (const go of waiting) go();
    for (const [at, page] of pages.entries())
      for (let index = 0; index < 3 - at; index += 1) await waitToSee(page, { state: 'live' }, index);
    expect(stage.asked.get('/fresh')).toBe(1);
    for (const page of pages) expect(await toldStates(page)).toEqual(['live']);
  });
});

describe('log-stream-refresh', () => {
  it('is answered with respondWith, invisibly', async () => {
    const stage = await set.stage();
    const topic = JSON.stringify(fresh(stage));
    const page = await openListening(stage, `if (event.detail.channel === 'run:1') event.detail.respondWith(Promise.resolve(${topic}))`);
    await waitToSee(page, { state: 'live' });
    expect(await toldStates(page)).toEqual(['live']);
    expect(await page.evaluate(() => Reflect.get(window, 'refreshes'))).toBe(1);
  });

  it.each([
    ['rejects', `event.detail.respondWith(Promise.reject(new Error('not signed in')))`, 'not signed in', 2],
    ['throws', `throw new Error('a listener that is broken')`, 'The topic expired and no new one was supplied.', 1],
    ['answers something else', `event.detail.respondWith(Promise.resolve({}))`, 'log-stream-refresh did not return a signed topic', 2],
    ['says nothing', ``, 'The topic expired and no new one was supplied. Set refresh-url, or answer the log-stream-refresh event', 1],
  ])('that %s shows what to do, with a warning', async (how, respond, warning, asked) => {
    const stage = await set.stage();
    const page = await set.open('about:blank');
    const warned = warnings(page);
    // An error thrown by the page's listener is reported as the page's.
    if (how === 'throws') page.removeAllListeners('pageerror');
    await listen(page, respond);
    await page.goto(stage.page({ topic: expired(stage) }), { waitUntil: 'load' });
    await waitToSee(page, {
      state: 'denied',
      chip: 'No access',
      notice: asked > 1 ? denied.notice : expect.stringContaining('refresh-url'),
    });
    expect(warned.join('\n')).toContain(warning);
    const refreshes = (): Promise<unknown> => page.evaluate(() => Reflect.get(window, 'refreshes'));
    await vi.waitFor(async () => expect(await refreshes()).toBe(asked), patience);
    expect((await seen(page)).state).toBe('denied');
    // A page that supplied nothing is asked again when the reader retries.
    await press(page, 'Retry');
    await vi.waitFor(async () => expect(await refreshes()).toBe(asked + 1), patience);
  });

  it('that is never answered times out, and is tried again', async () => {
    const stage = await set.stage();
    const topic = JSON.stringify(fresh(stage));
    const page = await openListening(
      stage,
      `event.detail.respondWith(new Promise((resolve) => { window.answer = () => resolve(${topic}); }))`,
    );
    await vi.waitFor(async () => expect(await page.evaluate(() => Reflect.get(window, 'refreshes'))).toBe(1), patience);
    // The worker has confirmed the opening of the log, which has a time limit of its own.
    await vi.waitFor(async () => expect(await followed(page)).toBeGreaterThan(0), patience);
    await skip(page, 29_000);
    expect((await seen(page)).state).toBe('connecting');
    await skip(page, 1_000);
    await waitToSee(page, denied);
    await vi.waitFor(async () => expect(await page.evaluate(() => Reflect.get(window, 'refreshes'))).toBe(2), patience);
    await page.evaluate('window.answer()');
    await waitToSee(page, { state: 'live' });
  });
});

describe('a running log', () => {
  it('outlives its topic even without a fresh one, silently', async () => {
    const stage = await set.stage();
    stage.answers.set('/fresh', (_, response) => response.writeHead(500).end());
    // Long enough to open it on a slow machine, and more than half of its lifetime has passed.
    const expiry = seconds() + 8;
    const page = await set.open(stage.page({ topic: stage.sign('run:1', { t: expiry - 20, x: expiry }), 'refresh-url': '/fresh' }));
    await waitToSee(page, { state: 'live' });
    await vi.waitFor(() => expect(stage.asked.get('/fresh')).toBeGreaterThanOrEqual(1), patience);
    await vi.waitFor(() => expect(seconds()).toBeGreaterThan(expiry), patience);
    await stage.write('run:1', 1, 2);
    await waitToSee(page, { state: 'live', rows: ['line 1', 'line 2'] });
    expect(await toldStates(page)).toEqual(['live']);
  });
});
