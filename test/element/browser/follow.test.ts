import { assert } from 'chai';
import {
  frame,
  mount,
  nodesIn,
  painted,
  press,
  rowsOnScreen,
  shadow,
  topicOf,
  unmountAll,
  until,
  type Mounted,
} from './support/fixture.ts';
import { MemoryLog, START } from './support/memory-log.ts';

const ESC = '\x1b';
/** Scrolling counts as at rest after 150 ms without movement. */
const REST = 160;
const pill = (element: Element): HTMLButtonElement => shadow(element, '.pill');
const follow = (element: Element): HTMLButtonElement => shadow(element, '[data-action="follow"]');
const wheel = (scroller: HTMLElement, deltaY: number): boolean => scroller.dispatchEvent(new WheelEvent('wheel', { deltaY }));

/** Goes on when no frame is under way. */
const betweenFrames = (): Promise<void> => new Promise((resolve) => setTimeout(resolve));
/** Goes on when timers that were set before have run: what is looked at when scrolling rests has been looked at. */
const rested = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, REST));

async function live(head: number, log = new MemoryLog()): Promise<Mounted> {
  const mounted = mount(log);
  log.live(head);
  await until(() => rowsOnScreen(mounted.element).at(-1)?.number === head);
  // Keys and buttons are there a little later than the lines.
  await until(() => shadow(mounted.element, '.toolbar'));
  await frame();
  return mounted;
}

