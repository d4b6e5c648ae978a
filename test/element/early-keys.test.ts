import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { EarlyKeys, MAX_AGE, MAX_KEYS } from '../../src/element/early-keys.ts';

/** A key pressed in a log. */
function keydown(key: string, init: object = {}): Event {
  const none = { shiftKey: false, ctrlKey: false, altKey: false, metaKey: false, isComposing: false, keyCode: 0 };
  const event = new Event('keydown', { cancelable: true });
  for (const [name, value] of Object.entries({ key, ...none, timeStamp: performance.now(), ...init }))
    Object.defineProperty(event, name, { value });
  return event;
}

function make() {
  const scroller = new EventTarget();
  const pressed = vi.fn();
  const early = new EarlyKeys(scroller, pressed);
  const press = (key: string, init: object = {}): Event => {
    const event = keydown(key, init);
    scroller.dispatchEvent(event);
    return event;
  };
  const taken = (): string[] => early.take().map(({ key }) => key);
  return { scroller, pressed, early, press, taken };
}

describe('EarlyKeys', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('keeps keys in order, and asks for the tools', () => {
    const { press, taken, pressed } = make();
    for (const key of ['g', 'g', 'w', 'E', 'Enter', 'Escape']) press(key);
    expect(pressed).toHaveBeenCalledTimes(6);
    expect(taken()).toEqual(['g', 'g', 'w', 'E', 'Enter', 'Escape']);
  });

  it('keeps all that says which key it was, and when', () => {
    const { press, early } = make();
    press('A', { shiftKey: true, timeStamp: performance.now() - 5 });
    expect(early.take()).toEqual([
      { key: 'A', shiftKey: true, ctrlKey: false, altKey: false, metaKey: false, timeStamp: performance.now() - 5 },
    ]);
  });

  it.each(['ArrowDown', 'PageUp', 'Home', 'End', ' ', 'Tab', 'Shift', 'F5'])('leaves %s to the browser', (key) => {
    const { press, taken, pressed } = make();
    expect(press(key).defaultPrevented).toBe(false);
    expect(pressed).not.toHaveBeenCalled();
    expect(taken()).toEqual([]);
  });

  it.each([{ ctrlKey: true }, { metaKey: true }])('keeps the browser from selecting the whole page', (init) => {
    const { press, taken } = make();
    expect(press('a', init).defaultPrevented).toBe(true);
    expect(taken()).toEqual(['a']);
  });

  it.each([
    ['c', { ctrlKey: true }],
    ['w', { metaKey: true }],
    ['a', { ctrlKey: true, shiftKey: true }],
    ['w', { altKey: true }],
    ['w', { isComposing: true }],
    ['w', { keyCode: 229 }],
  ])('leaves %s with %j alone', (key, init) => {
    const { press, taken } = make();
    expect(press(key, init).defaultPrevented).toBe(false);
    expect(taken()).toEqual([]);
  });

  it(`keeps the last ${MAX_KEYS}`, () => {
    const { press, taken } = make();
    const keys = Array.from({ length: MAX_KEYS + 1 }, (_, at) => String.fromCharCode('a'.charCodeAt(0) + at));
    for (const key of keys) press(key);
    expect(taken()).toEqual(keys.slice(1));
  });

  it('forgets a key that is too old to be meant still', () => {
    const { press, taken } = make();
    press('c');
    vi.advanceTimersByTime(1);
    press('w');
    vi.advanceTimersByTime(MAX_AGE);
    expect(taken()).toEqual(['w']);
  });

  it('keeps none once they were taken', () => {
    const { press, early, taken, pressed } = make();
    press('w');
    early.take();
    press('t');
    expect(pressed).toHaveBeenCalledTimes(1);
    expect(taken()).toEqual([]);
  });
});
