import 'axe-core';
import { assert } from 'chai';
import type { Line } from '../../../src/protocol/line.ts';
import { copied } from './support/clipboard.ts';
import { mount, press, rowsOnScreen, shadow, shadowAll, unmountAll, until, type Mounted } from './support/fixture.ts';
import { announcements } from './support/toasts.ts';
import { groupsOf, marked, serveGroups } from './support/groups-server.ts';
import { MemoryLog, START } from './support/memory-log.ts';
import { release, shortcut, type } from './support/pointer.ts';

/** A log on a server without a search. */
async function show(
  make: (line: number) => string | Line,
  head: number,
  attributes: Readonly<Record<string, string>> = {},
): Promise<Mounted> {
  const log = new MemoryLog((line) => {
    const made = make(line);
    return typeof made === 'string' ? [START + line, made] : made;
  });
  const mounted = mount(log, { endpoint: '/no-server', ...attributes });
  log.live(head);
  // The last line may be the end of a group, which is not shown once groups are known.
  await until(
    () => (rowsOnScreen(mounted.element).at(-1)?.number ?? 0) >= head - 1 && shadowAll(mounted.element, '.toolbar .icon').length > 0,
  );
  mounted.scroller.focus();
  return mounted;
}

const numbers = (element: Element): number[] => rowsOnScreen(element).map(({ number }) => number);
const summary = (element: Element): string => shadow(element, '.found').textContent ?? '';
const only = (element: Element): HTMLButtonElement => shadow<HTMLButtonElement>(element, '.only');
const topOf = (element: Element, line: number): number => {
  const row = rowsOnScreen(element).find(({ number }) => number === line);
  if (row === undefined) throw new Error(`line ${line} is not on screen`);
  return row.top;
};

function enter(element: Element, selector: string, text: string): void {
  const field = shadow<HTMLInputElement>(element, selector);
  field.value = text;
  field.dispatchEvent(new InputEvent('input', { bubbles: true }));
}

function choose(element: Element, selector: string, value: string): void {
  const select = shadow<HTMLSelectElement>(element, selector);
  select.value = value;
  select.dispatchEvent(new Event('change', { bubbles: true }));
}

const everyHundredth = (line: number): string => (line % 100 === 0 ? `needle ${line}` : `line ${line}`);