describe('following', () => {
  afterEach(unmountAll);

  it('at 10,000 lines a second keeps the last line in sight and the document small', async () => {
    const colours = (line: number): string =>
      `${ESC}[90m12:00:00${ESC}[39m ${ESC}[1m${ESC}[3${line % 8}mjob ${line}${ESC}[0m ${ESC}[32mok${ESC}[0m line ${line}`;
    const { element, log } = await live(100_000, new MemoryLog((line) => [START + line, colours(line)]));
    let late = 0;
    let most = 0;
    for (let step = 0; step < 120; step += 1) {
      log.grow(167);
      await painted();
      await painted();
      if (rowsOnScreen(element).at(-1)?.number !== log.status.head) late += 1;
      most = Math.max(most, nodesIn(element));
    }
    assert.equal(late, 0, 'frames that did not show the last line two frames after it came');
    assert.isAtMost(most, 1_200);
    await until(() => rowsOnScreen(element).at(-1)?.text.endsWith('line 120040') === true);
    await until(() => shadow(element, '.counts').textContent?.trim().startsWith('120,040 lines'));
  });

  it('is left by the wheel going up; then nothing moves, and the pill counts what came', async () => {
    const { element, log, scroller } = await live(10_000);
    wheel(scroller, -100);
    scroller.scrollTop -= 100;
    await frame();
    const before = JSON.stringify(rowsOnScreen(element));
    assert.equal(follow(element).ariaPressed, 'false');
    assert.isTrue(pill(element).hidden, 'nothing new yet');
    log.grow(214);
    await until(() => !pill(element).hidden);
    assert.equal(pill(element).textContent?.trim(), '↓ 214 new lines');
    assert.equal(JSON.stringify(rowsOnScreen(element)), before);
    log.grow(20_000);
    await until(() => pill(element).textContent?.trim() === '↓ 9,999+ new lines');
    pill(element).click();
    await until(() => rowsOnScreen(element).at(-1)?.number === 30_214);
    await until(() => pill(element).hidden);
    assert.equal(follow(element).ariaPressed, 'true');
  });

  it('is left at full rate, too: the view stands still while thousands of lines come', async () => {
    const { element, log, scroller } = await live(10_000);
    for (let step = 0; step < 10; step += 1) {
      log.grow(1_667);
      await frame();
    }
    wheel(scroller, -300);
    scroller.scrollTop -= 300;
    await frame();
    const before = JSON.stringify(rowsOnScreen(element));
    for (let step = 0; step < 10; step += 1) {
      log.grow(1_667);
      await frame();
    }
    assert.equal(JSON.stringify(rowsOnScreen(element)), before);
  });

  it('is taken up again by scrolling to the end', async () => {
    const { element, log, scroller } = await live(10_000);
    wheel(scroller, -100);
    scroller.scrollTop -= 100;
    await until(() => follow(element).ariaPressed === 'false');
    scroller.scrollTop = scroller.scrollHeight;
    await until(() => follow(element).ariaPressed === 'true');
    log.grow(500);
    await until(() => rowsOnScreen(element).at(-1)?.number === 10_500);
  });

  it('is left by keys that go up and taken up by End', async () => {
    const { element, log, scroller } = await live(10_000);
    for (const key of ['ArrowUp', 'PageUp', 'Home', 'k']) {
      press(scroller, key);
      await until(() => follow(element).ariaPressed === 'false');
      press(scroller, 'End');
      await until(() => follow(element).ariaPressed === 'true');
    }
    log.grow(5);
    await until(() => rowsOnScreen(element).at(-1)?.number === 10_005);
  });

  it('is not left by appended lines, a resize or another height of the log', async () => {
    const { element, log } = await live(10_000);
    element.style.height = '300px';
    log.grow(50);
    await until(() => rowsOnScreen(element).at(-1)?.number === 10_050);
    element.style.height = '700px';
    await until(() => rowsOnScreen(element).at(-1)?.number === 10_050 && rowsOnScreen(element).length > 30);
    log.set({ state: 'reconnecting', retryAt: Date.now() + 3_000 });
    await frame();
    log.live(10_051);
    await until(() => rowsOnScreen(element).at(-1)?.number === 10_051);
    assert.equal(follow(element).ariaPressed, 'true');
  });

  it('is not left when the browser moves the scrollbar for a new size before the log knows of it', async () => {
    const { element, log, scroller } = await live(10_000);
    for (const height of [300, 700, 400, 900]) {
      await betweenFrames();
      element.style.height = `${height}px`;
      // A page that measures has the browser lay out, and move what would be beyond the end.
      assert.isAbove(scroller.scrollTop, 0);
      for (let again = 0; again < 3; again += 1) await frame();
      log.grow(7);
      await until(() => rowsOnScreen(element).at(-1)?.number === log.status.head);
      assert.equal(follow(element).ariaPressed, 'true');
    }
  });

  it('is not left by hiding the log, or moving it in the page, while lines come', async () => {
    const { element, log } = await live(10_000);
    const other = document.createElement('section');
    document.body.append(other);
    for (const [away, back] of [
      [() => (element.hidden = true), () => (element.hidden = false)],
      [() => element.remove(), () => other.append(element)],
    ] as const) {
      log.grow(7);
      await until(() => rowsOnScreen(element).at(-1)?.number === log.status.head);
      away();
      // Longer than scrolling takes to come to rest, which is looked at then.
      await rested();
      back();
      log.grow(7);
      await until(() => rowsOnScreen(element).at(-1)?.number === log.status.head);
      assert.equal(follow(element).ariaPressed, 'true');
    }
    other.remove();
  });

  it('is not left where there is nothing to scroll', async () => {
    const { element, scroller } = await live(3);
    wheel(scroller, -100);
    press(scroller, 'PageUp');
    await frame();
    assert.equal(follow(element).ariaPressed, 'true');
  });

  it('is left by selecting text', async () => {
    const { element, scroller } = await live(1_000);
    const text = shadow(element, '.row .text');
    const init = { bubbles: true, composed: true, button: 0, buttons: 1, pointerType: 'mouse' };
    text.dispatchEvent(new PointerEvent('pointerdown', { ...init, clientX: 100, clientY: 100 }));
    scroller.dispatchEvent(new PointerEvent('pointermove', { ...init, clientX: 102, clientY: 100 }));
    assert.equal(follow(element).ariaPressed, 'true', 'a click is no selection');
    scroller.dispatchEvent(new PointerEvent('pointermove', { ...init, clientX: 140, clientY: 100 }));
    await until(() => follow(element).ariaPressed === 'false');
  });

  it('tells of it, and obeys button, key and attribute', async () => {
    const { element, scroller } = await live(1_000);
    const told: boolean[] = [];
    document.addEventListener('log-stream-follow', (event) => told.push(event.detail.following), { once: false });
    follow(element).click();
    press(scroller, 'f');
    element.follow = 'off';
    element.follow = 'on';
    assert.deepEqual(told, [false, true, false, true]);
  });

  it('starts again with another log, and announces it', async () => {
    const { element } = await live(1_000);
    const told: boolean[] = [];
    element.addEventListener('log-stream-follow', ({ detail }) => told.push(detail.following));
    element.goTo(5);
    element.topic = topicOf('run:2');
    await until(() => told.length === 2);
    assert.deepEqual(told, [false, true]);
    await until(() => rowsOnScreen(element).at(-1)?.number === 1_000);
  });

  it('counts as new what came after the log was opened, also where it was never followed', async () => {
    const { element, log } = mount(new MemoryLog(), { follow: 'off' });
    log.live(10_000);
    await until(() => rowsOnScreen(element).some(({ text }) => text === 'line 1'));
    log.grow(3);
    await until(() => !pill(element).hidden);
    assert.equal(pill(element).textContent?.trim(), '↓ 3 new lines');
  });

  it('ends with the log, whose last row says how it ended', async () => {
    const { element, log, scroller } = await live(48_210);
    log.set({ state: 'ended', end: 0 });
    await until(() => element.shadowRoot?.querySelector('.state.ended') !== null);
    await until(() => shadow(element, '.state.ended').textContent === 'Succeeded · 48,210 lines · 8m 02s');
    const box = shadow(element, '.state.ended').getBoundingClientRect();
    assert.isAtMost(box.bottom, scroller.getBoundingClientRect().bottom);
    assert.isNull(element.shadowRoot?.querySelector('[data-action="follow"]') ?? null);
  });
});
