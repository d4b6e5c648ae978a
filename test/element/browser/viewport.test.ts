import { assert } from 'chai';
import {
  frame,
  keepBusy,
  mount,
  painted,
  press,
  rowsOnScreen,
  shadow,
  shadowAll,
  unmountAll,
  until,
  type Mounted,
} from './support/fixture.ts';
import { MemoryLog, START } from './support/memory-log.ts';
import { RowsView } from '../../../src/element/viewport/rows/rows-view.ts';
import { Viewport } from '../../../src/element/viewport/viewport.ts';

/** After this long without a movement the scrollbar is put right, ms. */
const REST = 150;

const numbers = (element: Element): number[] => rowsOnScreen(element).map((row) => row.number);
/** Where a line's row is below the upper edge, px; NaN when it is not on screen. */
const topOf = (element: Element, line: number): number => rowsOnScreen(element).find(({ number }) => number === line)?.top ?? Number.NaN;
const consecutive = (from: number, count: number): number[] => Array.from({ length: count }, (_, at) => from + at);

/** A live log of that many lines, shown from its end. */
async function live(head: number, attributes: Record<string, string> = {}, log = new MemoryLog()): Promise<Mounted> {
  const mounted = mount(log, attributes);
  log.live(head);
  await until(() => rowsOnScreen(mounted.element).some((row) => row.text !== ''));
  await frame();
  return mounted;
}

