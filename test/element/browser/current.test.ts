import 'axe-core';
import { assert } from 'chai';
import { taken } from './support/clipboard.ts';
import { frame, mount, press, rowsOnScreen, shadow, shadowAll, unmountAll, until, type Mounted } from './support/fixture.ts';
import { MemoryLog } from './support/memory-log.ts';
import { click, release, type } from './support/pointer.ts';
import { toast } from './support/toasts.ts';

const LONG = 'x'.repeat(5_000);
const REDRAWN = Array.from({ length: 20 }, (_, step) => [
  `${step === 0 ? '' : '\x1b[2A\x1b[0G'}a: pulled ${step} MB`,
  `b: pulled ${step} MB`,
]).flat();

const currentRow = ({ scroller, element }: Mounted): HTMLElement | undefined => {
  const id = scroller.getAttribute('aria-activedescendant');
  return id === null ? undefined : shadow<HTMLElement>(element, `#${id}`);
};
const named = (mounted: Mounted): string | null | undefined => currentRow(mounted)?.ariaLabel;
const isInSight = (mounted: Mounted): boolean => {
  const row = currentRow(mounted)?.getBoundingClientRect();
  const view = mounted.scroller.getBoundingClientRect();
  return row !== undefined && row.top >= view.top - 0.5 && row.bottom <= view.bottom + 0.5;
};

async function live(log: MemoryLog, attributes: Record<string, string> = {}): Promise<Mounted> {
  const mounted = mount(log, { follow: 'off', ...attributes });
  log.set({ state: 'live' });
  await until(() => (rowsOnScreen(mounted.element)[0]?.text ?? '') !== '' && shadowAll(mounted.element, '.toolbar').length === 1);
  return mounted;
}

async function plain(lines: number, attributes: Record<string, string> = {}): Promise<Mounted> {
  const log = new MemoryLog();
  log.live(lines);
  return live(log, attributes);
}

