import { assert } from 'chai';
import { frame, mount, press, rowsOnScreen, shadow, shadowAll, unmountAll, until, type Mounted } from './support/fixture.ts';

/** A live log at its end, with its tools. */
async function live(head: number): Promise<Mounted> {
  const mounted = mount();
  mounted.log.live(head);
  await until(() => rowsOnScreen(mounted.element).at(-1)?.number === head && shadowAll(mounted.element, '.toolbar .icon').length > 0);
  return mounted;
}

describe('going to a line', () => {
  afterEach(unmountAll);

  it('that is not written yet is given up for a key that goes elsewhere', async () => {
    const { element, log, scroller } = await live(1_000);
    element.goTo(5_000);
    await frame();
    press(scroller, 'PageUp');
    await until(() => (rowsOnScreen(element).at(-1)?.number ?? 1_000) < 990);
    const first = rowsOnScreen(element)[0]?.number;
    log.grow(9_000);
    await until(() => shadow(element, '.counts').textContent?.startsWith('10,000 lines'));
    assert.equal(rowsOnScreen(element)[0]?.number, first);
  });
});
