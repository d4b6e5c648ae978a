import { assert } from 'chai';
import '../../../src/element/log-stream.ts';
import { append, sign } from '../../support/browser/log-server.ts';
import { mount, press, rowsOnScreen, shadow, shadowAll, unmountAll, until, type Mounted } from './support/fixture.ts';
import { MemoryLog, START } from './support/memory-log.ts';
import { release, type } from './support/pointer.ts';
import { toast, toasts } from './support/toasts.ts';

const channelOf = (name: string): string => `levels:${name}:${crypto.randomUUID()}`;
const lines = (count: number, text = 'line'): string => Array.from({ length: count }, (_, at) => `${text} ${at + 1}\n`).join('');

const rowOf = (element: Element, line: number): HTMLElement => shadow(element, `.row[data-line="${line}"]`);
const selected = (element: Element): number[] => shadowAll(element, '.row.selected').map((row) => Number(row.dataset['line']));
const buttonsOf = (element: Element): string[] => shadowAll(element, '.counted').map((button) => button.getAttribute('aria-label') ?? '');
const said = (element: Element): string => shadow(element, '[role="status"]').textContent ?? '';

describe('levels', () => {
  let element: HTMLElementTagNameMap['log-stream'];

  async function show(channel: string, attributes: Readonly<Record<string, string>> = {}): Promise<void> {
    element = document.createElement('log-stream');
    for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
    element.topic = await sign(channel);
    document.body.append(element);
    await element.updateComplete;
    element.dispatchEvent(new Event('pointerenter'));
  }

  afterEach(async () => {
    element?.remove();
    unmountAll();
    await release();
  });

  it('give errors and warnings a ground, a bar and an icon, and say them to screen readers', async () => {
    const channel = channelOf('rows');
    await append(channel, 'line\nerror: one\n    at f (a.js:1:2)\nwarning: two\nfatal: three\n[DEBUG] four\n', { end: 1 });
    await show(channel);
    await until(() => rowsOnScreen(element).at(-1)?.text === '[DEBUG] four');
    const classes = (line: number): string => rowOf(element, line).className;
    assert.deepEqual([1, 2, 3, 4, 5, 6].map(classes), [
      'row',
      'row error',
      'row error continued',
      'row warning',
      'row error fatal',
      'row quiet',
    ]);
    const label = (line: number): string => rowOf(element, line).querySelector('.level')?.textContent ?? '';
    assert.deepEqual([1, 2, 3, 4, 5, 6].map(label), ['', 'Error, ', '', 'Warning, ', 'Error, ', '']);
    const ground = (line: number): string => getComputedStyle(rowOf(element, line)).backgroundColor;
    assert.notEqual(ground(2), ground(1));
    assert.equal(ground(3), ground(2));
    assert.equal(ground(5), ground(2));
    assert.notInclude([ground(1), ground(2)], ground(4));
    const icon = (line: number): string => getComputedStyle(shadow(element, `.row[data-line="${line}"] .num`), '::after').content;
    assert.deepEqual(
      [1, 2, 3, 4].map((line) => icon(line) === 'none'),
      [true, false, true, false],
    );
    // The words take no room.
    const left = (line: number): number => rowOf(element, line).querySelector('.text')?.getBoundingClientRect().left ?? 0;
    assert.equal(left(2), left(1));
  });

  it('are counted in the whole log, and kept up to date', async () => {
    const channel = channelOf('counts');
    await append(channel, `error: early\nfatal: early\n${lines(3_000)}warning: late\n`);
    await show(channel);
    await until(() => buttonsOf(element).join() === '2 errors. Go to the next one,1 warning. Go to the next one');
    await append(channel, 'error: new\n');
    await until(() => buttonsOf(element)[0] === '3 errors. Go to the next one');
    assert.equal(shadow(element, '.error-count').textContent?.trim(), '3');
    assert.lengthOf(shadowAll(element, '.toolbar [data-action="error"]'), 0);
  });

  it('are not counted where there are none', async () => {
    const channel = channelOf('none');
    await append(channel, 'line\nwarning: x\n');
    await show(channel);
    await until(() => buttonsOf(element).join() === '1 warning. Go to the next one');
  });

  it('lead from one to the next by button and key, far from what is loaded', async () => {
    const channel = channelOf('jump');
    await append(channel, `${lines(4_000)}error: a\n${lines(4_000)}warning: b\n${lines(4_000)}error: c\n${lines(4_000)}`);
    await show(channel, { follow: 'off' });
    await until(() => buttonsOf(element).length === 2);
    element.goTo('start');
    await until(() => rowsOnScreen(element)[0]?.text === 'line 1');
    shadow<HTMLElement>(element, '.error-count').click();
    await until(() => selected(element).join() === '4001');
    shadow<HTMLElement>(element, '.viewport').focus();
    await type('e');
    await until(() => selected(element).join() === '12003');
    const told = toasts(element);
    await type('e');
    await until(() => selected(element).join() === '4001');
    await until(() => told.at(-1) === 'Continued from the start');
    await type('x');
    await until(() => selected(element).join() === '8002');
    await until(() => said(element) === 'Line 8,002, warning: warning: b');
    shadow(element, '.error-count').dispatchEvent(new MouseEvent('click', { shiftKey: true }));
    await until(() => selected(element).join() === '4001');
    shadow<HTMLElement>(element, '.viewport').focus();
    await type('X', 'Shift');
    await until(() => selected(element).join() === '8002');
    assert.equal(await element.goTo('error'), 12_003);
  });

  it('are found in the row that survives in a fold, which stays closed', async () => {
    const channel = channelOf('fold');
    const frame = (step: number): string => `${step === 0 ? '' : '\x1b[2A\x1b[J'} FAIL  a.test.ts\nTests ${step}\n`;
    await append(channel, `${lines(300)}${Array.from({ length: 57 }, (_, step) => frame(step)).join('')}${lines(300)}`, { end: 1 });
    await show(channel);
    await until(() => rowsOnScreen(element)[0]?.number === 1);
    await until(() => buttonsOf(element).join() === '1 error. Go to the next one');
    assert.equal(await element.goTo('error'), 300 + 2 * 57 - 1);
    await until(() => shadowAll(element, '.frame.selected').length === 1);
    assert.lengthOf(shadowAll(element, '.fold'), 1);
    assert.include(shadow(element, '.frame.selected').className, 'error');
    assert.equal(shadow(element, '.frame.selected .level').textContent, 'Error, ');
  });

  it('are in the button for new lines, which then leads to the first new error, too', async () => {
    const channel = channelOf('pill');
    await append(channel, `error: old\n${lines(500)}`);
    await show(channel);
    await until(() => rowsOnScreen(element).at(-1)?.number === 501);
    await until(() => buttonsOf(element).length === 1);
    element.goTo(300);
    await append(channel, lines(3));
    await until(() => shadow(element, '.pill').textContent?.trim() === '↓ 3 new lines');
    assert.isTrue(shadow<HTMLElement>(element, '.pill-error').hidden);
    await append(channel, 'error: a\nline\nerror: b\n');
    await until(() => shadow(element, '.pill').textContent?.trim() === '↓ 6 new lines · 2 errors');
    shadow<HTMLElement>(element, '.pill-error').click();
    await until(() => selected(element).join() === '505');
  });

  it('are said at the end of a log', async () => {
    const channel = channelOf('end');
    await append(channel, `${lines(4)}error: a\n`);
    await show(channel);
    await until(() => buttonsOf(element).length === 1);
    await append(channel, 'error: b\n', { end: 1 });
    await until(() => said(element) === 'Failed with exit code 1. 6 lines, 2 errors.');
  });
});

