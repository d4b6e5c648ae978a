import { assert } from 'chai';
import { sendMouse } from '@web/test-runner-commands';
import { frame, mount, rowsOnScreen, shadow, shadowAll, unmountAll, until, type Mounted } from './support/fixture.ts';
import { MemoryLog } from './support/memory-log.ts';
import { click, moveTo, release, type } from './support/pointer.ts';

const LONG = 'x'.repeat(5_000);

async function opened(status = {}, attributes: Record<string, string> = {}): Promise<Mounted> {
  const log = new MemoryLog();
  log.append('before', LONG, 'between', LONG, ...Array.from({ length: 300 }, (_, at) => `line ${at}`));
  const mounted = mount(log, { follow: 'off', ...attributes });
  log.set({ state: 'live', ...status });
  await until(
    () =>
      rowsOnScreen(mounted.element).length > 0 &&
      shadowAll(mounted.element, '.more button').length >= 4 &&
      shadowAll(mounted.element, '.toolbar .icon').length > 0,
  );
  await until(() => shadow<HTMLElement>(mounted.element, '.status').dataset['tip'] !== undefined);
  return mounted;
}

const middle = (target: Element): readonly [number, number] => {
  const { left, top, width, height } = target.getBoundingClientRect();
  return [Math.round(left + width / 2), Math.round(top + height / 2)];
};
const tipOf = (target: Element): string => getComputedStyle(target, '::after').visibility;
const focused = (element: Element): Element | null => element.shadowRoot?.activeElement ?? null;
const button = (element: Element, action: string): HTMLElement => shadow(element, `.toolbar [data-action="${action}"]`);

describe('tooltips', () => {
  afterEach(async () => {
    unmountAll();
    for (const other of document.querySelectorAll('body > button')) other.remove();
    await release();
  });

  it('close with Escape while the pointer stays, wherever the focus is, and open when it returns', async () => {
    const { element } = await opened();
    const other = document.createElement('button');
    document.body.append(other);
    other.focus();
    const wrap = button(element, 'wrap');
    await moveTo(middle(wrap));
    await until(() => tipOf(wrap) === 'visible');
    await type('Escape');
    await until(() => tipOf(wrap) === 'hidden');
    const [x, y] = middle(wrap);
    await moveTo([x + 3, y]);
    assert.equal(tipOf(wrap), 'hidden', 'it is the same visit');
    await moveTo(middle(button(element, 'copy')));
    await until(() => tipOf(button(element, 'copy')) === 'visible');
    await moveTo(middle(wrap));
    await until(() => tipOf(wrap) === 'visible');
  });

  it('close with Escape while the focus stays', async () => {
    const { element, log } = await opened();
    // A log that has just grown has not been quiet for long: its status is no tab stop.
    log.grow(1);
    await until(() => shadow<HTMLElement>(element, '.status').tabIndex === -1);
    const before = document.createElement('button');
    element.before(before);
    before.focus();
    await type('Tab');
    const first = focused(element);
    if (first === null) throw new Error('Nothing has the focus.');
    await until(() => tipOf(first) === 'visible');
    await type('Escape');
    await until(() => tipOf(first) === 'hidden');
    assert.strictEqual(focused(element), first);
    await type('ArrowRight');
    await type('ArrowLeft');
    await until(() => tipOf(first) === 'visible');
  });

  it('stay while the pointer is over them', async () => {
    const { element } = await opened();
    const wrap = button(element, 'wrap');
    const [x, y] = middle(wrap);
    await moveTo([x, y]);
    await until(() => tipOf(wrap) === 'visible');
    for (let down = 2; down < 34; down += 2) {
      await moveTo([x, y + down]);
      assert.equal(tipOf(wrap), 'visible', `${down} px below`);
    }
  });
});

