import { assert } from 'chai';
import { frame, mount, press, rowsOnScreen, shadow, shadowAll, unmountAll, until, type Mounted } from './support/fixture.ts';
import { MemoryLog, START } from './support/memory-log.ts';

const box = (element: Element, selector: string): DOMRect => shadow(element, selector).getBoundingClientRect();

async function live(head: number, attributes: Record<string, string> = {}, width = 0, log = new MemoryLog()): Promise<Mounted> {
  const mounted = mount(log, { label: 'build · linux-x64', ...attributes });
  if (width > 0) mounted.element.style.width = `${width}px`;
  log.live(head);
  await until(() => rowsOnScreen(mounted.element).some((row) => row.number === head));
  // Keys and buttons are there a little later than the lines.
  await until(() => shadowAll(mounted.element, '.toolbar').length === 1);
  await frame();
  return mounted;
}

/** What sticks out of the element sideways, but for what scrolls. */
function overflowing(element: Element): string[] {
  const { left, right } = element.getBoundingClientRect();
  return shadowAll(element, '.header *, .pill, .toast, .notice, .notice *, .state, .state *')
    .filter((node) => node.getClientRects().length > 0 && node.closest('svg') === null)
    .filter((node) => {
      const rect = node.getBoundingClientRect();
      return rect.width > 0 && (rect.left < left - 0.5 || rect.right > right + 0.5);
    })
    .map((node) => `${node.localName}.${node.className}`);
}

