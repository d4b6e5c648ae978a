import { assert } from 'chai';
import type { Line } from '../../../src/protocol/line.ts';
import { frame, mount, nodesIn, press, rowsOnScreen, shadow, shadowAll, unmountAll, until, type Mounted } from './support/fixture.ts';
import { copied } from './support/clipboard.ts';
import { MemoryLog, numbered, START } from './support/memory-log.ts';
import { drag, drop, release, type Point } from './support/pointer.ts';

const MEGABYTE = 1_048_576;
/** A million characters of which each piece says where it stands. */
const huge = Array.from({ length: MEGABYTE / 8 }, (_, at) => String(at).padStart(8, '.')).join('');

async function shown(lines: readonly (string | Line)[], attributes: Record<string, string> = {}): Promise<Mounted> {
  const log = new MemoryLog();
  log.append(...lines);
  const mounted = mount(log, { follow: 'off', ...attributes });
  log.set({ state: 'live' });
  await until(() => rowsOnScreen(mounted.element).some((row) => row.text !== ''));
  // What cuts long lines is loaded with the first of them. A picture is long, and shows nothing.
  const texts = lines.map((line) => (typeof line === 'string' ? line : line[1]));
  if (texts.some((text) => text.length > 4_096) && !texts.some((text) => text.includes('\u001b')))
    await until(() => shadowAll(mounted.element, '.more').length > 0);
  return mounted;
}

const act = (element: Element, action: string): HTMLButtonElement => shadow(element, `[data-act="${action}"]`);
const label = (element: Element): string | undefined => shadow<HTMLElement>(element, '.more span').dataset['label'];
const row = (element: Element, line: number): HTMLElement => shadow(element, `.row[data-line="${line}"]`);

