import { assert } from 'chai';
import { frame, mount, rowsOnScreen, shadow, shadowAll, unmountAll, until, type Mounted } from './support/fixture.ts';
import { MemoryLog } from './support/memory-log.ts';

async function opened(attributes: Readonly<Record<string, string>> = {}, style: Readonly<Record<string, string>> = {}): Promise<Mounted> {
  const log = new MemoryLog();
  log.grow(400);
  const mounted = mount(log, { follow: 'off', ...attributes });
  for (const [name, value] of Object.entries(style)) mounted.element.style.setProperty(name, value);
  log.set({ state: 'live' });
  await until(() => rowsOnScreen(mounted.element).length > 0 && shadowAll(mounted.element, '.size').length === 3);
  return mounted;
}

/** Font size and height of a row, px. */
function measured(element: Element): readonly [font: number, row: number] {
  const [row] = shadowAll(element, '.row');
  if (row === undefined) throw new Error('There is no row.');
  const round = (px: number): number => Math.round(px * 100) / 100;
  return [round(Number.parseFloat(getComputedStyle(row).fontSize)), round(row.getBoundingClientRect().height)];
}

const item = (element: Element, name: string): HTMLElement => shadow(element, `.size[aria-label="${name}"]`);

describe('the size of lines', () => {
  afterEach(() => {
    unmountAll();
    localStorage.removeItem('log-stream');
  });

  for (const [size, font, row] of [
    ['normal', 13, 20],
    ['compact', 12, 18],
    ['large', 15, 24],
    ['huge', 13, 20],
  ] as const)
    it(`is ${font} px in rows of ${row} px with size="${size}"`, async () => {
      const { element } = await opened({ size });
      assert.deepEqual(measured(element), [font, row]);
      assert.equal(element.size, size === 'huge' ? 'normal' : size);
    });

  it('is in proportion to what the page sets, on the element or around it', async () => {
    const { element } = await opened({ size: 'large' }, { '--ls-size': '26px', '--ls-line': '40px' });
    assert.deepEqual(measured(element), [30, 48]);
    element.size = 'compact';
    await until(() => measured(element)[0] === 24);
    assert.deepEqual(measured(element), [24, 36]);
    element.size = null;
    await until(() => measured(element)[0] === 26);
    assert.deepEqual(measured(element), [26, 40]);
  });

  it('is chosen in the menu, keeps the line at the top, and is remembered for other logs', async () => {
    const { element, scroller } = await opened({ remember: 'on' });
    scroller.scrollTop = 3_000;
    await until(() => (rowsOnScreen(element)[0]?.number ?? 0) > 100);
    await frame();
    const top = rowsOnScreen(element)[0]?.number;
    shadow<HTMLElement>(element, '.more-actions').click();
    assert.equal(item(element, 'Normal').ariaChecked, 'true');
    item(element, 'Large').click();
    await until(() => measured(element)[1] === 24);
    await until(() => rowsOnScreen(element)[0]?.number === top);
    await until(() => item(element, 'Large').ariaChecked === 'true' && item(element, 'Normal').ariaChecked === 'false');
    assert.isBelow(rowsOnScreen(element).length, scroller.clientHeight / 24 + 2);
    const other = await opened({ remember: 'on' });
    assert.equal(other.element.size, 'large');
    assert.deepEqual(measured(other.element), [15, 24]);
    const set = await opened({ remember: 'on', size: 'compact' });
    assert.deepEqual(measured(set.element), [12, 18]);
  });

  it('is reached by the arrow keys of the menu', async () => {
    const { element } = await opened();
    shadow<HTMLElement>(element, '.more-actions').click();
    const press = (key: string): void => {
      element.shadowRoot?.activeElement?.dispatchEvent(
        new KeyboardEvent('keydown', { key, bubbles: true, composed: true, cancelable: true }),
      );
    };
    await until(() => element.shadowRoot?.activeElement?.classList.contains('item') === true);
    press('End');
    assert.equal(element.shadowRoot?.activeElement?.getAttribute('aria-label'), 'Large');
    press('ArrowLeft');
    assert.equal(element.shadowRoot?.activeElement?.getAttribute('aria-label'), 'Normal');
  });

  it('changes how many columns there are where lines wrap', async () => {
    const log = new MemoryLog();
    log.append('x'.repeat(1_000));
    const { element } = mount(log, { wrap: '', size: 'compact' });
    log.set({ state: 'live' });
    const rows = (): number => Math.round(measured(element)[1] / (element.size === 'large' ? 24 : 18));
    await until(() => rowsOnScreen(element).length > 0);
    const before = rows();
    element.size = 'large';
    await until(() => rows() > before);
  });
});
