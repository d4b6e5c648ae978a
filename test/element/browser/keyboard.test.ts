import { assert } from 'chai';
import type { LogStatus } from '../../../src/worker/api.ts';
import { frame, mount, press, rowsOnScreen, shadow, shadowAll, unmountAll, until, type Mounted } from './support/fixture.ts';
import { MemoryLog } from './support/memory-log.ts';
import { click, release, type } from './support/pointer.ts';

const LONG = 'x'.repeat(5_000);
const LINK = '\x1b]8;;https://example.com/\x1b\\a link\x1b]8;;\x1b\\';
/** Lines that a tool redraws again and again, by moving up. */
const REDRAWN = Array.from({ length: 20 }, (_, step) => [
  `${step === 0 ? '' : '\x1b[2A\x1b[0G'}a: pulled ${step} MB`,
  `b: pulled ${step} MB`,
]).flat();

/** A log with every kind of link and button, at its start, in the middle and at its end. */
function everything(): MemoryLog {
  const log = new MemoryLog();
  const part = [LONG, LINK, ...REDRAWN, LONG];
  log.append(...part, ...Array.from({ length: 400 }, (_, at) => `line ${at}`), ...part);
  return log;
}

const focused = (element: Element): Element | null => element.shadowRoot?.activeElement ?? null;
const toggles = (element: Element): HTMLElement[] => shadowAll(element, '[data-act="toggle"]');

/** The element between two buttons of the page. */
async function between(log: MemoryLog, attributes: Record<string, string>, status: Partial<LogStatus>) {
  const mounted = mount(log, attributes);
  const before = document.createElement('button');
  const after = document.createElement('button');
  before.textContent = after.textContent = 'elsewhere';
  mounted.element.before(before);
  mounted.element.after(after);
  log.set({ state: 'live', ...status });
  await until(() => rowsOnScreen(mounted.element).some((row) => row.text !== ''));
  await until(() => shadowAll(mounted.element, '.toolbar').length === 1);
  await until(() => toggles(mounted.element).length > 0);
  return { ...mounted, before, after, scroller: mounted.scroller };
}

const MODES: Readonly<Record<string, { attributes: Record<string, string>; status?: Partial<LogStatus>; width?: string }>> = {
  'follows the end': { attributes: { follow: 'on' } },
  'does not follow': { attributes: { follow: 'off' } },
  'breaks long lines': { attributes: { follow: 'on', wrap: '' } },
  'is narrow': { attributes: { follow: 'on' }, width: '340px' },
  'is at its start with lines missing': { attributes: { follow: 'off' }, status: { unavailable: [{ from: 30, to: 40 }] } },
  'lost its connection': { attributes: { follow: 'on' }, status: { state: 'reconnecting', retryAt: Date.now() + 60_000 } },
  // The status of a live log is a tab stop, since it has been quiet for long.
  'has no toolbar': { attributes: { follow: 'on', toolbar: 'none' }, status: { state: 'ended' } },
};

