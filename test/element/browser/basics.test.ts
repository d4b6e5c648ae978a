import { assert } from 'chai';
import { frame, mount, rowsOnScreen, shadow, unmountAll, until } from './support/fixture.ts';
import { MemoryLog } from './support/memory-log.ts';

describe('a log in the page', () => {
  afterEach(unmountAll);

  it('shows the newest lines of a live log, the last one at the end', async () => {
    const log = new MemoryLog();
    const { element } = mount(log);
    log.live(100_000);
    await until(() => rowsOnScreen(element).at(-1)?.text === 'line 100000');
    await frame();
    const rows = rowsOnScreen(element);
    assert.deepEqual(
      rows.map((row) => row.number),
      rows.map((_, at) => 100_000 - rows.length + 1 + at),
    );
    assert.equal(shadow(element, '.status').textContent?.trim(), 'Live');
  });
});
