import { assert } from 'chai';
import type { Line } from '../../../src/protocol/line.ts';
import { MAX_OPEN } from '../../../src/element/tools/fields/open-fields.ts';
import { MAX_VALUE_LINES } from '../../../src/element/tools/fields/field-panel.ts';
import { copied, taken } from './support/clipboard.ts';
import { frame, mount, press, shadow, shadowAll, unmountAll, until, type Mounted } from './support/fixture.ts';
import { MemoryLog, START } from './support/memory-log.ts';
import { click, drag, drop, pointIn, release, type } from './support/pointer.ts';

const STACK = 'Error: boom\n    at f (src/a.js:1:1)\n    at g (src/b.js:22:5)';
const ERROR_LINE = JSON.stringify({ level: 50, msg: 'it failed', err: { type: 'Error', stack: STACK }, url: 'https://example.test/x' });
const line = (at: number): string => JSON.stringify({ level: 30, msg: `request ${at}`, req: { id: at } });

async function shown(lines: readonly (string | Line)[], attributes: Record<string, string> = {}, log = new MemoryLog()): Promise<Mounted> {
  log.append(...lines);
  const mounted = mount(log, { follow: 'off', ...attributes });
  log.set({ state: 'live' });
  await until(() => shadowAll(mounted.element, '.opener').length > 0);
  return mounted;
}

const rowOf = (element: Element, number: number): HTMLElement => shadow(element, `.row[data-line="${number}"]`);
const openerOf = (element: Element, number: number): HTMLElement => shadow(element, `.row[data-line="${number}"] .opener`);
const names = (element: Element): string[] => shadowAll(element, '.field-name').map((name) => name.textContent ?? '');
const values = (element: Element): string[] => shadowAll(element, '.field-value').map((value) => value.textContent ?? '');
const isOpen = (element: Element): boolean => shadowAll(element, '.fields').length > 0;

/** Goes to a line with the keys, and presses Enter. */
async function enter({ element, scroller }: Mounted, number: number): Promise<void> {
  press(scroller, 'Home');
  for (let at = 1; at < number; at += 1) press(scroller, 'ArrowDown');
  await until(() => shadow<HTMLElement>(element, '#current-line').dataset['line'] === String(number));
  press(scroller, 'Enter');
  await until(() => isOpen(element));
}

/** Rows stand one below the other, without a gap. */
function assertStacked(element: Element): void {
  const boxes = shadowAll(element, '.row:not([data-pinned])').map((row) => row.getBoundingClientRect());
  for (const [at, box] of boxes.entries()) if (at > 0) assert.closeTo(box.top, boxes[at - 1]?.bottom ?? 0, 0.6);
}

