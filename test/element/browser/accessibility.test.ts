import 'axe-core';
import type { AxeResults, RunOptions } from 'axe-core';
import { assert } from 'chai';
import { frame, mount, press, rowsOnScreen, shadow, shadowAll, unmountAll, until, type Mounted } from './support/fixture.ts';
import { MemoryLog, START } from './support/memory-log.ts';
import { type } from './support/pointer.ts';

const ESC = '\x1b';
/** Every colour of the palette, on its own and as a background. */
const PALETTE = Array.from(
  { length: 8 },
  (_, at) => `${ESC}[3${at}mthirty-${at} ${ESC}[9${at}mninety-${at}${ESC}[0m ${ESC}[4${at}m forty ${ESC}[10${at}m hundred ${ESC}[0m`,
);
const STYLES = `${ESC}[2mdim${ESC}[0m ${ESC}[8mconcealed${ESC}[0m ${ESC}[7minverse${ESC}[0m ${ESC}[7;31minverse red${ESC}[0m ${ESC}[1mbold${ESC}[0m \0 \u202e`;

const SCENES: Readonly<Record<string, (log: MemoryLog) => void>> = {
  connecting: () => undefined,
  live: (log) => {
    log.append(...PALETTE, STYLES, [START, 'on stderr', { s: 'err' }]);
    log.set({ state: 'live', part: [START, 'unfinished'] });
  },
  'empty and live': (log) => log.live(0),
  'catching up': (log) => {
    log.stalled = true;
    log.live(500, { state: 'catching-up' });
  },
  reconnecting: (log) => {
    log.append(...PALETTE);
    log.set({ state: 'reconnecting', retryAt: Date.now() + 9_000 });
  },
  ended: (log) => {
    log.append(...PALETTE, STYLES);
    log.set({ state: 'ended', end: 0 });
  },
  failed: (log) => {
    log.append(...PALETTE);
    log.set({ state: 'ended', end: 1, unavailable: [{ from: 2, to: 3 }] });
  },
  error: (log) => log.set({ state: 'error', problem: 'This log could not be loaded (503). Try again later.' }),
  denied: (log) => log.set({ state: 'denied', problem: 'Access was refused. Ask for a new link.' }),
};

