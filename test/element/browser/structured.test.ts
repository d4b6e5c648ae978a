import { assert } from 'chai';
import { mount, press, shadowAll, unmountAll, until } from './support/fixture.ts';
import { MemoryLog } from './support/memory-log.ts';

const JSON_LINE = '{"level":30,"msg":"hello","n":1}';

describe('a structured line', () => {
  afterEach(unmountAll);

  for (const wrap of [false, true]) {
    it(`has all but its message muted, and is shown raw by r, ${wrap ? 'wrapped' : 'in single rows'}`, async () => {
      const log = new MemoryLog();
      log.append(JSON_LINE, 'level=info msg="hi there"', 'plain');
      const mounted = mount(log, { follow: 'off', ...(wrap ? { wrap: '' } : {}) });
      const { element } = mounted;
      log.set({ state: 'live' });
      const muted = (): string[] => shadowAll(element, '.row .text .d').map((part) => part.textContent ?? '');
      await until(() => muted().length === 4);
      assert.deepEqual(muted(), ['{"level":30,"msg":"', '","n":1}', 'level=info msg="', '"']);
      assert.deepEqual(
        shadowAll(element, '.row .text').map((text) => text.textContent),
        [JSON_LINE, 'level=info msg="hi there"', 'plain'],
      );
      await until(() => element.shadowRoot?.querySelector('.toolbar') !== null);
      press(mounted.scroller, 'r');
      await until(() => muted().length === 0);
      press(mounted.scroller, 'r');
      await until(() => muted().length === 4);
    });
  }

  it('has it in a fold, too', async () => {
    const log = new MemoryLog();
    log.append('before', JSON_LINE, JSON_LINE);
    const mounted = mount(log, { follow: 'off' });
    const { element } = mounted;
    log.set({ state: 'live' });
    const muted = (): string[] => shadowAll(element, '.fold .text .d').map((part) => part.textContent ?? '');
    await until(() => muted().length === 2);
    assert.deepEqual(muted(), ['{"level":30,"msg":"', '","n":1}']);
    await until(() => element.shadowRoot?.querySelector('.toolbar') !== null);
    press(mounted.scroller, 'r');
    await until(() => muted().length === 0);
    press(mounted.scroller, 'r');
    await until(() => muted().length === 2);
  });

  it('has it in the first line of a fold that is expanded, too', async () => {
    const log = new MemoryLog();
    log.append('before', JSON_LINE, JSON_LINE);
    const mounted = mount(log, { follow: 'off' });
    const { element } = mounted;
    log.set({ state: 'live' });
    await until(() => shadowAll(element, '.fold [data-act="toggle"]').length === 1 && shadowAll(element, '.toolbar').length === 1);
    shadowAll(element, '.fold [data-act="toggle"]')[0]?.click();
    const muted = (line: number): string[] =>
      shadowAll(element, `.row[data-line="${line}"] .text .d`).map((part) => part.textContent ?? '');
    await until(() => muted(3).length === 2);
    assert.deepEqual(muted(2), muted(3));
    press(mounted.scroller, 'r');
    await until(() => muted(2).length === 0 && muted(3).length === 0);
    press(mounted.scroller, 'r');
    await until(() => muted(2).length === 2 && muted(3).length === 2);
  });
});