describe('the fields of a structured line', () => {
  afterEach(async () => {
    unmountAll();
    await release();
  });

  for (const wrap of [false, true]) {
    it(`open below it on a click, and close again, ${wrap ? 'wrapped' : 'in single rows'}`, async () => {
      const { element } = await shown(['plain', ERROR_LINE, 'level=info msg="hi there" n=1', 'after'], wrap ? { wrap: '' } : {});
      assert.deepEqual(
        shadowAll(element, '.opener').map((opener) => opener.closest<HTMLElement>('.row')?.dataset['line']),
        ['2', '3'],
      );
      const before = rowOf(element, 4).getBoundingClientRect().top;
      await click(pointIn(element, 2, 4));
      await until(() => isOpen(element));
      assert.deepEqual(names(element), ['level', 'msg', 'err.type', 'err.stack', 'url']);
      assert.deepEqual(values(element), ['50', 'it failed', 'Error', STACK, 'https://example.test/x']);
      assert.equal(openerOf(element, 2).ariaExpanded, 'true');
      assert.equal(shadow(element, '.fields').ariaLabel, 'Fields of line 2');
      await frame();
      assertStacked(element);
      assert.isAbove(rowOf(element, 4).getBoundingClientRect().top, before + 100);
      assert.equal(rowOf(element, 2).querySelector('.text')?.textContent, ERROR_LINE);
      await click(pointIn(element, 2, 4));
      await until(() => !isOpen(element));
      await frame();
      assert.equal(rowOf(element, 4).getBoundingClientRect().top, before);
    });
  }

  it('open and close with Enter on the current line, and close with Escape', async () => {
    const mounted = await shown(['plain', ERROR_LINE, 'after']);
    const { element, scroller } = mounted;
    await enter(mounted, 2);
    assert.equal(element.shadowRoot?.activeElement, scroller);
    press(scroller, 'Enter');
    await until(() => !isOpen(element));
    press(scroller, 'Enter');
    await until(() => isOpen(element));
    press(scroller, 'Escape');
    await until(() => !isOpen(element));
    assert.equal(element.shadowRoot?.activeElement, scroller);
    press(scroller, 'Enter');
    await until(() => isOpen(element));
    press(scroller, 'ArrowDown');
    await until(() => shadow<HTMLElement>(element, '#current-line').dataset['line'] === '3');
  });

  it('are copied one by one, by button or key', async () => {
    const mounted = await shown([ERROR_LINE, 'after']);
    const { element, scroller } = mounted;
    await enter(mounted, 1);
    press(scroller, 'ArrowRight');
    const focused = (): HTMLElement | null => element.shadowRoot?.activeElement as HTMLElement | null;
    assert.equal(focused()?.ariaLabel, 'Copy level');
    const key = (name: string): boolean | undefined =>
      focused()?.dispatchEvent(new KeyboardEvent('keydown', { key: name, bubbles: true, composed: true, cancelable: true }));
    for (const _ of [1, 2, 3]) key('ArrowDown');
    assert.equal(focused()?.ariaLabel, 'Copy err.stack');
    await type('c');
    await until(() => shadowAll(element, '.toast').some((toast) => toast.textContent?.includes('Copied err.stack')));
    assert.equal(await taken(), STACK);
    key('Escape');
    await until(() => !isOpen(element));
    assert.equal(focused(), scroller);
  });

  it('are not opened by what selects text, or follows a link', async () => {
    const { element } = await shown([ERROR_LINE, line(1), 'after']);
    await drag(pointIn(element, 1, 3), pointIn(element, 1, 30));
    await drop();
    assert.isFalse(isOpen(element));
    // The click that ends the selection.
    await click(pointIn(element, 2, 4));
    assert.isFalse(isOpen(element));
    await click(pointIn(element, 2, 4), 'Shift');
    assert.isFalse(isOpen(element));
    await release();
    const link = shadow<HTMLAnchorElement>(element, '.row a');
    link.addEventListener('click', (event) => event.preventDefault());
    link.click();
    await frame();
    assert.isFalse(isOpen(element));
    shadow<HTMLElement>(element, '.row .num').click();
    await frame();
    assert.isFalse(isOpen(element));
  });

  it('stay as they were where a word is selected by a double click', async () => {
    const { element } = await shown([line(1), 'after']);
    const at = pointIn(element, 1, 14);
    const { sendMouse } = await import('@web/test-runner-commands');
    await sendMouse({ type: 'move', position: [Math.round(at[0]), Math.round(at[1])] });
    const row = rowOf(element, 1);
    const text = row.querySelector('.text');
    for (const detail of [1, 2])
      text?.dispatchEvent(new MouseEvent('click', { detail, bubbles: true, composed: true, clientX: at[0], clientY: at[1] }));
    await frame();
    assert.isFalse(isOpen(element));
  });

  it('leave the copied text of their line alone', async () => {
    const mounted = await shown([ERROR_LINE, 'after']);
    const { element, scroller } = mounted;
    await enter(mounted, 1);
    await type('c');
    await until(() => shadowAll(element, '.toast').some((toast) => toast.textContent?.includes('Copied')));
    assert.equal(await taken(), ERROR_LINE);
    rowOf(element, 1).querySelector<HTMLElement>('.num')?.click();
    scroller.focus();
    assert.equal(await copied(), ERROR_LINE);
  });

  it('are text of their own that can be selected', async () => {
    const { element } = await shown([ERROR_LINE, 'after']);
    openerOf(element, 1).click();
    await until(() => isOpen(element));
    const value = shadowAll(element, '.field-value')[3]?.firstChild;
    assert.instanceOf(value, Text);
    document.getSelection()?.setBaseAndExtent(value, 0, value, 5);
    await frame();
    assert.equal(element.shadowRoot?.querySelectorAll('.selected').length, 0);
    assert.equal(await copied(), 'Error');
  });

  it('link addresses and places in files', async () => {
    const { element } = await shown([ERROR_LINE], { 'source-url': 'https://code.test/{path}#L{line}' });
    openerOf(element, 1).click();
    await until(() => isOpen(element));
    assert.deepEqual(
      shadowAll(element, '.field-value a').map((link) => (link as HTMLAnchorElement).href),
      ['https://code.test/src/a.js#L1', 'https://code.test/src/b.js#L22', 'https://example.test/x'],
    );
  });

  it('show control characters of values, and run nothing', async () => {
    const value = '\u001b[31mred\u001b[0m \u202ebidi <img src=x onerror=alert(1)>';
    const { element } = await shown([JSON.stringify({ msg: value, n: 1 })]);
    openerOf(element, 1).click();
    await until(() => isOpen(element));
    assert.equal(shadowAll(element, '.fields img').length, 0);
    assert.isAbove(shadowAll(element, '.field-value .chip').length, 0);
    assert.include(values(element)[0], 'red');
  });

  it('keep what is on screen in place, and the end in sight while new lines come', async () => {
    const log = new MemoryLog();
    const { element, scroller } = await shown(
      Array.from({ length: 200 }, (_, at) => line(at)),
      { follow: 'on' },
      log,
    );
    await until(() => shadowAll(element, '.row[data-line="200"]').length === 1);
    let followed = true;
    element.addEventListener('log-stream-follow', () => (followed = false));
    openerOf(element, 199).click();
    await until(() => isOpen(element));
    await frame();
    assert.equal(followed, true);
    const bottom = (): number => scroller.getBoundingClientRect().bottom - rowOf(element, log.status.head).getBoundingClientRect().bottom;
    const gap = bottom();
    log.append(line(201));
    await until(() => shadowAll(element, '.row[data-line="201"]').length === 1);
    await frame();
    assert.closeTo(bottom(), gap, 1);
    press(scroller, 'ArrowUp');
    await frame();
    const top = rowOf(element, 199).getBoundingClientRect().top;
    log.append(line(202), line(203));
    await frame();
    await frame();
    assert.closeTo(rowOf(element, 199).getBoundingClientRect().top, top, 1);
  });

  it('open in a log of ten million lines, and stay open while they are out of sight', async () => {
    const log = new MemoryLog((number) => [START, line(number)]);
    const mounted = mount(log, { follow: 'off' });
    const { element } = mounted;
    log.live(10_000_000);
    await until(() => shadowAll(element, '.opener').length > 0);
    element.goTo(5_000_000);
    await until(() => shadowAll(element, '.row[data-line="5000000"] .opener').length === 1);
    const { top } = rowOf(element, 5_000_000).getBoundingClientRect();
    openerOf(element, 5_000_000).click();
    await until(() => isOpen(element));
    await frame();
    assert.closeTo(rowOf(element, 5_000_000).getBoundingClientRect().top, top, 1);
    assertStacked(element);
    element.goTo('end');
    await until(() => shadowAll(element, '.row[data-line="10000000"]').length === 1);
    assert.isFalse(isOpen(element));
    element.goTo(5_000_000);
    await until(() => isOpen(element));
    assert.deepEqual(names(element), ['level', 'msg', 'req.id']);
    await frame();
    assertStacked(element);
  });

  it('say what is left out', async () => {
    const many = JSON.stringify(Object.fromEntries(Array.from({ length: 201 }, (_, at) => [`k${at}`, at])));
    const tall = JSON.stringify({ msg: Array.from({ length: MAX_VALUE_LINES + 3 }, (_, at) => `l${at}`).join('\n'), n: 1 });
    const { element } = await shown([many, tall]);
    openerOf(element, 1).click();
    await until(() => names(element).length === 200);
    assert.equal(shadow(element, '.field-note').textContent, 'Only the first 200 fields are shown.');
    openerOf(element, 1).click();
    await until(() => !isOpen(element));
    openerOf(element, 2).click();
    await until(() => isOpen(element));
    assert.equal(shadow(element, '.field-rest').textContent, '+3 lines');
  });

  it('are open in a limited number of lines, those opened first closed first', async () => {
    const { element } = await shown(Array.from({ length: MAX_OPEN + 1 }, (_, at) => line(at)));
    await until(() => shadowAll(element, '.opener').length === MAX_OPEN + 1);
    for (const opener of shadowAll(element, '.opener')) opener.click();
    await until(() => shadowAll(element, '.opener[aria-expanded="true"]').length > 1);
    await frame();
    const open = shadowAll(element, '.opener[aria-expanded="true"]').map((each) =>
      Number(each.closest<HTMLElement>('.row')?.dataset['line']),
    );
    assert.notInclude(open, 1);
  });

  it('fit into 320 px, on a page from right to left, too', async () => {
    document.documentElement.dir = 'rtl';
    try {
      const { element } = await shown([ERROR_LINE, 'after'], { style: 'width: 320px' });
      openerOf(element, 1).click();
      await until(() => isOpen(element));
      await frame();
      const { left, right } = element.getBoundingClientRect();
      for (const part of shadowAll(element, '.fields, .field, .field-value, .field-acts')) {
        const box = part.getBoundingClientRect();
        assert.isAtLeast(box.left, left);
        assert.isAtMost(box.right, right);
      }
      assertStacked(element);
    } finally {
      document.documentElement.dir = '';
    }
  });

  it('are gone with the log', async () => {
    const log = new MemoryLog();
    const { element } = await shown([line(1), 'after'], {}, log);
    openerOf(element, 1).click();
    await until(() => isOpen(element));
    log.set({ epoch: '2', head: 2 });
    await until(() => !isOpen(element));
  });
});
