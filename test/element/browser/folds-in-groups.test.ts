import { assert } from 'chai';
import type { Line } from '../../../src/protocol/line.ts';
import { frame, mount, shadow, shadowAll, unmountAll, until, type Mounted } from './support/fixture.ts';
import { groupsOf, marked, serveGroups, type GroupsServer } from './support/groups-server.ts';
import { MemoryLog } from './support/memory-log.ts';

const LONG = 'x'.repeat(119);

/** A repeated line, a stack trace and redrawn rows in two groups, one inside the other. */
const LINES = marked([
  'outside',
  '::group::Outer',
  '::group::Inner',
  'inside',
  LONG,
  LONG,
  'between',
  'Error: it broke',
  ...Array.from({ length: 6 }, (_, at) => `    at f${at} (a.js:${at + 1}:1)`),
  'after',
  'Step 1 0%',
  '\u001b[1AStep 1 100%\u001b[K',
  '\u001b[0mlast',
  '::endgroup::',
  '::endgroup::',
]);

describe('folds in groups', () => {
  let server: GroupsServer | undefined;

  afterEach(() => {
    unmountAll();
    server?.restore();
  });

  async function shown(lines: readonly Line[], attributes: Record<string, string> = {}): Promise<Mounted> {
    server = serveGroups(() => groupsOf(lines, true));
    const log = new MemoryLog();
    log.append(...lines);
    const mounted = mount(log, { follow: 'off', ...attributes });
    log.set({ state: 'ended', end: 0 });
    await until(() => shadowAll(mounted.element, '.row.group').length === 2 && shadowAll(mounted.element, '.fold').length === 3);
    await frame();
    return mounted;
  }

  const textBox = (row: Element): { left: number; right: number } => {
    const text = row.querySelector('.text');
    const range = document.createRange();
    if (text !== null) range.selectNodeContents(text);
    return range.getBoundingClientRect();
  };

  for (const wrap of [false, true]) {
    it(`are indented as the lines beside them are, ${wrap ? 'wrapped' : 'in single rows'}`, async () => {
      const { element } = await shown(LINES, { style: 'width: 700px', ...(wrap ? { wrap: '' } : {}) });
      const left = textBox(shadow(element, '.row[data-line="4"]')).left;
      assert.isAbove(left, textBox(shadow(element, '.row[data-line="1"]')).left + 20);
      for (const row of shadowAll(element, '.fold .frame')) assert.closeTo(textBox(row).left, left, 0.5);
      for (const fold of shadowAll(element, '.fold')) assert.include(fold.className, 'in2');
      // The heights that were counted are those that were drawn.
      const boxes = shadowAll(element, '.row:not([data-pinned]), .fold').map((each) => each.getBoundingClientRect());
      for (const [at, box] of boxes.entries()) if (at > 0) assert.closeTo(box.top, boxes[at - 1]?.bottom ?? 0, 0.6);
    });
  }

  it('take the rows that their narrower text needs where lines are broken', async () => {
    const { element } = await shown(LINES, { wrap: '' });
    for (let width = 900; width <= 1_000; width += 9) {
      element.style.width = `${width}px`;
      await frame();
      await frame();
      const fold = shadow(element, '.fold');
      const chip = shadow(element, '.fold > .more').getBoundingClientRect();
      const counted = shadow(element, '.row[data-line="7"]').getBoundingClientRect().top - fold.getBoundingClientRect().top;
      assert.closeTo(counted, fold.getBoundingClientRect().height, 0.6, `at ${width} px`);
      assert.isAtMost(chip.bottom, fold.getBoundingClientRect().bottom + 0.5);
      assert.closeTo(chip.left, textBox(shadow(element, '.row[data-line="4"]')).left, 0.5);
    }
  });

  it('show times as other rows do', async () => {
    const { element } = await shown(LINES, { time: 'utc' });
    const times = shadowAll(element, '.frame .time').map((time) => time.dataset['t']);
    assert.deepEqual(times, ['03:04:09.000Z', '03:04:13.000Z', '03:04:21.000Z']);
    const row = shadow(element, '.row[data-line="4"] .time').getBoundingClientRect();
    for (const time of shadowAll(element, '.frame .time')) assert.closeTo(time.getBoundingClientRect().right, row.right, 0.5);
    element.time = 'delta';
    await until(() => shadow<HTMLElement>(element, '.frame .time').dataset['t'] !== '03:04:09.000Z');
    element.time = 'none';
    await until(() => shadowAll(element, '.frame .time').length === 0);
  });
});

describe('folds that hide text', () => {
  afterEach(unmountAll);

  const hiding = (at: number): Line => [0, `    at f${at} (a.js:${at}:1)${at === 5 ? '\u001b[8m secret\u001b[0m' : ''}`, { l: 17, k: 1 }];

  it('have the sign, which shows all lines, and the hidden text', async () => {
    const log = new MemoryLog();
    log.append([0, 'Error: x', { l: 17 }], ...[1, 2, 3, 4, 5, 6].map(hiding), 'after', 'again', 'again');
    const { element } = mount(log, { follow: 'off' });
    log.set({ state: 'live' });
    await until(() => shadowAll(element, '.fold').length === 2);
    assert.lengthOf(shadowAll(element, '.hides'), 1);
    const sign = shadow<HTMLElement>(element, '.fold[data-fold="2"] .hides');
    assert.equal(sign.ariaLabel, 'Hidden text');
    assert.equal(sign.ariaExpanded, 'false');
    sign.click();
    await until(() => shadowAll(element, '.row[data-line="6"]').length === 1);
    assert.include(shadow(element, '.row[data-line="6"] .text').textContent, '␛[8m secret');
    assert.equal(shadow(element, '.row[data-line="6"] .hides').ariaExpanded, 'true');
  });

  it('have it where redrawn rows hide some', async () => {
    const log = new MemoryLog();
    log.append('one', 'rm -rf /\rls      ', '\u001b[1Als -l   \u001b[K\rmv ', 'end');
    const { element } = mount(log, { follow: 'off' });
    log.set({ state: 'live' });
    await until(() => shadowAll(element, '.fold').length === 1);
    assert.isAtLeast(shadowAll(element, '.fold .hides').length, 1);
    shadow<HTMLElement>(element, '.fold .hides').click();
    await until(() => shadowAll(element, '.fold').length === 0);
    assert.include(shadow(element, '.row[data-line="2"] .text').textContent, 'rm -rf /␍ls');
  });
});
