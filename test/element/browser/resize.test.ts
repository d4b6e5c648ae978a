import { assert } from 'chai';
import { frame, mount, rowsOnScreen, shadowAll, unmountAll, until } from './support/fixture.ts';

describe('a log that is resized', () => {
  afterEach(unmountAll);

  for (const wrap of [false, true]) {
    it(`makes no error in the page while it gets narrower and wider, ${wrap ? 'with' : 'without'} wrapping`, async () => {
      const problems: string[] = [];
      // Observers that cause what they observe are told of here, and by nothing else.
      const hear = ({ message }: ErrorEvent): unknown => problems.push(message);
      window.addEventListener('error', hear);
      try {
        for (const head of [3, 30, 5_000]) {
          const { element, log } = mount(undefined, wrap ? { wrap: '' } : {});
          log.live(head);
          await until(() => rowsOnScreen(element).some((row) => row.number === head));
          log.set({ state: 'ended', end: 1, unavailable: [{ from: 2, to: 2 }] });
          element.goTo('end');
          await until(() => shadowAll(element, '.state').length > 0);
          for (const size of ['300px', '700px', '640px', '480px', '100%', '320px']) {
            element.style.height = element.style.width = size;
            await frame();
          }
          unmountAll();
        }
        assert.deepEqual(problems, []);
      } finally {
        window.removeEventListener('error', hear);
      }
    });
  }
});
