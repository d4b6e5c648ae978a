import { describe, expect, it, vi } from 'vitest';
import { patience, picture, press, seen, toldStates, waitToSee } from './audience.ts';
import { giveClock, skip } from './clock.ts';
import { prepareSet } from './set.ts';

const set = prepareSet();

describe('a live log', () => {
  it('says for how long it has been quiet, from half a minute on', async () => {
    const stage = await set.stage();
    await stage.write('run:1', 1, 3);
    const page = await set.open('about:blank');
    await giveClock(page);
    await page.goto(stage.page({ topic: stage.sign('run:1') }));
    await waitToSee(page, { state: 'live', chip: 'Live', rows: ['line 1', 'line 2', 'line 3'] });
    await skip(page, 20_000);
    await waitToSee(page, { state: 'live', chip: 'Live' });
    await skip(page, 9_000);
    const quiet = /^3 lines · last line (\d+)s ago$/u;
    await vi.waitFor(async () => expect((await seen(page)).counts).toMatch(quiet), patience);
    // What explains the chip is loaded after the log.
    await vi.waitFor(async () => expect((await seen(page)).hint).not.toBeNull(), patience);
    const { chip, counts, hint } = await seen(page);
    const seconds = Number(quiet.exec(counts)?.[1]);
    expect(chip).toBe('Live');
    expect(seconds).toBeGreaterThanOrEqual(30);
    expect(hint).toMatch(/^No new lines for 3\ds\.$/u);
    await vi.waitFor(async () => expect(Number(quiet.exec((await seen(page)).counts)?.[1])).toBeGreaterThan(seconds + 1), patience);
    await picture(page, 'live-quiet');
    await stage.write('run:1', 4, 4);
    await waitToSee(page, { state: 'live', chip: 'Live' });
    expect(await toldStates(page)).toEqual(['live']);
  });

  it('stays in place when the reader has scrolled up, and counts new lines', async () => {
    const stage = await set.stage();
    await stage.write('run:1', 1, 200);
    const page = await set.open(stage.page({ topic: stage.sign('run:1') }));
    await waitToSee(page, { state: 'live', rows: expect.arrayContaining(['line 200']) });
    await page.mouse.move(300, 200);
    await page.mouse.wheel({ deltaY: -600 });
    await waitToSee(page, { state: 'live', rows: expect.arrayContaining(['line 170']) });
    await stage.write('run:1', 201, 414);
    await waitToSee(page, { state: 'live', chip: 'Live', pill: '↓ 214 new lines', counts: expect.stringMatching(/^414 lines/u) });
    await picture(page, 'paused');
    await press(page, '↓ 214 new lines');
    await waitToSee(page, { pill: '', rows: expect.arrayContaining(['line 414']) });
    expect(await toldStates(page)).toEqual(['live']);
  });
});

describe('lines that cannot be fetched', () => {
  it.each([[500], [404]])('because the server answers %i are one row with a Retry button', async (status) => {
    const stage = await set.stage();
    stage.history = status;
    await stage.write('run:1', 1, 50);
    const page = await set.open(stage.page({ topic: stage.sign('run:1') }));
    await waitToSee(page, { state: 'live', chip: 'Live', stateRows: ["Lines 1–50 couldn't be loaded · Retry"] });
    await stage.write('run:1', 51, 52);
    await waitToSee(page, { rows: ['line 51', 'line 52'], stateRows: ["Lines 1–50 couldn't be loaded · Retry"] });
    await picture(page, 'not-loaded');
    stage.history = 'served';
    // An automatic retry may remove the button before it is pressed.
    await press(page, 'Retry').catch(() => undefined);
    await waitToSee(page, { state: 'live', stateRows: [], rows: expect.arrayContaining(['line 40', 'line 52']) });
  });

  it('because the server has lost them are reported as missing from it', async () => {
    const stage = await set.stage();
    stage.history = 'empty';
    await stage.write('run:1', 1, 50);
    const page = await set.open(stage.page({ topic: stage.sign('run:1') }));
    await waitToSee(page, { state: 'live', stateRows: [expect.stringMatching(/^Lines 1–50 are missing from the server · Retry$/u)] });
    await picture(page, 'missing');
  });
});

describe('lines removed by retention', () => {
  it('before the log is opened are named in the first row', async () => {
    const stage = await set.stage();
    await stage.write('run:1', 1, 130);
    await stage.store.trim('run:1', { lines: 10 }, Date.now());
    const page = await set.open(stage.page({ topic: stage.sign('run:1') }));
    const rows = Array.from({ length: 10 }, (_, index) => `line ${index + 121}`);
    await waitToSee(page, { state: 'live', stateRows: ['Lines 1–120 are no longer kept.'], rows });
    await picture(page, 'truncated');
  });

  it('while it is open disappear, and the first row names them', async () => {
    const stage = await set.stage();
    await stage.write('run:1', 1, 10);
    const page = await set.open(stage.page({ topic: stage.sign('run:1') }));
    await waitToSee(page, { state: 'live', stateRows: [], rows: expect.arrayContaining(['line 1']) });
    await stage.store.trim('run:1', { lines: 4 }, Date.now());
    await stage.restart([0, 0]);
    await waitToSee(page, {
      state: 'live',
      stateRows: ['Lines 1–6 are no longer kept.'],
      rows: ['line 7', 'line 8', 'line 9', 'line 10'],
    });
  });
});

describe('a log that is deleted while it is open', () => {
  it('disappears at once, and its successor never mixes with it', async () => {
    const stage = await set.stage();
    await stage.write('run:1', 1, 8, { name: 'old' });
    const page = await set.open(stage.page({ topic: stage.sign('run:1') }));
    await waitToSee(page, { state: 'live', rows: expect.arrayContaining(['old 8']) });
    await page.evaluate(() => {
      const root = document.querySelector('log-stream')?.shadowRoot;
      const mixed: string[] = [];
      Reflect.set(window, 'mixed', mixed);
      const look = (): void => {
        const text = [...(root?.querySelectorAll('.text') ?? [])].map((row) => row.textContent).join();
        if (/old/u.test(text) && /new/u.test(text)) mixed.push(text);
        requestAnimationFrame(look);
      };
      look();
    });
    expect(await stage.store.remove('run:1')).toBe(true);
    await waitToSee(page, { state: 'live', rows: [], counts: '', notice: 'Waiting for the first line…', toast: 'The log was restarted.' });
    await picture(page, 'reset');
    await stage.write('run:1', 1, 3, { name: 'new' });
    await waitToSee(page, { state: 'live', rows: ['new 1', 'new 2', 'new 3'], counts: expect.stringMatching(/^3 lines/u) });
    expect(await page.evaluate(() => Reflect.get(window, 'mixed'))).toEqual([]);
    expect(await toldStates(page)).toEqual(['live']);
  });
});
