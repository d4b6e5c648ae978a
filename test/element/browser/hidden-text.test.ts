import { assert } from 'chai';
import { frame, mount, shadow, shadowAll, unmountAll, until, type Mounted } from './support/fixture.ts';
import { MemoryLog, START } from './support/memory-log.ts';

async function shown(lines: readonly string[], attributes: Record<string, string> = {}): Promise<Mounted> {
  const log = new MemoryLog();
  log.append(...lines);
  const mounted = mount(log, { follow: 'off', ...attributes });
  log.set({ state: 'live' });
  await until(() => shadowAll(mounted.element, '.row').length === lines.length);
  return mounted;
}

const texts = (element: Element): (string | null)[] => shadowAll(element, '.row .text').map((text) => text.textContent);
const signs = (element: Element): HTMLElement[] => shadowAll(element, '.hides');

describe('text that a terminal does not show', () => {
  afterEach(unmountAll);

  it('is marked on the rows that have some', async () => {
    const { element } = await shown([
      'plain',
      'rm -rf /\rls      ',
      'a\x1b[8mb',
      'zero\u200bwidth',
      '\x1b[31mred\x1b[0m',
      '\x1b[1mbold',
      'x\r',
    ]);
    assert.deepEqual(
      signs(element).map((sign) => sign.closest<HTMLElement>('.row')?.dataset['line']),
      ['2', '3', '4'],
    );
    for (const sign of signs(element)) {
      assert.equal(sign.ariaLabel, 'Hidden text');
      assert.equal(sign.ariaExpanded, 'false');
      assert.equal(sign.tabIndex, -1);
    }
  });

  for (const wrap of [false, true]) {
    it(`is shown in place with visible controls, and hidden again, ${wrap ? 'wrapped' : 'in single rows'}`, async () => {
      const secret = `${'s'.repeat(400)}\r\x1b[2Kls`;
      const { element } = await shown([secret, 'after'], wrap ? { wrap: '' } : {});
      const heights = (): number[] => shadowAll(element, '.row').map((row) => row.getBoundingClientRect().height);
      const before = heights();
      assert.equal(texts(element)[0], 'ls');
      signs(element)[0]?.click();
      await until(() => texts(element)[0] === `${'s'.repeat(400)}␍␛[2Kls`);
      await frame();
      assert.equal(signs(element)[0]?.ariaExpanded, 'true');
      const [row, next] = shadowAll(element, '.row').map((each) => each.getBoundingClientRect());
      assert.equal(next?.top, row?.bottom);
      if (wrap) assert.isAbove(heights()[0] ?? 0, before[0] ?? 0);
      signs(element)[0]?.click();
      await until(() => texts(element)[0] === 'ls');
      await frame();
      assert.deepEqual(heights(), before);
    });
  }

  it('is reached from the keyboard, and moves no text', async () => {
    const { element, scroller } = await shown(['a\rb', 'plain']);
    const [marked, plain] = shadowAll(element, '.row .text').map((text) => text.getBoundingClientRect().left);
    assert.equal(marked, plain);
    scroller.focus();
    scroller.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', bubbles: true }));
    assert.equal(element.shadowRoot?.activeElement, shadow(element, '.hides'));
  });

  it('is marked on a long line where a piece that is not drawn has some, and shown there', async () => {
    const log = new MemoryLog();
    const piece = 'x'.repeat(20_000);
    log.append([START, piece, { p: 1 }], [START, `${piece}\u001b[8msecret\u001b[0m${piece}`, { p: 1 }], [START, 'end'], 'after');
    const { element } = mount(log, { follow: 'off' });
    log.set({ state: 'live' });
    await until(() => signs(element).length === 1);
    assert.equal(signs(element)[0]?.closest<HTMLElement>('.row')?.dataset['line'], '1');
    signs(element)[0]?.click();
    await until(() => shadowAll(element, '.row[data-line="2"]').length === 1);
    await until(() => shadow(element, '.row[data-line="2"] .text').textContent?.includes('xxx') === true);
    assert.deepEqual(
      signs(element).map((sign) => [sign.closest<HTMLElement>('.row')?.dataset['line'], sign.ariaExpanded]),
      [['2', 'true']],
    );
  });
});
