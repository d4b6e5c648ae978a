import { assert } from 'chai';
import type { Line } from '../../../src/protocol/line.ts';
import {
  frame,
  mount,
  mountWithoutTools,
  press,
  rowsOnScreen,
  shadow,
  shadowAll,
  unmountAll,
  until,
  type Mounted,
} from './support/fixture.ts';
import { marked } from './support/groups-server.ts';
import { MemoryLog } from './support/memory-log.ts';
import { moveTo, release } from './support/pointer.ts';

const DAY = 86_400_000;
const ORDER = ['error', 'find', 'follow', 'wrap', 'copy', 'download', 'time', 'start', 'end'];

async function live(log = new MemoryLog(), attributes: Record<string, string> = {}): Promise<Mounted> {
  const mounted = mount(log, { follow: 'off', ...attributes });
  log.live(Math.max(100, log.status.head));
  await until(() => (rowsOnScreen(mounted.element)[0]?.text ?? '') !== '' && shadowAll(mounted.element, '.toolbar').length === 1);
  return mounted;
}

const shownButtons = (element: Element): string[] =>
  shadowAll(element, '.toolbar [data-action]')
    .filter((button) => button.getClientRects().length > 0)
    .map(({ dataset }) => dataset['action'] ?? '');

describe('the header', () => {
  afterEach(async () => {
    unmountAll();
    document.documentElement.removeAttribute('dir');
    await release();
  });

  it('shows the most important controls that there is room for, and the menu', async () => {
    const { element } = await live();
    let before = 9;
    for (const width of [1_000, 700, 600, 480, 400, 340, 300]) {
      element.style.width = `${width}px`;
      await frame();
      const shown = shownButtons(element);
      assert.deepEqual(shown, ORDER.slice(0, shown.length), `${width}`);
      assert.isAtMost(shown.length, before, `${width}`);
      before = shown.length;
      const header = shadow(element, '.header').getBoundingClientRect();
      const more = shadow(element, '.more-actions').getBoundingClientRect();
      assert.isAbove(more.width, 0);
      assert.isAtMost(more.right, header.right, `${width}`);
      assert.isAtLeast(shadow(element, '.info').getBoundingClientRect().width, 100, `${width}`);
    }
    element.style.width = '600px';
    await frame();
    assert.isAtLeast(shownButtons(element).length, 6, 'not everything is behind the menu');
    element.style.width = '1000px';
    await until(() => shownButtons(element).length === ORDER.length);
  });

  it('leaves room for controls of the page', async () => {
    const { element } = await live();
    element.style.width = '600px';
    await frame();
    const before = shownButtons(element).length;
    const own = document.createElement('button');
    own.slot = 'actions';
    own.style.cssText = 'flex: none; width: 200px';
    element.append(own);
    element.requestUpdate();
    await element.updateComplete;
    assert.isBelow(shownButtons(element).length, before);
    assert.isAtMost(
      shadow(element, '.more-actions').getBoundingClientRect().right,
      shadow(element, '.header').getBoundingClientRect().right,
    );
  });

  it('cuts the counts where a page keeps the room for other things', async () => {
    const { element } = await live();
    const style = document.createElement('style');
    style.textContent = 'test-log-stream::part(title) { min-width: 90px }';
    document.head.append(style);
    const own = document.createElement('button');
    own.slot = 'actions';
    own.style.cssText = 'flex: none; width: 60px';
    element.append(own);
    try {
      for (const width of [1_000, 800, 720, 680, 650]) {
        element.style.width = `${width}px`;
        await frame();
        const [counts, info] = ['.counts', '.info'].map((part) => shadow(element, part).getBoundingClientRect().right);
        assert.isAtMost(counts ?? Infinity, (info ?? 0) + 0.5, `${width}`);
        assert.isAtMost(info ?? Infinity, own.getBoundingClientRect().left, `${width}`);
      }
    } finally {
      style.remove();
    }
  });

  it('passes the focus to the menu when there is no room left for the focused button', async () => {
    const { element } = await live();
    shadow<HTMLElement>(element, '[data-action="time"]').focus();
    element.style.width = '300px';
    await until(() => element.shadowRoot?.activeElement === shadow(element, '.more-actions'));
  });

  it('keeps the order of its own words in a page from right to left', async () => {
    document.documentElement.dir = 'rtl';
    const { element } = await live();
    await until(() => shadow(element, '.counts').textContent?.startsWith('100 lines') === true);
    for (const selector of ['.counts', '.status span', '.toast span'])
      assert.equal(getComputedStyle(shadow(element, selector)).direction, 'ltr');
    assert.equal(getComputedStyle(shadow(element, '.viewport')).direction, 'ltr');
  });
});

