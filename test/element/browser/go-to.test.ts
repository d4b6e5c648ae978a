import { assert } from 'chai';
import { taken } from './support/clipboard.ts';
import { frame, mount, press, rowsOnScreen, shadow, shadowAll, unmountAll, until, type Mounted } from './support/fixture.ts';
import { MemoryLog, numbered, START } from './support/memory-log.ts';
import { click, release, type } from './support/pointer.ts';
import { toast } from './support/toasts.ts';

const focused = (element: Element): Element | null => element.shadowRoot?.activeElement ?? null;
const shows = (element: Element, line: number): boolean => rowsOnScreen(element).some(({ number }) => number === line);

async function live(lines: number, attributes: Record<string, string> = {}): Promise<Mounted> {
  const log = new MemoryLog();
  const mounted = mount(log, { follow: 'off', ...attributes });
  log.live(lines);
  await until(() => shows(mounted.element, 1) && shadowAll(mounted.element, '.toolbar').length === 1);
  return mounted;
}

async function typed(mounted: Mounted, text: string): Promise<void> {
  mounted.scroller.focus();
  await type('l');
  await until(() => focused(mounted.element)?.localName === 'input');
  const input = shadow<HTMLInputElement>(mounted.element, '.go-to input');
  input.value = text;
  await type('Enter');
}

async function chosen(element: Element, label: string): Promise<void> {
  shadow<HTMLElement>(element, '#menu').showPopover();
  await frame();
  const item = shadowAll(element, '#menu .item').find(({ textContent }) => textContent?.includes(label));
  if (item === undefined) throw new Error(`The menu has no ${label}.`);
  // A real click: only that may write to the clipboard.
  const { left, top, width, height } = item.getBoundingClientRect();
  await click([left + width / 2, top + height / 2]);
}

describe('going to a line or a time', () => {
  afterEach(async () => {
    unmountAll();
    history.replaceState(null, '', '#');
    await release();
  });

  it('is asked for by l, and goes to the line as the current one', async () => {
    const mounted = await live(50_000);
    await typed(mounted, '12,345');
    await until(() => shows(mounted.element, 12_345));
    assert.strictEqual(focused(mounted.element), mounted.scroller);
    assert.lengthOf(shadowAll(mounted.element, '.go-to'), 0);
    await until(() => shadow(mounted.element, '#current-line').ariaLabel === 'Line 12,345');
  });

  it('goes to the first line at or after a time, without a server that seeks', async () => {
    const mounted = await live(500_000);
    // Line n is at START + 10 n.
    await typed(mounted, new Date(START + 3_000_005).toISOString());
    await until(() => shows(mounted.element, 300_001));
    await until(() => shadow(mounted.element, '#current-line').ariaLabel === 'Line 300,001');
  });

  it('says what is wrong with other texts, and closes with Escape', async () => {
    const mounted = await live(100);
    await typed(mounted, 'somewhere');
    const input = shadow<HTMLInputElement>(mounted.element, '.go-to input');
    await until(() => input.ariaInvalid === 'true');
    assert.match(shadow(mounted.element, '#go-to-problem').textContent ?? '', /^Not a line or a time/u);
    assert.strictEqual(focused(mounted.element), input);
    await type('Escape');
    await until(() => shadowAll(mounted.element, '.go-to').length === 0);
    assert.strictEqual(focused(mounted.element), mounted.scroller);
  });

  it('says that a line does not exist yet', async () => {
    const mounted = await live(100);
    await typed(mounted, '200');
    await until(() => toast(mounted.element) === "Line 200 doesn't exist yet (100 lines so far)");
  });

  it('by goTo(date) waits for the log, and resolves with the line', async () => {
    const log = new MemoryLog();
    const { element } = mount(log, { follow: 'off' });
    const gone = element.goTo(new Date(START + 50_000));
    await frame();
    log.live(20_000);
    assert.equal(await gone, 5_000);
    await until(() => shows(element, 5_000));
  });

  it('by goTo(date) goes to the last line where all are older', async () => {
    const { element } = await live(5_000);
    assert.isUndefined(await element.goTo(new Date(START + 1_000_000)));
    await until(() => shows(element, 5_000));
    assert.match(toast(element), /^All lines are older than/u);
  });

  it('by goTo(date) works in a log that began again', async () => {
    const { element, log } = await live(5_000);
    log.set({ epoch: '2', head: 4_000 });
    await until(() => element.lines === 4_000);
    assert.equal(await element.goTo(new Date(START + 20_000)), 2_000);
  });

  it('by the address', async () => {
    history.replaceState(null, '', `#t=${new Date(START + 100_000).toISOString()}`);
    const log = new MemoryLog();
    const { element } = mount(log, { follow: 'off', permalink: '' });
    log.live(50_000);
    await until(() => shows(element, 10_000));
    location.hash = `#t=${new Date(START + 200_000).toISOString()}`;
    await until(() => shows(element, 20_000));
  });

  it('by #error goes to the first error', async () => {
    const log = new MemoryLog((line) => [START, line === 3_210 ? 'error: it broke' : `line ${line}`]);
    history.replaceState(null, '', '#error');
    const { element } = mount(log, { follow: 'off', permalink: '' });
    log.live(5_000);
    await until(() => shows(element, 3_210));
  });
});

