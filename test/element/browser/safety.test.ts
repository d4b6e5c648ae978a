import { assert } from 'chai';
import { mount, rowsOnScreen, shadow, shadowAll, unmountAll, until } from './support/fixture.ts';
import { MemoryLog, START } from './support/memory-log.ts';

const HOSTILE = [
  '<img src=x onerror="window.hacked = true"><script>window.hacked = true</script>',
  '<style>*{display:none}</style>',
  'javascript:window.hacked=true',
  '\x1b]8;;javascript:window.hacked=true\x1b\\click me\x1b]8;;\x1b\\',
  '\x1b[38;2;1;2;3;url(x)m\x1b[31;attr(1)mtext',
  '\x1b]0;title\x07\x1bP$q"p\x1b\\after',
  'if (isAdmin\u202e \u2066// check\u2069 \u2066) {',
  '__proto__ constructor toString',
  '\ud800 \udfff lone halves',
  'Z\u0351\u036b\u0343\u036a\u0302\u036b\u033d\u034f\u0334\u0319\u0324\u031e'.repeat(20),
];

describe('hostile text in a log', () => {
  afterEach(unmountAll);

  it('is shown as text: nothing of it becomes an element, a link or a style', async () => {
    const log = new MemoryLog();
    const { element } = mount(log);
    log.append(...HOSTILE, [START, '<b>partial</b>']);
    log.live(log.status.head, { part: [START, '<i>unfinished</i>'] });
    await until(() => rowsOnScreen(element).length === HOSTILE.length + 2);
    assert.equal(rowsOnScreen(element)[0]?.text, HOSTILE[0]);
    assert.equal(rowsOnScreen(element)[3]?.text, 'click me');
    for (const text of shadowAll(element, '.text')) {
      for (const node of text.querySelectorAll('*')) assert.equal(node.localName, 'span');
      for (const span of text.querySelectorAll('span')) assert.isEmpty(span.textContent === '' ? [...span.children] : [...span.children]);
    }
    assert.isUndefined(Reflect.get(window, 'hacked'));
  });

  it('is shown as text where it moves the cursor down, which makes a fold of its line', async () => {
    const log = new MemoryLog();
    const { element } = mount(log);
    log.append('<b>before</b>', '\x1b[38;2;1;2;3;url(x)m\x1b[31;expression(1)mtext', 'after');
    log.set({ state: 'live' });
    await until(() => shadowAll(element, '.fold').length === 1);
    assert.include(shadow(element, '.fold').textContent ?? '', '(1)mtext');
    for (const text of shadowAll(element, '.text')) assert.isEmpty([...text.querySelectorAll(':not(span)')]);
    for (const row of shadowAll(element, '.frame')) assert.equal(row.getBoundingClientRect().height, 20);
  });

  it('cannot change the direction of a line: bidirectional controls are chips', async () => {
    const log = new MemoryLog();
    const { element } = mount(log);
    log.append('if (isAdmin\u202e \u2066// check\u2069 \u2066) {');
    log.set({ state: 'live' });
    await until(() => rowsOnScreen(element).length === 1);
    assert.notMatch(shadow(element, '.text').textContent ?? '', /[\u202a-\u202e\u2066-\u2069]/u);
    assert.deepEqual(
      shadowAll(element, '.chip').map((chip) => chip.dataset['name']),
      ['RLO', 'LRI', 'PDI', 'LRI'],
    );
    assert.equal(getComputedStyle(shadow(element, '.text')).unicodeBidi, 'isolate');
    assert.equal(getComputedStyle(shadow(element, '.text')).direction, 'ltr');
  });

  it('cannot hide in control characters: each is a chip with its name, whatever the font', async () => {
    const log = new MemoryLog();
    const { element } = mount(log);
    log.append('a\0b\x01\x1f\x7f\x9b');
    log.set({ state: 'live' });
    await until(() => shadowAll(element, '.chip').length === 5);
    const chips = shadowAll(element, '.chip');
    assert.notMatch(shadow(element, '.text').textContent ?? '', /\p{Cc}/u);
    assert.deepEqual(
      chips.map((chip) => chip.dataset['name']),
      ['NUL', 'SOH', 'US', 'DEL', '9B'],
    );
    // Engines either resolve attr() or return it as written.
    for (const chip of chips) assert.include([`"${chip.dataset['name']}"`, 'attr(data-name)'], getComputedStyle(chip, '::before').content);
    const row = shadow(element, '.row').getBoundingClientRect();
    for (const chip of chips) {
      const { top, bottom, width } = chip.getBoundingClientRect();
      assert.isAbove(width, 10);
      assert.deepEqual([top, bottom], [row.top, row.bottom]);
    }
  });

  it('cannot hide in invisible characters: each is a chip with its name', async () => {
    const log = new MemoryLog();
    const { element } = mount(log);
    log.append(`a\u200b\u2060\u3164\u{e0041}\ufeff\xad\u2028${'\u0301'.repeat(500)}`);
    log.set({ state: 'live' });
    await until(() => shadowAll(element, '.chip').length === 8);
    const chips = shadowAll(element, '.chip');
    assert.deepEqual(
      chips.map((chip) => chip.dataset['name']),
      ['ZWSP', 'WJ', 'HF', 'TAG A', 'BOM', 'SHY', 'LS', '+492'],
    );
    const row = shadow(element, '.row').getBoundingClientRect();
    assert.equal(row.height, 20);
    for (const chip of chips) {
      const { top, bottom, width } = chip.getBoundingClientRect();
      assert.isAbove(width, 10);
      assert.deepEqual([top, bottom], [row.top, row.bottom]);
    }
  });

  it('stays within its row, however many combining marks it has', async () => {
    const log = new MemoryLog();
    const { element } = mount(log);
    log.append(...HOSTILE);
    log.set({ state: 'live' });
    await until(() => rowsOnScreen(element).length === HOSTILE.length);
    for (const row of shadowAll(element, '.row')) {
      assert.equal(row.getBoundingClientRect().height, 20);
      assert.equal(getComputedStyle(row).overflowY, 'clip');
    }
  });

  it('colours itself without a style attribute in markup', async () => {
    const set = Element.prototype.setAttribute;
    const styled: string[] = [];
    Element.prototype.setAttribute = function (this: Element, name: string, value: string): void {
      if (name === 'style') styled.push(value);
      set.call(this, name, value);
    };
    try {
      const log = new MemoryLog();
      const { element } = mount(log, { theme: 'dark' });
      log.append('\x1b[38;5;208morange\x1b[48;2;0;0;80m on blue\x1b[0m');
      log.set({ state: 'live' });
      await until(() => shadowAll(element, '.text span').length === 2);
      assert.equal(getComputedStyle(shadow(element, '.text span')).color, 'rgb(255, 135, 0)');
      assert.deepEqual(styled, []);
    } finally {
      Element.prototype.setAttribute = set;
    }
  });
});

describe('a page with a strict policy', () => {
  it('shows a log under default-src self and Trusted Types, without a violation', async () => {
    const frame = document.createElement('iframe');
    const report = new Promise<{ violations: string[]; trustedTypes: boolean; rows: number; color: string; height: number }>((resolve) => {
      window.addEventListener('message', (event) => {
        if (event.source === frame.contentWindow) resolve(event.data);
      });
    });
    frame.width = '800';
    frame.height = '600';
    frame.src = new URL('./support/strict-page.html', import.meta.url).href;
    document.body.append(frame);
    const { violations, trustedTypes, rows, color, height } = await report;
    frame.remove();
    assert.deepEqual(violations, []);
    assert.equal(trustedTypes, 'trustedTypes' in window, 'they are enforced wherever the browser has them');
    assert.isAbove(rows, 5);
    assert.equal(color, 'rgb(255, 135, 0)');
    assert.equal(height, 480, 'the styles are applied');
  });
});
