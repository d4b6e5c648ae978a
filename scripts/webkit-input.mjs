// Mouse and keyboard of WebKitGTK as puppeteer has them, which is how the commands of @web/test-runner use them.

/** @typedef {(actions: readonly object[]) => Promise<unknown>} Perform Has the driver perform W3C actions. */

/** Keys without a character, by their W3C code. */
const KEYS = new Map([
  ['Backspace', '\uE003'],
  ['Tab', '\uE004'],
  ['Enter', '\uE007'],
  ['Shift', '\uE008'],
  ['Control', '\uE009'],
  ['Alt', '\uE00A'],
  ['Escape', '\uE00C'],
  ['PageUp', '\uE00E'],
  ['PageDown', '\uE00F'],
  ['End', '\uE010'],
  ['Home', '\uE011'],
  ['ArrowLeft', '\uE012'],
  ['ArrowUp', '\uE013'],
  ['ArrowRight', '\uE014'],
  ['ArrowDown', '\uE015'],
  ['Delete', '\uE017'],
  ['Meta', '\uE03D'],
]);

const BUTTONS = { left: 0, middle: 1, right: 2 };

/** @typedef {{ button?: keyof typeof BUTTONS }} Options */

/** @param {Perform} perform */
function keyboardOf(perform) {
  /** @param {readonly ['keyDown' | 'keyUp', string][]} steps */
  const keys = (...steps) => {
    const actions = steps.map(([type, key]) => ({ type, value: KEYS.get(key) ?? key }));
    return perform([{ type: 'key', id: 'keyboard', actions }]);
  };
  return {
    /** @param {string} key */
    down: (key) => keys(['keyDown', key]),
    /** @param {string} key */
    up: (key) => keys(['keyUp', key]),
    /** @param {string} key */
    press: (key) => keys(['keyDown', key], ['keyUp', key]),
    /** @param {string} text */
    async type(text) {
      for (const key of text) await keys(['keyDown', key], ['keyUp', key]);
    },
  };
}

/** @param {Perform} perform */
function mouseOf(perform) {
  /** @param {readonly object[]} actions */
  const mouse = (...actions) => perform([{ type: 'pointer', id: 'mouse', parameters: { pointerType: 'mouse' }, actions }]);
  /** @param {number} x @param {number} y */
  const to = (x, y) => ({ type: 'pointerMove', x, y, duration: 0, origin: 'viewport' });
  /** @param {'pointerDown' | 'pointerUp'} type @param {Options} [options] */
  const button = (type, options) => ({ type, button: BUTTONS[options?.button ?? 'left'] });
  return {
    /** @param {number} x @param {number} y */
    move: (x, y) => mouse(to(x, y)),
    /** @param {number} x @param {number} y @param {Options} [options] */
    click: (x, y, options) => mouse(to(x, y), button('pointerDown', options), button('pointerUp', options)),
    /** @param {Options} [options] */
    down: (options) => mouse(button('pointerDown', options)),
    /** @param {Options} [options] */
    up: (options) => mouse(button('pointerUp', options)),
  };
}

/**
 * @param {import('./webkit-driver.mjs').WebKit} webkit
 */
export function inputOf({ web, session }) {
  /** @type {Perform} */
  const perform = (actions) => web.send('POST', `${session}/actions`, { actions });
  return {
    keyboard: keyboardOf(perform),
    /** `reset` lets go of everything that is held down. */
    mouse: { ...mouseOf(perform), reset: () => web.send('DELETE', `${session}/actions`) },
  };
}
