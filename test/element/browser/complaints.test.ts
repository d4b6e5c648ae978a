import { assert } from 'chai';
// Loaded before a log needs it.
import '../../../src/element/viewport/folds/folds.ts';
import { frame, mount, nodesIn, press, rowsOnScreen, shadow, shadowAll, unmountAll, until, type Mounted } from './support/fixture.ts';
import { MemoryLog, START } from './support/memory-log.ts';

const texts = (element: Element): string[] => shadowAll(element, '.row .text, .frame .text').map((text) => text.textContent ?? '');
const screen = (element: Element): string => JSON.stringify(rowsOnScreen(element).map(({ number, top }) => [number, Math.round(top)]));

async function live(head: number, attributes: Record<string, string> = {}, log = new MemoryLog()): Promise<Mounted> {
  const mounted = mount(log, attributes);
  log.live(head);
  await until(() => rowsOnScreen(mounted.element).some((row) => row.text !== ''));
  await frame();
  return mounted;
}

const goTo = async (element: Mounted['element'], line: number): Promise<void> => {
  element.goTo(line);
  await until(() => {
    const rows = rowsOnScreen(element);
    return rows.some(({ number }) => number === line) && rows.every(({ text }) => text !== '');
  });
};

/** What people complain about in log viewers, and what must hold here. */
describe('complaints about log viewers', () => {
  afterEach(unmountAll);

  it('"a big log kills the tab": ten million lines are as many nodes as a thousand', async () => {
    const { element: small } = await live(3_000);
    const { element: big } = await live(10_000_000);
    // The tools load when the page is idle.
    await until(() => [small, big].every((element) => shadowAll(element, '.toolbar .icon').length > 0));
    assert.closeTo(nodesIn(big), nodesIn(small), 30);
  });

  it('"auto-scroll fights the reader": appended lines move no reader, and following resumes only on request', async () => {
    const { element, log, scroller } = await live(50_000);
    scroller.dispatchEvent(new WheelEvent('wheel', { deltaY: -120 }));
    scroller.scrollTop -= 120;
    await frame();
    const before = screen(element);
    for (let step = 0; step < 15; step += 1) {
      log.grow(step % 3 === 0 ? 10_000 : 1);
      await frame();
      assert.equal(screen(element), before);
    }
  });

  it('"an update resets the scroll to line 1": new lines, states and tokens keep the position', async () => {
    const { element, log } = await live(20_000);
    await goTo(element, 12_345);
    const before = screen(element);
    log.set({ state: 'reconnecting', retryAt: Date.now() + 5_000 });
    await frame();
    log.live(20_500);
    await frame();
    log.set({ part: [START, 'in the making'] });
    await frame();
    log.set({ state: 'ended', end: 0, part: null });
    await until(() => element.state === 'ended');
    assert.equal(screen(element), before);
  });

  it('"progress makes thousands of lines": redrawn lines are folded, and overwritten text is gone', async () => {
    const log = new MemoryLog();
    log.append(`${Array.from({ length: 500 }, (_, at) => `${at / 5}%`).join('\r')}\r100%!`);
    for (let step = 0; step < 100; step += 1) log.append(`${step === 0 ? '' : '\x1b[1A\x1b[2K'}layer ${step}`);
    log.append('done');
    const { element } = mount(log, { follow: 'off' });
    log.set({ state: 'live' });
    await until(() => texts(element).length === 3);
    assert.deepEqual(texts(element), ['100%!', 'layer 99', 'done']);
  });

  it('"wrapped rows overlap": each starts where the previous one ends, at any width and however fast it changes', async () => {
    const log = new MemoryLog((line) => [START, `${line} ${'漢字 and words '.repeat(line % 20)}`]);
    const { element } = await live(5_000, { wrap: '', follow: 'off' }, log);
    await goTo(element, 2_500);
    for (const width of ['900px', '400px', '330px', '1000px']) {
      element.style.width = width;
      await frame();
      const rows = shadowAll(element, '.row').map((row) => row.getBoundingClientRect());
      for (const [at, { top }] of rows.entries()) if (at > 0) assert.closeTo(top, rows[at - 1]?.bottom ?? 0, 0.1);
    }
  });

  it('"toggling wrap jumps to line 1": the line that was jumped to stays in sight', async () => {
    const log = new MemoryLog((line) => [START, `${line} ${'some words '.repeat(line % 40)}`]);
    const { element, scroller } = await live(200_000, {}, log);
    await goTo(element, 123_456);
    for (let turn = 0; turn < 4; turn += 1) {
      press(scroller, 'w');
      await frame();
      await until(() => rowsOnScreen(element).every(({ text }) => text !== ''));
      assert.include(
        rowsOnScreen(element).map(({ number }) => number),
        123_456,
      );
    }
  });

  it('"the last lines are unreachable past a million rows": the scrollbar and the keys reach them', async () => {
    for (const head of [1_700_000, 30_000_000]) {
      const { element, scroller } = await live(head, { follow: 'off' });
      scroller.scrollTop = scroller.scrollHeight;
      await until(() => rowsOnScreen(element).at(-1)?.text === `line ${head}`);
      press(scroller, 'Home');
      await until(() => rowsOnScreen(element)[0]?.text === 'line 1');
      press(scroller, 'End');
      await until(() => rowsOnScreen(element).at(-1)?.text === `line ${head}`);
      unmountAll();
    }
  });

  it('"a link to a line lands short": the line is centred, even if nothing around it has arrived', async () => {
    for (const attributes of [{}, { wrap: '' }]) {
      const log = new MemoryLog((line) => [START, `${line} ${'some words '.repeat(line % 40)}`]);
      const { element, scroller } = await live(1_000_000, attributes, log);
      log.stalled = true;
      element.goTo(654_321);
      await until(() => rowsOnScreen(element).some(({ number }) => number === 654_321));
      log.release();
      await until(() => rowsOnScreen(element).every(({ text }) => text !== ''));
      await frame();
      const row = shadow(element, '.row[data-line="654321"]').getBoundingClientRect();
      const middle = (row.top + row.bottom) / 2 - scroller.getBoundingClientRect().top;
      assert.closeTo(middle, scroller.clientHeight / 2, 45);
      unmountAll();
    }
  });

  it('"the beginning cannot be reached": one key goes there, to line 1 or the first line that is kept', async () => {
    const { element, log, scroller } = await live(5_000_000);
    // The tools handle keys.
    await until(() => shadowAll(element, '.toolbar .icon').length > 0);
    press(scroller, 'Home');
    await until(() => rowsOnScreen(element)[0]?.text === 'line 1');
    log.set({ first: 120_001 });
    await until(() => rowsOnScreen(element)[0]?.text === 'line 120001');
    assert.equal(shadow(element, '.state.truncated').textContent, 'Lines 1–120,000 are no longer kept.');
  });

  it('"a line of a megabyte hangs the page": its start is shown, the rest on demand, and other lines as usual', async () => {
    const log = new MemoryLog((line) => [START, line % 2 === 0 ? `${line} ${'x'.repeat(300_000)}` : `line ${line}`]);
    const { element } = await live(2_001, { follow: 'off' }, log);
    await until(() => rowsOnScreen(element).some(({ text }) => text === 'line 1'));
    assert.isAtMost(nodesIn(element), 1_200);
    await goTo(element, 1_001);
    assert.equal(shadow(element, '.row[data-line="1001"] .text').textContent, 'line 1001');
  });

  it('"leading spaces are eaten": text keeps its columns, coloured or not, wrapped or not', async () => {
    for (const attributes of [{}, { wrap: '' }]) {
      const log = new MemoryLog();
      log.append('    four', '\x1b[32m    green\x1b[0m', '\ttab');
      const { element } = mount(log, { follow: 'off', ...attributes });
      log.set({ state: 'live' });
      await until(() => texts(element).length === 3);
      assert.deepEqual(texts(element), ['    four', '    green', '\ttab']);
      unmountAll();
    }
  });
});
