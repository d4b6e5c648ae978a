import { assert } from 'chai';
import type { Line } from '../../../src/protocol/line.ts';
import { frame, mount, shadow, shadowAll, unmountAll, until } from './support/fixture.ts';
import { MemoryLog, START } from './support/memory-log.ts';

// The browser remembers 250 by itself.
performance.setResourceTimingBufferSize(2_000);

/** Modules that this page has loaded, by the end of their path. */
function isLoaded(module: string): boolean {
  return performance.getEntriesByType('resource').some(({ name }) => new URL(name).pathname.endsWith(`/${module}`));
}

const LATER = [
  'rows/text-kit.ts',
  'rows/rich-row.ts',
  'text/draw-runs.ts',
  'long-lines/long-lines.ts',
  'layout/wrapping.ts',
  'levels/row-level.ts',
  'folds/folds.ts',
  'folds/entry-folds.ts',
];
const later = (): string[] => LATER.filter(isLoaded);

// In this order, since a page never unloads what it has loaded.
describe('what few logs need', () => {
  afterEach(unmountAll);

  const texts = (element: Element): string[] => shadowAll(element, '.row .text').map(({ textContent }) => textContent ?? '');

  async function shown(...lines: readonly (string | Line)[]): Promise<{ element: HTMLElement; log: MemoryLog }> {
    const log = new MemoryLog();
    log.append(...lines);
    const { element } = mount(log, { follow: 'off' });
    log.set({ state: 'live' });
    await until(() => texts(element).length === lines.length);
    return { element, log };
  }

  it('is not loaded for a log of plain lines, however long it is shown', async () => {
    const { element } = await shown('step 1', '\tstep 2', 'größer: 3 < 4');
    await until(() => element.shadowRoot?.querySelector('.toolbar') !== null);
    await frame();
    assert.deepEqual(texts(element), ['step 1', '\tstep 2', 'größer: 3 < 4']);
    assert.deepEqual(later(), []);
  });

  it('is not loaded for an unfinished line of any length, which is drawn whole', async () => {
    const { element, log } = await shown('plain');
    log.set({ part: [START, 'x'.repeat(10_000)] });
    await until(() => texts(element)[1]?.length === 10_000);
    assert.deepEqual(later(), []);
  });

  it('is loaded for a line in colours, which is there at once and gets them when they come, in its place', async () => {
    const { element } = await shown('plain', '\x1b[31mred\x1b[0m');
    const row = shadow<HTMLElement>(element, '.row[data-line="2"]');
    assert.equal(texts(element)[1], 'red');
    const { top, height } = row.getBoundingClientRect();
    await until(() => shadowAll(element, '.row[data-line="2"] .fg1').length === 1);
    assert.isTrue(isLoaded('rows/text-kit.ts'));
    assert.notInclude(later(), 'long-lines/long-lines.ts');
    assert.equal(shadow(element, '.row[data-line="2"]'), row);
    assert.deepEqual([row.getBoundingClientRect().top, row.getBoundingClientRect().height], [top, height]);
    assert.equal(getComputedStyle(shadow(element, '.fg1')).color, colorOf(element));
  });

  /** The red of the theme. */
  function colorOf(element: Element): string {
    const probe = document.createElement('span');
    probe.style.color = 'var(--_ansi-1)';
    shadow(element, '.base').append(probe);
    const { color } = getComputedStyle(probe);
    probe.remove();
    return color;
  }

  it('is loaded for a line with a level', async () => {
    const { element } = await shown('plain', [START, 'failed', { l: 17 }]);
    await until(() => shadowAll(element, '.row.error').length === 1);
    const bar = (): string => getComputedStyle(shadow(element, '.row.error .num')).boxShadow;
    assert.include(bar(), '3px');
    // What the tools say of a row counts more, although they were loaded before.
    await until(() => element.shadowRoot?.querySelector('.toolbar') !== null);
    shadow<HTMLElement>(element, '.row.error .num').click();
    await until(() => bar().includes('2px') && !bar().includes('3px'));
  });

  it('is waited for where a line is too long to be drawn like others', async () => {
    assert.notInclude(later(), 'long-lines/long-lines.ts');
    const log = new MemoryLog();
    const { element } = mount(log, { follow: 'off' });
    await until(() => shadowAll(element, '.viewport').length === 1);
    const lengths = new Set<number>();
    new MutationObserver(() => {
      for (const text of texts(element)) lengths.add(text.length);
    }).observe(shadow(element, '.viewport'), { childList: true, subtree: true, characterData: true });
    log.append('x'.repeat(100_000));
    log.set({ state: 'live' });
    await until(() => shadowAll(element, '.more').length === 1);
    assert.isAtMost(Math.max(...lengths), 5_000);
  });

  it('is waited for where lines wrap, so that no row changes its height', async () => {
    assert.notInclude(later(), 'layout/wrapping.ts');
    const log = new MemoryLog();
    log.append('word '.repeat(100), 'short');
    const { element } = mount(log, { follow: 'off', wrap: '' });
    await until(() => shadowAll(element, '.viewport').length === 1);
    const heights = new Set<number>();
    new MutationObserver(() => {
      for (const row of shadowAll(element, '.row[data-line="1"]:not(.wait)')) heights.add(row.getBoundingClientRect().height);
    }).observe(shadow(element, '.viewport'), { childList: true, subtree: true, characterData: true, attributes: true });
    log.set({ state: 'live' });
    await until(() => texts(element).length === 2);
    await frame();
    assert.equal(heights.size, 1);
    assert.isAbove(Math.max(...heights), 20);
  });
});