describe('a huge line', () => {
  afterEach(unmountAll);

  for (const wrap of [false, true]) {
    it(`of a megabyte opens, expands and folds up with few nodes, ${wrap ? 'wrapped' : 'in one row'}`, async () => {
      const { element, scroller } = await shown(['before', huge, 'after'], wrap ? { wrap: '' } : {});
      assert.equal(label(element), '+1,044,480 characters');
      const after = row(element, 3).getBoundingClientRect();
      assert.equal(after.top, row(element, 2).getBoundingClientRect().bottom);
      const collapsed = row(element, 2).getBoundingClientRect().height;
      act(element, 'toggle').click();
      await until(() => shadowAll(element, '.segment').length >= 256);
      await until(() => shadow(element, '.segment').textContent?.startsWith('.......0.......1') === true);
      assert.isAtMost(nodesIn(element), 1_200);
      const box = row(element, 2).getBoundingClientRect();
      if (wrap) {
        assert.equal(box.height % 20, 0);
        assert.isAbove(box.height, 100_000);
        // Rows are counted, and drawn as counted: the last characters stand at the end.
        scroller.scrollTop = scroller.scrollHeight;
        await until(() => shadowAll(element, '.segment').at(-1)?.textContent?.endsWith('..131071') === true);
        await until(() => rowsOnScreen(element).at(-1)?.text === 'after');
      } else {
        assert.equal(box.height, 20);
        assert.isAbove(scroller.scrollWidth, 7_000_000);
        scroller.scrollLeft = scroller.scrollWidth;
        await until(() => shadowAll(element, '.segment').at(-1)?.textContent?.endsWith('..131071') === true);
        // The first ones are far away, and have no text any more.
        await until(() => shadow(element, '.segment').textContent === '');
      }
      assert.isAtMost(nodesIn(element), 1_200);
      act(element, 'toggle').click();
      await until(() => shadowAll(element, '.segment').length === 0);
      await until(() => row(element, 2).getBoundingClientRect().height === collapsed);
      assert.equal(label(element), '+1,044,480 characters');
    });
  }

  it('of ten megabytes, which is stored in ten parts, is one line, and expands to all of them', async () => {
    const parts = Array.from({ length: 10 }, (_, at): Line => [START, `part ${at} ${huge}`, at < 9 ? { p: 1 } : {}]);
    const { element } = await shown(['before', ...parts, 'after']);
    await until(() => rowsOnScreen(element).length === 3);
    assert.deepEqual(
      rowsOnScreen(element).map(({ number }) => number),
      [1, 2, 12],
    );
    const total = 10 * (huge.length + 'part 0 '.length);
    assert.equal(label(element), `+${new Intl.NumberFormat('en').format(total - 4_096)} characters`);
    act(element, 'toggle').click();
    await until(() => rowsOnScreen(element).length === 12);
    await until(() => rowsOnScreen(element)[10]?.text.startsWith('part 9 ') === true);
    await until(() => shadowAll(element, '.whole').length === 10);
    assert.isAtMost(nodesIn(element), 10_000);
    act(element, 'toggle').click();
    await until(() => rowsOnScreen(element).length === 3);
  });

  it('flows from one stored part into the next, and is copied across their border', async () => {
    const text = huge.slice(0, 20_000);
    const border = 10_003;
    // So few lines that no ruler comes, which would make the rows narrower.
    const { element, scroller } = await shown(
      [
        'before',
        [START, text.slice(0, border), { p: 1 }],
        [START, text.slice(border)],
        ...Array.from({ length: 50 }, (_, at) => `after ${at}`),
      ],
      { wrap: '' },
    );
    act(element, 'toggle').click();
    await until(() => shadowAll(element, '.row[data-line="3"] .segment').length > 0);
    await until(() => {
      // Rows above may still become as high as they are.
      const away = row(element, 3).getBoundingClientRect().top - scroller.getBoundingClientRect().top - 100;
      scroller.scrollTop += away;
      return Math.abs(away) < 2 && shadowAll(element, '[data-lent="3"]').length === 1;
    });
    await frame();
    const lent = shadow<HTMLElement>(element, '[data-lent="3"]');
    const own = lent.previousSibling;
    const taken = lent.textContent?.length ?? 0;
    const from = Number(lent.parentElement?.dataset['from']);
    assert.equal(lent.parentElement?.textContent, text.slice(from, border + taken));
    assert.equal((border + taken) % (row(element, 2).getBoundingClientRect().height / 20), 0, 'all rows are full');
    const next = shadow<HTMLElement>(element, '.row[data-line="3"] .segment');
    assert.equal(next.dataset['from'], String(taken));
    await until(() => next.textContent?.startsWith(text.slice(border + taken, border + taken + 500)) === true);
    assert.closeTo(row(element, 3).getBoundingClientRect().top, lent.getBoundingClientRect().top + 20, 4);
    const last = lent.firstChild;
    if (!(own instanceof Text) || !(last instanceof Text)) throw new Error('The border is not drawn.');
    document.getSelection()?.setBaseAndExtent(own, own.length - 5, last, taken - 1);
    assert.equal(await copied(), text.slice(border - 5, border + taken - 1));
    document.getSelection()?.setBaseAndExtent(last, 1, next.firstChild ?? last, 9);
    await frame();
    assert.equal(await copied(), text.slice(border + 1, border + taken + 9));
    element.goTo(53);
    await until(() => rowsOnScreen(element).some(({ number }) => number === 53));
    assert.equal(await copied(), text.slice(border + 1, border + taken + 9), 'while it is out of sight');
    document.getSelection()?.removeAllRanges();
  });

  it('shows nothing of a picture that spans its stored parts', async () => {
    const picture = `\u001b]1337;File=inline=1:${'QUJD'.repeat(30_000)}\u0007`;
    const { element } = await shown([
      'before',
      [START, `start ${picture.slice(0, 50_000)}`, { p: 1 }],
      [START, picture.slice(50_000, 100_000), { p: 1 }],
      [START, `${picture.slice(100_000)} end`],
      'after',
    ]);
    await until(() => rowsOnScreen(element).some(({ text }) => text === 'after'));
    assert.equal(
      rowsOnScreen(element)
        .map(({ text }) => text)
        .join(''),
      'beforestart  endafter',
    );
  });

  it('of ten megabytes that is expanded and then wrapped is read where it is visible, to its very end', async () => {
    const parts = Array.from({ length: 10 }, (_, at): Line => [START, `part ${at} ${huge}`, at < 9 ? { p: 1 } : {}]);
    const { element, scroller } = await shown(['before', ...parts, 'after']);
    act(element, 'toggle').click();
    await until(() => shadowAll(element, '.whole').length === 10);
    element.wrap = true;
    // Rows in which everything is side by side would take seconds to be broken, to be drawn anew a moment later.
    assert.isAbove(scroller.scrollWidth, 1_000_000);
    assert.isFalse(scroller.classList.contains('wraps'));
    await until(() => scroller.scrollHeight > 1_000_000 && shadow(element, '.segment').textContent?.startsWith('part 0 ') === true);
    assert.isAtMost(shadowAll(element, '.row').length, 3, 'a part is thousands of rows high: others are far away');
    scroller.scrollTop = scroller.scrollHeight;
    await until(() => rowsOnScreen(element).at(-1)?.text === 'after');
    await until(() => shadowAll(element, '.segment').at(-1)?.textContent?.endsWith('..131071') === true);
    assert.isAtMost(nodesIn(element), 1_200);
  });

  it('stays where it is while it is expanded, and takes who was deep in it to its end', async () => {
    const { element, scroller } = await shown([...Array.from({ length: 50 }, (_, at) => `line ${at}`), huge, 'after'], { wrap: '' });
    element.goTo(51);
    await until(() => shadowAll(element, '.more').length === 1);
    await until(() => row(element, 51).getBoundingClientRect().height > 100);
    await frame();
    const { top } = row(element, 51).getBoundingClientRect();
    act(element, 'toggle').click();
    await until(() => shadowAll(element, '.segment').length >= 256);
    await frame();
    assert.closeTo(row(element, 51).getBoundingClientRect().top, top, 1);
    scroller.scrollTop += 50_000;
    await frame();
    await until(() => rowsOnScreen(element)[0]?.number === 51);
    act(element, 'toggle').click();
    await until(() => shadowAll(element, '.segment').length === 0);
    await frame();
    assert.equal(rowsOnScreen(element)[0]?.number, 51);
    assert.equal(rowsOnScreen(element)[1]?.number, 52);
  });

  it('is copied whole by its button', async () => {
    const { element } = await shown(['before', [START, huge, { p: 1 }], 'and the rest', 'after']);
    let copied = '';
    const clipboard = Object.getOwnPropertyDescriptor(Navigator.prototype, 'clipboard');
    const take = async (item: ClipboardItem): Promise<void> => {
      copied = await (await item.getType('text/plain')).text();
    };
    Object.defineProperty(navigator, 'clipboard', {
      configurable: true,
      value: {
        writeText: async (text: string) => void (copied = text),
        write: ([item]: ClipboardItem[]) => (item === undefined ? undefined : take(item)),
      },
    });
    try {
      act(element, 'copy').click();
      await until(() => copied !== '');
      assert.equal(copied.trimEnd(), `${huge}and the rest`);
    } finally {
      if (clipboard !== undefined) Object.defineProperty(Navigator.prototype, 'clipboard', clipboard);
      Reflect.deleteProperty(navigator, 'clipboard');
    }
  });

  it('keeps what can be done with it in sight', async () => {
    const { element, scroller } = await shown(['before', huge, 'after']);
    const chip = shadow(element, '.more').getBoundingClientRect();
    const box = scroller.getBoundingClientRect();
    assert.isAtMost(chip.right, box.left + scroller.clientWidth);
    assert.isAbove(chip.left, box.left);
  });
});

