import { assert } from 'chai';
import { mount, nodesIn, painted, rowsOnScreen, unmountAll, until } from './support/fixture.ts';
import { MemoryLog, START } from './support/memory-log.ts';

/** A thousand lines a second for a day, and in how many frames here. */
const DAY = 86_400_000;
const FRAMES = 160;

/** Bytes on the heap, if the browser says. */
const heap = (): number => {
  const memory: unknown = Reflect.get(performance, 'memory');
  const used: unknown = typeof memory === 'object' && memory !== null ? Reflect.get(memory, 'usedJSHeapSize') : undefined;
  return typeof used === 'number' ? used : 0;
};

describe('a day at a thousand lines a second', () => {
  afterEach(unmountAll);

  for (const wrap of [false, true]) {
    it(`takes no more nodes and memory than its first minutes, ${wrap ? 'wrapped' : 'in single rows'}`, async () => {
      const log = new MemoryLog((line) => [START + line, `${line} ${'some words '.repeat(line % 30)}`]);
      const { element } = mount(log, wrap ? { wrap: '' } : {});
      log.live(1_000);
      await until(() => rowsOnScreen(element).at(-1)?.number === 1_000);
      let early = 0;
      for (let step = 1; step <= FRAMES; step += 1) {
        log.grow(DAY / FRAMES);
        await painted();
        // The reader leaves the end now and then, and returns.
        if (step % 20 === 10) element.goTo(Math.floor(log.status.head / 3));
        if (step % 20 === 15) element.goTo('end');
        assert.isAtMost(nodesIn(element), 1_200);
        if (step === FRAMES / 4) early = heap();
      }
      assert.equal(log.status.head, DAY + 1_000);
      await until(() => rowsOnScreen(element).at(-1)?.text.startsWith('86401000 ') === true);
      assert.isBelow(heap() - early, 40_000_000);
      element.goTo(43_210_987);
      await until(() => rowsOnScreen(element).some(({ text }) => text.startsWith('43210987 ')));
      element.goTo('start');
      await until(() => rowsOnScreen(element)[0]?.text.startsWith('1 ') === true);
    });
  }
});
