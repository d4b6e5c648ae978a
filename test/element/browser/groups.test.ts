import { assert } from 'chai';
import type { LogGroup } from '../../../src/protocol/answers/answers.ts';
import type { Line } from '../../../src/protocol/line.ts';
import { frame, mount, press, rowsOnScreen, shadow, shadowAll, unmountAll, until, type Mounted } from './support/fixture.ts';
import { groupsOf, marked, serveGroups, type GroupsServer } from './support/groups-server.ts';
import { MemoryLog, START } from './support/memory-log.ts';

const step = (name: string, lines: number, extra: readonly string[] = []): string[] => [
  `::group::${name}`,
  ...Array.from({ length: lines }, (_, at) => `${name} ${at + 1}`),
  ...extra,
  '::endgroup::',
];

/** Long enough that groups close by themselves. */
const CI = marked([
  'begin',
  ...step('Set up', 30),
  ...step('Install', 300),
  ...step('Build', 100, ['ERROR: it broke', 'ERROR: again']),
  ...step('Lint', 100),
  'end',
]);

describe('groups', () => {
  let server: GroupsServer | undefined;

  afterEach(() => {
    unmountAll();
    server?.restore();
  });

  async function shown(lines: readonly Line[], attributes: Record<string, string> = {}, change: object = {}): Promise<Mounted> {
    server = serveGroups(() => groupsOf(lines, true));
    const log = new MemoryLog();
    log.append(...lines);
    const mounted = mount(log, { follow: 'off', ...attributes });
    log.set({ state: 'ended', end: 0, ...change });
    await until(() => shadowAll(mounted.element, '.row.group').length > 0);
    return mounted;
  }

  const header = (element: Element, line: number): HTMLButtonElement => shadow(element, `.row.group[data-line="${line}"] .group-toggle`);
  const isOpen = (element: Element, line: number): boolean => header(element, line).ariaExpanded === 'true';
  const numbers = (element: Element): number[] => rowsOnScreen(element).map(({ number }) => number);
  const facts = (element: Element, line: number): string[] =>
    [...header(element, line).querySelectorAll<HTMLElement>('.facts > :not([hidden])')].map(({ dataset }) => dataset['label'] ?? '');

  it('of a long log are closed but for those with an error, with what they hold at the right', async () => {
    const { element } = await shown(CI);
    assert.deepEqual(numbers(element).slice(0, 5), [1, 2, 34, 336, 337]);
    assert.isFalse(isOpen(element, 2));
    assert.isFalse(isOpen(element, 34));
    assert.isTrue(isOpen(element, 336));
    assert.equal(header(element, 2).querySelector('.text')?.textContent, 'Set up');
    assert.deepEqual(facts(element, 2), ['32 lines', '31s']);
    assert.deepEqual(facts(element, 336), ['✕ 2', '1m 43s']);
    assert.equal(header(element, 336).ariaLabel, 'Build, 2 errors, 1m 43s');
    assert.equal(header(element, 336).closest('.row')?.getAttribute('aria-level'), '1');
    assert.equal(header(element, 336).tabIndex, -1);
  });

  it('open and close where they are, and what is on screen above stays', async () => {
    const { element } = await shown(CI);
    const top = (): number => header(element, 34).getBoundingClientRect().top;
    const before = top();
    header(element, 34).click();
    await until(() => isOpen(element, 34) && numbers(element)[3] === 35);
    assert.equal(top(), before);
    header(element, 34).click();
    await until(() => !isOpen(element, 34) && numbers(element)[3] === 336);
    assert.equal(top(), before);
    header(element, 34).dispatchEvent(new MouseEvent('click', { altKey: true, bubbles: true }));
    await until(() => isOpen(element, 34) && isOpen(element, 2));
  });

  it('all close and open by a key', async () => {
    const { element, scroller } = await shown(CI);
    press(scroller, ']');
    await until(() => isOpen(element, 2) && numbers(element)[2] === 3);
    press(scroller, '[');
    await until(() => shadowAll(element, '.row.group').length === 4);
    assert.deepEqual(numbers(element), [1, 2, 34, 336, 440, 542]);
  });

  it('open for the line that is gone to, and an end without text leads to the header', async () => {
    const { element } = await shown(CI);
    element.goTo(500);
    await until(() => numbers(element).includes(500) && isOpen(element, 440));
    element.goTo(439);
    await until(() => numbers(element).includes(336));
    assert.notInclude(numbers(element), 439, 'the end of an open group has no row');
  });

  it('indent their lines, also where these wrap, and take no more height than was counted', async () => {
    const lines = marked(['::group::outer', '::group::inner', 'x'.repeat(500), '::endgroup::', '::endgroup::', 'last']);
    const { element } = await shown(lines, { wrap: '' });
    await until(() => numbers(element).includes(6));
    const text = (line: number): HTMLElement => shadow(element, `.row[data-line="${line}"] .text`);
    await frame();
    assert.equal(getComputedStyle(text(3)).paddingInlineStart, '24px');
    assert.equal(getComputedStyle(text(6)).paddingInlineStart, '0px');
    const bottom = shadow(element, '.row[data-line="3"]').getBoundingClientRect().bottom;
    assert.closeTo(shadow(element, '.row[data-line="6"]').getBoundingClientRect().top, bottom, 0.5, 'ends have no height');
    assert.isAtMost(text(3).getBoundingClientRect().right, shadow(element, '.viewport').getBoundingClientRect().right);
  });

  it('are not drawn again when the element is rendered, unless the attribute changed', async () => {
    const { element } = await shown(CI);
    const redrawn: MutationRecord[] = [];
    const observer = new MutationObserver((records) => redrawn.push(...records));
    observer.observe(shadow(element, '.viewport'), { subtree: true, attributes: true });
    const rendered = async (): Promise<number> => {
      redrawn.length = 0;
      element.requestUpdate();
      await element.updateComplete;
      await frame();
      return redrawn.length;
    };
    // What was under way ends at some time.
    for (let again = 0; again < 50 && (await rendered()) > 0; again += 1);
    assert.equal(await rendered(), 0);
    element.groups = 'open';
    await until(() => isOpen(element, 2));
    observer.disconnect();
  });

  it('that are on screen when they finish stay open until the reader looks elsewhere', async () => {
    const lines = marked([
      ...step('A', 300),
      ...step('B', 300),
      ...step('C', 50),
      ...Array.from({ length: 100 }, (_, at) => `after ${at}`),
    ]);
    server = serveGroups(() => groupsOf(lines.slice(0, 640)));
    const log = new MemoryLog();
    log.append(...lines.slice(0, 640));
    const { element } = mount(log, { follow: 'on' });
    log.set({ state: 'live' });
    await until(() => shadow(element, '.sticky-group:not([hidden])'));
    log.append(...lines.slice(640, 657));
    await until(() => numbers(element).includes(657));
    assert.include(numbers(element), 650, 'the reader looks at it');
    log.append(...lines.slice(657));
    await until(() => numbers(element).includes(756));
    element.goTo(605);
    await until(() => numbers(element).includes(605));
    element.goTo('start');
    await until(() => numbers(element)[0] === 1);
    assert.deepEqual(numbers(element).slice(0, 4), [1, 303, 605, 657]);
  });

  it('have their header at the upper edge while it is above, and close from there', async () => {
    const { element } = await shown(CI);
    element.goTo(400);
    await until(() => shadow(element, '.sticky-group:not([hidden])'));
    assert.equal(shadow(element, '.sticky-title').textContent, 'Build');
    const bar = shadow(element, '.sticky-bar').getBoundingClientRect();
    assert.equal(bar.height, 24);
    assert.equal(bar.top, shadow(element, '.viewport').getBoundingClientRect().top);
    await until(() => shadowAll(element, '.readout').length === 1);
    const readout = shadow<HTMLElement>(element, '.readout');
    readout.style.pointerEvents = 'auto';
    readout.textContent = 'Line 400';
    readout.hidden = false;
    const { left, top } = readout.getBoundingClientRect();
    assert.isBelow(top, bar.bottom);
    assert.isTrue(element.shadowRoot?.elementFromPoint(left + 15, top + 5) === readout, 'where the log stands is read over it');
    shadow<HTMLButtonElement>(element, '.sticky-fold').click();
    await until(() => shadow<HTMLElement>(element, '.sticky-group').hidden);
    await until(() => numbers(element).includes(336) && !isOpen(element, 336));
  });

  it('are plain lines with groups="off", and all open with groups="open"', async () => {
    const { element } = await shown(CI);
    element.setAttribute('groups', 'off');
    await until(() => shadowAll(element, '.row.group').length === 0);
    await until(() => rowsOnScreen(element)[1]?.text === '::group::Set up');
    element.setAttribute('groups', 'open');
    await until(() => isOpen(element, 2));
    assert.equal(numbers(element)[2], 3);
  });

  it('are read from the lines where the server has no marks', async () => {
    server = serveGroups(undefined);
    const log = new MemoryLog();
    log.append('begin', ...step('One', 3, ['ERROR: it broke']), ...step('Two', 2));
    const { element } = mount(log, { follow: 'off' });
    log.set({ state: 'live' });
    await until(() => shadowAll(element, '.row.group').length === 2);
    assert.deepEqual(numbers(element), [1, 2, 3, 4, 5, 6, 8, 9, 10]);
    assert.include(facts(element, 2), '✕ 1');
  });

  it('of ten million lines that are not loaded close and open, and lines in them are not fetched', async () => {
    const size = 1_000;
    const list = Array.from({ length: 10_000 }, (_, at): LogGroup => ({
      line: at * size + 1,
      t: `Step ${at}`,
      d: 0,
      time: START,
      end: (at + 1) * size,
      until: START + 5_000,
      warn: 0,
      error: 0,
    }));
    server = serveGroups(() => list);
    const log = new MemoryLog();
    const { element } = mount(log, { follow: 'off' });
    log.set({ state: 'ended', end: 0, head: list.length * size, epoch: '1' });
    await until(() => numbers(element)[1] === size + 1);
    const from = log.looks.length;
    element.goTo(5_000_001);
    await until(() => numbers(element).includes(5_000_001));
    await frame();
    header(element, 5_000_001).click();
    await until(() => numbers(element).includes(5_000_003));
    header(element, 5_000_001).click();
    await until(() => numbers(element).includes(5_001_001));
    const fetched = log.looks.slice(from).flatMap(({ want }) => want);
    assert.isAbove(fetched.length, 0);
    for (const { from: first, to } of fetched) assert.isBelow(to - first, 200, 'no more than what is on screen and around it');
  });
});
