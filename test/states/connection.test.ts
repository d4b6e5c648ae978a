import { describe, expect, it, vi } from 'vitest';
import type { Page } from 'puppeteer-core';
import { picture, press, seen, toldStates, waitToSee } from './audience.ts';
import { prepareSet } from './set.ts';
import type { Stage } from './stage.ts';

const set = prepareSet();
const COUNTDOWN = /^Connection lost\. Retrying in (\d+)s · Retry now$/u;

/** A page that shows three lines of a live log. */
async function openLive(stage: Stage): Promise<Page> {
  await stage.write('run:1', 1, 3);
  const page = await set.open(stage.page({ topic: stage.sign('run:1') }));
  await waitToSee(page, { state: 'live', rows: ['line 1', 'line 2', 'line 3'] });
  // The tools, which announce states to screen readers, load after the lines.
  await page.waitForFunction(() => document.querySelector('log-stream')?.shadowRoot?.querySelector('.toolbar') !== null);
  return page;
}

describe('a lost connection', () => {
  it('counts down to the next attempt, keeps the lines, and Retry now retries at once', async () => {
    const stage = await set.stage();
    const page = await openLive(stage);
    stage.unplug();
    const lost = await waitToSee(page, { state: 'reconnecting', chip: 'Reconnecting', tone: 'warn', announced: 'Reconnecting' });
    expect(lost.rows).toEqual(['line 1', 'line 2', 'line 3']);
    expect(lost.counts).toMatch(/^3 lines/u);
    // Later attempts are far enough apart for a countdown of several seconds.
    const figures: number[] = [];
    const countdown = async (): Promise<void> => {
      const figure = Number(COUNTDOWN.exec((await seen(page)).stateRows[0] ?? '')?.[1] ?? 0);
      if (figure > (figures.at(-1) ?? 0)) figures.length = 0;
      if (figure !== figures.at(-1) && figure > 0) figures.push(figure);
      expect(figures.length).toBeGreaterThanOrEqual(4);
    };
    await vi.waitFor(countdown, { timeout: 60_000, interval: 100 });
    expect(figures).toEqual(figures.map((_, at) => figures[0]! - at));
    await vi.waitFor(async () => expect(Number(COUNTDOWN.exec((await seen(page)).stateRows[0] ?? '')?.[1])).toBeGreaterThan(2), {
      timeout: 60_000,
      interval: 50,
    });
    await picture(page, 'reconnecting');
    stage.plugIn();
    const pressed = performance.now();
    await press(page, 'Retry now');
    await waitToSee(page, { state: 'live', chip: 'Live', stateRows: [], announced: 'Live' });
    expect(performance.now() - pressed).toBeLessThan(2_000);
    await stage.write('run:1', 4, 4);
    await waitToSee(page, { rows: ['line 1', 'line 2', 'line 3', 'line 4'] });
    expect(await toldStates(page)).toEqual(['live', 'reconnecting', 'live']);
  });

  it('that is back at once, as in a rolling restart, is not shown', async () => {
    const stage = await set.stage();
    const page = await openLive(stage);
    await stage.restart([0, 0]);
    await stage.write('run:1', 4, 4);
    await waitToSee(page, {
      state: 'live',
      rows: ['line 1', 'line 2', 'line 3', 'line 4'],
      announced: expect.not.stringContaining('Reconnecting'),
    });
    expect(await toldStates(page)).toEqual(['live']);
  });

  it('keeps the focus in the log when the focused button disappears', async () => {
    const stage = await set.stage();
    const page = await openLive(stage);
    stage.unplug();
    await waitToSee(page, { state: 'reconnecting', stateRows: [expect.stringContaining('Retry now')] });
    const focused = (): Promise<string | undefined> =>
      page.evaluate(() => document.querySelector('log-stream')?.shadowRoot?.activeElement?.className);
    await page.evaluate(() => document.querySelector('log-stream')?.shadowRoot?.querySelector<HTMLElement>('.state button')?.focus());
    expect(await focused()).toBe('link');
    stage.plugIn();
    await page.keyboard.press('Enter');
    await waitToSee(page, { state: 'live', stateRows: [] });
    expect(await focused()).toBe('viewport');
  });

  it('that goes silent is noticed within two heartbeats', async () => {
    const stage = await set.stage({ heartbeat: 1_500 });
    const page = await openLive(stage);
    const begun = performance.now();
    stage.proxy.refuse(true);
    stage.proxy.lose();
    await waitToSee(page, { state: 'reconnecting' });
    // 2 × hb, the grace in which it may return, and a margin for a busy machine.
    expect(performance.now() - begun).toBeLessThan(3_000 + 1_000 + 2_000);
    stage.plugIn();
    await waitToSee(page, { state: 'live' });
  });

  it('of an offline device says so, and returns with the network', async () => {
    const stage = await set.stage();
    const page = await openLive(stage);
    await page.setOfflineMode(true);
    stage.unplug();
    await waitToSee(page, {
      state: 'offline',
      chip: 'Offline',
      tone: 'muted',
      rows: ['line 1', 'line 2', 'line 3'],
      stateRows: ['Offline. Waiting for the network. · Retry now'],
      announced: 'Offline',
    });
    await picture(page, 'offline');
    stage.plugIn();
    await page.setOfflineMode(false);
    await waitToSee(page, { state: 'live', stateRows: [] });
    expect((await toldStates(page)).filter((state) => state === 'offline')).toHaveLength(1);
  });

  it('to a worker that died loses nothing on screen', async () => {
    const stage = await set.stage();
    const page = await openLive(stage);
    const dead = set.tabs.sharedWorkers('/log-stream/assets/worker.js').at(-1)!;
    const shown: number[] = [];
    await page.exposeFunction('rowsNow', (count: number) => shown.push(count));
    await page.evaluate(() => {
      const root = document.querySelector('log-stream')?.shadowRoot;
      if (root)
        new MutationObserver(() =>
          Reflect.apply(Reflect.get(window, 'rowsNow') as () => void, window, [root.querySelectorAll('.row:not(.wait)').length]),
        ).observe(root, { childList: true, subtree: true });
    });
    const session = await set.tabs.browser.target().createCDPSession();
    await session.send('Target.closeTarget', { targetId: Reflect.get(dead, '_targetId') as string });
    await stage.write('run:1', 4, 4);
    await waitToSee(page, { state: 'live', rows: ['line 1', 'line 2', 'line 3', 'line 4'] });
    expect(shown.length).toBeGreaterThan(0);
    expect(Math.min(...shown)).toBeGreaterThanOrEqual(3);
    expect(await toldStates(page)).not.toContain('connecting');
  });
});