describe('the menu and the help', () => {
  afterEach(async () => {
    unmountAll();
    await release();
  });

  it('shows all keys by ?, and returns to the log with Escape', async () => {
    const { element, scroller } = await live(10);
    scroller.focus();
    await type('?');
    await until(() => shadow<HTMLDialogElement>(element, 'dialog.help').open);
    const rows = shadowAll(element, '.help dt').map(({ textContent }) => textContent?.replaceAll(/\s+/gu, ' ').trim());
    assert.include(rows, '↑k');
    assert.include(rows, '?');
    await type('Escape');
    await until(() => shadowAll(element, 'dialog.help').length === 0);
    assert.strictEqual(focused(element), scroller);
  });

  it('leaves out the keys that shortcuts="off" turns off', async () => {
    const { element } = await live(10, { shortcuts: 'off' });
    await chosen(element, 'Keyboard shortcuts');
    await until(() => shadow<HTMLDialogElement>(element, 'dialog.help').open);
    const keys = shadowAll(element, '.help kbd').map(({ textContent }) => textContent);
    assert.include(keys, '↑');
    assert.notInclude(keys, 'k');
    assert.notInclude(keys, 'g');
  });

  it('copies the current line as Markdown', async () => {
    const { element, scroller } = await live(100, { label: 'build' });
    press(scroller, 'ArrowDown');
    await until(() => shadowAll(element, '#current-line').length === 1);
    await chosen(element, 'Copy as Markdown');
    await until(() => toast(element) === 'Copied 1 line');
    const link = new URL('#L1', location.href).href;
    assert.equal(await taken(), `[build, line 1](${link})\n\n\`\`\`text\nline 1\n\`\`\`\n`);
  });

  it('remembers wrapping and timestamps for other logs', async () => {
    localStorage.removeItem('log-stream');
    try {
      const { scroller } = await live(10, { remember: 'on' });
      press(scroller, 'w');
      press(scroller, 't');
      const other = mount(new MemoryLog(), { remember: 'on' });
      assert.isTrue(other.element.wrap);
      assert.equal(other.element.time, 'local');
      const set = mount(new MemoryLog(), { remember: 'on', time: 'none', wrap: 'off' });
      assert.isFalse(set.element.wrap);
      assert.equal(set.element.time, 'none');
    } finally {
      localStorage.removeItem('log-stream');
    }
  });
});

