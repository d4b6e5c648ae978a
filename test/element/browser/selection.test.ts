import { assert } from 'chai';
import { frame, mount, mountWithoutTools, rowsOnScreen, shadow, shadowAll, unmountAll, until, type Mounted } from './support/fixture.ts';
import { MemoryLog, START } from './support/memory-log.ts';
import { copied, taken } from './support/clipboard.ts';
import { click, drag, drop, moveTo, pointIn, release, shortcut, type } from './support/pointer.ts';
import { toasts } from './support/toasts.ts';

/** A log shown from the given line, with a reader's pointer and keys. */
async function at(line: number, head = 100_000, attributes: Record<string, string> = {}, log = new MemoryLog()): Promise<Mounted> {
  const mounted = mount(log, { follow: 'off', ...attributes });
  log.live(head);
  await go(mounted, line);
  return mounted;
}

async function go({ element }: Mounted, line: number): Promise<void> {
  element.goTo(line);
  await until(() => rowsOnScreen(element).some(({ number, text }) => number === line && text !== ''));
  await frame();
}

const consecutive = (from: number, to: number): string[] => Array.from({ length: to - from + 1 }, (_, index) => `line ${from + index}`);
const highlighted = (): string => document.getSelection()?.toString() ?? '';

describe('complaint 5: a selection dies when its rows leave the window', () => {
  afterEach(async () => {
    await release();
    unmountAll();
  });

  it('survives any scrolling, and is copied whole on return', async () => {
    const mounted = await at(500);
    const { element } = mounted;
    await drag(pointIn(element, 498, 2), pointIn(element, 503, 4));
    await drop();
    await go(mounted, 90_000);
    await go(mounted, 1);
    await go(mounted, 501);
    const shown = shadowAll(element, '.row').map((row) => Number(row.dataset['line']));
    assert.deepEqual(
      shown,
      shown.toSorted((a, b) => a - b),
      'in the order of the log',
    );
    assert.equal(await copied(), ['ne 498', ...consecutive(499, 502), 'line'].join('\n'));
  });

  it('is copied from far away, including lines that left the document', async () => {
    const mounted = await at(500);
    const { element } = mounted;
    await drag(pointIn(element, 498, 5), pointIn(element, 503, 8));
    await drop();
    await go(mounted, 70_000);
    assert.isBelow(shadowAll(element, '[data-pinned]').length, 3, 'only the rows at its ends stay');
    assert.deepEqual(
      rowsOnScreen(element).map(({ number }) => number),
      rowsOnScreen(element).map((_, index) => (rowsOnScreen(element)[0]?.number ?? 0) + index),
      'which nobody sees',
    );
    assert.equal(await copied(), ['498', ...consecutive(499, 503)].join('\n'));
  });

  it('extends from a click to a Shift-click, however far apart', async () => {
    const mounted = await at(100);
    const { element } = mounted;
    await click(pointIn(element, 100, 5));
    await go(mounted, 2_100);
    await click(pointIn(element, 2_100, 4), 'Shift');
    assert.equal(await copied(), ['100', ...consecutive(101, 2_099), 'line'].join('\n'));
  });

  it('grows while the reader drags past the edge, which scrolls', async () => {
    const { element, scroller } = await at(500);
    const { bottom, left } = scroller.getBoundingClientRect();
    await drag(pointIn(element, 500, 0), pointIn(element, 503, 4), [left + 120, bottom + 10]);
    await until(() => (rowsOnScreen(element)[0]?.number ?? 0) > 560);
    const outside = shadowAll(element, '[data-pinned]').map((row) => row.dataset['line']);
    assert.include(outside, '500', 'it begins where it began');
    await moveTo([left + 120, bottom - 60]);
    await drop();
    const lines = (await copied()).split('\n');
    assert.isAbove(lines.length, 30);
    assert.deepEqual(lines.slice(0, -1), consecutive(500, 500 + lines.length - 2));
  });

  it('ends at the edge of the log when dragged out of it', async () => {
    const mounted = await at(500);
    const { element, scroller } = mounted;
    const { top, left } = scroller.getBoundingClientRect();
    await drag(pointIn(element, 500, 4), pointIn(element, 497, 4), [left + 120, top - 15]);
    await until(() => (rowsOnScreen(element)[0]?.number ?? 0) < 470);
    await drop();
    const first = rowsOnScreen(element)[0]?.number ?? 0;
    await go(mounted, 5_000);
    const lines = (await copied()).split('\n');
    assert.equal(lines.at(-1), 'line');
    assert.deepEqual(lines.slice(0, -1), consecutive(500 - lines.length + 1, 499));
    assert.closeTo(500 - lines.length + 1, first, 40, 'what was seen of it');
  });

  it('ends at the lower edge when dragged out there, at the last visible line', async () => {
    const mounted = await at(500);
    const { element, scroller } = mounted;
    const { bottom, left } = scroller.getBoundingClientRect();
    await drag(pointIn(element, 500, 0), pointIn(element, 503, 4), [left + 120, bottom + 20]);
    const first = (): number => rowsOnScreen(element)[0]?.number ?? 0;
    // A hand does not hold still; some browsers begin to scroll only when it moves.
    for (let moved = 0; moved < 100 && first() <= 505; moved += 1) await moveTo([left + 120 + (moved % 2), bottom + 20]);
    await until(() => first() > 505);
    await drop();
    const last = rowsOnScreen(element).at(-1)?.number ?? 0;
    const lines = (await copied()).split('\n');
    assert.deepEqual(lines, consecutive(500, 499 + lines.length));
    assert.closeTo(499 + lines.length, last, 20, 'what was seen of it');
  });

  it('does not move while new lines arrive', async () => {
    const { element, log } = await at(100_000, 100_000, { follow: 'on' });
    const row = rowsOnScreen(element).at(-3)?.number ?? 0;
    await drag(pointIn(element, row, 0), pointIn(element, row, 4));
    await drop();
    const { length } = highlighted();
    log.grow(500);
    await until(() => shadow(element, '.pill').textContent?.includes('new lines'));
    assert.isTrue(rowsOnScreen(element).some(({ number }) => number === row));
    assert.equal(highlighted().length, length);
    log.grow(50_000);
    element.goTo('end');
    await until(() => rowsOnScreen(element).at(-1)?.number === 150_500);
    assert.equal(await copied(), 'line');
  });

  it('counts even if made before the tools are loaded', async () => {
    const mounted = mountWithoutTools(new MemoryLog(), { follow: 'off' });
    try {
      const { element, log } = mounted;
      log.live(100_000);
      await until(() => rowsOnScreen(element).some(({ text }) => text !== ''));
      const text = shadow(element, '.row[data-line="3"] .text').firstChild;
      if (text === null) throw new Error('Line 3 has text.');
      document.getSelection()?.setBaseAndExtent(text, 1, text, 4);
      await frame();
      assert.isEmpty(shadowAll(element, '.toolbar'));
      await mounted.loadTools();
      await go(mounted, 50_000);
      assert.equal(await copied(), 'ine');
    } finally {
      mounted.restore();
    }
  });

  it('is cleared when the log restarts', async () => {
    const { element, log } = await at(50, 200);
    await drag(pointIn(element, 48, 0), pointIn(element, 52, 4));
    await drop();
    const said = toasts(element);
    log.set({ epoch: '2', head: 200 });
    await until(() => said.some((text) => text.includes('was restarted')));
    assert.isEmpty(shadowAll(element, '[data-pinned]'));
    assert.isTrue(document.getSelection()?.isCollapsed ?? true);
  });

  it('is cleared with Escape, before Escape leaves the log', async () => {
    const { element } = await at(50, 200);
    await drag(pointIn(element, 48, 0), pointIn(element, 52, 4));
    await drop();
    await type('Escape');
    assert.equal(element.shadowRoot?.activeElement?.className, 'viewport');
    assert.equal(highlighted(), '');
    await type('Escape');
    assert.isTrue(shadow(element, '.toolbar .icon').matches(':focus'));
  });
});

