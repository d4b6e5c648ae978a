import { assert } from 'chai';
import { mount, rowsOnScreen, shadow, shadowAll, unmountAll, until, type Mounted, type TestLogStream } from './support/fixture.ts';
import { MemoryLog } from './support/memory-log.ts';

/** The numbers of the lines whose text is in the document. */
const drawn = (element: Element): number[] => shadowAll(element, '.row:not(.wait) .num').map((number) => Number(number.dataset['n']));

async function ended(head: number, attributes: Record<string, string> = {}): Promise<Mounted> {
  const mounted = mount(new MemoryLog(), attributes);
  mounted.log.live(head);
  mounted.log.set({ state: 'ended', end: 0 });
  await until(() => drawn(mounted.element).length > 5);
  return mounted;
}

const isRun = (numbers: readonly number[], from: number, to: number): void => {
  assert.deepEqual([numbers[0], numbers.at(-1), numbers.length], [from, to, to - from + 1]);
  for (const [at, number] of numbers.entries()) if (number !== from + at) assert.equal(number, from + at);
};

/** The lines in the document when the browser lays the page out for paper, which waits for nothing. */
async function printed(element: TestLogStream): Promise<{ numbers: number[]; note: string | null }> {
  dispatchEvent(new Event('beforeprint'));
  const numbers = drawn(element);
  await element.updateComplete;
  const { hidden, textContent } = shadow<HTMLElement>(element, '.printed');
  return { numbers, note: hidden ? null : textContent };
}

/** Waits until so many lines would be printed. */
async function came(element: TestLogStream, count: number): Promise<void> {
  await until(() => {
    dispatchEvent(new Event('beforeprint'));
    const { length } = drawn(element);
    over();
    return length >= count;
  }, 60_000);
}

const over = (): boolean => dispatchEvent(new Event('afterprint'));

describe('on paper', () => {
  afterEach(() => {
    over();
    unmountAll();
  });

  for (const wrap of ['', 'off'])
    it(`a log of up to five thousand lines is whole${wrap === '' ? ', broken' : ''}`, async () => {
      const { element } = await ended(5_000, { wrap });
      await came(element, 5_000);
      const { numbers, note } = await printed(element);
      isRun(numbers, 1, 5_000);
      assert.isNull(note);
      over();
      await until(() => drawn(element).length < 500);
      await until(() => rowsOnScreen(element).length > 5);
    });

  it('a longer log has the visible lines and five hundred on either side, and says so', async () => {
    const { element } = await ended(1_000_000, { follow: 'off' });
    element.goTo(500_000);
    await until(() => rowsOnScreen(element).some(({ number }) => number === 500_000));
    await came(element, 1_001);
    const { numbers, note } = await printed(element);
    const [from = 0, to = 0] = [numbers[0], numbers.at(-1)];
    isRun(numbers, from, to);
    assert.isAtMost(from, 499_500);
    assert.isAtLeast(to, 500_500);
    assert.isAtMost(numbers.length, 1_300);
    assert.equal(note, `Lines ${from.toLocaleString('en')}–${to.toLocaleString('en')} of 1,000,000. Download the log for the rest.`);
  });

  it('lines that have not arrived are neither printed nor counted', async () => {
    const { element } = await ended(5_001, { follow: 'off' });
    const { numbers, note } = await printed(element);
    isRun(numbers, numbers[0] ?? 0, numbers.at(-1) ?? 0);
    assert.include(note ?? '', `Lines ${numbers[0]?.toLocaleString('en')}–${numbers.at(-1)?.toLocaleString('en')} of 5,001.`);
  });

  it('printing does not change the screen', async () => {
    const { element } = await ended(3_000, { follow: 'off' });
    element.goTo(1_500);
    await until(() => rowsOnScreen(element).some(({ number }) => number === 1_500));
    const before = rowsOnScreen(element);
    dispatchEvent(new Event('beforeprint'));
    over();
    await until(() => assert.deepEqual(rowsOnScreen(element), before));
  });

  it('a removed element listens to nothing', async () => {
    const { element } = await ended(3_000);
    element.remove();
    await Promise.resolve();
    const count = drawn(element).length;
    dispatchEvent(new Event('beforeprint'));
    assert.equal(drawn(element).length, count);
  });

  it('lines that do not fit in memory are not fetched repeatedly', async () => {
    const { element, log } = await ended(4_000, { follow: 'off' });
    await came(element, 4_000);
    const asked = log.looks.length;
    for (let time = 0; time < 5; time += 1) {
      await printed(element);
      over();
    }
    assert.isAtMost(log.looks.length - asked, 2);
  });
});
