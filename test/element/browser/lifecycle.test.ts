import { assert } from 'chai';
import { frame, mount, rowsOnScreen, shadow, shadowAll, topicOf, unmountAll, until } from './support/fixture.ts';
import { MemoryLog } from './support/memory-log.ts';

describe('<log-stream> that is removed from the page', () => {
  afterEach(unmountAll);

  it('shows another log from its end when it returns with another topic, like a new element', async () => {
    const { element, log } = mount();
    log.live(1_000);
    await until(() => rowsOnScreen(element).at(-1)?.number === 1_000 && shadowAll(element, '.toolbar .icon').length > 0);
    element.goTo(500);
    await until(() => rowsOnScreen(element).some(({ number }) => number === 500));
    element.remove();
    await until(() => log.closed);
    const other = new MemoryLog((line) => [0, `other ${line}`]);
    mount(other).element.remove();
    other.live(2_000, { epoch: '2' });
    element.topic = topicOf('run:2');
    document.body.append(element);
    assert.equal(element.state, 'connecting');
    await until(() => rowsOnScreen(element).at(-1)?.text === 'other 2000');
    assert.equal(shadow(element, '.toast').textContent, '', 'nothing began anew');
  });

  it('stops drawing and waiting for lines', async () => {
    const { element, log } = mount();
    log.live(10);
    await until(() => rowsOnScreen(element).length === 10);
    log.stalled = true;
    log.set({ state: 'ended', end: 0, head: 500 });
    await until(() => element.state === 'catching-up');
    const { setTimeout, clearTimeout } = window;
    const waiting = new Set<number>();
    window.setTimeout = ((run: () => void, delay?: number) => {
      const timer = setTimeout(() => {
        waiting.delete(timer);
        run();
      }, delay);
      waiting.add(timer);
      return timer;
    }) as typeof window.setTimeout;
    window.clearTimeout = (timer) => {
      waiting.delete(Number(timer));
      clearTimeout(timer);
    };
    try {
      // Makes it draw in the next frame.
      element.time = 'utc';
      element.remove();
      await until(() => log.closed);
      await frame();
      assert.equal(waiting.size, 0);
    } finally {
      Object.assign(window, { setTimeout, clearTimeout });
    }
  });

  it('keeps its position when it returns with the same log', async () => {
    const { element, log } = mount();
    log.live(1_000);
    await until(() => rowsOnScreen(element).at(-1)?.number === 1_000);
    element.goTo(500);
    await until(() => rowsOnScreen(element).some(({ number }) => number === 500));
    const first = rowsOnScreen(element)[0]?.number;
    element.remove();
    await until(() => log.closed);
    document.body.append(element);
    await frame();
    await until(() => rowsOnScreen(element).some(({ number }) => number === 500));
    assert.equal(rowsOnScreen(element)[0]?.number, first);
  });
});