describe('a reader in another tab', () => {
  const title = document.title;
  const notification = Object.getOwnPropertyDescriptor(window, 'Notification');
  const fetchBefore = window.fetch;

  /** The tab is hidden, or shown again. */
  function hide(isHidden: boolean): void {
    Object.defineProperty(document, 'visibilityState', { configurable: true, value: isHidden ? 'hidden' : 'visible' });
    Object.defineProperty(document, 'hidden', { configurable: true, value: isHidden });
    document.dispatchEvent(new Event('visibilitychange'));
  }

  afterEach(async () => {
    Reflect.deleteProperty(document, 'visibilityState');
    Reflect.deleteProperty(document, 'hidden');
    if (notification !== undefined) Object.defineProperty(window, 'Notification', notification);
    document.title = title;
    window.fetch = fetchBefore;
    unmountAll();
    await release();
  });

  it('is told by the title that the log ended, until the tab is shown', async () => {
    const { log } = await live(100, { notify: 'end' });
    document.title = 'Build 7';
    hide(true);
    log.set({ state: 'ended', end: 0 });
    await until(() => document.title === '✓ Build 7');
    hide(false);
    assert.equal(document.title, 'Build 7');
  });

  it('is told of the first error, and nothing while looking or without notify', async () => {
    const { element, log } = await live(10, { follow: 'on' });
    document.title = 'Build 7';
    hide(true);
    log.append([0, 'error: it broke']);
    await until(() => element.lines === 11);
    assert.equal(document.title, 'Build 7');
    element.notify = 'error';
    log.append([0, 'anything', { l: 17 }]);
    await until(() => document.title === '✖ Build 7');
  });

  /** A server that counts this many errors up to a line. Returns the lines up to which it has counted. */
  function serveErrors(errorsUpTo: (line: number) => number): readonly number[] {
    const counted: number[] = [];
    window.fetch = async (input, init) => {
      const { pathname, searchParams } = new URL(input instanceof Request ? input.url : input, location.href);
      if (!pathname.includes('/levels/')) return fetchBefore(input, init);
      const [after, upto] = [Number(searchParams.get('after')), Number(searchParams.get('upto'))];
      const errors = errorsUpTo(upto) - errorsUpTo(after);
      counted.push(upto);
      return Response.json({ epoch: '1', after, upto, parts: [[upto, 0, [0, 0, 0, 0, errors, 0]]] });
    };
    return counted;
  }

  it('is told of an error in lines that never arrive', async () => {
    const counted = serveErrors((line) => (line > 120 ? 1 : 0));
    const { element, log } = await live(100, { notify: 'error' });
    await until(() => counted.includes(100));
    document.title = 'Build 7';
    hide(true);
    // A hidden tab learns how long the log is, and no lines.
    log.stalled = true;
    log.grow(10);
    await until(() => element.lines === 110);
    assert.equal(document.title, 'Build 7');
    log.grow(40);
    await until(() => document.title === '✖ Build 7');
  });

  it('is told nothing of another error where the log had failed before', async () => {
    serveErrors((line) => (line >= 50 ? 1 : 0) + (line > 100 ? 1 : 0));
    const log = new MemoryLog((line) => (line === 50 ? [START, 'ERROR: once', { l: 17 }] : numbered(line)));
    const { element } = mount(log, { follow: 'off', notify: 'error' });
    log.live(100);
    await until(() => shadow(element, '.error-count').textContent?.trim() === '1');
    document.title = 'Build 7';
    hide(true);
    log.append([0, 'ERROR: again', { l: 17 }]);
    await until(() => shadow(element, '.error-count').textContent?.trim() === '2');
    assert.equal(document.title, 'Build 7');
  });

  it('gets a notification where the menu was granted one, which alone asks for it', async () => {
    const shown: string[] = [];
    let asked = 0;
    class FakeNotification extends EventTarget {
      static permission: NotificationPermission = 'default';
      static async requestPermission(): Promise<NotificationPermission> {
        asked += 1;
        FakeNotification.permission = 'granted';
        return FakeNotification.permission;
      }
      constructor(name: string, { body }: { body: string }) {
        super();
        shown.push(`${name}: ${body}`);
      }
    }
    Object.defineProperty(window, 'Notification', { configurable: true, value: FakeNotification });
    const { element, log } = await live(100, { label: 'build' });
    assert.equal(asked, 0);
    await chosen(element, 'Tell me when it ends or fails');
    await until(() => asked === 1 && element.notify === 'all');
    hide(true);
    log.set({ state: 'ended', end: 2 });
    await until(() => assert.deepEqual(shown, ['build: Failed with exit code 2. 100 lines.']));
  });
});