describe('the current line', () => {
  afterEach(async () => {
    unmountAll();
    await release();
  });

  it('is the active descendant of the log, and drawn with a ring while the log has the focus', async () => {
    const mounted = await plain(1_000);
    const { scroller } = mounted;
    assert.isFalse(scroller.hasAttribute('aria-activedescendant'));
    scroller.focus();
    await type('ArrowDown');
    await until(() => named(mounted) === 'Line 1');
    const row = currentRow(mounted);
    if (row === undefined) throw new Error('There is no current row.');
    const { borderTopWidth, borderTopStyle, position } = getComputedStyle(row, '::after');
    assert.deepEqual([borderTopWidth, borderTopStyle, position], ['2px', 'solid', 'absolute']);
    const description = row.getAttribute('aria-describedby') ?? '';
    assert.equal(row.querySelector(`#${description}`)?.textContent, 'line 1');
    scroller.blur();
    assert.equal(getComputedStyle(row, '::after').content, 'none');
  });

  it('has the level of the line in its name', async () => {
    const log = new MemoryLog();
    log.append([0, 'plain'], [0, 'bad', { l: 17 }], [0, 'odd', { l: 13 }], [0, 'worse', { l: 21 }], [0, 'said', { l: 9 }]);
    const mounted = await live(log);
    mounted.scroller.focus();
    const names = [];
    for (let line = 1; line <= 5; line += 1) {
      await type('ArrowDown');
      await frame();
      names.push(named(mounted));
    }
    assert.deepEqual(names, ['Line 1', 'Line 2, error', 'Line 3, warning', 'Line 4, error', 'Line 5']);
  });

  it('scrolls with the keys, and stays in sight', async () => {
    const mounted = await plain(5_000);
    mounted.scroller.focus();
    for (let step = 0; step < 40; step += 1) await type('j');
    await until(() => named(mounted) === 'Line 40' && isInSight(mounted));
    for (const [key, name] of [
      ['k', 'Line 39'],
      ['End', 'Line 5,000'],
      ['ArrowUp', 'Line 4,999'],
      ['Home', 'Line 1'],
      ['G', 'Line 5,000'],
    ] as const) {
      await type(key);
      await until(() => named(mounted) === name && isInSight(mounted));
    }
    await type('g');
    await type('g');
    await until(() => named(mounted) === 'Line 1' && isInSight(mounted));
    await type('PageDown');
    await until(() => mounted.scroller.scrollTop > 300 && isInSight(mounted));
  });

  it('is no active descendant while it is out of the document, and one again when it is back', async () => {
    const mounted = await plain(5_000);
    const { element, scroller } = mounted;
    scroller.focus();
    await type('ArrowDown');
    await until(() => named(mounted) === 'Line 1');
    element.goTo(3_000);
    await until(() => rowsOnScreen(element).some(({ number }) => number === 3_000));
    assert.isFalse(scroller.hasAttribute('aria-activedescendant'));
    assert.lengthOf(shadowAll(element, '#current-line'), 0);
    element.goTo('start');
    await until(() => named(mounted) === 'Line 1');
    assert.equal(currentRow(mounted)?.dataset['line'], '1');
    element.goTo(3_000);
    await until(() => rowsOnScreen(element).some(({ number }) => number === 3_000));
    await type('ArrowDown');
    const first = rowsOnScreen(element)[0]?.number ?? 0;
    await until(
      () =>
        Math.abs(
          (rowsOnScreen(element).find(({ number }) => `Line ${number.toLocaleString('en')}` === named(mounted))?.number ?? 0) - first,
        ) <= 1,
    );
  });

  it('is set by a click on a number', async () => {
    const mounted = await plain(100);
    const { left, top, height } = shadow(mounted.element, '.row[data-line="5"] .num').getBoundingClientRect();
    await click([left + 10, top + height / 2]);
    await until(() => named(mounted) === 'Line 5');
    mounted.scroller.focus();
    await type('ArrowDown');
    await until(() => named(mounted) === 'Line 6');
  });

  it('is what c copies and y links to without a selection', async () => {
    const mounted = await plain(100);
    const { element, scroller } = mounted;
    const written: string[] = [];
    const { writeText } = Clipboard.prototype;
    Clipboard.prototype.writeText = async (text) => void written.push(text);
    try {
      scroller.focus();
      for (let step = 0; step < 7; step += 1) await type('j');
      await type('c');
      await until(() => toast(element) === 'Copied 1 line');
      assert.equal(await taken(), 'line 7');
      await type('y');
      await until(() => toast(element) === 'Link to line 7 copied');
      assert.match(written[0] ?? '', /#L7$/u);
    } finally {
      Clipboard.prototype.writeText = writeText;
    }
  });

  it('is what Enter acts on: a button rather than a link, a fold, a link', async () => {
    const log = new MemoryLog();
    log.append('before', LONG, ...REDRAWN, '\x1b]8;;https://example.com/\x1b\\a link\x1b]8;;\x1b\\', 'after');
    const mounted = await live(log);
    const { element, scroller } = mounted;
    await until(() => shadowAll(element, '.fold').length === 1);
    scroller.focus();
    await type('ArrowDown');
    await type('ArrowDown');
    await type('Enter');
    await until(() => shadowAll(element, '.row[data-line="2"] .segment').length > 0);
    assert.strictEqual(element.shadowRoot?.activeElement, scroller);
    await type('Enter');
    await until(() => shadowAll(element, '.segment').length === 0);
    await type('ArrowDown');
    await until(() => currentRow(mounted)?.matches('.fold') === true && named(mounted) === 'Line 3');
    await type('ArrowDown');
    await until(() => named(mounted) === 'Line 43');
    const followed: string[] = [];
    element.addEventListener('click', (event) => {
      const [target] = event.composedPath();
      event.preventDefault();
      if (target instanceof HTMLAnchorElement) followed.push(target.href);
    });
    await type('Enter');
    assert.deepEqual(followed, ['https://example.com/']);
    await type('ArrowUp');
    await type('Enter');
    await until(() => shadowAll(element, '.fold').length === 0);
    assert.equal(currentRow(mounted)?.dataset['line'], '3');
  });

  it('passes axe', async () => {
    const mounted = await plain(100);
    mounted.scroller.focus();
    await type('ArrowDown');
    await until(() => named(mounted) === 'Line 1');
    const { violations } = await window.axe.run(mounted.element, { rules: { region: { enabled: false } } });
    assert.deepEqual(
      violations.map(({ id, help }) => `${id}: ${help}`),
      [],
    );
  });

  it('is forgotten with the log', async () => {
    const mounted = await plain(100);
    press(mounted.scroller, 'ArrowDown');
    await until(() => named(mounted) === 'Line 1');
    mounted.log.live(50, { epoch: '2' });
    await until(() => !mounted.scroller.hasAttribute('aria-activedescendant'));
  });
});
