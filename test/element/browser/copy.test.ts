import { assert } from 'chai';
import type { LogLine } from '../../../src/worker/api.ts';
import { mount, rowsOnScreen, shadow, shadowAll, unmountAll, until, type Mounted } from './support/fixture.ts';
import { MemoryLog, START } from './support/memory-log.ts';
import { copied, taken } from './support/clipboard.ts';
import { click, drag, drop, pointIn, release, shortcut, type } from './support/pointer.ts';
import { toast, toasts } from './support/toasts.ts';

/** A log whose server does not answer until it is released. */
class SlowLog extends MemoryLog {
  #answer: () => void = () => undefined;
  readonly #waiting = new Promise<void>((resolve) => {
    this.#answer = resolve;
  });

  goOn(): void {
    this.#answer();
  }

  override async range(from: number, to: number): Promise<LogLine[]> {
    if (from > 2_000) await this.#waiting;
    return super.range(from, to);
  }
}

async function opened(log: MemoryLog, attributes: Record<string, string> = {}): Promise<Mounted> {
  const mounted = mount(log, { follow: 'off', ...attributes });
  await until(() => rowsOnScreen(mounted.element)[0]?.text !== undefined && shadowAll(mounted.element, '.toolbar .icon').length > 0);
  return mounted;
}

/** Runs code in a user gesture of the page, without which some engines block copying. */
async function onClick<T>(act: () => Promise<T>): Promise<T> {
  const button = document.createElement('button');
  button.textContent = 'Copy';
  document.body.prepend(button);
  const result = new Promise<T>((resolve) => button.addEventListener('click', () => resolve(act())));
  result.catch(() => undefined);
  const { left, top } = button.getBoundingClientRect();
  await click([left + 5, top + 5]);
  button.remove();
  return result;
}

