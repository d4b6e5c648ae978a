import { assert } from 'chai';
import type { LogStreamFindEvent } from '../../../src/element/events.ts';
import type { Line } from '../../../src/protocol/line.ts';
import { frame, mount, press, rowsOnScreen, shadow, shadowAll, unmountAll, until, type Mounted } from './support/fixture.ts';
import { MemoryLog, START } from './support/memory-log.ts';
import { release, type } from './support/pointer.ts';

/** A log on a server without a search, shown from its end. */
async function show(make: (line: number) => string | Line, head: number): Promise<Mounted> {
  const log = new MemoryLog((line) => {
    const made = make(line);
    return typeof made === 'string' ? [START + line, made] : made;
  });
  const mounted = mount(log, { endpoint: '/no-server' });
  log.live(head);
  await until(() => rowsOnScreen(mounted.element).at(-1)?.number === head && shadowAll(mounted.element, '.toolbar .icon').length > 0);
  mounted.scroller.focus();
  return mounted;
}

const summary = (element: Element): string => shadow(element, '.found').textContent ?? '';
const field = (element: Element): HTMLInputElement => shadow<HTMLInputElement>(element, '.find .field');

function enter(element: Element, text: string): void {
  field(element).value = text;
  field(element).dispatchEvent(new InputEvent('input', { bubbles: true }));
}

/** The highlighted texts of a kind. */
function highlighted(kind: 'match' | 'current'): string[] {
  return [...(CSS.highlights.get(`log-stream-${kind}`) ?? [])].map((range) => {
    const copy = document.createRange();
    copy.setStart(range.startContainer, range.startOffset);
    copy.setEnd(range.endContainer, range.endOffset);
    return copy.toString();
  });
}

