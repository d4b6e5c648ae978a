import { assert } from 'chai';
import type { Line } from '../../../src/protocol/line.ts';
import { LineCache } from '../../../src/element/viewport/lines/line-cache.ts';
import { EntryFolds, MAX_ENTRY_FOLDS } from '../../../src/element/viewport/folds/entry-folds.ts';
import { frame, mount, shadow, shadowAll, unmountAll, until, type Mounted } from './support/fixture.ts';
import { MemoryLog, START } from './support/memory-log.ts';
import { foldLook } from './support/fold-look.ts';

const frames = (count: number): Line[] =>
  Array.from({ length: count }, (_, at): Line => [START, `    at f${at} (src/a.js:${at + 1}:1)`, { l: 17, k: 1 }]);
const trace = (count: number): Line[] => [[START, 'Error: boom', { l: 17 }], ...frames(count)];

async function shown(lines: readonly (string | Line)[], attributes: Record<string, string> = {}): Promise<Mounted> {
  const log = new MemoryLog();
  log.append(...lines);
  const mounted = mount(log, { follow: 'off', ...attributes });
  log.set({ state: 'live' });
  await until(() => mounted.element.shadowRoot?.querySelector('.fold') !== null);
  return mounted;
}

const texts = (element: Element): string[] =>
  shadowAll(element, '.row .text, .frame .text').map((text) => text.textContent?.trimEnd() ?? '');
const label = (element: Element, selector = '.fold'): string | undefined =>
  shadow<HTMLElement>(element, `${selector} .more span`).dataset['label'];
const toggle = (element: Element, selector = '.fold'): void =>
  shadow<HTMLButtonElement>(element, `${selector} [data-act="toggle"]`).click();

describe('entries of several lines', () => {
  afterEach(unmountAll);

  for (const wrap of [false, true]) {
    it(`fold a stack trace to its first frame, and show all of it, ${wrap ? 'wrapped' : 'in single rows'}`, async () => {
      const { element } = await shown(['before', ...trace(12), 'after'], wrap ? { wrap: '' } : {});
      assert.deepEqual(texts(element), ['before', 'Error: boom', '    at f0 (src/a.js:1:1)', 'after']);
      assert.equal(label(element), '+11 stack frames');
      const fold = shadow(element, '.fold').getBoundingClientRect();
      assert.equal(fold.height, wrap ? 40 : 20);
      assert.equal(shadow(element, '.row[data-line="15"]').getBoundingClientRect().top, fold.bottom);
      toggle(element);
      await until(() => texts(element).length === 15);
      assert.equal(shadow(element, '[data-act="toggle"]').ariaExpanded, 'true');
      toggle(element, '.row');
      await until(() => texts(element).length === 4);
    });
  }

  it('leave a short trace as it is', async () => {
    const { element } = await shown([...trace(3), 'a', 'a']);
    assert.deepEqual(texts(element).slice(0, 5), ['Error: boom', ...frames(3).map(([, text]) => text), 'a']);
    assert.lengthOf(shadowAll(element, '.fold'), 1);
  });

  it('fold a line repeated in a row, times aside, while the log is live', async () => {
    const poll = (second: number): string => `2026-01-02T03:04:0${second}Z poll`;
    const { element, log } = await shown(['before', poll(1), poll(2), poll(3)]);
    assert.deepEqual(texts(element), ['before', poll(1)]);
    assert.equal(label(element), '× 3');
    log.append(poll(4));
    await until(() => label(element) === '× 4');
    log.append('after');
    await until(() => texts(element).length === 3);
    assert.deepEqual(texts(element), ['before', poll(1), 'after']);
  });

  it('keep what is on screen in place while the fold above it grows', async () => {
    const { element, log, scroller } = await shown([...Array.from({ length: 60 }, (_, at) => `line ${at}`), 'x', 'x', 'x']);
    scroller.scrollTop = 400;
    await frame();
    const top = (): number => shadow(element, '.row[data-line="30"]').getBoundingClientRect().top;
    const before = top();
    log.append('x', 'x', ...trace(9));
    await frame();
    await frame();
    assert.equal(top(), before);
  });

  it('show a folded line that the reader goes to', async () => {
    const { element } = await shown([...trace(12), 'after']);
    element.goTo(9);
    await until(() => shadowAll(element, '.row[data-line="9"]').length === 1);
    assert.lengthOf(shadowAll(element, '.fold'), 0);
  });

  it('link places in files in the frame that is shown', async () => {
    const { element } = await shown(trace(12), { 'source-url': 'https://code.test/{path}#L{line}' });
    assert.equal(shadow<HTMLAnchorElement>(element, '.fold a').href, 'https://code.test/src/a.js#L1');
  });

  it('are kept in a limited number, those farthest away dropped first', () => {
    const lines = new LineCache();
    const folds = new EntryFolds(foldLook(), () => false);
    const pairs = Array.from({ length: 2 * MAX_ENTRY_FOLDS + 20 }, (_, at): Line => [START, `line ${Math.floor(at / 2)}`]);
    for (let at = 0; at < pairs.length; at += 10) folds.read({ from: at + 1, lines: pairs.slice(at, at + 10) }, lines);
    const kept = folds.collapsed(1, pairs.length, 20, () => undefined);
    assert.lengthOf(kept, MAX_ENTRY_FOLDS);
    assert.equal(kept[0]?.from, 21);
    assert.equal(kept.at(-1)?.to, pairs.length);
  });
});
