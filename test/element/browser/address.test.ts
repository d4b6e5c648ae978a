import { assert } from 'chai';
import { frame, mount, rowsOnScreen, shadow, shadowAll, unmountAll, until, type Mounted } from './support/fixture.ts';
import { MemoryLog } from './support/memory-log.ts';
import { toast, toasts } from './support/toasts.ts';
import { type } from './support/pointer.ts';

const shows = (element: Element, line: number): boolean => rowsOnScreen(element).some(({ number }) => number === line);

async function linked(hash: string, head: number, status = {}): Promise<Mounted> {
  history.replaceState(null, '', hash);
  const mounted = mount(new MemoryLog(), { permalink: '' });
  await until(() => shadowAll(mounted.element, '.toolbar').length === 1);
  mounted.log.live(head, status);
  return mounted;
}

describe('lines named by the address', () => {
  afterEach(() => {
    unmountAll();
    for (const link of document.querySelectorAll('body > a')) link.remove();
    history.replaceState(null, '', location.pathname + location.search);
  });

  it('are shown again when their link is clicked again', async () => {
    const { element } = await linked('#L700', 5_000);
    await until(() => shows(element, 700));
    const link = document.createElement('a');
    link.href = '#L700';
    link.textContent = 'line 700';
    document.body.prepend(link);
    for (const press of [async () => link.click(), () => type('Enter')]) {
      element.goTo(4_000);
      await until(() => shows(element, 4_000));
      link.focus();
      await press();
      await until(() => shows(element, 700));
      assert.equal(shadowAll(element, '.selected').length, 1);
    }
  });

  it('are shown when the reader goes back and forth', async () => {
    const { element } = await linked('#L700', 5_000);
    await until(() => shows(element, 700));
    location.hash = '#L3000';
    await until(() => shows(element, 3_000));
    history.back();
    await until(() => shows(element, 700));
    history.forward();
    await until(() => shows(element, 3_000));
  });

  it('that do not exist yet are reported with the number of lines, and shown once they arrive', async () => {
    const { element, log } = await linked('#L99999', 22_010);
    const text = "Line 99,999 doesn't exist yet (22,010 lines so far)";
    await until(() => toast(element) === text);
    assert.equal(shadow(element, '[role="status"]').textContent, text);
    log.grow(80_000);
    await until(() => shows(element, 99_999));
  });

  it('that do not exist are reported each time, for any log', async () => {
    const { element } = await linked('#L50', 10, { state: 'ended', end: 0 });
    await until(() => toast(element) === "Line 50 doesn't exist yet (10 lines so far)");
    location.hash = '#L60-L70';
    await until(() => toast(element) === "Line 60 doesn't exist yet (10 lines so far)");
  });

  it('that retention removed are reported', async () => {
    const { element } = await linked('#L5', 5_000, { first: 1_001 });
    await until(() => toast(element) === 'Line 5 is no longer kept');
    await until(() => shows(element, 1_001));
  });

  it('that exist are not mentioned', async () => {
    const { element } = await linked('#L5', 5_000);
    const said = toasts(element);
    await until(() => shows(element, 5));
    location.hash = '#L9-L6000';
    await until(() => shows(element, 9));
    await frame();
    assert.deepEqual(said, []);
  });
});
