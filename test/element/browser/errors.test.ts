import { assert } from 'chai';
import { mount, rowsOnScreen, shadow, shadowAll, unmountAll, until, type Mounted } from './support/fixture.ts';
import { MemoryLog, START } from './support/memory-log.ts';
import { release, type } from './support/pointer.ts';
import { toast, toasts } from './support/toasts.ts';

/** A log with errors in those lines, shown from its end, with the focus in it. */
async function withErrors(head: number, ...errors: readonly number[]): Promise<Mounted> {
  const log = new MemoryLog((line) => [START, errors.includes(line) ? `error: in line ${line}` : `line ${line}`]);
  const mounted = mount(log);
  log.live(head);
  await until(() => rowsOnScreen(mounted.element).at(-1)?.number === head && shadowAll(mounted.element, '.toolbar .icon').length > 0);
  mounted.scroller.focus();
  return mounted;
}

const selected = (element: Element): (string | undefined)[] => shadowAll(element, '.row.selected').map((row) => row.dataset['line']);
/** A slow search also says that it is under way. */
const isResult = (text: string): boolean => !text.startsWith('Searching');
const said = (element: Element): string => shadow(element, '[role="status"]').textContent ?? '';

describe('complaint 24: jumping to errors, but only on request', () => {
  afterEach(async () => {
    await release();
    unmountAll();
  });

  it('jumps to the next and the previous one by key, wrapping around the ends', async () => {
    const { element } = await withErrors(50_000, 700, 30_000);
    assert.isTrue(element.shadowRoot?.querySelector('.row.selected') === null, 'it does not jump by itself');
    const told = toasts(element);
    await type('e');
    await until(() => selected(element).join() === '700' && rowsOnScreen(element).some(({ number }) => number === 700));
    assert.deepEqual(told.filter(isResult), ['Continued from the start']);
    assert.equal(said(element), 'Line 700, error: error: in line 700');
    await type('e');
    await until(() => selected(element).join() === '30000');
    await type('E', 'Shift');
    await until(() => selected(element).join() === '700');
  });

  it('wraps around from an error in the very last or first line', async () => {
    const { element } = await withErrors(5_000, 1, 5_000);
    const told = toasts(element);
    await type('e');
    await until(() => selected(element).join() === '5000');
    await type('e');
    await until(() => selected(element).join() === '1');
    assert.deepEqual(told.filter(isResult), ['Continued from the start']);
    await type('E', 'Shift');
    await until(() => selected(element).join() === '5000');
    assert.deepEqual(told.filter(isResult), ['Continued from the start', 'Continued from the end']);
  });

  it('skips overwritten errors, and opens no fold', async () => {
    const failed = (step: number): string[] => [`${step === 0 ? '' : '\x1b[2A\x1b[J'} FAIL  a.test.ts ${step}`, `Tests ${step}`];
    const log = new MemoryLog();
    const before = Array.from({ length: 300 }, (_, at) => `line ${at + 1}`);
    log.append(...before, ...Array.from({ length: 57 }, (_, step) => failed(step)).flat(), ...before, 'AssertionError: last', ...before);
    const { element } = mount(log, { follow: 'off' });
    log.set({ state: 'ended', end: 1 });
    await until(() => rowsOnScreen(element)[0]?.number === 1);
    assert.equal(await element.goTo('error'), 300 + 2 * 57 - 1);
    await until(() => shadowAll(element, '.frame.selected').length === 1);
    assert.equal(shadow(element, '.frame.selected .text').textContent, ' FAIL  a.test.ts 56');
    assert.lengthOf(shadowAll(element, '.fold'), 1);
    assert.lengthOf(shadowAll(element, '.row .more'), 0);
    assert.equal(await element.goTo('error'), 300 + 2 * 57 + 301);
    assert.equal(await element.goTo('error'), 300 + 2 * 57 - 1, 'and round to the first');
  });

  it('resolves with the line, and says if there is none', async () => {
    const { element } = await withErrors(5_000, 4_321);
    assert.equal(await element.goTo('error'), 4_321);
    unmountAll();
    const other = await withErrors(5_000);
    assert.isUndefined(await other.element.goTo('error'));
    assert.equal(toast(other.element), 'No errors in 5,000 lines');
  });

  it('searches a limited number of lines, and continues on request', async () => {
    const { element } = await withErrors(450_000, 310_000);
    element.goTo('start');
    await until(() => rowsOnScreen(element)[0]?.text === 'line 1');
    assert.isUndefined(await element.goTo('error'));
    assert.equal(toast(element), 'No errors in 200,000 linesKeep searching');
    shadow<HTMLButtonElement>(element, '.act').click();
    await until(() => selected(element).join() === '310000', 20_000);
  });
});
