import { assert } from 'chai';
import { frame, mount, rowsOnScreen, shadow, shadowAll, unmountAll, until, type Mounted } from './support/fixture.ts';
import { MemoryLog, START } from './support/memory-log.ts';

const LINES = 1_500;

/** A log of long lines in a page that is zoomed, or turned to another size. */
async function zoomed(style: string, attributes: Record<string, string>): Promise<Mounted> {
  const log = new MemoryLog((line) => [START, `${line} ${'word '.repeat(10 + ((line * 37) % 90))}`]);
  const mounted = mount(log, attributes);
  mounted.element.style.cssText = `width:700px;height:400px;${style}`;
  log.live(LINES);
  await until(() => rowsOnScreen(mounted.element).some(({ number }) => number === LINES));
  await frame();
  return mounted;
}

describe('a log in a page with CSS zoom', () => {
  afterEach(unmountAll);

  for (const style of ['zoom:0.9', 'zoom:0.67', 'zoom:1.25', 'zoom:1.1;--ls-line:19.5px', 'transform:scale(0.8)', 'zoom:1']) {
    for (const wrap of ['', 'off'])
      it(`shows its last row whole (${style}${wrap === '' ? ', broken' : ''})`, async () => {
        const { element, scroller } = await zoomed(style, { wrap });
        const bottom = (): number => scroller.getBoundingClientRect().bottom;
        const last = (): DOMRect | undefined =>
          shadowAll(element, '.row')
            .find((row) => row.querySelector<HTMLElement>('.num')?.dataset['n'] === String(LINES))
            ?.getBoundingClientRect();
        await until(() => {
          const box = last();
          assert.isDefined(box);
          assert.isAtMost(box?.bottom ?? Infinity, bottom() + 1);
          assert.isAtLeast(box?.bottom ?? 0, bottom() - 40);
        });
      });

    it(`centres the line that is gone to (${style})`, async () => {
      const { element, scroller } = await zoomed(style, { wrap: '' });
      for (const target of [700, 20, 1_400, 333]) {
        element.goTo(target);
        await until(() => {
          const row = shadowAll(element, '.row').find((one) => one.querySelector<HTMLElement>('.num')?.dataset['n'] === String(target));
          const [box, view] = [row?.getBoundingClientRect(), scroller.getBoundingClientRect()];
          assert.isDefined(box);
          assert.closeTo(((box?.top ?? 0) + (box?.bottom ?? 0)) / 2, (view.top + view.bottom) / 2, 12);
        });
      }
    });

    it(`breaks lines where the text ends, with none of it cut off (${style})`, async () => {
      const { element, scroller } = await zoomed(style, { wrap: '' });
      element.goTo('start');
      await until(() => rowsOnScreen(element)[0]?.number === 1);
      await frame();
      const { right } = scroller.getBoundingClientRect();
      for (const text of shadowAll(element, '.row .text')) {
        assert.isAtMost(text.getBoundingClientRect().right, right + 1);
        assert.isAtMost(text.scrollWidth, text.clientWidth + 1);
      }
      // What was counted is what was drawn.
      const block = shadow<HTMLElement>(element, '.block');
      const rows = shadowAll(element, '.row').reduce((sum, row) => sum + Number.parseFloat(getComputedStyle(row).height), 0);
      assert.closeTo(Number.parseFloat(getComputedStyle(block).height), rows, 2);
    });
  }
});