describe('showing only matches', () => {
  afterEach(async () => {
    await release();
    unmountAll();
  });

  it('has their numbers, rules in place of other lines, and a line of context on request', async () => {
    const { element } = await show(everyHundredth, 5_000);
    element.goTo('start');
    await element.find('needle', { only: true });
    await until(() => numbers(element).slice(0, 3).join() === '100,200,300');
    await until(() => rowsOnScreen(element).every(({ number, text }) => text === `needle ${number}`));
    assert.equal(only(element).getAttribute('aria-pressed'), 'true');
    const rules = shadowAll(element, '.left-out');
    assert.isAbove(rules.length, 5);
    assert.isTrue(rules.every((rule) => rule.getBoundingClientRect().height === 8 && rule.ariaHidden === 'true'));
    assert.equal(topOf(element, 200) - topOf(element, 100), 28);
    choose(element, '.context', '2');
    await until(() => numbers(element).join().includes('98,99,100,101,102,198,199,200'));
    choose(element, '.context', '0');
    await until(() => !numbers(element).includes(99));
    only(element).click();
    await until(() => shadowAll(element, '.left-out').length === 0);
    assert.equal(only(element).getAttribute('aria-pressed'), 'false');
  });

  it('is switched by the keyboard alone, and Enter shows a line among all others, where it is on screen', async () => {
    const { element, scroller } = await show(everyHundredth, 5_000);
    await type('/');
    await until(() => element.shadowRoot?.activeElement === shadow(element, '.find .field'));
    enter(element, '.find .field', 'needle');
    await until(() => summary(element).endsWith('50 · all 5,000 lines'));
    only(element).focus();
    await type(' ');
    await until(() => numbers(element).every((number) => number % 100 === 0));
    scroller.focus();
    element.goTo(2_000);
    await until(() => numbers(element).includes(2_000));
    await type('ArrowDown');
    await until(() => shadowAll(element, '#current-line').length === 1);
    const line = Number(shadow<HTMLElement>(element, '#current-line').dataset['line']);
    assert.equal(line % 100, 0);
    await type('ArrowDown');
    await until(() => shadow<HTMLElement>(element, '#current-line').dataset['line'] === String(line + 100));
    const top = topOf(element, line + 100);
    const said = announcements(element);
    await type('Enter');
    await until(() => numbers(element).includes(line + 101));
    assert.approximately(topOf(element, line + 100), top, 1);
    assert.equal(shadow<HTMLElement>(element, '#current-line').dataset['line'], String(line + 100));
    assert.equal(only(element).getAttribute('aria-pressed'), 'false');
    await until(() => assert.include(said, 'All lines are shown'));
  });

  it('keeps to the end while it follows, and adds new matches', async () => {
    const { element, log } = await show(everyHundredth, 5_000);
    void element.find('needle', { only: true });
    await until(() => summary(element).endsWith('all 5,000 lines'));
    await until(() => numbers(element).at(-1) === 5_000);
    assert.isTrue(element.matches(':state(live)'));
    log.append('nothing', 'a needle', 'nothing else', 'another needle');
    await until(() => numbers(element).slice(-3).join() === '5000,5002,5004');
    log.append(...Array.from({ length: 300 }, (_, at) => (at % 3 === 0 ? `needle at ${at}` : 'no')));
    await until(() => rowsOnScreen(element).at(-1)?.text === 'needle at 297');
    assert.isTrue(rowsOnScreen(element).every(({ text }) => text.includes('needle')));
  });

  it('counts only matches among the lines that came since the reader left the end', async () => {
    const { element, log, scroller } = await show(everyHundredth, 5_000);
    void element.find('needle', { only: true });
    await until(() => numbers(element).slice(-2).join() === '4900,5000');
    press(scroller, 'PageUp');
    await until(() => !numbers(element).includes(5_000));
    log.append('nothing', 'a needle', 'nothing else', 'another needle', 'nothing');
    const pill = shadow<HTMLButtonElement>(element, '.pill');
    await until(() => pill.textContent?.trim() === '↓ 2 new lines');
    pill.click();
    await until(() => numbers(element).slice(-3).join() === '5000,5002,5004');
    assert.isTrue(pill.hidden);
  });

  it('leaves lines out by a text alone', async () => {
    const { element } = await show((line) => (line % 3 === 0 ? `keep ${line}` : `debug ${line}`), 300);
    element.goTo('start');
    await type('/');
    await until(() => shadowAll(element, '.find').length === 1);
    only(element).click();
    await until(() => shadowAll(element, '.without').length === 1);
    enter(element, '.without', 'debug');
    await until(() => rowsOnScreen(element).every(({ number }) => number % 3 === 0));
    enter(element, '.find .field', '1');
    await until(() => rowsOnScreen(element).every(({ text }) => text.includes('keep') && text.includes('1')));
  });

  it('shows a level and above, without a text', async () => {
    const levels = ['INFO', 'WARN', 'ERROR', 'DEBUG'];
    const { element } = await show((line) => `${levels[line % 4]}: entry ${line}`, 400);
    element.goTo('start');
    await type('/');
    await until(() => shadowAll(element, '.find').length === 1);
    only(element).click();
    await until(() => shadowAll(element, '.least-level').length === 1);
    choose(element, '.least-level', '13');
    await until(() => rowsOnScreen(element).every(({ text }) => /^(?:WARN|ERROR)/.test(text)) && summary(element).includes('200'));
    choose(element, '.least-level', '17');
    await until(() => rowsOnScreen(element).every(({ text }) => text.startsWith('ERROR')) && summary(element).includes('100'));
    await type('Escape');
    await until(() => numbers(element).join().includes('1,2,3') || numbers(element).some((number) => number % 4 === 1));
  });

  it('has every match once and in order, wherever it is scrolled to and with long lines broken', async () => {
    const long = 'needle '.repeat(60);
    const { element, scroller } = await show((line) => (line % 7 === 0 ? `${long}${line}` : `line ${line}`), 3_000, { wrap: '' });
    element.goTo('start');
    await element.find('needle', { only: true });
    await until(() => numbers(element)[0] === 7);
    const seen = new Set<number>();
    for (let page = 0; page < 400 && !seen.has(2_996); page += 1) {
      await until(() => rowsOnScreen(element).every(({ text }) => text !== ''));
      const rows = rowsOnScreen(element);
      for (const [at, { number, top }] of rows.entries()) {
        assert.equal(number % 7, 0);
        seen.add(number);
        const before = rows[at - 1];
        if (before !== undefined) assert.equal(number, before.number + 7);
        if (before !== undefined) assert.isAbove(top, before.top);
      }
      press(scroller, 'PageDown');
      await new Promise((resolve) => requestAnimationFrame(resolve));
    }
    assert.equal(seen.size, Math.floor(3_000 / 7));
  });

  it('shows the header of the group of each match', async () => {
    const texts = Array.from({ length: 40 }, (_, group) => [
      `::group::Step ${group}`,
      ...Array.from({ length: 20 }, (__, at) => (group % 10 === 5 && at === 7 ? `needle ${group}` : `line ${at}`)),
      '::endgroup::',
    ]).flat();
    const lines = marked(texts);
    const server = serveGroups(() => groupsOf(lines, true));
    try {
      const { element } = await show((line) => lines[line - 1]!, lines.length, { groups: 'open' });
      element.goTo('start');
      await until(() => shadowAll(element, '.row.group').length > 0);
      await element.find('needle', { only: true });
      const titles = (): string =>
        rowsOnScreen(element)
          .map(({ text }) => text)
          .join();
      await until(() => titles() === 'Step 5,needle 5,Step 15,needle 15,Step 25,needle 25,Step 35,needle 35');
      shadow<HTMLElement>(element, '.row.group .group-toggle').click();
      await until(() => titles() === 'Step 5,Step 15,needle 15,Step 25,needle 25,Step 35,needle 35');
      only(element).click();
      await until(() => titles().includes('line 0'));
      assert.equal(shadow<HTMLElement>(element, '.row.group .group-toggle').ariaExpanded, 'true');
    } finally {
      server.restore();
    }
  });

  it('shows all lines when the reader goes to one that is left out', async () => {
    const { element } = await show(everyHundredth, 5_000);
    await element.find('needle', { only: true });
    await until(() => shadowAll(element, '.left-out').length > 0);
    element.goTo(2_222);
    await until(() => numbers(element).includes(2_222));
    assert.equal(only(element).getAttribute('aria-pressed'), 'false');
  });

  it('is in the address, so that a reload shows the same at the same line', async () => {
    const before = location.href;
    try {
      const { element } = await show(everyHundredth, 5_000, { permalink: '' });
      await element.find('needle', { only: true, level: undefined, context: 2 });
      assert.equal(location.hash, '#only=needle&context=2');
      await until(() => numbers(element).includes(5_000));
      shadow<HTMLElement>(element, '.num[data-n="4900"]').click();
      assert.equal(location.hash, '#L4900&only=needle&context=2');
      const wasAt = topOf(element, 4_900);
      element.remove();
      assert.equal(location.hash, '#L4900&only=needle&context=2');
      const log = new MemoryLog((line) => [START + line, everyHundredth(line)]);
      const { element: again } = mount(log, { endpoint: '/no-server', permalink: '' });
      log.live(5_000);
      await until(() => shadowAll(again, '.only[aria-pressed="true"]').length === 1 && numbers(again).includes(4_900));
      assert.equal(shadow<HTMLSelectElement>(again, '.context').value, '2');
      assert.isTrue(shadow(again, '.row[data-line="4900"]').classList.contains('selected'));
      assert.isAbove(wasAt, 0);
      only(again).click();
      await until(() => location.hash === '#L4900');
    } finally {
      history.replaceState(null, '', before);
    }
  });

  it('by the menu of levels shows errors only, with true counts, and everything again', async () => {
    const levels = ['INFO', 'WARN', 'ERROR', 'DEBUG'];
    const { element } = await show((line) => `${levels[line % 4]}: entry ${line}`, 400);
    const open = async (): Promise<void> => {
      shadow<HTMLElement>(element, '.more-actions').click();
      const item = shadowAll(element, '#menu .item').find(({ textContent }) => textContent?.includes('Filter by level'));
      item?.click();
      await until(() => shadow(element, '.level-menu').matches(':popover-open'));
      await until(() => element.shadowRoot?.activeElement?.getAttribute('role') === 'menuitemradio');
    };
    await open();
    assert.equal(element.shadowRoot?.activeElement?.getAttribute('aria-checked'), 'true');
    await type('End');
    await type('Enter');
    await until(() => rowsOnScreen(element).every(({ text }) => text.startsWith('ERROR')) && summary(element).includes('100'));
    assert.isTrue(element.shadowRoot?.activeElement?.classList.contains('more-actions'));
    await open();
    assert.match(element.shadowRoot?.activeElement?.textContent ?? '', /^\s*Errors only\s*100\s*$/u);
    await type('Home');
    await type('Enter');
    await until(() => shadowAll(element, '.find').length === 0 && numbers(element).some((number) => number % 4 === 1));
  });

  it('finds the lines with the value of a field', async () => {
    const { element } = await show((line) => JSON.stringify({ msg: `m ${line}`, status: line % 10 === 0 ? 500 : 5001 }), 200);
    element.goTo('start');
    await element.find('"status"\\s*:\\s*500(?=[\\s,\\}]|$)', { regex: true, only: true });
    await until(() => numbers(element).every((number) => number % 10 === 0));
  });

  it('copies what is shown, and nothing that is left out', async () => {
    const { element, scroller } = await show(everyHundredth, 1_000);
    await element.find('needle', { only: true });
    await until(() => numbers(element)[0] === 100);
    // What was found is announced when the search is over, in place of what came before.
    await until(() => shadow(element, '[role="status"]').textContent === '10 matches');
    scroller.focus();
    await shortcut('a');
    await until(() => shadow(element, '[role="status"]').textContent === 'Lines 1–1,000 selected');
    assert.equal(await copied(), Array.from({ length: 10 }, (_, at) => `needle ${(at + 1) * 100}`).join('\n'));
  });

  it('tells screen readers what its controls are, and how many lines are shown', async () => {
    const { element } = await show(everyHundredth, 3_000);
    await element.find('needle', { only: true });
    await until(() => shadow(element, '[role="status"]').textContent === '30 matches');
    const row = shadow<HTMLElement>(element, '.only-row');
    assert.equal(row.getAttribute('aria-label'), 'Only matches');
    const names = [...row.querySelectorAll('input, select')].map((control) => control.getAttribute('aria-label'));
    assert.deepEqual(names, ['Without', 'Level', 'Lines around each match']);
    await until(() => numbers(element).length > 3);
    // The signs on the switches are pictures of what they do.
    const rules = { region: { enabled: false }, 'label-content-name-mismatch': { enabled: false } };
    const { violations } = await window.axe.run(element, { rules });
    assert.deepEqual(
      violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join()}`),
      [],
    );
  });

  it('stops where the reader cancels, and keeps what was found', async () => {
    const { element, log } = await show(everyHundredth, 10_000);
    const { range } = log;
    // The server stops answering.
    log.range = (from, to) => (from > 4_000 ? new Promise(() => undefined) : range.call(log, from, to));
    element.goTo('start');
    const search = element.find('needle', { only: true });
    await until(() => summary(element).endsWith('40% searched'));
    await until(() => numbers(element)[0] === 100);
    shadow<HTMLButtonElement>(element, '.find .button').click();
    assert.equal(await search, 40);
    await until(() => shadowAll(element, '.find .button').length === 0);
    assert.equal(numbers(element)[0], 100);
  });
});
