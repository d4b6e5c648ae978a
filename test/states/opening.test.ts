import { describe, expect, it, vi } from 'vitest';
import { patience, picture, press, seen, toldEnds, toldStates, waitToSee } from './audience.ts';
import { prepareSet } from './set.ts';

const set = prepareSet();

describe('a log that is being opened', () => {
  it('is connecting: after a moment a skeleton, then its lines', async () => {
    const stage = await set.stage();
    stage.sockets = 'hanging';
    await stage.write('run:1', 1, 3);
    const page = await set.open(stage.page({ topic: stage.sign('run:1') }));
    const unseen = await page.evaluate(async () => {
      let drawn: number | undefined;
      for (;;) {
        const now = await new Promise<number>((resolve) => requestAnimationFrame(resolve));
        const skeleton = document.querySelector('log-stream')?.shadowRoot?.querySelector('.skeleton');
        if (!skeleton) continue;
        drawn ??= now;
        if (skeleton.checkVisibility({ opacityProperty: true })) return now - drawn;
      }
    });
    // Lines that arrive sooner need no skeleton. The first look may miss a frame or two.
    expect(unseen).toBeGreaterThan(200);
    await waitToSee(page, { state: 'connecting', chip: 'Connecting', tone: 'muted', skeleton: true, notice: '', rows: [], announced: '' });
    await picture(page, 'connecting');
    stage.release();
    await waitToSee(page, {
      state: 'live',
      chip: 'Live',
      tone: 'ok',
      rows: ['line 1', 'line 2', 'line 3'],
      announced: 'Live',
      skeleton: false,
    });
    expect(await toldStates(page)).toEqual(['live']);
  });

  it('is catching up while lines are being fetched, and shows the progress', async () => {
    const stage = await set.stage();
    stage.history = 'waiting';
    await stage.write('run:1', 1, 5_000);
    const page = await set.open(stage.page({ topic: stage.sign('run:1'), label: 'build' }));
    await waitToSee(page, { state: 'catching-up', chip: 'Catching up 0%', tone: 'plain', hint: '5,000 lines to load.' });
    // New lines arrive over the socket meanwhile.
    await stage.write('run:1', 5_001, 5_005);
    const some = await waitToSee(page, { state: 'catching-up', chip: expect.stringMatching(/^Catching up [1-9]\d?%$/u) });
    expect(some.rows.at(-1)).toBe('line 5005');
    await picture(page, 'catching-up');
    stage.release();
    await waitToSee(page, { state: 'live', chip: 'Live', rows: expect.arrayContaining(['line 4995', 'line 5005']) });
    expect(await toldStates(page)).toEqual(['catching-up', 'live']);
  });

  it('is live at once if its lines arrive at once, without a flash of another state', async () => {
    const stage = await set.stage();
    await stage.write('run:1', 1, 2_000);
    const page = await set.open(stage.page({ topic: stage.sign('run:1') }));
    const { rows } = await waitToSee(page, { state: 'live', chip: 'Live', rows: expect.arrayContaining(['line 2000']) });
    expect(rows.at(-1)).toBe('line 2000');
    await picture(page, 'live');
    expect(await toldStates(page)).toEqual(['live']);
  });

  it('waits for its first line', async () => {
    const stage = await set.stage();
    const page = await set.open(stage.page({ topic: stage.sign('run:1') }));
    await waitToSee(page, { state: 'live', chip: 'Live', notice: 'Waiting for the first line…', counts: '' });
    await picture(page, 'live-empty');
    await stage.write('run:1', 1, 1);
    await waitToSee(page, { state: 'live', notice: '', rows: ['line 1'], counts: '1 line · <1s' });
  });

  it('is shown without its toolbar if that cannot be loaded, and gets it once it can', async () => {
    const stage = await set.stage();
    await stage.write('run:1', 1, 3);
    const page = await set.open('about:blank');
    const warned: string[] = [];
    page.on('console', (message) => warned.push(message.text()));
    let blocked = true;
    await page.setRequestInterception(true);
    page.on('request', (request) => void (blocked && request.url().includes('/tools-') ? request.abort() : request.continue()));
    await page.goto(stage.page({ topic: stage.sign('run:1') }));
    await waitToSee(page, { state: 'live', chip: 'Live', hint: null, rows: ['line 1', 'line 2', 'line 3'] });
    await vi.waitFor(() => expect(warned.join()).toContain("the toolbar couldn't be loaded. Reload the page."), patience);
    expect(await page.evaluate(() => document.querySelector('log-stream')?.shadowRoot?.querySelector('[part="toolbar"]'))).toBeNull();
    await stage.write('run:1', 4, 4);
    await waitToSee(page, { rows: ['line 1', 'line 2', 'line 3', 'line 4'] });
    blocked = false;
    await page.reload();
    await waitToSee(page, { state: 'live', hint: 'Connected. Lines appear as they are written.', announced: 'Live' });
  });

  it('says that it has no topic', async () => {
    const stage = await set.stage();
    const page = await set.open(stage.page({ label: 'build' }));
    await waitToSee(page, { state: 'connecting', skeleton: false, notice: expect.stringContaining('No log selected.') });
    await picture(page, 'no-topic');
  });

  it('says that the server cannot be reached, and opens once it can', async () => {
    const stage = await set.stage();
    stage.sockets = 'refused';
    const page = await set.open(stage.page({ topic: stage.sign('run:1') }));
    await waitToSee(page, {
      state: 'reconnecting',
      tone: 'warn',
      notice: expect.stringMatching(/^Can't reach the server\. (Retrying in \d+s|Reconnecting…) Retry now$/u),
    });
    await picture(page, 'unreachable');
    stage.sockets = 'served';
    await press(page, 'Retry now');
    await waitToSee(page, { state: 'live', notice: 'Waiting for the first line…' });
  });
});

describe('a log that has ended', () => {
  it.each([
    [0, 'Succeeded', 'Succeeded · 3 lines · ', 'Succeeded, 3 lines', 'success', 'The log is complete (exit code 0).'],
    [2, 'Failed', 'Failed with exit code 2 · 3 lines · ', 'Failed with exit code 2. 3 lines.', 'error', 'Failed with exit code 2.'],
    [
      137,
      'Killed',
      'Killed by SIGKILL (exit code 137) · 3 lines · ',
      'Killed by SIGKILL (exit code 137). 3 lines.',
      'error',
      'Killed by SIGKILL (exit code 137).',
    ],
  ])('with %i says so, and the time it took', async (code, chip, row, announced, tone, hint) => {
    const stage = await set.stage();
    const page = await set.open(stage.page({ topic: stage.sign('run:1') }));
    await waitToSee(page, { state: 'live' });
    await stage.write('run:1', 1, 3, { end: code });
    await waitToSee(page, {
      state: 'ended',
      chip,
      tone,
      hint,
      rows: ['line 1', 'line 2', 'line 3'],
      stateRows: [expect.stringMatching(new RegExp(`^${row.replace(/[()]/gu, '\\$&')}(?:<1|\\d+(?:\\.\\d)?)s$`, 'u'))],
      announced,
    });
    await picture(page, `ended-${code}`);
    expect(await toldStates(page)).toEqual(['live', 'ended']);
    expect(await toldEnds(page)).toEqual([{ code, lines: 3 }]);
  });

  it('is not called ended before the lines on screen have arrived', async () => {
    const stage = await set.stage();
    stage.history = 'waiting';
    await stage.write('run:1', 1, 3_000, { end: 0 });
    const page = await set.open(stage.page({ topic: stage.sign('run:1') }));
    await waitToSee(page, { state: 'catching-up', chip: 'Catching up 0%', stateRows: [] });
    expect(await toldEnds(page)).toEqual([]);
    stage.release();
    const { rows } = await waitToSee(page, { state: 'ended', chip: 'Succeeded' });
    expect(rows[0]).toBe('line 1');
    expect(await toldStates(page)).toEqual(['catching-up', 'ended']);
    expect(await toldEnds(page)).toEqual([{ code: 0, lines: 3_000 }]);
    // Scrolling to lines that have not arrived does not undo that.
    stage.history = 'waiting';
    await page.evaluate(() => document.querySelector('log-stream')?.goTo(2_000));
    stage.release();
    await waitToSee(page, { state: 'ended', rows: expect.arrayContaining(['line 2000']) });
    expect(await toldEnds(page)).toHaveLength(1);
  });

  it('without a line is empty', async () => {
    const stage = await set.stage();
    await stage.write('run:1', 1, 0, { end: 0 });
    const page = await set.open(stage.page({ topic: stage.sign('run:1') }));
    await waitToSee(page, { state: 'ended', chip: 'Succeeded', notice: 'This log is empty.' });
    await picture(page, 'ended-empty');
  });
});

describe('a log that is refused', () => {
  it.each([
    ['forged', (topic: string) => topic.replace(/.$/u, (last) => (last === '0' ? '1' : '0'))],
    ['signed with another secret', undefined],
  ])('because its topic is %s says so, and never retries by itself', async (_, forge) => {
    const stage = await set.stage();
    await stage.write('run:1', 1, 3);
    const topic = forge === undefined ? stage.sign('run:1', {}, 'another secret') : forge(stage.sign('run:1'));
    const page = await set.open(stage.page({ topic }));
    const { notice, hint } = await waitToSee(page, {
      state: 'denied',
      chip: 'No access',
      tone: 'error',
      rows: [],
      announced: 'No access to this log',
    });
    expect(notice).toMatch(/signature .*Retry$/u);
    expect(notice).toContain(hint);
    await picture(page, 'denied');
    expect(await toldStates(page)).toEqual(['denied']);
    await press(page, 'Retry');
    await waitToSee(page, { state: 'denied' });
  });

  it.each([
    [
      'a version that is not spoken',
      { version: 2 },
      'The server speaks another version of the protocol (4426). Reload the page, or update log-stream in it.',
    ],
    [
      'a refusal by version',
      { close: 4426 },
      'The server speaks another version of the protocol (4426). Reload the page, or update log-stream in it.',
    ],
    ['a page that is not let in', { close: 4403 }, "The server doesn't let this page in (4403). Allow its origin at the server."],
  ])('by %s says what to do, and retries when asked', async (_, sockets, problem) => {
    const stage = await set.stage();
    stage.sockets = sockets;
    const page = await set.open(stage.page({ topic: stage.sign('run:1') }));
    await waitToSee(page, {
      state: 'error',
      chip: "Couldn't load",
      tone: 'error',
      notice: `${problem} Retry`,
      hint: problem,
      announced: "This log couldn't be loaded",
    });
    await picture(page, 'error');
    expect(await toldStates(page)).toEqual(['error']);
    stage.sockets = 'served';
    await press(page, 'Retry');
    await waitToSee(page, { state: 'live' });
    expect((await seen(page)).hint).toBe('Connected. Lines appear as they are written.');
  });
});