describe('complaint 6: copying includes line numbers and timestamps', () => {
  afterEach(async () => {
    await release();
    unmountAll();
  });

  it('copies the text alone, across line numbers and timestamps', async () => {
    const log = new MemoryLog();
    log.live(50);
    const { element } = await opened(log, { time: 'utc' });
    await until(() => shadowAll(element, '.time').length > 10);
    await drag(pointIn(element, 3, 0), pointIn(element, 5, 6));
    await drop();
    assert.equal(await copied(), 'line 3\nline 4\nline 5');
  });

  it('copies what a terminal would show, without state rows or the breaks of wrapped lines', async () => {
    const log = new MemoryLog();
    log.append('\x1b[31mred\x1b[0m and \x1b[1mbold', ' 9%\r99%', [START, 'one line ', { p: 1 }], 'in two parts', '日本\ttab', '', 'last');
    log.set({ state: 'ended', end: 0 });
    const { element } = await opened(log);
    const [left, y] = pointIn(element, 1, 0);
    const { bottom } = shadow(element, '.state.ended').getBoundingClientRect();
    await drag([left, y], pointIn(element, 7, 4), [left + 200, bottom - 5]);
    await drop();
    assert.equal(await copied(), 'red and bold\n99%\none line in two parts\n日本\ttab\n\nlast');
  });

  it('copies the characters behind chips as written, not what is drawn in their place', async () => {
    const hidden = [
      '\u2028',
      '\u2029',
      '\u202e',
      '\u2066',
      '\xad',
      '\u200b',
      '\u2060',
      '\ufeff',
      '\u3164',
      '\u{e0041}',
      '\0',
      '\x7f',
      '\x9b',
    ];
    const written = [...hidden.map((character) => `a${character}b`), `e${'\u0301'.repeat(500)}x`, '👩\u200d👩 ❤\ufe0f', hidden.join('')];
    const huge = `start ${hidden.join('')}${'x'.repeat(20_000)}${hidden.join('')} end`;
    const log = new MemoryLog();
    log.append('first', ...written, `bar ${hidden.join('')}`, `\x1b[1A\x1b[2Kdone ${hidden.join('')}`, 'last', huge);
    log.set({ state: 'ended', end: 0 });
    const { element, scroller } = await opened(log);
    await until(() => shadowAll(element, '.fold').length === 1);
    for (const chip of shadowAll(element, '.chip')) assert.notMatch(chip.textContent ?? '', /[\p{DI}\p{Cc}\u2028\u2029]/u);

    await drag(pointIn(element, 1, 0), pointIn(element, written.length + 4, 4));
    await drop();
    assert.equal(await copied(), ['first', ...written, `done ${hidden.join('')}`, 'last'].join('\n'), 'what was selected');
    scroller.focus();
    await shortcut('a');
    const lines = (await copied()).split('\n');
    assert.deepEqual(lines.slice(0, written.length + 2), ['first', ...written, `bar ${hidden.join('')}`], 'every line');
    assert.equal(lines.at(-1), huge, 'a huge line');
    document.getSelection()?.removeAllRanges();

    shadow<HTMLElement>(element, '.row.long [data-act="toggle"]').click();
    await until(() => shadowAll(element, '.segment .chip').length > 0);
    await click([30, pointIn(element, written.length + 5)[1]]);
    assert.equal(await copied(), huge, 'one that is expanded');
  });

  it('copies lines selected by number with the same keys', async () => {
    const log = new MemoryLog();
    log.live(50);
    const { element } = await opened(log);
    const numberOf = (line: number): readonly [number, number] => [30, pointIn(element, line)[1]];
    await click(numberOf(7));
    await click(numberOf(9), 'Shift');
    await until(() => assert.equal(shadow(element, '[role="status"]').textContent, 'Lines 7–9 selected'));
    assert.equal(await copied(), 'line 7\nline 8\nline 9');
    await click(numberOf(11));
    const said = toasts(element);
    await type('c');
    await until(() => assert.deepEqual(said, ['Copied 1 line']));
    assert.equal(await taken(), 'line 11');
  });

  it('copies nothing without a selection, and says how to select', async () => {
    const log = new MemoryLog();
    log.live(50);
    const { element, scroller } = await opened(log);
    scroller.focus();
    await type('c');
    await until(() => toast(element).startsWith('Nothing selected. Select text, click a line number'));
    await until(() => assert.equal(shadow(element, '[role="status"]').textContent, toast(element)));
    const nothing = await taken().then(
      () => false,
      () => true,
    );
    assert.isTrue(nothing);
  });

  it('without a selection copies a link to the first line on screen, and names it', async () => {
    const log = new MemoryLog();
    log.live(5_000);
    const { element, scroller } = await opened(log, { permalink: '' });
    const clipboard = Object.getOwnPropertyDescriptor(Navigator.prototype, 'clipboard');
    const links: string[] = [];
    Object.defineProperty(navigator, 'clipboard', { configurable: true, value: { writeText: async (text: string) => links.push(text) } });
    try {
      element.goTo(1_234);
      await until(() => rowsOnScreen(element).some(({ number }) => number === 1_234));
      const first = rowsOnScreen(element)[0]?.number ?? 0;
      scroller.focus();
      await type('y');
      await until(() => toast(element) === `Link to line ${first.toLocaleString('en')} copied`);
      assert.equal(links.at(-1), new URL(`#L${first}`, location.href).href);
      await drag(pointIn(element, first + 2, 1), pointIn(element, first + 4, 3));
      await drop();
      await type('y');
      await until(() => toast(element).startsWith('Link to lines'));
      assert.isTrue(links.at(-1)?.endsWith(`#L${first + 2}-L${first + 4}`));
      await click([30, pointIn(element, first + 5)[1]]);
      await type('y');
      await until(() => toast(element) === 'Link copied');
      assert.isTrue(links.at(-1)?.endsWith(`#L${first + 5}`));
    } finally {
      Reflect.deleteProperty(navigator, 'clipboard');
      history.replaceState(null, '', location.pathname + location.search);
      assert.isDefined(clipboard);
    }
  });

  it('has no link for a log without lines, and says so', async () => {
    const log = new MemoryLog();
    const { element } = mount(log);
    log.live(0);
    await until(() => shadowAll(element, '.toolbar .icon').length > 0);
    shadow<HTMLElement>(element, '.viewport').focus();
    await type('y');
    await until(() => toast(element) === 'No lines yet.');
  });

  it('copies the unfinished last line if it is selected', async () => {
    const log = new MemoryLog();
    log.append('one', 'two');
    log.set({ state: 'live', part: [START, '50%\r51%'] });
    const { element } = await opened(log);
    assert.equal(await onClick(() => element.copy({ from: 2, to: 99 })), 2);
    assert.equal(await taken(), 'two\n51%');
    assert.equal(await element.copy({ from: 50, to: 99 }), 0);
    assert.equal(await element.copy({ from: 2, to: 1 }), 0);
    const problem: unknown = await taken().catch((error: unknown) => error);
    assert.equal(String(problem), 'Error: Nothing was copied.');
  });

  it('ignores a selection elsewhere in the page', async () => {
    const log = new MemoryLog();
    log.live(50);
    const { element, scroller } = await opened(log);
    const other = document.createElement('p');
    other.textContent = 'something else';
    document.body.append(other);
    await click([30, pointIn(element, 7)[1]]);
    document.getSelection()?.selectAllChildren(other);
    scroller.focus();
    document.getSelection()?.selectAllChildren(other);
    assert.equal((await copied()).trim(), 'something else');
    other.remove();
  });
});

