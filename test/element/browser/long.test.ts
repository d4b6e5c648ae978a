import { assert } from 'chai';
import type { Line } from '../../../src/protocol/line.ts';
import { frame, mount, nodesIn, rowsOnScreen, shadow, shadowAll, unmountAll, until, type Mounted } from './support/fixture.ts';
import { MemoryLog, START } from './support/memory-log.ts';

const MEGABYTE = 1_048_576;
/** A million characters of which each piece says where it stands. */
const huge = Array.from({ length: MEGABYTE / 8 }, (_, at) => String(at).padStart(8, '.')).join('');

async function shown(lines: readonly (string | Line)[], attributes: Record<string, string> = {}): Promise<Mounted> {
  const log = new MemoryLog();
  log.append(...lines);
  const mounted = mount(log, { follow: 'off', ...attributes });
  log.set({ state: 'live' });
  await until(() => rowsOnScreen(mounted.element).some((row) => row.text !== ''));
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