describe('a selection in a huge line that is expanded', () => {
  afterEach(async () => {
    await release();
    unmountAll();
  });

  const segmentOf = (element: Element, index: number): HTMLElement | undefined =>
    shadowAll(element, '.segment').findLast(({ dataset }) => Number(dataset['from']) <= index);
  /** Where a character of the huge line is on screen. */
  function pointAt(element: Element, index: number): Point {
    const segment = segmentOf(element, index);
    const text = segment?.firstChild;
    if (!(text instanceof Text)) throw new Error(`Character ${index} is not in the document.`);
    const range = document.createRange();
    const at = index - Number(segment?.dataset['from']);
    range.setStart(text, at);
    range.setEnd(text, at + 1);
    const { left, top, height } = range.getBoundingClientRect();
    return [left + 1, top + height / 2];
  }
  const drawn = (element: Element): number => shadowAll(element, '.segment').filter(({ firstChild }) => firstChild !== null).length;

  for (const wrap of [false, true]) {
    it(`keeps its exact characters while they are out of sight, ${wrap ? 'wrapped' : 'in one row'}`, async () => {
      // Each time it is asked for it comes as another object, as it does from a server.
      const log = new MemoryLog((line) => (line === 2 ? [START, huge] : numbered(line)));
      const mounted = mount(log, { follow: 'off', ...(wrap ? { wrap: '' } : {}) });
      const { element } = mounted;
      log.live(100_000);
      await until(() => shadowAll(element, '.more').length === 1);
      act(element, 'toggle').click();
      await until(() => drawn(element) > 0);
      const { scroller } = mounted;
      const go = (rows: number, columns: number): void => {
        if (wrap) for (let page = 0; page < Math.abs(rows) / 20; page += 1) press(scroller, rows < 0 ? 'PageUp' : 'PageDown');
        else scroller.scrollLeft += columns * 7.8;
      };
      go(3_000, 400_000);
      const box = scroller.getBoundingClientRect();
      // Beside the number, what can be done with the line, and the way to the end of the log.
      const visible = (index: number): boolean => {
        const [x, y] = pointAt(element, index);
        return x > box.left + 120 && x < box.right - 300 && y > box.top + 4 && y < box.bottom - 90;
      };
      let indexes: readonly number[] = [];
      await until(() => {
        const segments = shadowAll(element, '.segment').filter(({ firstChild }) => firstChild !== null);
        indexes = segments
          .flatMap(({ dataset, textContent }) =>
            Array.from({ length: (textContent?.length ?? 0) >> 2 }, (_, at) => Number(dataset['from']) + 4 * at),
          )
          .filter(visible);
        return indexes.length > 6 && (indexes[0] ?? 0) > 100_000;
      });
      await frame();
      const first = indexes[1] ?? Number.NaN;
      const last = indexes.at(-2) ?? Number.NaN;
      const expected = huge.slice(first, last);
      let selected = '';
      // On a busy machine rows may still move between the look at where they are and the press.
      for (let attempt = 0; attempt < 3 && selected !== expected; attempt += 1) {
        await release();
        await drag(pointAt(element, first), pointAt(element, last));
        await drop();
        selected = await copied();
      }
      assert.equal(selected, expected);

      go(-3_000, -400_000);
      await until(() => shadowAll(element, '.segment')[0]?.firstChild !== null);
      await frame();
      assert.equal(await copied(), expected, 'in another part of the line');

      element.goTo(90_000);
      await until(() => rowsOnScreen(element).some(({ number, text }) => number === 90_000 && text !== ''));
      assert.equal(await copied(), expected, 'at the other end of the log');
      element.goTo(50_000);
      await until(() => rowsOnScreen(element).some(({ number, text }) => number === 50_000 && text !== ''));
      element.goTo('start');
      await until(() => rowsOnScreen(element).some(({ number, text }) => number === 1 && text !== ''));
      await until(() => drawn(element) > 1);
      await frame();
      assert.equal(await copied(), expected, 'back again');
      assert.isBelow(drawn(element), 20);

      document.getSelection()?.removeAllRanges();
      await frame();
      go(800, 100_000);
      await until(() => shadowAll(element, '.segment')[0]?.firstChild === null);
      await until(() => segmentOf(element, first)?.firstChild === null);
    });
  }
});
