import { assert } from 'chai';
import { rowCount } from '../../../src/element/terminal/wrap.ts';
import { frame, mount, press, rowsOnScreen, shadow, shadowAll, unmountAll, until, type Mounted } from './support/fixture.ts';
import { MemoryLog, START } from './support/memory-log.ts';

const ESC = '\x1b';
const words = (line: number): string => `${line} ${'a line of words that goes on (and on) '.repeat(line % 9)}`;

/** What terminals and browsers disagree about, and what goes to the next row whole. */
const HARD = [
  '',
  ' ',
  'x'.repeat(500),
  ' '.repeat(500),
  '-'.repeat(300),
  `${'('.repeat(120)}${')'.repeat(120)}`,
  `${'word '.repeat(100)}`,
  `tab\t${'one\ttwo\t'.repeat(60)}`,
  '\t'.repeat(70),
  `${'x'.repeat(79)}\t${'y'.repeat(90)}`,
  '漢字かな交じり文'.repeat(40),
  `x${'漢'.repeat(150)}`,
  '한국어 텍스트 '.repeat(40),
  '👍🏽👩‍👩‍👧🇩🇪🚀'.repeat(30),
  `a${'🚀'.repeat(120)}`,
  '\u0000\u0007\u001f controls \u009b '.repeat(20),
  'e\u0301'.repeat(300),
  'https://example.org/a/very/long/path?with=query&and=more#'.repeat(8),
  `${ESC}[31m${'red '.repeat(90)}${ESC}[0m${ESC}[1m${'bold'.repeat(60)}${ESC}[0m`,
  `50%\r${'#'.repeat(300)}`,
  'Ünïcödé äöü ß '.repeat(30),
];

/** A live log of that many lines in an element of that width, scrolled so that nothing follows. */
async function wrapped(head: number, make: (line: number) => string, attributes: Record<string, string> = {}): Promise<Mounted> {
  const log = new MemoryLog((line) => [START + line, make(line)]);
  const mounted = mount(log, { wrap: '', follow: 'off', ...attributes });
  log.live(head);
  await until(() => rowsOnScreen(mounted.element).some((row) => row.text !== ''));
  await frame();
  return mounted;
}

/** Waits for a line to be there, and all around it. */
const shows = (element: Element, line: number): Promise<void> =>
  until(() => {
    const rows = rowsOnScreen(element);
    return rows.some(({ number }) => number === line) && rows.every(({ text }) => text !== '');
  });
const rowOf = (element: Element, line: number): HTMLElement => {
  const row = shadowAll(element, '.row').find(({ dataset }) => dataset['line'] === String(line));
  if (row === undefined) throw new Error(`line ${line} is not drawn`);
  return row;
};
const topOf = (element: Element, line: number): number =>
  rowOf(element, line).getBoundingClientRect().top - shadow(element, '.viewport').getBoundingClientRect().top;
/** Characters side by side, as the stylesheet was told. */
const columnsOf = (element: Element): number => {
  const probe = shadow(element, '.probe span').getBoundingClientRect().width / 64;
  return Math.round((Number.parseFloat(shadow<HTMLElement>(element, '.viewport').style.getPropertyValue('--text')) - 2) / probe);
};