/** Where what stands in the header from the first frame on begins, and all edges of the page's own controls, px. */
function placesIn(element: Element): Record<string, string> {
  const isRtl = getComputedStyle(element).direction === 'rtl';
  const edges = (node: Element, ...sides: readonly ('left' | 'right' | 'top' | 'bottom')[]): string =>
    sides.map((side) => node.getBoundingClientRect()[side].toFixed(1)).join(' ');
  const places: Record<string, string> = {};
  for (const part of ['status', 'title', 'counts']) {
    const node = shadow(element, `[part="${part}"]`);
    // The counts come with the lines.
    if (node.getClientRects().length > 0) places[part] = edges(node, isRtl ? 'right' : 'left', 'top');
  }
  for (const own of element.querySelectorAll('[slot="actions"]'))
    places[own.textContent ?? ''] = edges(own, 'left', 'right', 'top', 'bottom');
  return places;
}

describe('the header while its tools load', () => {
  afterEach(() => {
    unmountAll();
    document.documentElement.removeAttribute('dir');
  });

  for (const dir of ['ltr', 'rtl'])
    for (const width of [1_280, 640, 320])
      it(`moves nothing at ${width} px, ${dir}`, async () => {
        document.documentElement.dir = dir;
        const log = new MemoryLog();
        const mounted = mountWithoutTools(log, { follow: 'off', label: 'Build', endpoint: '/no-server' });
        const { element } = mounted;
        element.style.width = `${width}px`;
        for (const name of ['Re-run', 'Share']) {
          const own = document.createElement('button');
          own.slot = 'actions';
          own.textContent = name;
          element.append(own);
        }
        const seen = new Map<string, Set<string>>();
        let isWatched = true;
        const watch = (): void => {
          for (const [name, place] of Object.entries(placesIn(element))) seen.set(name, (seen.get(name) ?? new Set()).add(place));
          if (isWatched) requestAnimationFrame(watch);
        };
        try {
          await element.updateComplete;
          watch();
          await frame();
          const texts = ['error: one', 'warning: two', ...Array.from({ length: 60 }, (_, at) => `line ${at}`)];
          log.append(...marked(texts).map(([, ...line]): Line => [Date.now(), ...line]));
          log.set({ state: 'live' });
          await until(() => (rowsOnScreen(element)[0]?.text ?? '') !== '');
          assert.isEmpty(shadowAll(element, '.toolbar'));
          await mounted.loadTools();
          await until(() => shadowAll(element, '.counted').length === 2);
          await frame();
          log.set({ state: 'ended', end: 0 });
          await until(() => shadowAll(element, '[data-action="follow"]').length === 0);
          await frame();
        } finally {
          isWatched = false;
          mounted.restore();
        }
        assert.sameMembers([...seen.keys()], ['status', 'title', 'counts', 'Re-run', 'Share']);
        for (const [name, places] of seen) assert.equal(places.size, 1, `${name}: ${[...places].join(', ')}`);
      });
});

describe('the column of times', () => {
  afterEach(async () => {
    unmountAll();
    await release();
  });

  it('stays in place while the text is scrolled sideways', async () => {
    const log = new MemoryLog();
    log.append('x'.repeat(1_000), 'short');
    const { element, scroller } = await live(log, { time: 'utc', wrap: 'off' });
    const place = (): number => shadow(element, '.row[data-line="1"] .time').getBoundingClientRect().left;
    const before = place();
    press(scroller, 'ArrowRight');
    press(scroller, 'ArrowRight');
    await until(() => scroller.scrollLeft > 100);
    await until(() => Math.abs(place() - before) < 1);
  });

  it('is as wide as its longest text', async () => {
    const log = new MemoryLog((line) => [line * 10, `line ${line}`]);
    const { element } = await live(log, { time: 'elapsed' });
    const width = (): number => shadow(element, '.row[data-line="1"] .time').getBoundingClientRect().width;
    const short = width();
    assert.isBelow(short, 80);
    log.append([2 * DAY, 'much later']);
    element.goTo('end');
    await until(() => shadow(element, '.row[data-line="101"] .time').getBoundingClientRect().width > short + 10);
  });

  it('tells the whole date, and marks where another day begins', async () => {
    const log = new MemoryLog();
    const midnight = Date.UTC(2026, 10, 30);
    log.append([midnight - 1_000, 'before'], [midnight, 'after'], [midnight + 1_000, 'later']);
    const mounted = mount(log, { follow: 'off', time: 'utc' });
    log.set({ state: 'live' });
    const { element } = mounted;
    await until(() => rowsOnScreen(element).length === 3 && shadowAll(element, '.toolbar').length === 1);
    assert.deepEqual(
      shadowAll(element, '.new-day').map(({ dataset }) => dataset['line']),
      ['2'],
    );
    const times = shadowAll(element, '.row .time');
    assert.deepEqual(
      times.map(({ dataset }) => dataset['t']),
      ['23:59:59.000Z', 'Nov 30 00:00Z', '00:00:01.000Z'],
    );
    assert.equal(new Set(times.map((time) => time.closest('.row')?.getBoundingClientRect().height)).size, 1);
    const time = shadow<HTMLElement>(element, '.row[data-line="2"] .time');
    const { left, top, width, height } = time.getBoundingClientRect();
    await moveTo([left + width / 2, top + height / 2]);
    await until(() => time.title === 'Monday, November 30, 2026 at 12:00:00 AM UTC');
  });
});
