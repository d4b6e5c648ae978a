import { assert } from 'chai';
import { LogStreamElement } from '../../../src/element/element.ts';
import { type LogStreamEndEvent, type LogStreamSelectEvent, LogStreamStateEvent } from '../../../src/element/events.ts';
import {
  TOPIC,
  TestLogStream,
  frame,
  mount,
  press,
  rowsOnScreen,
  shadow,
  shadowAll,
  topicOf,
  unmountAll,
  until,
} from './support/fixture.ts';
import { MemoryLog, START } from './support/memory-log.ts';
import { toasts } from './support/toasts.ts';

/** Collects the console's warnings while `play` runs. */
async function warnings(play: () => Promise<void>): Promise<string[]> {
  const { warn } = console;
  const said: string[] = [];
  console.warn = (...parts: unknown[]) => said.push(parts.join(' '));
  try {
    await play();
  } finally {
    console.warn = warn;
  }
  return said;
}

const chip = (element: Element): string => shadow(element, '.status').textContent?.trim() ?? '';
const numberOf = (element: Element, line: number): HTMLElement => {
  const found = shadowAll(element, '.num').find(({ dataset }) => dataset['n'] === String(line));
  if (found === undefined) throw new Error(`line ${line} is not there`);
  return found;
};

describe('<log-stream>', () => {
  afterEach(() => {
    unmountAll();
    history.replaceState(null, '', location.pathname + location.search);
  });

  it('reads its settings from attributes, and treats an unknown value as the default', () => {
    const { element } = mount();
    assert.equal(element.follow, 'auto');
    element.setAttribute('follow', 'sometimes');
    assert.equal(element.follow, 'auto');
    element.follow = 'off';
    assert.equal(element.getAttribute('follow'), 'off');
    element.time = 'utc';
    assert.equal(element.getAttribute('time'), 'utc');
    element.time = null;
    assert.isFalse(element.hasAttribute('time'));
    for (const [name, value] of [
      ['theme', 'auto'],
      ['toolbar', 'full'],
      ['announce', 'summary'],
      ['shortcuts', 'on'],
      ['lineNumbers', 'on'],
      ['time', 'none'],
      ['wrap', false],
      ['permalink', false],
      ['label', ''],
    ] as const) {
      assert.equal(element[name], value, name);
    }
  });

  it('adopts properties that were set before it was defined', async () => {
    const early = document.createElement('late-log-stream');
    Object.assign(early, { topic: TOPIC, time: 'utc', wrap: true });
    class Late extends TestLogStream {}
    Late.define('late-log-stream');
    document.body.append(early);
    customElements.upgrade(early);
    assert.equal(early.getAttribute('topic'), TOPIC);
    assert.equal(early.getAttribute('time'), 'utc');
    assert.equal(early.getAttribute('wrap'), '');
    early.remove();
  });

  it('shows its state as an attribute, a custom state, a chip and an event that bubbles', async () => {
    const told: LogStreamStateEvent[] = [];
    document.addEventListener('log-stream-state', (event) => told.push(event));
    const { element, log } = mount();
    assert.equal(element.getAttribute('state'), 'connecting');
    assert.isTrue(element.matches(':state(connecting)'));
    log.live(5);
    await until(() => element.getAttribute('state') === 'live');
    assert.isTrue(element.matches(':state(live)'));
    assert.isFalse(element.matches(':state(connecting)'));
    await until(() => chip(element) === 'Live');
    log.set({ state: 'reconnecting', retryAt: Date.now() + 3_000 });
    await until(() => chip(element) === 'Reconnecting');
    log.set({ state: 'ended', end: 3 });
    await until(() => chip(element) === 'Failed');
    assert.deepEqual(
      told.map(({ detail }) => [detail.previous, detail.state]),
      [
        ['connecting', 'live'],
        ['live', 'reconnecting'],
        ['reconnecting', 'ended'],
      ],
    );
    assert.isTrue(told[0] instanceof LogStreamStateEvent && told[0].bubbles && told[0].composed);
  });

  it('reports the end, with the exit code', async () => {
    const { element, log } = mount();
    let end: LogStreamEndEvent | undefined;
    element.addEventListener('log-stream-end', (event) => {
      end = event;
    });
    log.live(7);
    log.set({ state: 'ended', end: 137 });
    await until(() => end !== undefined);
    assert.deepEqual(end?.detail, { code: 137, lines: 7 });
    assert.deepEqual([element.state, element.lines, element.exitCode, element.outcome], ['ended', 7, 137, 'killed']);
    await until(() => shadow(element, '.state.failed').textContent?.startsWith('Killed by SIGKILL (exit code 137) · 7 lines'));
    await until(() => shadow(element, '[role="status"]').textContent === 'Killed by SIGKILL (exit code 137). 7 lines.');
  });

  it('has no outcome before the end, and `ended` without an exit code', async () => {
    const { element, log } = mount();
    log.live(7);
    await until(() => element.state === 'live');
    assert.deepEqual([element.lines, element.exitCode, element.outcome], [7, undefined, undefined]);
    log.set({ state: 'ended', end: undefined });
    await until(() => element.state === 'ended');
    assert.deepEqual([element.lines, element.exitCode, element.outcome], [7, undefined, 'ended']);
  });

  it('never throws for an unreadable topic: it says so in the page, by an event and once in the console', async () => {
    const states: string[] = [];
    const said = await warnings(async () => {
      const { element } = mount(new MemoryLog(), { topic: 'no topic at all' });
      element.addEventListener('log-stream-state', ({ detail }) => states.push(detail.state));
      assert.equal(element.state, 'error');
      await until(() => chip(element) === "Couldn't load");
      assert.include(shadow(element, '.notice.problem').textContent, "This log can't be opened.");
      shadow<HTMLButtonElement>(element, '.notice .button').click();
      await frame();
      element.topic = TOPIC;
      await until(() => element.state === 'connecting');
    });
    assert.lengthOf(said, 1);
    assert.match(said[0] ?? '', /<test-log-stream>: .*log-stream sign/u);
    assert.notInclude(said[0], 'no topic at all', 'topics do not belong into a console');
    assert.deepEqual(states, ['connecting']);
  });

  it('never throws if the client does', async () => {
    class Broken extends LogStreamElement {
      protected override createClient(): never {
        throw new TypeError('The endpoint has to be an http or https URL.');
      }
    }
    Broken.define('broken-log-stream');
    const said = await warnings(async () => {
      const element = document.createElement('broken-log-stream');
      element.setAttribute('topic', TOPIC);
      document.body.append(element);
      await until(() => element.getAttribute('state') === 'error');
      element.remove();
    });
    assert.deepEqual(said, ['<broken-log-stream>: The endpoint has to be an http or https URL.']);
  });

  it('offers to retry after access was refused', async () => {
    const said = await warnings(async () => {
      const { element, log } = mount();
      log.set({ state: 'denied', problem: 'Access was refused. Ask for a new link.' });
      await until(() => chip(element) === 'No access');
      shadow<HTMLButtonElement>(element, '.notice .button').click();
      assert.equal(log.retries, 1);
    });
    assert.deepEqual(said, ['<test-log-stream>: Access was refused. Ask for a new link.']);
  });

  it('renews a topic of the same channel, and opens another log for another channel', async () => {
    const { element, log } = mount();
    log.live(50);
    await until(() => rowsOnScreen(element).length > 0);
    const fresher = `${TOPIC}1`;
    element.topic = fresher;
    await until(() => log.renewed.length === 1);
    assert.deepEqual(log.renewed, [fresher]);
    assert.isFalse(log.closed);
    assert.isAbove(rowsOnScreen(element).length, 0);
    element.topic = topicOf('run:2');
    await until(() => log.closed);
    assert.deepEqual(element.client?.opened, [topicOf('run:2')]);
  });

  it('survives being moved, and closes its log when it is removed', async () => {
    const { element, log } = mount();
    log.live(50);
    await until(() => rowsOnScreen(element).length > 0);
    const parent = document.createElement('div');
    document.body.append(parent);
    parent.append(element);
    await frame();
    assert.isFalse(log.closed);
    log.grow(1);
    await until(() => rowsOnScreen(element).at(-1)?.number === 51);
    parent.remove();
    await until(() => log.closed);
    assert.isTrue(element.client?.closed);
  });

  it('selects a line by its number, and a range with shift', async () => {
    const { element, log } = mount(new MemoryLog(), { follow: 'off' });
    const told: LogStreamSelectEvent[] = [];
    element.addEventListener('log-stream-select', (event) => told.push(event));
    log.live(100);
    await until(() => rowsOnScreen(element).length > 15);
    numberOf(element, 5).click();
    numberOf(element, 9).dispatchEvent(new MouseEvent('click', { bubbles: true, composed: true, shiftKey: true }));
    await until(() => shadowAll(element, '.row.selected').length === 5);
    assert.equal(shadowAll(element, '.row.selected')[0]?.getAttribute('part'), 'row row-selected');
    assert.deepEqual(
      told.map(({ detail }) => detail.range),
      [
        { from: 5, to: 5 },
        { from: 5, to: 9 },
      ],
    );
    assert.equal(location.hash, '', 'the address is left alone without the permalink attribute');
    shadow<HTMLElement>(element, '.viewport').dispatchEvent(new KeyboardEvent('keydown', { key: 'Escape', bubbles: true }));
    await until(() => shadowAll(element, '.row.selected').length === 0);
    assert.isUndefined(told.at(-1)?.detail.range);
  });

  it('goes to the lines that the address names, and writes selected lines into it', async () => {
    location.hash = '#L5000-L5002';
    const { element, log } = mount(new MemoryLog(), { permalink: '' });
    log.live(100_000);
    await until(() => rowsOnScreen(element).some(({ number }) => number === 5_000));
    await until(() => shadowAll(element, '.row.selected').length === 3);
    location.hash = '#L70';
    await until(() => rowsOnScreen(element).some(({ number }) => number === 70));
    numberOf(element, 75).click();
    assert.equal(location.hash, '#L75');
  });

  it('names itself in the address if there are several logs', async () => {
    const { element, log } = mount(new MemoryLog(), { permalink: '', id: 'build', follow: 'off' });
    mount(new MemoryLog(), { permalink: '', id: 'test' });
    log.live(50);
    await until(() => rowsOnScreen(element).length > 10);
    numberOf(element, 4).click();
    await until(() => location.hash === '#build:L4');
  });

  it('waits for a line that does not exist yet', async () => {
    const { element, log } = mount();
    log.live(100);
    await until(() => rowsOnScreen(element).length > 10);
    element.goTo(5_000);
    log.grow(9_900);
    await until(() => rowsOnScreen(element).some(({ number }) => number === 5_000));
  });

  it('shows timestamps in every mode', async () => {
    const log = new MemoryLog((line) => [START + line * 1_500, `line ${line}`]);
    const { element } = mount(log, { follow: 'off' });
    log.live(10);
    const times = (): (string | undefined)[] => shadowAll(element, '.time').map(({ dataset }) => dataset['t']);
    await until(() => rowsOnScreen(element).length === 10);
    assert.lengthOf(times(), 0);
    element.time = 'utc';
    await until(() => times()[1] === '03:04:08.000Z');
    element.time = 'elapsed';
    await until(() => times()[9] === '13.500');
    element.time = 'delta';
    await until(() => times()[0] === '' && times()[9] === '+1.500');
    element.time = 'local';
    await until(() => /^\d\d:\d\d:08\.000$/u.test(times()[1] ?? ''));
    element.time = 'none';
    await until(() => times().length === 0);
  });

  it('copies lines as they are shown', async () => {
    const { element, log } = mount();
    let copied = '';
    const clipboard = Object.getOwnPropertyDescriptor(Navigator.prototype, 'clipboard');
    Object.defineProperty(navigator, 'clipboard', { configurable: true, value: { writeText: async (text: string) => (copied = text) } });
    try {
      log.append('\x1b[31mred\x1b[0m', 'two', 'three');
      log.set({ state: 'live' });
      await until(() => rowsOnScreen(element).length === 3);
      assert.equal(await element.copy({ from: 1, to: 2 }), 2);
      assert.equal(copied, 'red\ntwo');
      await element.copy();
      assert.equal(copied, 'red\ntwo\nthree');
      const said = toasts(element);
      copied = '';
      const button = shadow<HTMLButtonElement>(element, '[data-action="copy"]');
      button.click();
      await until(() => assert.match(said[0] ?? '', /^Nothing selected\. Select text/u));
      assert.equal(copied, '', 'all of a log is rarely meant');
      press(shadow<HTMLElement>(element, '.viewport'), 'a', { ctrlKey: true });
      button.click();
      await until(() => assert.equal(said.at(-1), 'Copied 3 lines'));
      assert.equal(copied, 'red\ntwo\nthree');
    } finally {
      Reflect.deleteProperty(navigator, 'clipboard');
      assert.isDefined(clipboard);
    }
  });

  it('copies the selection without numbers and timestamps, one line each', async () => {
    const { element, log } = mount(new MemoryLog(), { time: 'utc' });
    log.append('one', '\x1b[32mtwo\x1b[0m and', '', 'four');
    log.set({ state: 'live' });
    await until(() => rowsOnScreen(element).length === 4);
    await until(() => shadow(element, '.toolbar'));
    const texts = shadowAll(element, '.text');
    const [first, last] = [texts[0]?.firstChild, texts[3]?.firstChild];
    if (!first || !last) throw new Error('the rows are empty');
    document.getSelection()?.setBaseAndExtent(first, 1, last, 2);
    const copy = new ClipboardEvent('copy', { clipboardData: new DataTransfer(), bubbles: true, composed: true, cancelable: true });
    texts[0]?.dispatchEvent(copy);
    // The event's own: Firefox copies the one that it is given.
    assert.equal(copy.clipboardData?.getData('text/plain'), 'ne\ntwo and\n\nfo');
    document.getSelection()?.removeAllRanges();
  });

  it('downloads the raw log with its topic, and says if the server refuses', async () => {
    const { element, log } = mount(new MemoryLog(), { endpoint: '/nowhere' });
    log.live(3);
    await until(() => rowsOnScreen(element).length === 3);
    const { fetch } = window;
    const asked: [string, Headers][] = [];
    const clicked: string[] = [];
    const click = HTMLAnchorElement.prototype.click;
    try {
      window.fetch = async (input, init) => {
        const url = input instanceof Request ? input.url : input.toString();
        // What is asked about the log in passing.
        if (!url.includes('/topics/')) return new Response(null, { status: 404 });
        asked.push([url, new Headers(init?.headers)]);
        return new Response('line 1\n', { status: asked.length === 1 ? 200 : 403 });
      };
      HTMLAnchorElement.prototype.click = function () {
        clicked.push(this.download);
      };
      await element.download();
      assert.equal(asked[0]?.[0], '/nowhere/topics/run%3A1');
      assert.equal(asked[0]?.[1].get('accept'), 'text/plain');
      assert.equal(asked[0]?.[1].get('authorization'), `Bearer ${TOPIC}`);
      assert.deepEqual(clicked, ['run-1.log']);
      shadow<HTMLButtonElement>(element, '[data-action="download"]').click();
      await until(() => shadow(element, '.toast').textContent?.includes('403'));
    } finally {
      window.fetch = fetch;
      HTMLAnchorElement.prototype.click = click;
    }
  });

  it('says how long a live log has been quiet', async () => {
    const { element, log } = mount();
    const counts = (): string => shadow(element, '[part="counts"]').textContent ?? '';
    const { now } = performance;
    try {
      log.live(5);
      await until(() => chip(element) === 'Live');
      log.grow(1);
      await until(() => counts().startsWith('6 lines'));
      performance.now = () => now.call(performance) + 42_000;
      element.requestUpdate();
      await until(() => counts().endsWith(' · last line 42s ago'));
      assert.equal(chip(element), 'Live');
      log.grow(1);
      await until(() => !counts().includes('last line'));
    } finally {
      performance.now = now;
    }
  });

  it('counts down to the next attempt, and retries at once when asked', async () => {
    const { element, log } = mount();
    log.live(5);
    await until(() => rowsOnScreen(element).length === 5);
    log.set({ state: 'reconnecting', retryAt: Date.now() + 3_900 });
    const row = (): string => shadow(element, '.state.reconnecting').textContent ?? '';
    await until(() => row().startsWith('Connection lost. Retrying in 3s'));
    await until(() => row().startsWith('Connection lost. Retrying in 2s'));
    shadow<HTMLButtonElement>(element, '.state.reconnecting button').click();
    assert.equal(log.retries, 1);
    assert.equal(rowsOnScreen(element)[0]?.text, 'line 1', 'what was there can still be read');
  });
});