describe('selecting all of a log', () => {
  afterEach(async () => {
    await release();
    unmountAll();
  });

  it('selects every line, in the document or not, and nothing else of the page', async () => {
    const mounted = await at(5_000);
    const { element, scroller } = mounted;
    const ranges: unknown[] = [];
    element.addEventListener('log-stream-select', ({ detail }) => ranges.push(detail.range));
    scroller.focus();
    await shortcut('a');
    await until(() => shadowAll(element, '.row').every((row) => row.classList.contains('selected')));
    assert.deepEqual(ranges, [{ from: 1, to: 100_000 }]);
    assert.equal(highlighted(), '');
    await until(() => assert.equal(shadow(element, '[role="status"]').textContent, 'Lines 1–100,000 selected'));
    await go(mounted, 99_000);
    assert.isTrue(shadowAll(element, '.row').every((row) => row.classList.contains('selected')));
    await click(pointIn(element, 99_000, 2));
    assert.isEmpty(shadowAll(element, '.row.selected'));
  });

  it('copies a million lines, and says how many', async () => {
    const { scroller, element } = await at(5_000, 1_000_000, {}, new MemoryLog((line) => [START, `l${line % 10_000}`]));
    scroller.focus();
    await shortcut('a');
    const said = toasts(element);
    await shortcut('c');
    await until(() => assert.include(said, 'Copied 1,000,000 lines'), 25_000);
    const text = await taken();
    assert.isTrue(text.startsWith('l1\nl2\nl3\n'));
    assert.isTrue(text.endsWith('\nl9999\nl0'));
    assert.equal(text.split('\n').length, 1_000_000);
  });
});
