import { assert } from 'chai';
import type { Range } from '../../../src/worker/api.ts';
import { frame, mount, press, rowsOnScreen, shadow, shadowAll, unmountAll, until, type Mounted } from './support/fixture.ts';
import { MemoryLog } from './support/memory-log.ts';

/** A log of that many lines, some of which cannot be fetched, shown from its start. */
async function broken(head: number, range: Range, attributes: Record<string, string> = {}): Promise<Mounted> {
  const log = new MemoryLog();
  log.broken = range;
  const mounted = mount(log, { follow: 'off', ...attributes });
  log.live(head);
  await until(() => rowsOnScreen(mounted.element).length > 0 || shadowAll(mounted.element, '.state').length > 0);
  await until(() => shadowAll(mounted.element, '.toolbar').length === 1);
  return mounted;
}

/** The text of the row of missing lines, if all of it is on screen. */
function said(element: Element): string {
  const { top, bottom } = shadow(element, '.viewport').getBoundingClientRect();
  const box = shadow(element, '.state.missing .state-text').getBoundingClientRect();
  assert.isAtLeast(box.top, top - 1);
  assert.isAtMost(box.bottom, bottom + 1);
  return shadow(element, '.state.missing .state-text').textContent ?? '';
}

const skeletons = (element: Element): number => {
  const { top, bottom } = shadow(element, '.viewport').getBoundingClientRect();
  return shadowAll(element, '.row.wait').filter((row) => {
    const box = row.getBoundingClientRect();
    return box.bottom > top && box.top < bottom;
  }).length;
};

describe('lines that cannot be fetched', () => {
  afterEach(unmountAll);

  for (const wrap of [false, true]) {
    for (const [where, line] of [
      ['in the middle', 50_000],
      ['at the start', 1],
      ['at the end', 100_000],
    ] as const) {
      it(`are one row in view, ${where} of a log without held lines, ${wrap ? 'wrapped' : 'in single rows'}`, async () => {
        const { element, log } = await broken(100_000, { from: 1, to: 100_000 }, wrap ? { wrap: '' } : {});
        element.goTo(line);
        await until(() => skeletons(element) === 0 && /^Lines .* couldn't be loaded$/u.test(said(element)));
        const { length } = log.looks;
        for (let frames = 0; frames < 10; frames += 1) await frame();
        assert.isAtMost(log.looks.length, length + 1, 'nothing goes to and fro');
        const [, from = '', to = ''] = /^Lines ([\d,]+)–([\d,]+)/u.exec(said(element)) ?? [];
        assert.isAtMost(Number(from.replaceAll(',', '')), line);
        assert.isAtLeast(Number(to.replaceAll(',', '')), line);
        log.release();
        await until(() => rowsOnScreen(element).some((row) => row.number === line && row.text === `line ${line}`));
        assert.lengthOf(shadowAll(element, '.state.missing'), 0);
      });
    }
  }

  it('stay in view as one row while the log is scrolled through them', async () => {
    const { element, scroller } = await broken(100_000, { from: 1, to: 100_000 });
    element.goTo(50_000);
    await until(() => skeletons(element) === 0 && said(element) !== '');
    for (let step = 0; step < 30; step += 1) {
      scroller.scrollTop += 150;
      await until(() => skeletons(element) === 0 && said(element) !== '');
      assert.lengthOf(shadowAll(element, '.state.missing'), 1);
    }
  });

  it('are a normal row between held lines, which scrolls past', async () => {
    const { element, scroller } = await broken(1_000, { from: 10, to: 15 });
    await until(() => said(element) === "Lines 10–15 couldn't be loaded");
    assert.equal(shadow(element, '.state.missing').getBoundingClientRect().height, 28);
    assert.deepEqual(
      rowsOnScreen(element)
        .map(({ number }) => number)
        .slice(7, 11),
      [8, 9, 16, 17],
    );
    for (let top = 150; top < 260; top += 10) {
      scroller.scrollTop = top;
      await frame();
      assert.equal(scroller.scrollTop, top);
    }
  });

  it('keep the lines below in place when they arrive', async () => {
    const { element, log } = await broken(2_000, { from: 1_001, to: 1_400 });
    element.goTo(1_405);
    await until(() => rowsOnScreen(element).some((row) => row.text === 'line 1405') && skeletons(element) === 0 && said(element) !== '');
    const top = (): number | undefined => rowsOnScreen(element).find((row) => row.number === 1_405)?.top;
    const before = top();
    log.release();
    await until(() => rowsOnScreen(element).some((row) => row.text === 'line 1400'));
    assert.equal(top(), before);
  });

  it('are still requested, so that they arrive by themselves', async () => {
    const { element, log } = await broken(100_000, { from: 1, to: 100_000 });
    await until(() => skeletons(element) === 0 && said(element) !== '');
    const { want = [] } = log.looks.at(-1) ?? {};
    assert.deepEqual(want[0]?.from, 1);
  });

  it('are announced once, however far the log is scrolled through them', async () => {
    const { element, log, scroller } = await broken(100_000, { from: 1, to: 100_000 });
    const status = shadow(element, '[role="status"]');
    const heard: string[] = [];
    new MutationObserver(() => heard.push(status.textContent ?? '')).observe(status, {
      childList: true,
      characterData: true,
      subtree: true,
    });
    element.goTo(50_000);
    await until(() => skeletons(element) === 0 && said(element) !== '');
    for (let step = 0; step < 5; step += 1) {
      scroller.scrollTop += 100;
      await frame();
    }
    log.release();
    await until(() => shadowAll(element, '.state.missing').length === 0);
    log.broken = { from: 1, to: 100_000 };
    element.goTo(80_000);
    await until(() => skeletons(element) === 0 && said(element) !== '');
    assert.isAtMost(heard.filter((text) => text.includes("couldn't be loaded")).length, 2);
  });

  it('are requested at once by Retry, also by keyboard', async () => {
    const { element, log, scroller } = await broken(100_000, { from: 1, to: 100_000 });
    await until(() => skeletons(element) === 0 && said(element) !== '');
    shadow<HTMLElement>(element, '.state.missing .link').click();
    assert.equal(log.retries, 1);
    press(scroller, 'Enter');
    assert.strictEqual(element.shadowRoot?.activeElement, shadow(element, '.state.missing .link'));
  });
});
