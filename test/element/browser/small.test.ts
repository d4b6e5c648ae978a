import { assert } from 'chai';
import { frame, mount, nodesIn, rowsOnScreen, shadow, shadowAll, unmountAll, until, type Mounted } from './support/fixture.ts';
import { copied } from './support/clipboard.ts';
import { MemoryLog, START } from './support/memory-log.ts';
import { click, drag, drop, pointIn, release } from './support/pointer.ts';

async function ended(head: number, attributes: Record<string, string> = {}, make?: (line: number) => string): Promise<Mounted> {
  const log = new MemoryLog(make && ((line) => [START + line, make(line)]));
  const mounted = mount(log, attributes);
  log.set({ state: 'ended', end: 0, epoch: '1', head });
  await until(() => rowsOnScreen(mounted.element).some((row) => row.text !== ''));
  return mounted;
}

const drawn = (element: Element): number => shadowAll(element, '.row:not(.wait)').length;
const numbers = (element: Element): number[] => shadowAll(element, '.row').map((row) => Number(row.dataset['line']));
const screen = (element: Element): string => JSON.stringify(rowsOnScreen(element).map(({ number, top }) => [number, Math.round(top)]));

describe('a small log', () => {
  afterEach(unmountAll);

  it('is in the document as a whole, in order, so that the browser finds and selects all of it', async () => {
    const { element } = await ended(2_000);
    await until(() => drawn(element) === 2_000);
    assert.deepEqual(
      numbers(element),
      Array.from({ length: 2_000 }, (_, at) => at + 1),
    );
    assert.isAtMost(nodesIn(element), 12_000);
    // The way in which browsers search: the text of line 1,777 is there, and can be scrolled to.
    const row = shadowAll(element, '.row')[1_776];
    assert.equal(row?.querySelector('.text')?.textContent, 'line 1777');
    row?.scrollIntoView({ block: 'center' });
    await until(() => rowsOnScreen(element).some(({ number }) => number === 1_777));
  });

  it('is there as a whole although somebody clicked into it, whose caret stays where it is', async () => {
    const { element } = await ended(500);
    await until(() => shadowAll(element, '.toolbar').length === 1);
    await click(pointIn(element, 5, 3));
    assert.isBelow(drawn(element), 500);
    await until(() => drawn(element) === 500);
    await until(() => shadow(element, '.row[data-line="5"]').closest('.chunk'));
    await click(pointIn(element, 8, 4), 'Shift');
    assert.equal(await copied(), 'e 5\nline 6\nline 7\nline');
    await release();
  });

  it('does not take a row away from under a pointer that is pressed', async () => {
    const { element } = await ended(300);
    await until(() => shadowAll(element, '.toolbar').length === 1);
    assert.isBelow(drawn(element), 300);
    await drag([30, pointIn(element, 4)[1]]);
    for (let again = 0; again < 90 && drawn(element) < 300; again += 1) await frame();
    await drop();
    await until(() => shadow(element, '.row.selected').getAttribute('data-line') === '4');
    await until(() => drawn(element) === 300);
    await release();
  });

  it('is printed whole, while of a large one paper says which lines it has', async () => {
    const { element } = await ended(2_000);
    const note = (of: Element): HTMLElement => shadow(of, '.printed');
    await until(() => drawn(element) === 2_000);
    await until(() => note(element).hidden);
    const large = await ended(1_000_000, { follow: 'off' });
    large.element.goTo(500_000);
    await until(() => rowsOnScreen(large.element).some((row) => row.text === 'line 500000'));
    await until(() => {
      const all = numbers(large.element);
      const [from, to] = [all[0] ?? 0, all.at(-1) ?? 0].map((line) => line.toLocaleString('en'));
      return note(large.element).textContent?.startsWith(`Lines ${from}–${to} of 1,000,000.`);
    });
    assert.isFalse(note(large.element).hidden);
    assert.equal(getComputedStyle(note(large.element)).display, 'none', 'on paper only');
  });

  it('is not moved while the rest of it comes', async () => {
    const { element } = await ended(1_900);
    element.goTo(900);
    await until(() => rowsOnScreen(element).some((row) => row.text === 'line 900'));
    const before = screen(element);
    await until(() => drawn(element) === 1_900);
    await frame();
    assert.equal(screen(element), before);
    element.goTo(1_500);
    await until(() => rowsOnScreen(element).some((row) => row.number === 1_500));
    const places = rowsOnScreen(element);
    for (const [at, { top }] of places.entries()) if (at > 0) assert.closeTo(top - (places[at - 1]?.top ?? 0), 20, 0.1);
  });

  for (const wrap of [false, true]) {
    it(`is scrolled without a row out of place, ${wrap ? 'wrapped' : 'in single rows'}`, async () => {
      const { element, scroller } = await ended(600, wrap ? { wrap: '' } : {}, (line) => `${line} ${'some words '.repeat(line % 40)}`);
      await until(() => drawn(element) === 600);
      for (const share of [0.2, 0.9, 0.5, 1, 0]) {
        scroller.scrollTop = share * scroller.scrollHeight;
        await frame();
        await frame();
        const rows = rowsOnScreen(element);
        assert.isAtMost(rows[0]?.top ?? 9, 4.5);
        const wanted = shadowAll(element, '.row').slice((rows[0]?.number ?? 1) - 1, (rows[0]?.number ?? 1) + 4);
        for (const [at, row] of wanted.entries())
          if (at > 0) assert.closeTo(row.getBoundingClientRect().top, wanted[at - 1]?.getBoundingClientRect().bottom ?? 0, 0.5);
      }
    });
  }

  it('becomes a window when it grows beyond two thousand lines, without moving', async () => {
    const log = new MemoryLog();
    const { element } = mount(log, { follow: 'off' });
    log.live(1_990);
    await until(() => drawn(element) === 1_990);
    element.goTo(700);
    await until(() => rowsOnScreen(element).some((row) => row.number === 700));
    const before = screen(element);
    log.grow(11);
    await until(() => drawn(element) < 200);
    assert.equal(screen(element), before);
    assert.lengthOf(shadowAll(element, '.chunk'), 0);
  });

  it('becomes a window without taking a row away from under a pointer that is pressed', async () => {
    const { element, log } = mount(new MemoryLog(), { follow: 'off' });
    log.live(1_990);
    await until(() => drawn(element) === 1_990);
    await drag([30, pointIn(element, 4)[1]]);
    log.grow(11);
    await until(() => drawn(element) < 200);
    await drop();
    await until(() => shadow(element, '.row.selected').getAttribute('data-line') === '4');
    await release();
  });

  it('becomes a window without losing a selection', async () => {
    const { element, log } = mount(new MemoryLog(), { follow: 'off' });
    log.live(1_990);
    await until(() => drawn(element) === 1_990);
    await drag(pointIn(element, 5, 3), pointIn(element, 8, 4));
    await drop();
    log.grow(11);
    await until(() => drawn(element) < 200);
    assert.equal(await copied(), 'e 5\nline 6\nline 7\nline');
    await release();
  });

  it('includes appended lines, and follows them', async () => {
    const log = new MemoryLog();
    const { element } = mount(log);
    log.live(500);
    await until(() => drawn(element) === 500);
    for (let step = 0; step < 5; step += 1) {
      log.grow(40);
      await until(() => rowsOnScreen(element).at(-1)?.text === `line ${log.status.head}`);
    }
    assert.equal(drawn(element), 700);
    assert.deepEqual(
      numbers(element),
      Array.from({ length: 700 }, (_, at) => at + 1),
    );
  });

  it('stays a window while lines pour in, and is filled in when they stop', async () => {
    const log = new MemoryLog();
    const { element } = mount(log);
    log.live(100);
    await until(() => rowsOnScreen(element).some((row) => row.text !== ''));
    for (let step = 0; step < 40; step += 1) {
      log.grow(30);
      await frame();
      assert.isAtMost(drawn(element), 80);
    }
    await until(() => drawn(element) === 1_300);
  });

  it('stays a window where its lines are so rich that they would be too many nodes', async () => {
    const rich = (line: number): string => Array.from({ length: 20 }, (_, at) => `\x1b[3${at % 8}m${line} `).join('');
    const { element } = await ended(1_500, {}, rich);
    const other = await ended(300, {}, rich);
    await until(() => drawn(other.element) === 300);
    assert.isBelow(drawn(element), 200);
  });

  it('keeps a row with a selection in it where it is', async () => {
    const { element } = await ended(1_000);
    await until(() => shadowAll(element, '.row').length > 10);
    await until(() => drawn(element) === 1_000);
    const row = shadow(element, '.row[data-line="3"]');
    element.goTo(990);
    await until(() => rowsOnScreen(element).some(({ number }) => number === 990));
    assert.strictEqual(shadow(element, '.row[data-line="3"]'), row);
  });
});
