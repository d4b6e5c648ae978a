import { assert } from 'chai';
import type { Line } from '../../../src/protocol/line.ts';
import { LineCache } from '../../../src/element/viewport/lines/line-cache.ts';
import { Folds } from '../../../src/element/viewport/folds/folds.ts';
import { frame, mount, rowsOnScreen, shadow, shadowAll, unmountAll, until, type Mounted } from './support/fixture.ts';
import { copied } from './support/clipboard.ts';
import { MemoryLog, START } from './support/memory-log.ts';
import { click, drag, drop, pointIn, pointInFold, release } from './support/pointer.ts';
import { foldLook } from './support/fold-look.ts';

const UP = '\x1b[3A\x1b[0G';

/** What docker compose writes: three lines, over and over. */
const pull = (step: number): string[] => [
  `${step === 0 ? '' : UP}[+] Running ${step}/1500`,
  ` db Pulling ${step}s `,
  ` web Pulling ${step}s `,
];
const pulls = (steps: number, from = 0): string[] => Array.from({ length: steps }, (_, at) => pull(from + at)).flat();

async function shown(lines: readonly (string | Line)[], attributes: Record<string, string> = {}): Promise<Mounted> {
  const log = new MemoryLog();
  log.append(...lines);
  const mounted = mount(log, attributes);
  log.set({ state: 'live' });
  await until(() => mounted.element.shadowRoot?.querySelector('.fold') !== null);
  return mounted;
}

const texts = (element: Element): string[] =>
  shadowAll(element, '.row .text, .frame .text').map((text) => text.textContent?.trimEnd() ?? '');
const label = (element: Element): string | undefined => shadow<HTMLElement>(element, '.fold .more span').dataset['label'];
const toggle = (element: Element, selector = '.fold'): void =>
  shadow<HTMLButtonElement>(element, `${selector} [data-act="toggle"]`).click();