/** Lines that a tool redraws again and again, by moving up. */
const REDRAWN = Array.from({ length: 20 }, (_, step) => [
  `${step === 0 ? '' : `${ESC}[2A${ESC}[0G`}a: pulled ${step} MB`,
  `b: pulled ${step} MB`,
]).flat();

declare global {
  /** The global that importing axe-core defines. */
  interface Window {
    axe: { run(context: Element, options: RunOptions): Promise<AxeResults> };
  }
}

async function violations(element: Element): Promise<string[]> {
  const { violations: found } = await window.axe.run(element, { rules: { region: { enabled: false } } });
  return found.map(
    ({ id, nodes }) => `${id}: ${nodes.map((node) => `${node.html.slice(0, 120)} ${node.failureSummary ?? ''}`).join(' | ')}`,
  );
}

describe('accessibility', () => {
  afterEach(unmountAll);

  for (const theme of ['light', 'dark']) {
    for (const [name, play] of Object.entries(SCENES)) {
      it(`passes axe when ${name}, ${theme}`, async () => {
        const log = new MemoryLog();
        const { element } = mount(log, { theme, label: 'build', time: 'utc' });
        play(log);
        await until(() => element.getAttribute('state') === log.status.state);
        await until(() => shadowAll(element, '.toolbar').length === 1);
        if (log.status.head > 0 && !log.stalled) await until(() => rowsOnScreen(element).some((row) => row.text !== ''));
        await until(
          () =>
            element.getAnimations({ subtree: true }).length === 0 ||
            log.status.state === 'connecting' ||
            log.stalled ||
            log.status.head === 0,
        );
        assert.deepEqual(await violations(element), []);
      });
    }
  }

  const WAYS: Readonly<Record<string, (mounted: Mounted) => Promise<void>>> = {
    'lines are selected': async ({ element, scroller }) => {
      press(scroller, 'a', { ctrlKey: true });
      await until(() => shadowAll(element, '.selected').length > 0);
    },
    'a fold is closed': async ({ element, log }) => {
      log.append('before', ...REDRAWN, 'after');
      await until(() => shadowAll(element, '.fold').length === 1);
    },
    'a fold is open': async ({ element, log }) => {
      log.append('before', ...REDRAWN, 'after');
      await until(() => shadowAll(element, '.fold').length === 1);
      shadow<HTMLElement>(element, '.fold [data-act="toggle"]').click();
      await until(() => shadowAll(element, '.fold').length === 0 && shadowAll(element, '[data-act="toggle"]').length > 0);
    },
    'lines are broken': async ({ element }) => {
      element.wrap = true;
      await until(() => shadowAll(element, '.row').some((row) => row.getBoundingClientRect().height > 20));
    },
    'it is narrow': async ({ element }) => {
      element.style.width = '360px';
      await until(() => element.wrap && shadowAll(element, '.row').some((row) => row.getBoundingClientRect().height > 20));
    },
  };

  for (const theme of ['light', 'dark']) {
    for (const [name, go] of Object.entries(WAYS)) {
      it(`passes axe when ${name}, ${theme}`, async () => {
        const mounted = mount(new MemoryLog(), { theme, label: 'build' });
        const { element, log } = mounted;
        log.append(...PALETTE, STYLES, 'words '.repeat(60));
        log.set({ state: 'live' });
        await until(() => shadowAll(element, '.toolbar').length === 1 && rowsOnScreen(element).some((row) => row.text !== ''));
        await go(mounted);
        await until(() => element.getAnimations({ subtree: true }).length === 0);
        assert.deepEqual(await violations(element), []);
      });
    }
  }

  async function live(head: number, attributes: Record<string, string> = {}): Promise<Mounted> {
    const mounted = mount(new MemoryLog(), attributes);
    mounted.log.live(head);
    await until(() => rowsOnScreen(mounted.element).at(-1)?.number === head);
    await until(() => shadowAll(mounted.element, '.toolbar').length === 1);
    return mounted;
  }

  it('has a region with a toolbar, and a log that is not a live region itself', async () => {
    const { element, scroller } = await live(500, { label: 'build' });
    assert.equal(shadow(element, '[role="region"]').getAttribute('aria-label'), 'Log build');
    assert.equal(scroller.getAttribute('role'), 'log');
    assert.equal(scroller.getAttribute('aria-live'), 'off');
    assert.equal(scroller.tabIndex, 0);
    const described = scroller.getAttribute('aria-describedby') ?? '';
    assert.include(element.shadowRoot?.getElementById(described)?.textContent ?? '', 'Live');
    const row = shadowAll(element, '.row').find(({ dataset }) => dataset['line'] === '500');
    assert.equal(row?.getAttribute('aria-posinset'), '500');
    assert.equal(row?.getAttribute('aria-setsize'), '-1');
    assert.equal(row?.querySelector('.num')?.getAttribute('aria-hidden'), 'true');
  });

  it('gives rows their position in the whole log once it is complete', async () => {
    const { element, log } = await live(500);
    log.set({ state: 'ended', end: 0 });
    await until(() => shadow(element, '.row').getAttribute('aria-setsize') === '500');
  });

  it('has one tab stop in the toolbar, within which arrows move', async () => {
    const { element } = await live(50);
    const buttons = shadowAll(element, '.toolbar .icon').filter((button) => button.getClientRects().length > 0);
    assert.isAbove(buttons.length, 4);
    assert.deepEqual(
      buttons.map((button) => button.tabIndex),
      buttons.map((_, at) => (at === 0 ? 0 : -1)),
    );
    const arrow = (key: string): void => {
      element.shadowRoot?.activeElement?.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true }));
    };
    buttons[0]?.focus();
    arrow('ArrowRight');
    assert.strictEqual(element.shadowRoot?.activeElement, buttons[1]);
    assert.equal(buttons[1]?.tabIndex, 0);
    arrow('End');
    assert.strictEqual(element.shadowRoot?.activeElement, buttons.at(-1));
    arrow('ArrowRight');
    assert.strictEqual(element.shadowRoot?.activeElement, buttons[0]);
  });

  it('names every button, with its key', async () => {
    const { element } = await live(50);
    for (const button of shadowAll(element, '.toolbar button')) assert.isNotEmpty(button.ariaLabel);
    assert.equal(shadow(element, '[data-action="follow"]').ariaLabel, 'Follow new lines (f)');
    assert.equal(shadow<HTMLElement>(element, '[data-action="end"]').dataset['tip'], 'Jump to end (End)');
  });

  it('opens a menu in a narrow log, moves the focus into it, and returns it', async () => {
    const { element } = await live(50);
    element.style.width = '340px';
    const more = shadow<HTMLButtonElement>(element, '.more-actions');
    await until(() => more.getClientRects().length > 0);
    more.focus();
    more.click();
    const items = shadowAll(element, '.menu .item');
    await until(() => element.shadowRoot?.activeElement === items[0]);
    items[0]?.dispatchEvent(new KeyboardEvent('keydown', { key: 'ArrowDown', bubbles: true }));
    assert.strictEqual(element.shadowRoot?.activeElement, items[1]);
    const box = shadow(element, '.menu').getBoundingClientRect();
    assert.isAtLeast(box.left, 0);
    assert.isAtMost(box.right, document.documentElement.clientWidth);
    shadow<HTMLElement>(element, '.menu').hidePopover();
    await until(() => element.shadowRoot?.activeElement === more);
  });

  it('announces states at once, and lines in one message', async () => {
    const { element, log } = await live(100);
    const said = shadow(element, '[role="status"]');
    assert.equal(said.textContent, 'Live');
    log.grow(7);
    await until(() => said.textContent === '7 new lines', 8_000);
    log.grow(3);
    log.set({ state: 'reconnecting' });
    await until(() => said.textContent === 'Reconnecting');
    log.set({ state: 'ended', end: 0 });
    await until(() => said.textContent === 'Succeeded, 110 lines');
  });

  it('reads out new lines, but none that were fetched for scrolling', async () => {
    const { element, log } = await live(5_000, { announce: 'lines' });
    const said = shadow(element, '[role="status"]');
    log.grow(2);
    await until(() => said.textContent === 'line 5001\nline 5002', 8_000);
    log.stalled = true;
    element.goTo(500);
    await frame();
    log.grow(1);
    log.release();
    // Lines that are off screen are only counted.
    await until(() => said.textContent === '1 new line', 8_000);
  });

  it('announces no lines if that is turned off', async () => {
    const { element, log } = await live(100, { announce: 'off' });
    log.set({ state: 'reconnecting' });
    await until(() => element.state === 'reconnecting');
    assert.equal(shadow(element, '[role="status"]').textContent, '');
  });

  it('handles keys in the log, and Escape leaves it', async () => {
    const { element, scroller } = await live(1_000);
    press(scroller, 't');
    assert.equal(element.time, 'local');
    press(scroller, 'g');
    press(scroller, 'g');
    await until(() => rowsOnScreen(element)[0]?.number === 1);
    press(scroller, 'PageDown');
    await frame();
    assert.isAbove(rowsOnScreen(element)[0]?.number ?? 0, 15);
    press(scroller, 'Escape');
    assert.equal(element.shadowRoot?.activeElement?.classList.contains('icon'), true);
  });

  it('ignores single letters if they are turned off', async () => {
    const { element, scroller } = await live(1_000, { shortcuts: 'off' });
    press(scroller, 't');
    assert.equal(element.time, 'none');
    press(scroller, 'Home');
    await until(() => rowsOnScreen(element)[0]?.number === 1);
  });

  it('is usable by keyboard alone, with the focus visible at every step', async () => {
    const { element, log, scroller } = await live(4_999, { follow: 'on' });
    // A log that has just grown has not been quiet for long: its status explains nothing, and is no tab stop.
    log.grow(1);
    await until(() => shadow<HTMLElement>(element, '.status').tabIndex === -1);
    const before = document.createElement('button');
    const after = document.createElement('button');
    before.textContent = after.textContent = 'elsewhere';
    element.before(before);
    element.after(after);
    const focused = (): Element | null => element.shadowRoot?.activeElement ?? null;
    const ring = (): string => getComputedStyle(shadow(element, '.ring')).display;

    before.focus();
    await type('Tab');
    await until(() => focused()?.closest('.toolbar') instanceof Element);
    assert.notEqual(getComputedStyle(focused() ?? before).outlineStyle, 'none');
    await type('Tab');
    await until(() => focused() === scroller);
    assert.equal(ring(), 'block');

    const current = (): string | null => shadow(element, `#${scroller.getAttribute('aria-activedescendant') ?? ''}`).ariaLabel;
    for (const [key, seen] of [
      ['Home', () => scroller.scrollTop === 0],
      ['ArrowDown', () => current() === 'Line 2'],
      ['j', () => current() === 'Line 3'],
      ['k', () => current() === 'Line 2'],
      ['PageDown', () => scroller.scrollTop > 300],
      ['PageUp', () => scroller.scrollTop === 0 && /^Line [23]$/u.test(current() ?? '')],
      ['t', () => element.time === 'local'],
      ['w', () => element.wrap],
      ['w', () => !element.wrap],
      ['End', () => rowsOnScreen(element).at(-1)?.number === 5_000],
      ['f', () => shadow<HTMLElement>(element, '[data-action="follow"]').ariaPressed === 'false'],
      ['f', () => shadow<HTMLElement>(element, '[data-action="follow"]').ariaPressed === 'true'],
    ] as const) {
      await type(key);
      await until(seen);
      assert.strictEqual(focused(), scroller, key);
      assert.equal(ring(), 'block', key);
    }
    log.grow(50);
    await until(() => rowsOnScreen(element).at(-1)?.number === 5_050);
    assert.strictEqual(focused(), scroller, 'lines that come take no focus away');

    await type('Tab');
    await until(() => document.activeElement === after);
    assert.equal(ring(), 'none');
    before.remove();
    after.remove();
  });
});