describe('the look', () => {
  afterEach(unmountAll);

  it('has a header of 40 px and rows of 20 px, gutter and text on one line', async () => {
    const { element } = await live(1_000);
    assert.equal(box(element, '.header').height, 40);
    for (const row of shadowAll(element, '.row')) {
      assert.equal(row.getBoundingClientRect().height, 20);
      assert.equal(row.querySelector('.num')?.getBoundingClientRect().top, row.querySelector('.text')?.getBoundingClientRect().top);
    }
  });

  it('never clips a number, with seven digits either', async () => {
    const { element } = await live(7_340_012);
    const number = shadow<HTMLElement>(element, '.num');
    assert.isAtMost(number.scrollWidth, number.clientWidth);
    assert.equal(getComputedStyle(number).textAlign, 'end');
  });

  it('does not move when the log comes', async () => {
    const { element, log } = mount();
    await frame();
    const before = { header: box(element, '.header'), viewport: box(element, '.viewport'), host: element.getBoundingClientRect() };
    assert.isFalse(shadow<HTMLElement>(element, '.skeleton').hidden);
    log.live(5_000);
    await until(() => rowsOnScreen(element).length > 10);
    await until(() => shadow<HTMLElement>(element, '.skeleton').hidden);
    assert.deepEqual(box(element, '.header').toJSON(), before.header.toJSON());
    // A ruler may take its place at the right.
    const { left, top, height } = box(element, '.viewport');
    assert.deepEqual([left, top, height], [before.viewport.left, before.viewport.top, before.viewport.height]);
    assert.deepEqual(element.getBoundingClientRect().toJSON(), before.host.toJSON());
  });

  for (const width of [320, 360, 480, 640, 1_200]) {
    it(`fits into ${width} px in every state`, async () => {
      const long = new MemoryLog((line) => [START, `${line} ${'long '.repeat(100)}`]);
      const { element, log, scroller } = await live(48_210, {}, width, long);
      const check = async (): Promise<void> => {
        await element.updateComplete;
        await frame();
        assert.deepEqual(overflowing(element), []);
        assert.isAtMost(element.scrollWidth, element.clientWidth);
      };
      await check();
      scroller.dispatchEvent(new WheelEvent('wheel', { deltaY: -100 }));
      scroller.scrollTop -= 200;
      await frame();
      log.grow(5_000);
      await until(() => !shadow<HTMLElement>(element, '.pill').hidden);
      await check();
      scroller.scrollLeft = 200;
      for (const change of [
        { state: 'reconnecting', retryAt: Date.now() + 9_000 },
        { state: 'offline' },
        { state: 'ended', end: 137, unavailable: [{ from: 48_000, to: 53_205 }] },
        { state: 'error', problem: 'This log could not be loaded (the server answered 503). Try again in a while.' },
      ] as const) {
        log.set({ retryAt: undefined, ...change });
        element.goTo('end');
        await until(() => element.state === change.state);
        await until(() => shadowAll(element, '.state').length > 0);
        await check();
      }
    });
  }

  it('leaves the title where it is from connecting to live, quiet and ended', async () => {
    const { element, log } = mount(new MemoryLog(), { label: 'build · linux-x64' });
    const left = (): number => box(element, '.title').left;
    await until(() => shadow(element, '.status').textContent?.trim() === 'Connecting');
    const before = left();
    log.live(3);
    await until(() => shadow(element, '.status').textContent?.trim() === 'Live');
    assert.equal(left(), before);
    assert.isAbove(box(element, '.status span').width, 10);
    log.set({ state: 'ended', end: 0 });
    await until(() => shadow(element, '.status').textContent?.trim() === 'Succeeded');
    assert.equal(left(), before);
  });

  it('draws the focus ring of the log above its rows, scrollbars and ruler, on all four edges', async () => {
    const { element, scroller } = await live(1_000);
    const ring = shadow<HTMLElement>(element, '.ring');
    assert.equal(getComputedStyle(ring).display, 'none');
    press(scroller, 'k');
    const { display, zIndex, pointerEvents, borderTopWidth, borderRightWidth, borderBottomWidth, borderLeftWidth } = getComputedStyle(ring);
    assert.deepEqual([borderTopWidth, borderRightWidth, borderBottomWidth, borderLeftWidth], ['2px', '2px', '2px', '2px']);
    assert.deepEqual([display, pointerEvents], ['block', 'none']);
    assert.deepEqual(ring.getBoundingClientRect().toJSON(), shadow(element, '.body').getBoundingClientRect().toJSON());
    for (const other of shadowAll(element, '.body *'))
      if (other !== ring) assert.isBelow(Number.parseInt(getComputedStyle(other).zIndex, 10) || 0, Number(zIndex), other.className);
  });

  it('covers no row with the pill while following', async () => {
    const { element } = await live(1_000);
    await until(() => shadow<HTMLElement>(element, '.pill').hidden);
  });

  it('uses the theme it is told to, and the sixteen colours of each', async () => {
    const colours: Record<string, string> = {};
    for (const theme of ['light', 'dark']) {
      const log = new MemoryLog();
      const { element } = mount(log, { theme });
      log.append('\x1b[31mred\x1b[0m');
      log.set({ state: 'live' });
      await until(() => shadowAll(element, '.fg1').length === 1);
      colours[`${theme} red`] = getComputedStyle(shadow(element, '.fg1')).color;
      colours[`${theme} background`] = getComputedStyle(element).backgroundColor;
      unmountAll();
    }
    assert.deepEqual(colours, {
      'light red': 'rgb(179, 24, 42)',
      'light background': 'rgb(255, 255, 255)',
      'dark red': 'rgb(255, 123, 114)',
      'dark background': 'rgb(14, 17, 22)',
    });
  });

  it('can be given another height, font size and row height by the page', async () => {
    const { element } = await live(1_000);
    element.style.setProperty('--ls-height', '300px');
    element.style.setProperty('--ls-line', '24px');
    await until(() => element.offsetHeight === 300);
    await until(() => rowsOnScreen(element).at(-1)?.number === 1_000 && shadow(element, '.row').getBoundingClientRect().height === 24);
    const rows = rowsOnScreen(element);
    for (const [at, row] of rows.entries()) if (at > 0) assert.closeTo(row.top - (rows[at - 1]?.top ?? 0), 24, 0.01);
  });

  it('hides what the toolbar attribute says', async () => {
    const { element } = await live(10);
    const visible = (): number => shadowAll(element, '.toolbar button').filter((button) => button.getClientRects().length > 0).length;
    assert.equal(visible(), 10, 'nine buttons and the menu');
    element.toolbar = 'compact';
    await until(() => visible() === 2);
    element.toolbar = 'none';
    await until(() => visible() === 0);
    assert.isAbove(box(element, '.status').width, 0, 'the state stays in sight');
  });

  it('can do without line numbers', async () => {
    const { element } = await live(10, { 'line-numbers': 'off' });
    assert.equal(box(element, '.num').width, 24, 'only the column of marks is left');
  });

  it('shows what a page puts into its slots', async () => {
    const { element, log } = mount();
    const title = document.createElement('b');
    title.slot = 'title';
    title.textContent = 'My build';
    const empty = document.createElement('p');
    empty.slot = 'empty';
    empty.textContent = 'Nothing yet.';
    element.append(title, empty);
    log.live(0);
    await until(() => element.state === 'live');
    await until(() => title.getClientRects().length > 0 && empty.getClientRects().length > 0);
  });
});