describe('lines that a tool redraws', () => {
  afterEach(unmountAll);

  for (const wrap of [false, true]) {
    it(`are folded into what is left of them, with their numbers kept, ${wrap ? 'wrapped' : 'in single rows'}`, async () => {
      const { element } = await shown(['before', ...pulls(40), 'after'], { follow: 'off', ...(wrap ? { wrap: '' } : {}) });
      await until(() => texts(element).length === 5);
      assert.deepEqual(texts(element), ['before', '[+] Running 39/1500', ' db Pulling 39s', ' web Pulling 39s', 'after']);
      assert.equal(label(element), '39 updates hidden');
      assert.deepEqual(
        shadowAll(element, '.num[data-n]').map((number) => Number(number.dataset['n'])),
        [1, 119, 120, 121, 122],
      );
      const fold = shadow(element, '.fold').getBoundingClientRect();
      assert.equal(fold.height, wrap ? 80 : 60);
      assert.equal(shadow(element, '.row[data-line="122"]').getBoundingClientRect().top, fold.bottom);
      const more = shadow(element, '.more').getBoundingClientRect();
      const { left, right } = shadow(element, '.viewport').getBoundingClientRect();
      assert.isTrue(more.left >= left && more.right <= right, 'what can be done is in sight');
    });
  }

  it('are shown as they are while the line that redraws them has no end yet', async () => {
    const frame = (one: string, two: string): Line => [START, `\x1b[2A\x1b[2Kone: ${one}\r\x1b[1B\x1b[2Ktwo: ${two}`];
    const log = new MemoryLog();
    log.append('Pulling', 'one: Waiting', 'two: Waiting');
    const { element } = mount(log, { follow: 'on' });
    log.set({ state: 'live', part: frame('10%', 'Waiting') });
    await until(() => texts(element).includes('one: 10%'));
    assert.deepEqual(texts(element), ['Pulling', 'one: 10%', 'two: Waiting']);
    log.set({ part: frame('60%', ' 5%') });
    await until(() => texts(element).includes('one: 60%'));
    assert.deepEqual(texts(element), ['Pulling', 'one: 60%', 'two:  5%']);
    // Another one that only goes on stands in a row of its own again.
    log.set({ part: [START, 'Digest'] });
    await until(() => texts(element).includes('Digest'));
    assert.deepEqual(texts(element), ['Pulling', 'one: Waiting', 'two: Waiting', 'Digest']);
    log.set({ part: null });
    log.append(`${frame('done', 'done')[1]}\r\x1b[1B`);
    await until(() => texts(element).includes('one: done'));
    assert.deepEqual(texts(element), ['Pulling', 'one: done', 'two: done']);
  });

  it('are shown one by one on request, and folded again', async () => {
    const { element } = await shown(['before', ...pulls(40), 'after'], { follow: 'off' });
    toggle(element);
    await until(() => shadowAll(element, '.row').length > 20 && shadowAll(element, '.fold').length === 0);
    await until(() => rowsOnScreen(element)[2]?.text === ' db Pulling 0s ');
    assert.equal(rowsOnScreen(element)[1]?.number, 2);
    assert.equal(shadow<HTMLElement>(element, '.more span').dataset['label'], '39 updates');
    toggle(element, '.row');
    await until(() => texts(element).length === 5);
  });

  it('stay folded while the tool continues, which shows in place', async () => {
    const { element, log } = await shown(['before', ...pulls(10)]);
    for (let step = 10; step < 60; step += 5) {
      log.append(...pulls(5, step));
      await until(() => texts(element)[1] === `[+] Running ${step + 4}/1500`);
      assert.lengthOf(texts(element), 4);
    }
    log.append('done', 'next');
    await until(() => texts(element).at(-1) === 'next');
    assert.deepEqual(texts(element).slice(-3), [' web Pulling 59s', 'done', 'next']);
    assert.equal(label(element), '59 updates hidden');
  });

  it('are one fold with its true start, however far above the end of the log that is', async () => {
    const { element } = await shown(['first', 'second', ...pulls(900), 'after'], { follow: 'on' });
    await until(() => texts(element)[0] === 'first');
    assert.deepEqual(texts(element), ['first', 'second', '[+] Running 899/1500', ' db Pulling 899s', ' web Pulling 899s', 'after']);
    assert.equal(label(element), '899 updates hidden');
  });

  it('do not move the lines below them', async () => {
    const { element } = await shown([...pulls(30), ...Array.from({ length: 300 }, (_, at) => `line ${at}`)], { follow: 'off' });
    element.goTo(200);
    await until(() => rowsOnScreen(element).some(({ number }) => number === 200));
    await frame();
    const { top } = shadow(element, '.row[data-line="200"]').getBoundingClientRect();
    element.wrap = true;
    await frame();
    await frame();
    assert.closeTo(shadow(element, '.row[data-line="200"]').getBoundingClientRect().top, top, 1);
  });

  it('are remembered for a bounded number of places, the latest of them', () => {
    const folds = new Folds(foldLook());
    const lines = new LineCache();
    const each = ['a', '\x1b[1A\x1b[2Kb', ...Array.from({ length: 118 }, (_, at) => `line ${at}`)].map((text): Line => [START, text]);
    for (let from = 1; from < 120 * 600; from += 120) {
      lines.insert({ from, lines: each }, { from, to: from + 119 });
      folds.read({ from, lines: each }, lines);
    }
    const gaps = folds.collapsed(1, Infinity, 20, () => undefined);
    assert.isAtMost(gaps.length, 501);
    assert.deepInclude(gaps.at(-1), { from: 71_881, to: 71_882, height: 20 });
  });

  it('are shown after a jump to one of them, also before it is known that they were redrawn', async () => {
    const { element } = await shown(['before', ...pulls(40), 'after'], { follow: 'off' });
    await until(() => texts(element).length === 5);
    element.goTo(60);
    await until(() => rowsOnScreen(element).some(({ number }) => number === 60));
    element.goTo(2);
    await until(() => shadowAll(element, '.row .more').length === 1);
    toggle(element, '.row');
    await until(() => texts(element).length === 5);
    unmountAll();

    const log = new MemoryLog();
    log.append('before', ...pulls(600), 'after');
    const { element: other } = mount(log, { follow: 'off' });
    other.goTo(900);
    log.set({ state: 'live' });
    await until(() => rowsOnScreen(other).some(({ number, text }) => number === 900 && text !== ''));
    await frame();
    assert.include(
      rowsOnScreen(other).map(({ number }) => number),
      900,
    );
  });

  it('are left with the numbers of the lines that wrote them, which are selected by these', async () => {
    const { element } = await shown(['before', ...pulls(40), 'after'], { follow: 'off', permalink: '' });
    await until(() => texts(element).length === 5);
    shadow<HTMLElement>(element, '.frame:nth-child(2) .num').click();
    await until(() => shadowAll(element, '.selected').length === 1);
    assert.equal(location.hash, '#L120');
    assert.equal(shadow(element, '.selected .text').textContent, ' db Pulling 39s ');
    assert.equal(getComputedStyle(shadow(element, '.selected')).backgroundColor, 'rgb(221, 240, 255)');
    shadow<HTMLElement>(element, '.row[data-line="122"] .num').dispatchEvent(new MouseEvent('click', { bubbles: true, shiftKey: true }));
    await until(() => shadowAll(element, '.selected').length === 3);
    history.replaceState(undefined, '', location.pathname);
  });

  for (const wrap of [false, true]) {
    it(`are gone to in place where a line of them is left to be seen, ${wrap ? 'wrapped' : 'in single rows'}`, async () => {
      const up = '\x1b[1A\x1b[2K';
      // As gradle does it: what is done goes above a bar that is written over again and again.
      const built = Array.from({ length: 90 }, (_, at) => [`${at === 0 ? '' : up}> Task ${at} ${'x'.repeat(at)}`, `bar ${at}`]).flat();
      const after = Array.from({ length: 300 }, (_, at) => `line ${at}`);
      const { element } = await shown([...after, ...built, ...after], { follow: 'off', ...(wrap ? { wrap: '' } : {}) });
      const { top, height } = element.getBoundingClientRect();
      const row = (line: number): Element | undefined =>
        shadowAll(element, '.frame').find((each) => each.querySelector(`[data-n="${line}"]`) !== null);
      for (const line of [301 + 80 * 2, 301 + 20 * 2]) {
        element.goTo(line);
        await until(() => row(line) !== undefined);
        await frame();
        const at = row(line)?.getBoundingClientRect();
        assert.closeTo((at?.top ?? 0) + (at?.height ?? 0) / 2, top + height / 2, 40);
        assert.include(row(line)?.textContent ?? '', `> Task ${(line - 301) / 2} `);
      }
    });
  }

  it('keep their colours', async () => {
    const { element } = await shown([[START, '\x1b[32mPulling\x1b[0m'], [START, '\x1b[1A\x1b[2K\x1b[32mPulled\x1b[0m'], 'after'], {
      follow: 'off',
    });
    await until(() => shadowAll(element, '.frame .fg2').length === 1);
    assert.equal(shadow(element, '.frame .fg2').textContent, 'Pulled');
    assert.equal(label(element), '1 update hidden');
  });
});

