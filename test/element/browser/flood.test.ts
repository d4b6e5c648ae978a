import { assert } from 'chai';
import { frame, mount, painted, rowsOnScreen, shadow, unmountAll, until, type Mounted } from './support/fixture.ts';
import { MemoryLog } from './support/memory-log.ts';

/** Lines between two updates of a log that grows by 100,000 a second, of which the server sends the newest 30 times a second. */
const STEP = 3_333;

const wheel = (scroller: HTMLElement, deltaY: number): boolean => scroller.dispatchEvent(new WheelEvent('wheel', { deltaY }));
const counts = (element: Element): string => shadow(element, '.counts').textContent?.trim() ?? '';

async function live(head: number): Promise<Mounted> {
  const mounted = mount(new MemoryLog());
  mounted.log.live(head);
  await until(() => rowsOnScreen(mounted.element).at(-1)?.number === head);
  await until(() => shadow(mounted.element, '.toolbar'));
  await frame();
  return mounted;
}

/** Lets the log grow for so many frames. Returns how many frames had a row without its line. */
async function flood({ element, log }: Mounted, frames: number): Promise<number> {
  let blank = 0;
  for (let count = 0; count < frames; count += 1) {
    log.grow(STEP);
    await painted();
    if (rowsOnScreen(element).some(({ number, text }) => !text.endsWith(`line ${number}`))) blank += 1;
  }
  return blank;
}

describe('a log of which only the newest lines are sent', () => {
  afterEach(unmountAll);

  it('shows its true end, whole, in every frame', async () => {
    const mounted = await live(100_000);
    const { element, log } = mounted;
    assert.equal(await flood(mounted, 120), 0, 'frames with a row whose line was not there');
    const head = 100_000 + 120 * STEP;
    assert.equal(log.status.head, head);
    await until(() => rowsOnScreen(element).at(-1)?.number === head);
    await until(() => counts(element).startsWith(`${head.toLocaleString('en')} lines`));
  });

  it('has no line fetched because it passes', async () => {
    const mounted = await live(100_000);
    const { length } = mounted.log.looks;
    await flood(mounted, 120);
    assert.deepEqual(
      mounted.log.looks.slice(length).flatMap(({ want }) => want),
      [],
    );
  });

  it('has the lines fetched that the reader scrolls to meanwhile, and counts those that came since', async () => {
    const mounted = await live(100_000);
    const { element, log, scroller } = mounted;
    await flood(mounted, 20);
    const seen = rowsOnScreen(element).at(-1)?.number ?? 0;
    wheel(scroller, -2_000);
    scroller.scrollTop -= 2_000;
    await until(() => (log.looks.at(-1)?.tail ?? -1) === 0);
    await until(() => rowsOnScreen(element).every(({ number, text }) => text.endsWith(`line ${number}`)));
    const before = JSON.stringify(rowsOnScreen(element));
    assert.equal(await flood(mounted, 4), 0);
    assert.equal(JSON.stringify(rowsOnScreen(element)), before, 'the view stands still');
    assert.isAbove(log.status.head - seen, 9_999);
    await until(() => shadow(element, '.pill').textContent?.trim() === '↓ 9,999+ new lines');
    shadow<HTMLElement>(element, '.pill').click();
    await until(() => rowsOnScreen(element).at(-1)?.number === log.status.head);
  });

  it('has lines fetched that stay on screen and never came', async () => {
    const mounted = await live(100_000);
    const { element, log } = mounted;
    log.stalled = true;
    log.grow(STEP);
    await painted();
    await until(() => (log.looks.at(-1)?.want.length ?? 0) > 0);
    assert.equal(log.looks.at(-1)?.want.at(-1)?.to, 100_000 + STEP);
    log.release();
    await until(() => rowsOnScreen(element).every(({ number, text }) => text.endsWith(`line ${number}`)));
  });
});