describe('the window over a log', () => {
  afterEach(unmountAll);

  it('shows the newest lines of a live log, the last one at the end', async () => {
    const { element, scroller } = await live(100_000);
    const rows = rowsOnScreen(element);
    assert.deepEqual(
      rows.map((row) => row.number),
      consecutive(100_000 - rows.length + 1, rows.length),
    );
    assert.deepEqual(
      rows.map((row) => row.text),
      rows.map((row) => `line ${row.number}`),
    );
    const last = rows.at(-1);
    assert.isAtMost((last?.top ?? 0) + 20, scroller.clientHeight);
  });

  it('updates and draws once when the state of the log changes', async () => {
    // Tools that come with the first idle moment may draw at the same time.
    const becomeIdle = keepBusy();
    const { element, log } = await live(100);
    const { update } = Viewport.prototype;
    const { render } = RowsView.prototype;
    let updates = 0;
    let draws = 0;
    Viewport.prototype.update = function (...input) {
      updates += 1;
      update.apply(this, input);
    };
    RowsView.prototype.render = function (...input) {
      draws += 1;
      render.apply(this, input);
    };
    try {
      // What the log began with may still be drawn again: with its fonts, say.
      for (let still = 0, before = -1; still < 3; still = draws === before ? still + 1 : 0) {
        before = draws;
        await frame();
      }
      updates = draws = 0;
      log.set({ state: 'offline' });
      await until(() => element.state === 'offline');
      await frame();
    } finally {
      Viewport.prototype.update = update;
      RowsView.prototype.render = render;
      becomeIdle();
    }
    assert.deepEqual({ updates, draws }, { updates: 1, draws: 1 });
  });

  it('shows a finished log from its start, and from its end when told to follow', async () => {
    const log = new MemoryLog();
    const { element } = mount(log);
    log.set({ state: 'ended', end: 0, epoch: '1', head: 5_000 });
    await until(() => rowsOnScreen(element)[0]?.text === 'line 1');
    unmountAll();
    const other = new MemoryLog();
    const followed = mount(other, { follow: 'on' });
    other.set({ state: 'ended', end: 0, epoch: '1', head: 5_000 });
    await until(() => rowsOnScreen(followed.element).at(-1)?.text === 'line 5000');
  });

  it('requests the line it goes to at once, not in the next frame', async () => {
    const { element, log } = await live(1_000_000);
    element.goTo(500_000);
    const { want } = log.looks.at(-1) ?? { want: [] };
    assert.isTrue(want.some(({ from, to }) => from <= 500_000 && to >= 500_000));
  });

  it('changes nothing in the document for a movement that stays among its rows', async () => {
    const { element, scroller } = await live(100_000);
    element.goTo(50_000);
    await until(() => rowsOnScreen(element).some((row) => row.text === 'line 50000'));
    await painted();
    const changes: MutationRecord[] = [];
    const observer = new MutationObserver((records) => changes.push(...records));
    observer.observe(shadow(element, '.spacer'), { subtree: true, childList: true, attributes: true, characterData: true });
    scroller.scrollTop += 3;
    await painted();
    changes.push(...observer.takeRecords());
    observer.disconnect();
    assert.deepEqual(
      changes.map(({ type, attributeName }) => `${type} ${attributeName ?? ''}`),
      [],
    );
  });

  it('requests only the lines in the window', async () => {
    const { element, log } = await live(1_000_000);
    element.goTo(500_000);
    await until(() => rowsOnScreen(element).some((row) => row.text === 'line 500000'));
    const asked = log.looks.flatMap(({ want }) => want).reduce((sum, { from, to }) => sum + to - from + 1, 0);
    assert.isBelow(asked, 500);
    assert.equal(log.looks.at(-1)?.tail, 0, 'no newest lines come while they are far from sight');
  });

  it('opens a log of ten million lines at its end and goes to any of its lines, centred', async () => {
    const { element, scroller } = await live(10_000_000);
    for (const line of [1, 7_340_012, 2, 9_999_999, 5_000_000, 10_000_000]) {
      element.goTo(line);
      await until(() => rowsOnScreen(element).some((row) => row.text === `line ${line}`));
      const row = rowsOnScreen(element).find(({ number }) => number === line);
      if (line > 100 && line < 9_999_900) assert.closeTo(row?.top ?? 0, (scroller.clientHeight - 20) / 2, 1);
    }
  });

  it('moves pixel by pixel for small steps of the scrollbar, however many lines there are', async () => {
    const { element, scroller } = await live(10_000_000);
    element.goTo(5_000_000);
    await until(() => rowsOnScreen(element).some((row) => row.text === 'line 5000000'));
    const before = topOf(element, 5_000_000);
    for (let step = 1; step <= 10; step += 1) {
      scroller.scrollTop += 13;
      await until(() => Math.abs(before - topOf(element, 5_000_000) - step * 13) <= 1);
    }
  });

  it('reaches both ends exactly by the scrollbar, at any size', async () => {
    for (const head of [30, 5_000, 10_000_000]) {
      const { element, scroller } = await live(head, { follow: 'off' });
      scroller.scrollTop = 0;
      await until(() => rowsOnScreen(element)[0]?.text === 'line 1');
      scroller.scrollTop = scroller.scrollHeight;
      await until(() => rowsOnScreen(element).at(-1)?.text === `line ${head}`);
      unmountAll();
    }
  });

  it('puts a drifted scrollbar right when scrolling rests, without moving a line', async () => {
    const { element, scroller } = await live(10_000_000);
    element.goTo(5_000_000);
    await until(() => rowsOnScreen(element).some((row) => row.text === 'line 5000000'));
    const [bar, top] = [scroller.scrollTop, topOf(element, 5_000_000)];
    for (let step = 0; step < 20; step += 1) {
      scroller.scrollTop += 200;
      await frame();
    }
    const inPlace = (): boolean => Math.abs(topOf(element, 5_000_200) - top) <= 1;
    await until(inPlace);
    // Fifty pixels of the content for one of the scrollbar.
    await until(() => Math.abs(scroller.scrollTop - bar - 4_000 / 50) < 2);
    await until(inPlace);
  });

  it('loses no movement that comes just when scrolling rests', async () => {
    const { element, scroller } = await live(10_000_000);
    element.goTo(5_000_000);
    await until(() => rowsOnScreen(element).some((row) => row.text === 'line 5000000'));
    const before = topOf(element, 5_000_000);
    // Set up ahead of the element's own timer, so that it runs just before it, and the event of this movement after it.
    const nudge = (): unknown => setTimeout(() => (scroller.scrollTop += 13), REST);
    element.shadowRoot?.addEventListener('scroll', nudge, { capture: true, once: true });
    scroller.scrollTop += 13;
    await until(() => Math.abs(before - topOf(element, 5_000_000) - 26) <= 1);
  });

  it('fills placeholders without moving anything', async () => {
    const { element, log } = await live(100_000);
    log.stalled = true;
    element.goTo(40_000);
    await until(() => numbers(element).includes(40_000));
    await frame();
    const empty = rowsOnScreen(element);
    assert.isTrue(empty.every((row) => row.text === ''));
    assert.isAbove(shadowAll(element, '.row.wait').length, 10);
    log.release();
    await until(() => rowsOnScreen(element).every((row) => row.text === `line ${row.number}`));
    assert.deepEqual(
      rowsOnScreen(element).map(({ number, top }) => ({ number, top })),
      empty.map(({ number, top }) => ({ number, top })),
    );
    assert.lengthOf(shadowAll(element, '.row.wait'), 0);
  });

  it('keeps what is on screen while lines are appended and others removed', async () => {
    const { element, log } = await live(10_000);
    element.goTo(9_000);
    await until(() => rowsOnScreen(element).some((row) => row.text === 'line 9000'));
    const before = JSON.stringify(rowsOnScreen(element));
    log.grow(5_000);
    log.set({ first: 4_001 });
    await frame();
    await frame();
    assert.equal(JSON.stringify(rowsOnScreen(element)), before);
  });

  it('goes to the first line left when retention removed what was on screen, and says so', async () => {
    const { element, log } = await live(10_000);
    element.goTo('start');
    await until(() => rowsOnScreen(element)[0]?.text === 'line 1');
    log.set({ first: 8_001 });
    await until(() => rowsOnScreen(element)[0]?.text === 'line 8001');
    assert.equal(shadow(element, '.state.truncated').textContent, 'Lines 1–8,000 are no longer kept.');
  });

  it('shows missing lines as one row with a way to try again', async () => {
    const { element, log } = await live(100, { follow: 'off' });
    log.set({ unavailable: [{ from: 5, to: 90 }] });
    await until(() => shadowAll(element, '.state.missing').length === 1);
    assert.deepEqual(numbers(element), [1, 2, 3, 4, ...consecutive(91, 10)]);
    shadow<HTMLButtonElement>(element, '.state.missing button').click();
    assert.equal(log.retries, 1);
    log.set({ unavailable: [] });
    await until(() => rowsOnScreen(element)[4]?.text === 'line 5');
  });

  it('shows the unfinished line live at the end, and in its place the finished one', async () => {
    const { element, log } = await live(3);
    log.set({ part: [START, 'Downloading 43 %'] });
    await until(() => rowsOnScreen(element).at(-1)?.text === 'Downloading 43 %');
    const row = shadow(element, '.row.partial');
    log.set({ part: [START, 'Downloading 44 %\rDownloading 45 %'] });
    await until(() => row.querySelector('.text')?.textContent === 'Downloading 45 %');
    log.append('Downloading done');
    log.set({ part: null });
    await until(() => rowsOnScreen(element).at(-1)?.text === 'Downloading done');
    assert.lengthOf(shadowAll(element, '.row.partial'), 0);
    assert.equal(rowsOnScreen(element).at(-1)?.number, 4);
  });

  it('shows a line that was stored in parts under one number', async () => {
    const { element, log } = await live(1);
    log.append([START, 'first part, ', { p: 1 }], [START, 'second part'], 'next');
    await until(() => rowsOnScreen(element).length === 4);
    assert.deepEqual(numbers(element), [1, 2, 0, 4]);
  });

  it('forgets everything when the log is restarted', async () => {
    const { element, log } = await live(5_000);
    log.set({ epoch: '2', head: 2 });
    await until(() => rowsOnScreen(element).length === 2);
    assert.deepEqual(numbers(element), [1, 2]);
  });

  it('draws long lines in part, and says how much is left out', async () => {
    const log = new MemoryLog();
    const { element } = mount(log);
    log.append('x'.repeat(1_000_000));
    log.set({ state: 'live' });
    await until(() => shadowAll(element, '.more').length === 1);
    assert.equal(shadow<HTMLElement>(element, '.more span').dataset['label'], '+995,904 characters');
    assert.lengthOf(rowsOnScreen(element)[0]?.text ?? '', 4_096);
  });

  it('scrolls sideways with the numbers in place', async () => {
    const log = new MemoryLog((line) => [START, `${line} ${'word '.repeat(200)}`]);
    const { element, scroller } = await live(50, {}, log);
    assert.isAbove(scroller.scrollWidth, 5_000);
    const left = shadow(element, '.num').getBoundingClientRect().left;
    scroller.scrollLeft = 700;
    await frame();
    assert.equal(shadow(element, '.num').getBoundingClientRect().left, left);
    const width = scroller.scrollWidth;
    press(scroller, 'Home');
    await frame();
    assert.equal(scroller.scrollWidth, width, 'the width never shrinks as rows come and go');
  });

  it('keeps rows in the document while they are in sight', async () => {
    const { element, scroller } = await live(1_000, { follow: 'off' });
    const row = shadowAll(element, '.row').find(({ dataset }) => dataset['line'] === '15');
    scroller.scrollTop = 100;
    await frame();
    assert.strictEqual(
      shadowAll(element, '.row').find(({ dataset }) => dataset['line'] === '15'),
      row,
    );
  });

  it('shows nothing blank over held lines through two hundred steps of the wheel', async () => {
    const { element, scroller } = await live(1_000_000);
    const blank: unknown[] = [];
    for (let step = 0; step < 200; step += 1) {
      scroller.scrollTop -= 100;
      await painted();
      const rows = rowsOnScreen(element);
      const covered = rows.length > 0 && (rows[0]?.top ?? 1) <= 4 && (rows.at(-1)?.top ?? 0) + 20 >= scroller.clientHeight - 8;
      if (!covered) blank.push({ step, first: rows[0], last: rows.at(-1) });
    }
    assert.deepEqual(blank, []);
  });
});