describe('levels of a server that marks no lines', () => {
  afterEach(unmountAll);

  /** A log of so many lines, of which some are errors and warnings. */
  async function shown(lines: number, special: Readonly<Record<number, string>>): Promise<Mounted> {
    const log = new MemoryLog((line) => [START + line * 10, special[line] ?? `line ${line}`]);
    const mounted = mount(log, { endpoint: '/nowhere', follow: 'off' });
    log.live(lines);
    await until(() => rowsOnScreen(mounted.element).length > 0 && shadowAll(mounted.element, '.toolbar').length === 1);
    return mounted;
  }

  const counted = (element: Element): (string | undefined)[] =>
    shadowAll(element, '.counted').map(({ textContent }) => textContent?.trim());
  const items = (element: Element): (string | undefined)[] => shadowAll(element, '.item').map(({ textContent }) => textContent?.trim());

  it('are found in the lines that are drawn', async () => {
    const log = new MemoryLog();
    log.append('line', 'Error: x', '    at f (a.js:1:2)', 'WARN y');
    const { element } = mount(log, { endpoint: '/nowhere' });
    log.set({ state: 'live', epoch: 'a' });
    await until(() => shadowAll(element, '.row.error').length === 2);
    assert.deepEqual(
      shadowAll(element, '.row').map((row) => row.className),
      ['row', 'row error', 'row error continued', 'row warning'],
    );
  });

  it('are counted by reading the log, also as it grows, and on the ruler', async () => {
    const { element, log, scroller } = await shown(5_000, { 1_000: 'ERROR: one', 2_000: 'WARN: two', 4_000: 'ERROR: three' });
    await until(() => assert.deepEqual(counted(element), ['2', '1']));
    log.append('ERROR: four');
    await until(() => assert.deepEqual(counted(element), ['3', '1']));
    assert.notInclude(items(element), 'Count errors and warnings');
    const canvas = shadow<HTMLCanvasElement>(element, '.ruler canvas');
    const isPainted = (share: number): boolean => {
      const { data } = canvas.getContext('2d')?.getImageData(canvas.width / 2, Math.round(share * canvas.height) - 5, 1, 10) ?? {
        data: [],
      };
      return Array.from(data).some((value, at) => at % 4 === 3 && value === 255);
    };
    await until(() => isPainted(0.2) && isPainted(0.4) && isPainted(0.8));
    assert.isFalse(isPainted(0.6));
    press(scroller, 'E');
    await until(() => shadowAll(element, '.row.selected').some(({ dataset }) => dataset['line'] === '5001'));
    press(scroller, 'E');
    await until(() => shadowAll(element, '.row.selected').some(({ dataset }) => dataset['line'] === '4000'));
  });

  it('make groups of lines that were never on screen', async () => {
    const { element } = await shown(3_000, { 2_000: '::group::Install', 2_100: '::endgroup::' });
    element.goTo(1_995);
    await until(() => shadowAll(element, '.row.group').length === 1);
    assert.equal(shadow(element, '.group-toggle .text').textContent, 'Install');
    assert.equal(shadow(element, '.group-toggle').ariaExpanded, 'true');
  });

  it('of a long log are counted when the menu is asked, in part when that is cancelled', async () => {
    const { element, log } = await shown(60_000, { 1_000: 'ERROR: one', 59_000: 'ERROR: two', 300: 'WARN: three' });
    await until(() => items(element).includes('Count errors and warnings'));
    assert.deepEqual(counted(element), []);
    assert.lengthOf(shadowAll(element, '.toolbar [data-action="error"]'), 1);
    const range = log.range.bind(log);
    log.range = (from, to) => (from > 10_000 ? new Promise(() => undefined) : range(from, to));
    const count = (): void =>
      shadowAll(element, '.item')
        .find(({ textContent }) => textContent?.trim() === 'Count errors and warnings')
        ?.click();
    count();
    await until(() => toast(element).startsWith('Reading… 10,000 of 60,000 lines'));
    press(shadow(element, '.viewport'), 'Escape');
    await until(() => assert.deepEqual(counted(element), ['1+', '1+']));
    assert.equal(shadow(element, '.error-count').ariaLabel, 'At least 1 error. Go to the next one');
    log.range = range;
    await until(() => items(element).includes('Count errors and warnings'));
    const said = toasts(element);
    count();
    await until(() => said.includes('2 errors, 1 warning'));
    await until(() => assert.deepEqual(counted(element), ['2', '1']));
    assert.notInclude(items(element), 'Count errors and warnings');
  });
});