describe('wrapping', () => {
  afterEach(unmountAll);

  for (const width of [1_000, 613, 400]) {
    it(`draws as many rows as it counts, ${width} px wide, whatever the characters`, async () => {
      const { element } = await wrapped(HARD.length, (line) => HARD[line - 1] ?? '');
      element.style.height = '9000px';
      element.style.width = `${width}px`;
      await until(() => shadowAll(element, '.row').length === HARD.length);
      await frame();
      const columns = columnsOf(element);
      const drawn = HARD.map((_, at) => Math.round(rowOf(element, at + 1).getBoundingClientRect().height / 20));
      assert.deepEqual(
        drawn,
        HARD.map((text) => rowCount(text, columns)),
      );
    });
  }

  it('goes without a horizontal scrollbar, and continues beneath the text instead of the number', async () => {
    const { element, scroller } = await wrapped(200, words);
    assert.isAtMost(scroller.scrollWidth, scroller.clientWidth);
    const row = rowOf(element, 8);
    assert.equal(row.getBoundingClientRect().height % 20, 0);
    assert.isAbove(row.getBoundingClientRect().height, 20);
    const text = row.querySelector('.text');
    assert.equal(text?.getBoundingClientRect().left, row.querySelector('.num')?.getBoundingClientRect().right);
  });

  it('keeps the line at the top where it is when it is turned on and off', async () => {
    const { element, scroller } = await wrapped(100_000, words);
    element.goTo(50_000);
    await shows(element, 50_000);
    scroller.scrollTop += 400;
    await frame();
    const { number = 0, top = 0 } = rowsOnScreen(element)[0] ?? {};
    for (const wrap of [false, true, false, true]) {
      element.wrap = wrap;
      await frame();
      await shows(element, number);
      assert.equal(rowsOnScreen(element)[0]?.number, number);
    }
    assert.closeTo(topOf(element, number), top, 1, 'and nothing has crept');
  });

  it('keeps the line of a jump in place, too', async () => {
    const { element } = await wrapped(100_000, words);
    element.goTo(50_000);
    await shows(element, 50_000);
    const line = rowOf(element, 50_000).getBoundingClientRect().top;
    element.wrap = false;
    await frame();
    await shows(element, 50_000);
    assert.closeTo(rowOf(element, 50_000).getBoundingClientRect().top, line, 1);
  });

  it('keeps the line at the top where it is through resizes, font sizes and themes', async () => {
    const { element, scroller } = await wrapped(100_000, words);
    element.goTo(70_001);
    await shows(element, 70_001);
    scroller.scrollTop += 777;
    await frame();
    const top = rowsOnScreen(element)[0]?.number ?? 0;
    await shows(element, top);
    const changes: (() => void)[] = [
      () => element.style.setProperty('width', '500px'),
      () => element.style.setProperty('--ls-size', '17px'),
      () => element.style.setProperty('--ls-line', '26px'),
      () => (element.theme = 'light'),
      () => element.style.setProperty('width', '900px'),
      () => (element.time = 'local'),
      () => element.style.setProperty('height', '333px'),
      () => element.style.removeProperty('--ls-size'),
      () => element.style.removeProperty('--ls-line'),
    ];
    for (const change of changes) {
      change();
      await frame();
      await frame();
      assert.equal(rowsOnScreen(element)[0]?.number, top, String(change));
    }
  });

  it('moves nothing that is seen while lines above and below it come', async () => {
    const { element, log } = await wrapped(100_000, words);
    log.stalled = true;
    element.goTo(40_000);
    await until(() => rowsOnScreen(element).some((row) => row.number === 40_000));
    await frame();
    const before = topOf(element, 40_000);
    log.release();
    await until(() => rowsOnScreen(element).every((row) => row.text !== ''));
    await frame();
    assert.closeTo(topOf(element, 40_000), before, 1);
  });

  it('is scrolled 1 to 1 through lines of any height, without a jump', async () => {
    const { element, scroller } = await wrapped(20_000, words);
    element.goTo(10_000);
    await shows(element, 10_000);
    for (let step = 0; step < 60; step += 1) {
      const line = rowsOnScreen(element)[2]?.number ?? 0;
      const before = topOf(element, line);
      const up = step >= 20;
      scroller.scrollTop += up ? -37 : 37;
      await frame();
      assert.closeTo(topOf(element, line) - before, up ? 37 : -37, 1.01, `step ${step}`);
    }
  });

  it('is turned on and off by its key and its button', async () => {
    const { element, scroller } = await wrapped(200, words);
    const button = (): HTMLButtonElement => shadow(element, '[data-action="wrap"]');
    await until(() => button().ariaPressed === 'true');
    press(scroller, 'w');
    await until(() => button().ariaPressed === 'false');
    assert.isFalse(element.wrap);
    await frame();
    assert.isTrue(shadowAll(element, '.row').every((row) => row.getBoundingClientRect().height === 20));
    button().click();
    assert.isTrue(element.wrap);
  });

  it('follows, and reaches both ends exactly', async () => {
    const { element, log, scroller } = await wrapped(5_000, words, { follow: 'on' });
    const bottom = (): number => rowOf(element, log.status.head).getBoundingClientRect().bottom - scroller.getBoundingClientRect().top;
    await until(() => rowsOnScreen(element).at(-1)?.number === 5_000);
    for (let step = 0; step < 20; step += 1) {
      log.grow(13);
      await frame();
      await until(() => rowsOnScreen(element).at(-1)?.number === log.status.head);
      assert.closeTo(bottom(), scroller.clientHeight - 8, 1);
    }
    scroller.scrollTop = 0;
    await until(() => rowsOnScreen(element)[0]?.text === '1 ' + 'a line of words that goes on (and on) ');
    assert.closeTo(topOf(element, 1), 4, 1);
    scroller.scrollTop = scroller.scrollHeight;
    await until(() => rowsOnScreen(element).at(-1)?.number === log.status.head);
  });

  it('is put right where a font draws a line higher than the grid', async () => {
    const { element } = await wrapped(1_000, words);
    const style = document.createElement('style');
    style.textContent = '.row[data-line="3"] .text { padding-bottom: 33px !important; box-sizing: content-box; }';
    element.shadowRoot?.append(style);
    element.style.width = '700px';
    await frame();
    await until(() => rowOf(element, 3).getBoundingClientRect().height % 20 === 13);
    element.goTo(1_000);
    await until(() => rowsOnScreen(element).some((row) => row.number === 1_000 && row.text !== ''));
    element.goTo('start');
    await until(() => rowsOnScreen(element)[0]?.number === 1);
    const rows = shadowAll(element, '.row').slice(0, 6);
    for (const [at, row] of rows.entries())
      if (at > 0) assert.closeTo(row.getBoundingClientRect().top, rows[at - 1]?.getBoundingClientRect().bottom ?? 0, 0.5);
    assert.closeTo(topOf(element, 1), 4, 1);
  });

  it('moves nothing that is seen when a font that comes late makes a line above higher', async () => {
    const { element, scroller } = await wrapped(10_000, words);
    element.goTo(5_000);
    await shows(element, 5_000);
    scroller.scrollTop += 100;
    await frame();
    const above = (rowsOnScreen(element)[0]?.number ?? 0) - 3;
    const before = topOf(element, above + 4);
    const style = document.createElement('style');
    style.textContent = `.row[data-line="${above}"] .text { padding-bottom: 33px !important; }`;
    element.shadowRoot?.append(style);
    await until(() => Math.round(rowOf(element, above).getBoundingClientRect().height) % 20 === 13);
    await until(() => Math.abs(topOf(element, above + 4) - before) <= 1);
  });

  it('shows the unfinished line in as many rows as it needs', async () => {
    const { element, log, scroller } = await wrapped(500, words, { follow: 'on' });
    log.set({ part: [START, 'Downloading '.repeat(60)] });
    await until(() => rowsOnScreen(element).at(-1)?.text.startsWith('Downloading'));
    await frame();
    const box = shadow(element, '.row.partial').getBoundingClientRect();
    assert.equal(box.height, 20 * rowCount('Downloading '.repeat(60), columnsOf(element)));
    assert.closeTo(box.bottom - scroller.getBoundingClientRect().top, scroller.clientHeight - 8, 1);
  });

  describe('where nothing is said about it', () => {
    async function sized(width: number, attributes: Record<string, string> = {}): Promise<Mounted> {
      const log = new MemoryLog((line) => [START + line, words(line)]);
      const mounted = mount(log, { follow: 'off', ...attributes });
      mounted.element.style.width = `${width}px`;
      log.live(100_000);
      await until(() => rowsOnScreen(mounted.element).some((row) => row.text !== ''));
      await until(() => shadowAll(mounted.element, '.toolbar').length === 1);
      await frame();
      return mounted;
    }
    const isBroken = (element: Element): boolean => shadowAll(element, '.row').some((row) => row.getBoundingClientRect().height > 20);
    const button = (element: Element): HTMLButtonElement => shadow(element, '[data-action="wrap"]');

    for (const [width, value, wraps] of [
      [360, undefined, true],
      [360, 'off', false],
      [360, '', true],
      [1_280, undefined, false],
      [1_280, 'off', false],
      [1_280, '', true],
      [1_280, 'on', true],
    ] as const) {
      const said = value === undefined ? 'without the attribute' : `with wrap="${value}"`;
      it(`${wraps ? 'breaks' : 'does not break'} lines ${width} px wide ${said}`, async () => {
        const { element, scroller } = await sized(width, value === undefined ? {} : { wrap: value });
        await until(() => isBroken(element) === wraps);
        assert.equal(element.wrap, wraps);
        assert.equal(element.matches(':state(wraps)'), wraps);
        assert.isTrue(element.matches(':state(live)'));
        await until(() => button(element).ariaPressed === String(wraps));
        assert.equal(scroller.scrollWidth <= scroller.clientWidth, wraps);
        assert.equal(element.getAttribute('wrap'), value ?? null);
      });
    }

    it('changes with the width, and stays at the line where it is', async () => {
      const { element, scroller } = await sized(1_280);
      element.goTo(50_000);
      await shows(element, 50_000);
      scroller.scrollTop += 400;
      await frame();
      const top = rowsOnScreen(element)[0]?.number;
      for (const width of [360, 1_280, 479, 900]) {
        element.style.width = `${width}px`;
        await until(() => element.wrap === width < 480 && isBroken(element) === element.wrap);
        await frame();
        assert.equal(rowsOnScreen(element)[0]?.number, top, `${width} px`);
      }
    });

    it('keeps following, from the start and when it becomes narrow', async () => {
      const { element, log } = await sized(360, { follow: 'auto' });
      const follows = async (): Promise<void> => {
        log.grow(7);
        await until(() => rowsOnScreen(element).some(({ number, text }) => number === log.status.head && text !== ''));
      };
      for (const width of [360, 900, 360, 1_280]) {
        element.style.width = `${width}px`;
        await until(() => element.wrap === width < 480 && isBroken(element) === element.wrap);
        await follows();
        for (let again = 0; again < 10; again += 1) await frame();
        await follows();
      }
    });

    it('shows the first line of an ended log, and the line of a jump', async () => {
      const log = new MemoryLog();
      const { element } = mount(log);
      element.style.width = '360px';
      log.append(...Array.from({ length: 48 }, (_, at) => `line ${at + 1} ${'and so on '.repeat(at % 7)}`));
      await frame();
      log.set({ state: 'ended', end: 0 });
      await until(() => isBroken(element) && rowsOnScreen(element)[0]?.text.startsWith('line 1 ') === true);
      for (let again = 0; again < 10; again += 1) await frame();
      assert.equal(rowsOnScreen(element)[0]?.number, 1);
      element.goTo('end');
      await until(() => shadow(element, '.state.ended').getBoundingClientRect().bottom <= element.getBoundingClientRect().bottom);
      element.goTo('start');
      await until(() => rowsOnScreen(element)[0]?.top === 4);
      assert.equal(rowsOnScreen(element)[0]?.number, 1);
    });

    it('changes once at the edge, which is where the styles of narrow logs begin', async () => {
      const { element } = await sized(484);
      const { borderLeftWidth, borderRightWidth } = getComputedStyle(element);
      const border = Number.parseFloat(borderLeftWidth) + Number.parseFloat(borderRightWidth);
      element.style.boxSizing = 'border-box';
      const changes: boolean[] = [];
      const observer = new MutationObserver(() => changes.push(element.wrap));
      observer.observe(shadow(element, '.viewport'), { attributeFilter: ['class'] });
      for (const [width, wraps] of [
        [480, false],
        [479, true],
        [480, false],
      ] as const) {
        element.style.width = `${width + border}px`;
        await until(() => element.wrap === wraps && isBroken(element) === wraps);
        for (let again = 0; again < 5; again += 1) await frame();
        const gutter = getComputedStyle(shadow(element, '.num')).paddingLeft;
        assert.equal(gutter, wraps ? '6px' : '8px');
      }
      observer.disconnect();
      assert.deepEqual(changes, [true, false]);
    });

    it('is decided by the key and the button, and left to the width again by null', async () => {
      const { element, scroller } = await sized(360);
      await until(() => element.wrap);
      press(scroller, 'w');
      assert.equal(element.getAttribute('wrap'), 'off');
      await until(() => !isBroken(element));
      element.style.width = '1280px';
      await frame();
      button(element).click();
      assert.equal(element.getAttribute('wrap'), '');
      await until(() => isBroken(element));
      element.wrap = null;
      assert.isFalse(element.hasAttribute('wrap'));
      await until(() => !isBroken(element));
      element.style.width = '360px';
      await until(() => isBroken(element));
    });

    it('is kept while it is not displayed', async () => {
      const { element } = await sized(360);
      await until(() => element.wrap);
      element.hidden = true;
      await frame();
      assert.isTrue(element.wrap);
      element.hidden = false;
      await until(() => isBroken(element));
    });
  });
});