describe('a store that is down', () => {
  it('is reported by a log that is being opened, which opens once the store is back', async () => {
    const stage = await set.stage();
    stage.store.isDown = true;
    const page = await set.open(stage.page({ topic: stage.sign('run:1') }));
    await waitToSee(page, {
      state: 'reconnecting',
      notice: expect.stringMatching(/^The server cannot read this log right now\. (Retrying in \d+s|Reconnecting…) Retry now$/u),
    });
    await picture(page, 'store-down');
    stage.store.isDown = false;
    await press(page, 'Retry now');
    await waitToSee(page, { state: 'live', notice: 'Waiting for the first line…' });
  });

  it('removes no line from an open log', async () => {
    const stage = await set.stage();
    const page = await openLive(stage);
    stage.store.isDown = true;
    await stage.restart([0, 0]);
    await waitToSee(page, {
      state: 'reconnecting',
      rows: ['line 1', 'line 2', 'line 3'],
      stateRows: [expect.stringMatching(/^The server cannot read this log right now\. .* · Retry now$/u)],
    });
    // Pressed while it cannot help: once the store is back, an automatic retry may remove the button first.
    await press(page, 'Retry now');
    stage.store.isDown = false;
    await waitToSee(page, { state: 'live', rows: ['line 1', 'line 2', 'line 3'], stateRows: [] });
  });
});