describe('the keyboard', () => {
  afterEach(async () => {
    unmountAll();
    for (const button of document.querySelectorAll('body > button')) button.remove();
    await release();
  });

  for (const [name, { attributes, status = {}, width = '' }] of Object.entries(MODES)) {
    it(`leaves a log in one step, either way, when it ${name}`, async () => {
      const { element, scroller, before, after } = await between(everything(), attributes, status);
      element.style.width = width;
      await until(() => shadowAll(element, '.viewport button, .viewport a').length > 0);
      await frame();
      // Folds load late, so the end may move.
      const atEnd = (): boolean => scroller.scrollTop >= scroller.scrollHeight - scroller.clientHeight - 2;
      const there = (): boolean => (attributes['follow'] === 'on' ? atEnd() : rowsOnScreen(element)[0]?.number === 1);
      await until(there);
      const follow = shadowAll(element, '[data-action="follow"]').map(({ ariaPressed }) => ariaPressed);
      scroller.focus({ preventScroll: true });
      await type('Tab');
      await until(() => document.activeElement === after);
      await type('Tab', 'Shift');
      await until(() => focused(element) === scroller);
      await type('Tab', 'Shift');
      await until(() =>
        attributes['toolbar'] === 'none' ? document.activeElement === before : focused(element)?.closest('.toolbar') instanceof Element,
      );
      await frame();
      assert.isTrue(there(), 'nothing was scrolled to');
      assert.deepEqual(
        shadowAll(element, '[data-action="follow"]').map(({ ariaPressed }) => ariaPressed),
        follow,
      );
      for (const target of shadowAll(element, '.viewport :is(button, a, [tabindex])')) assert.equal(target.tabIndex, -1, target.outerHTML);
    });
  }

  it('leaves a log also from one of its buttons', async () => {
    const { element, scroller, after } = await between(everything(), { follow: 'off' }, {});
    press(scroller, 'Enter');
    assert.include(toggles(element), focused(element));
    await type('Tab');
    await until(() => document.activeElement === after);
  });

  it('moves to links and buttons by Enter, between them by arrows, and back by Escape', async () => {
    const { element, scroller } = await between(everything(), { follow: 'off' }, {});
    await until(() => shadowAll(element, '.fold').length === 2);
    scroller.focus();
    const names: (string | null | undefined)[] = [];
    await type('Enter');
    for (let at = 0; at < 6; at += 1) {
      names.push(focused(element)?.ariaLabel ?? focused(element)?.textContent);
      await type('ArrowDown');
    }
    assert.deepEqual(
      names.map((name) => name?.replace(/: .*/u, '')),
      ['Expand', 'Copy line', 'a link', 'Show', 'Expand', 'Copy line'],
    );
    assert.strictEqual(focused(element), scroller, 'behind the last one the log goes on to the next line');
    await until(() => shadow(element, '#current-line').ariaLabel === 'Line 44');
    await type('Enter');
    assert.strictEqual(focused(element), toggles(element)[0], 'the line has nothing to act on');
    await type('ArrowDown');
    const second = focused(element);
    await type('ArrowUp');
    assert.notStrictEqual(focused(element), second);
    await type('Escape');
    assert.strictEqual(focused(element), scroller);
  });

  it('expands and collapses a line, keeping the focus on its button', async () => {
    const { element, scroller } = await between(everything(), { follow: 'off' }, {});
    scroller.focus();
    await type('Enter');
    await type('Enter');
    await until(() => shadowAll(element, '.row[data-line="1"] .segment').length > 0);
    assert.equal(focused(element)?.ariaLabel, 'Collapse');
    await type('Enter');
    await until(() => shadowAll(element, '.segment').length === 0);
    // How much was put away is said once the line is drawn.
    await until(() => focused(element)?.ariaLabel?.startsWith('Expand') === true);
    assert.equal(focused(element)?.closest<HTMLElement>('.row')?.dataset['line'], '1');
  });

  it('opens and closes a fold, keeping the focus on its button', async () => {
    const log = new MemoryLog();
    log.append('before', ...REDRAWN, 'after');
    const { element, scroller } = await between(log, { follow: 'off' }, {});
    await until(() => shadowAll(element, '.fold').length === 1);
    scroller.focus();
    await type('Enter');
    await type('Enter');
    await until(() => shadowAll(element, '.fold').length === 0);
    const button = focused(element);
    assert.equal(button?.closest<HTMLElement>('.row')?.dataset['line'], '2');
    await type('Enter');
    await until(() => shadowAll(element, '.fold').length === 1);
    assert.strictEqual(focused(element), toggles(element)[0]);
  });

  it('presses the first button of a line that was picked by its number', async () => {
    const { element, scroller } = await between(everything(), { follow: 'off' }, {});
    const number = shadow(element, '.row[data-line="43"] .num').getBoundingClientRect();
    await until(() => shadowAll(element, '.fold').length === 2);
    await click([number.left + 10, shadow(element, '.row[data-line="43"]').getBoundingClientRect().top + 10]);
    await until(() => shadow(element, '#current-line').ariaLabel === 'Line 43');
    press(scroller, 'Enter');
    await until(() => shadowAll(element, '.row[data-line="43"] .segment').length > 0);
    press(scroller, 'Enter');
    await until(() => shadowAll(element, '.segment').length === 0);
  });

  it('returns to the log when any other key is pressed on a button', async () => {
    const { element, scroller } = await between(everything(), { follow: 'off' }, {});
    scroller.focus();
    await type('Enter');
    await type('PageDown');
    await until(() => scroller.scrollTop > 100);
    assert.strictEqual(focused(element), scroller);
  });

  it('stays in the log when the row of the focused button disappears', async () => {
    const { element, scroller, log } = await between(everything(), { follow: 'off' }, {});
    for (const target of ['.row [data-act="toggle"]', '.fold [data-act="toggle"]', '.row a']) {
      scroller.scrollTop = 0;
      await until(() => shadowAll(element, target).length > 0);
      shadow<HTMLElement>(element, target).focus({ preventScroll: true });
      element.goTo(300);
      await until(() => rowsOnScreen(element).some((row) => row.number === 300));
      await until(() => focused(element) === scroller || focused(element)?.isConnected === true);
      assert.strictEqual(document.activeElement, element, target);
    }
    element.goTo('end');
    log.set({ state: 'reconnecting', retryAt: Date.now() + 60_000 });
    await until(() => shadowAll(element, '.state .link').length === 1);
    press(scroller, 'Enter');
    shadow<HTMLElement>(element, '.state .link').focus();
    log.set({ state: 'live', retryAt: undefined });
    await until(() => shadowAll(element, '.state').length === 0);
    assert.strictEqual(focused(element), scroller);
  });

  it('reaches and presses Retry in missing lines', async () => {
    const log = new MemoryLog();
    const mounted: Mounted = mount(log, { follow: 'off' });
    log.live(400, { unavailable: [{ from: 3, to: 10 }] });
    const { element } = mounted;
    await until(() => shadowAll(element, '.state .link').length === 1);
    await until(() => shadowAll(element, '.toolbar').length === 1);
    mounted.scroller.focus();
    await type('Enter');
    assert.equal(focused(element)?.textContent, 'Retry');
    await type('Enter');
    await until(() => log.retries === 1);
  });

  for (const [how, init] of [
    ['is composing', { isComposing: true }],
    ['takes the key', { keyCode: 229 }],
  ] as const) {
    it(`ignores keys while an input method ${how}`, async () => {
      const { element, scroller } = await between(everything(), { follow: 'off' }, {});
      for (const key of ['w', 't', 'e', 'End', 'Escape', 'Enter']) press(scroller, key, init);
      press(scroller, 'a', { ctrlKey: true, ...init });
      await frame();
      assert.isFalse(element.wrap);
      assert.equal(element.time, 'none');
      assert.lengthOf(shadowAll(element, '.selected'), 0);
      assert.strictEqual(focused(element), scroller);
      assert.isTrue(rowsOnScreen(element)[0]?.number === 1);
      const button = shadow<HTMLElement>(element, '.toolbar .icon');
      button.focus();
      button.dispatchEvent(new KeyboardEvent('keydown', { key: 'ArrowRight', bubbles: true, ...init }));
      assert.strictEqual(focused(element), button);
    });
  }
});