describe('the explanation of the chip', () => {
  afterEach(async () => {
    unmountAll();
    for (const other of document.querySelectorAll('body > button')) other.remove();
    await release();
  });

  for (const [state, status] of [
    ['reconnecting', { state: 'reconnecting', retryAt: Date.now() + 60_000 }],
    ['failed', { state: 'ended', end: 1 }],
    ['denied', { state: 'denied', problem: 'Ask for a new link.' }],
  ] as const) {
    it(`is reached by Tab when ${state}, and is the description of the chip`, async () => {
      const { element, log } = await opened();
      log.set(status);
      const chip = shadow<HTMLElement>(element, '.status');
      await until(() => element.state === status.state && chip.tabIndex === 0);
      const before = document.createElement('button');
      element.before(before);
      before.focus();
      await type('Tab');
      assert.strictEqual(focused(element), chip);
      await until(() => tipOf(chip) === 'visible');
      const described = element.shadowRoot?.getElementById(chip.getAttribute('aria-describedby') ?? '');
      assert.isNotEmpty(described?.textContent);
      assert.equal(described?.textContent, chip.dataset['tip']);
    });
  }

  it('is no tab stop while it says no more than the chip', async () => {
    const { element, log } = await opened();
    // A log that has just grown has not been quiet for long.
    log.grow(1);
    await until(() => shadow<HTMLElement>(element, '.status').tabIndex === -1);
  });

  it('opens on a press, and closes on another, on Escape or on a press elsewhere', async () => {
    const { element } = await opened();
    const chip = shadow<HTMLElement>(element, '.status');
    const shown = (): boolean => chip.hasAttribute('data-open');
    for (const hide of [
      () => click(middle(chip)),
      () => type('Escape'),
      () => click([200, middle(shadow(element, '.row[data-line="1"]'))[1]]),
    ]) {
      await click(middle(chip));
      assert.isTrue(shown());
      await hide();
      await until(() => !shown());
    }
  });
});

describe('controls', () => {
  afterEach(async () => {
    unmountAll();
    await release();
  });

  for (const width of [1_280, 640, 360])
    for (const wrap of [false, true]) {
      it(`are at least 24 px high and wide, ${width} px wide, ${wrap ? 'wrapped' : 'in single rows'}`, async () => {
        const { element, log } = await opened({ unavailable: [{ from: 6, to: 9 }] }, wrap ? { wrap: '' } : { wrap: 'off' });
        element.style.width = `${width}px`;
        log.grow(20);
        await until(() => shadowAll(element, '.state .link').length === 1 && shadowAll(element, '.more button').length >= 4);
        await until(() => !shadow<HTMLElement>(element, '.pill').hidden || shadowAll(element, '.pill').length === 1);
        element.dispatchEvent(new Event('pointerenter'));
        shadow<HTMLElement>(element, '.menu').showPopover();
        await frame();
        for (const target of shadowAll(element, 'button').filter((candidate) => candidate.getClientRects().length > 0)) {
          const box = target.getBoundingClientRect();
          assert.isAtLeast(box.width, 24, target.outerHTML);
          assert.isAtLeast(box.height, 24, target.outerHTML);
        }
      });
    }

  it('in a row can be pressed over its whole height', async () => {
    const { element } = await opened();
    const toggle = shadow(element, '[data-act="toggle"]');
    const row = toggle.closest('.row')?.getBoundingClientRect();
    const { left, width } = toggle.getBoundingClientRect();
    for (const y of [(row?.top ?? 0) + 0.5, (row?.bottom ?? 0) - 0.5])
      assert.strictEqual(element.shadowRoot?.elementFromPoint(left + width / 2, y), toggle, String(y));
  });

  it('that disappear with the focus leave it in the element', async () => {
    const { element, log, scroller } = await opened();
    log.grow(20);
    await until(() => !shadow<HTMLElement>(element, '.pill').hidden);
    shadow<HTMLElement>(element, '.pill').focus();
    await type('Enter');
    await until(() => shadow<HTMLElement>(element, '.pill').hidden);
    assert.strictEqual(focused(element), scroller);
    button(element, 'follow').focus();
    log.set({ state: 'ended', end: 0 });
    await until(() => shadowAll(element, '[data-action="follow"]').length === 0);
    assert.strictEqual(focused(element), scroller);
  });

  it('keep their identity when another one disappears', async () => {
    const { element, log } = await opened();
    const end = button(element, 'end');
    end.focus();
    log.set({ state: 'ended', end: 0 });
    await until(() => shadowAll(element, '[data-action="follow"]').length === 0);
    assert.strictEqual(focused(element), end);
    assert.equal(end.dataset['action'], 'end');
    await sendMouse({ type: 'move', position: [0, 0] });
  });
});