describe('copying lines that are not held', () => {
  afterEach(async () => {
    await release();
    unmountAll();
  });

  it('shows its progress, and can be cancelled', async () => {
    const log = new SlowLog();
    log.live(100_000);
    const { element, scroller } = await opened(log);
    scroller.focus();
    await shortcut('a');
    await shortcut('c');
    await until(() => toast(element).startsWith('Copying 2,000 of 100,000 lines'));
    assert.match(shadow(element, '[role="status"]').textContent ?? '', /Copying/u);
    shadow<HTMLButtonElement>(element, '.act').focus();
    shadow<HTMLButtonElement>(element, '.act').click();
    await until(() => shadow<HTMLElement>(element, '.toast').hidden);
    assert.equal(element.shadowRoot?.activeElement?.className, 'viewport', 'the focus goes back to the log');
    await shortcut('c');
    await until(() => toast(element).startsWith('Copying'));
    await type('Escape');
    await until(() => shadow<HTMLElement>(element, '.toast').hidden);
    assert.isNotEmpty(shadowAll(element, '.row.selected'), 'Escape ended the copying, and nothing else');
  });

  it('continues when the lines arrive', async () => {
    const log = new SlowLog();
    log.live(20_000);
    const { element, scroller } = await opened(log);
    scroller.focus();
    await shortcut('a');
    await shortcut('c');
    await until(() => toast(element).startsWith('Copying'));
    const said = toasts(element);
    log.goOn();
    await until(() => assert.include(said, 'Copied 20,000 lines'));
    const text = await taken();
    assert.isTrue(text.startsWith('line 1\nline 2\n') && text.endsWith('\nline 20000'));
    assert.equal(text.split('\n').length, 20_000);
  });

  it('offers to download what is too large to copy', async () => {
    const log = new MemoryLog((line) => [START, `${line} ${'x'.repeat(400)}`]);
    log.live(100_000);
    const { element, scroller } = await opened(log, { endpoint: '/nowhere' });
    const asked: string[] = [];
    const { fetch } = window;
    window.fetch = async (input) => {
      asked.push(input instanceof Request ? input.url : input.toString());
      return new Response('refused', { status: 403 });
    };
    try {
      scroller.focus();
      await shortcut('a');
      await shortcut('c');
      await until(() => toast(element) === 'Too large to copy (over 10 MB). Download it instead.Download');
      const problem = await onClick(() => element.copy({ from: 501, to: 90_500 })).catch((error: unknown) => error);
      assert.instanceOf(problem, RangeError);
      await click([30, pointIn(element, 3)[1]]);
      element.goTo(60_000);
      await until(() => rowsOnScreen(element).some(({ number, text }) => number === 60_000 && text !== ''));
      await click([30, pointIn(element, 60_000)[1]], 'Shift');
      await type('c');
      await until(() => toast(element).endsWith('Download'));
      shadow<HTMLButtonElement>(element, '.act').click();
      await until(() => toast(element).includes('403'));
      assert.deepEqual(
        asked.filter((url) => url.includes('/topics/')),
        ['/nowhere/topics/run%3A1?after=2&limit=59998'],
      );
    } finally {
      window.fetch = fetch;
    }
  });
});