describe('a selection in lines that a tool redraws', () => {
  afterEach(async () => {
    await release();
    unmountAll();
  });

  /** Lines, a fold from line 11 to 130, and many more lines. */
  async function long(): Promise<Mounted> {
    const log = new MemoryLog();
    log.append(...Array.from({ length: 10 }, (_, at) => `line ${at + 1}`), ...pulls(40));
    log.grow(50_000);
    const mounted = mount(log, { follow: 'off' });
    log.set({ state: 'live' });
    await back(mounted);
    return mounted;
  }
  async function go({ element }: Mounted, line: number): Promise<void> {
    element.goTo(line);
    await until(() => rowsOnScreen(element).some(({ number, text }) => number === line && text !== ''));
    await frame();
  }
  async function back(mounted: Mounted): Promise<void> {
    await go(mounted, 5);
    await until(
      () => shadowAll(mounted.element, '.fold').length === 1 && rowsOnScreen(mounted.element).some(({ text }) => text === 'line 133'),
    );
    await frame();
  }

  for (const [title, start, end, expected] of [
    ['begins', [1, 4], [133, 4], 'Pulling 39s \n web Pulling 39s \nline 131\nline 132\nline'],
    ['ends', [8, 2], [2, 4], 'ne 8\nline 9\nline 10\n[+] Running 39/1500\n db Pulling 39s \n web'],
    ['lies', [0, 4], [2, 4], 'Running 39/1500\n db Pulling 39s \n web'],
  ] as const) {
    it(`holds over any distance when it ${title} in them, and is copied as it is seen`, async () => {
      const mounted = await long();
      const { element } = mounted;
      const point = ([at, column]: readonly [number, number]): readonly [number, number] =>
        at < 3 ? pointInFold(element, 11, at, column) : pointIn(element, at, column);
      await drag(point(start), point(end));
      await drop();
      assert.equal(await copied(), expected);
      await go(mounted, 40_000);
      assert.equal(await copied(), expected, 'from afar');
      assert.isEmpty(shadowAll(element, '.fold:not([data-pinned])'));
      assert.isTrue(shadowAll(element, '.fold').every((fold) => fold.getBoundingClientRect().height === 0));
      await go(mounted, 20_000);
      await back(mounted);
      assert.equal(await copied(), expected, 'back again');
      const selected = document.getSelection()?.toString() ?? '';
      assert.isNotEmpty(selected);
    });
  }

  it('copies a fold that it crosses as the rows that are left of it, and one that is open as its lines', async () => {
    const mounted = await long();
    const { element } = mounted;
    await drag(pointIn(element, 10, 0), pointIn(element, 131, 4));
    await drop();
    assert.equal(await copied(), 'line 10\n[+] Running 39/1500\n db Pulling 39s \n web Pulling 39s \nline');
    toggle(element);
    await until(() => shadowAll(element, '.fold').length === 0 && rowsOnScreen(element)[12]?.text === ' web Pulling 0s ');
    assert.lengthOf((await copied()).split('\n'), 122, 'the same selection, of lines that are shown now');
    await click(pointIn(element, 5, 0));
    await drag(pointIn(element, 10, 0), pointIn(element, 14, 11));
    await drop();
    assert.equal(await copied(), 'line 10\n[+] Running 0/1500\n db Pulling 0s \n web Pulling 0s \n[+] Running');
  });

  it('keeps the lines open that a jump has opened, as long as it begins or ends in them', async () => {
    const mounted = await long();
    const { element } = mounted;
    await go(mounted, 60);
    await drag(pointIn(element, 59, 1), pointIn(element, 60, 4));
    await drop();
    const text = await copied();
    await go(mounted, 40_000);
    assert.equal(await copied(), text);
    element.goTo(5);
    await until(() => rowsOnScreen(element).some(({ number }) => number === 13));
    await frame();
    assert.equal(await copied(), text);
  });

  it('is of every line when lines are copied by their numbers, folded or not', async () => {
    const mounted = await long();
    const { element, scroller } = mounted;
    shadow<HTMLElement>(element, '.row[data-line="10"] .num').click();
    shadow<HTMLElement>(element, '.row[data-line="131"] .num').dispatchEvent(new MouseEvent('click', { bubbles: true, shiftKey: true }));
    scroller.focus();
    const lines = (await copied()).split('\n');
    assert.lengthOf(lines, 122);
    assert.deepEqual(lines.slice(0, 5), ['line 10', '[+] Running 0/1500', ' db Pulling 0s ', ' web Pulling 0s ', '[+] Running 1/1500']);
  });
});