describe('finding a text in the log', () => {
  afterEach(async () => {
    await release();
    unmountAll();
  });

  it('opens by a key, counts the matches of the whole log, and goes from one to the next', async () => {
    const { element, scroller } = await show((line) => (line % 1_000 === 500 ? `Needle in line ${line}` : `line ${line}`), 5_000);
    await type('/');
    await until(() => element.shadowRoot?.activeElement === field(element));
    enter(element, 'needle');
    await until(() => summary(element) === '1 of 5 · all 5,000 lines');
    assert.isTrue(rowsOnScreen(element).some(({ number }) => number === 500));
    await until(() => highlighted('current').join() === 'Needle');
    await type('Enter');
    await until(() => summary(element) === '2 of 5 · all 5,000 lines');
    await type('Enter', 'Shift');
    await type('Enter', 'Shift');
    await until(() => summary(element) === '5 of 5 · all 5,000 lines');
    assert.isTrue(rowsOnScreen(element).some(({ number }) => number === 4_500));
    await type('Escape');
    await until(() => shadowAll(element, '.find').length === 0);
    assert.equal(element.shadowRoot?.activeElement, scroller);
    assert.lengthOf(highlighted('current'), 0);
    assert.isTrue(rowsOnScreen(element).some(({ number }) => number === 4_500));
  });

  it('says so when there is none', async () => {
    const { element, scroller } = await show((line) => `line ${line}`, 3_000);
    press(scroller, 'f', { ctrlKey: true });
    await until(() => element.shadowRoot?.activeElement === field(element));
    enter(element, 'needle');
    await until(() => summary(element) === 'No matches in 3,000 lines');
    await until(() => shadow(element, '[role="status"]').textContent === 'No matches in 3,000 lines');
    const second = new KeyboardEvent('keydown', { key: 'f', ctrlKey: true, bubbles: true, composed: true, cancelable: true });
    field(element).dispatchEvent(second);
    assert.isFalse(second.defaultPrevented, 'the second Ctrl+F is the browser’s');
  });

  it('highlights matches in every row that comes into view', async () => {
    const { element } = await show((line) => `\x1b[31mline\x1b[0m ${line} has \x1b[1mnee\x1b[0mdle`, 5_000);
    assert.equal(await element.find('needle'), 5_000);
    await until(() => highlighted('match').length >= rowsOnScreen(element).length - 2);
    assert.isTrue(highlighted('match').every((text) => text === 'needle'));
    element.goTo(2_500);
    await until(() => rowsOnScreen(element).some(({ number }) => number === 2_500));
    await until(() => highlighted('match').length >= rowsOnScreen(element).length - 2);
    assert.equal(await element.find(''), 0);
    assert.lengthOf(highlighted('match'), 0);
  });

  it('takes case, words and regular expressions into account', async () => {
    const { element } = await show((line) => ['error', 'Error', 'errors', 'terror'][line % 4] ?? '', 400);
    assert.equal(await element.find('error'), 400);
    assert.equal(await element.find('error', { case: true }), 300);
    assert.equal(await element.find('error', { word: true }), 200);
    assert.equal(await element.find('^err', { regex: true }), 300);
    assert.equal(await element.find('^err', { regex: true, case: true, without: 's$' }), 100);
    const pressed = (): string =>
      shadowAll(element, '.mode')
        .map((button) => button.getAttribute('aria-pressed'))
        .join();
    await until(() => pressed() === 'true,false,true');
    assert.equal(await element.find('(', { regex: true }), 0);
    await until(() => summary(element).includes('is not a regular expression'));
  });

  it('tests new lines too, and tells the page', async () => {
    const { element, log } = await show((line) => `line ${line}`, 1_000);
    const told: LogStreamFindEvent['detail'][] = [];
    document.addEventListener('log-stream-find', ({ detail }) => told.push(detail), { once: false });
    await element.find('needle');
    await until(() => summary(element) === 'No matches in 1,000 lines');
    log.append('a needle', 'nothing', 'another needle');
    await until(() => summary(element) === '2 matches · all 1,003 lines');
    await until(() => told.at(-1)?.matches === 2);
    assert.deepInclude(told.at(-1), { query: 'needle', searched: 1, problem: undefined });
    element.goTo('end');
    await until(() => highlighted('match').length === 2);
  });

  it('ends a pattern that takes too long, and stays responsive', async () => {
    const slow = 'a'.repeat(40);
    const { element, log } = await show((line) => (line === 990 ? `${slow}!` : `line ${line}`), 1_000);
    let frames = 0;
    const count = (): void => {
      frames += 1;
      requestAnimationFrame(count);
    };
    requestAnimationFrame(count);
    const search = element.find('^(a+)+$', { regex: true });
    await until(() => summary(element) === 'Too slow: simplify the pattern');
    await search;
    assert.isAbove(frames, 3, 'the page went on drawing');
    log.append('still', 'live');
    await until(() => rowsOnScreen(element).at(-1)?.text === 'live' || element.lines === 1_002);
    assert.equal(await element.find('^line 99\\d$', { regex: true }), 9, 'the next query has a worker');
    await frame();
  });

  it('opens a long line whose match is not in the part that is shown', async () => {
    const long = `${'x'.repeat(20_000)} needle`;
    const { element } = await show((line) => (line === 100 ? long : `line ${line}`), 1_000);
    assert.equal(await element.find('needle'), 1);
    await until(() => highlighted('current').join() === 'needle');
    const range = [...(CSS.highlights.get('log-stream-current') ?? [])][0]!;
    const copy = document.createRange();
    copy.setStart(range.startContainer, range.startOffset);
    copy.setEnd(range.endContainer, range.endOffset);
    const view = shadow(element, '.viewport').getBoundingClientRect();
    await until(() => {
      const box = copy.getBoundingClientRect();
      return box.left >= view.left && box.right <= view.right && box.top >= view.top && box.bottom <= view.bottom;
    });
  });

  it('opens the fold of a hit that was overwritten', async () => {
    const log = new MemoryLog((line) => [START, line % 2 === 0 ? `\x1b[1A\x1b[2Kstep ${line}` : `\x1b[2Kstep ${line}`]);
    const { element } = mount(log, { endpoint: '/no-server' });
    log.live(200);
    await until(() => shadowAll(element, '.fold').length > 0);
    await element.find('step 57', { word: true });
    await until(() => highlighted('current').join() === 'step 57');
  });

  it('shows how far it is while it reads lines, and stops on request', async () => {
    const { element, log } = await show((line) => `needle ${line}`, 10_000);
    const { range } = log;
    // The server stops answering.
    log.range = (from, to) => (from > 4_000 ? new Promise(() => undefined) : range.call(log, from, to));
    const search = element.find('needle');
    await until(() => summary(element).endsWith(' · 40% searched'));
    shadow<HTMLButtonElement>(element, '.find .button').click();
    assert.equal(await search, 4_000);
    await until(() => shadowAll(element, '.find .button').length === 0);
    assert.isTrue(summary(element).endsWith('40% searched'));
  });

  it('turns regular expressions off where there is no worker for them', async () => {
    const { Worker } = globalThis;
    Reflect.set(globalThis, 'Worker', () => {
      throw new Error('blocked');
    });
    try {
      const { element } = await show((line) => `line ${line}`, 100);
      await element.find('^line', { regex: true });
      await until(() => summary(element).startsWith('Regular expressions are off'));
      await until(() => shadowAll(element, '.mode').at(-1)?.matches(':disabled') === true);
      assert.equal(await element.find('line'), 100, 'literals need none');
    } finally {
      globalThis.Worker = Worker;
    }
  });
});
