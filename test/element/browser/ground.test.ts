import { assert } from 'chai';
import { LEAST_CONTRAST, contrast, parseRgb, type Rgb } from '../../../src/element/terminal/contrast.ts';
import { mount, settled, shadow, unmountAll, until, type TestLogStream } from './support/fixture.ts';
import { MemoryLog } from './support/memory-log.ts';

/** Text of a colour of its own, as a log asks for it. */
async function colored(color: string, attributes: Record<string, string>, ground: string): Promise<TestLogStream> {
  const log = new MemoryLog();
  const { element } = mount(log, attributes);
  if (ground !== '') element.style.setProperty('--ls-bg', ground);
  log.append(`\x1b[38;2;${color}mtext\x1b[0m`);
  log.set({ state: 'live' });
  // Without what paints it, it is drawn as plain text on a machine that is slow to load it.
  await until(() => textOf(element).textContent === 'text' && textOf(element).style.length > 0);
  return element;
}

const textOf = (element: Element): HTMLElement => shadow<HTMLElement>(element, '.row .text > span');

function colorOf(element: Element): Rgb {
  const color = parseRgb(getComputedStyle(textOf(element)).color);
  if (color === undefined) throw new Error('The text has a colour.');
  return color;
}

/** Waits until the text can be read on a ground. */
const readableOn = (element: Element, ground: Rgb): Promise<void> =>
  until(() => assert.isAtLeast(contrast(colorOf(element), ground), LEAST_CONTRAST));

describe('text of a colour of its own', () => {
  afterEach(() => {
    unmountAll();
    document.querySelector('style.page')?.remove();
  });

  for (const [theme, ground, rgb, color] of [
    ['dark', '#5a5a6e', [90, 90, 110], '200;120;90'],
    ['dark', 'rgb(90 90 110)', [90, 90, 110], '120;120;255'],
    ['dark', 'oklch(0.5 0 0)', [99, 99, 99], '200;120;90'],
    ['light', '#c8c0b0', [200, 192, 176], '180;60;20'],
    ['light', '#101010', [16, 16, 16], '20;20;120'],
    ['dark', '#ffffff', [255, 255, 255], '230;230;120'],
  ] as const) {
    it(`can be read on the page's ${ground} in the ${theme} theme`, async () => {
      const element = await colored(color, { theme }, ground);
      await readableOn(element, rgb);
    });
  }

  it('is drawn again when the ground changes by a style sheet of the page, and back', async () => {
    const element = await colored('200;120;90', { theme: 'dark' }, '');
    const before = colorOf(element);
    const node = textOf(element);
    const style = document.createElement('style');
    style.className = 'page';
    style.textContent = 'test-log-stream{--ls-bg:#5a5a6e}';
    document.head.append(style);
    await readableOn(element, [90, 90, 110]);
    assert.notEqual(textOf(element), node);
    style.remove();
    await until(() => assert.deepEqual(colorOf(element), before));
  });

  it('follows the theme where the ground stays, which only then is the odd one', async () => {
    const element = await colored('20;20;120', { theme: 'dark' }, '#101010');
    element.theme = 'light';
    await readableOn(element, [16, 16, 16]);
  });

  for (const ground of ['transparent', 'rgb(90 90 110 / 50%)', 'linear-gradient(#5a5a6e, #5a5a6e)']) {
    it(`keeps to the ground of the theme where the page's is ${ground}`, async () => {
      const expected = colorOf(await colored('200;120;90', { theme: 'dark' }, ''));
      unmountAll();
      const element = await colored('200;120;90', { theme: 'dark' }, '#5a5a6e');
      await readableOn(element, [90, 90, 110]);
      element.style.setProperty('--ls-bg', ground);
      await until(() => assert.deepEqual(colorOf(element), expected));
    });
  }

  it('is not drawn again by the theme alone, nor by a ground that changes nothing', async () => {
    const element = await colored('200;120;90', { theme: 'dark' }, '');
    const node = await settled(element, () => textOf(element));
    const probe = shadow(element, '.probe');
    const told = (name: string): Promise<void> =>
      new Promise((resolve) => {
        const listener = ({ propertyName }: Event & { propertyName?: string }): void => {
          if (propertyName !== name) return;
          probe.removeEventListener('transitionend', listener);
          requestAnimationFrame(() => requestAnimationFrame(() => resolve()));
        };
        probe.addEventListener('transitionend', listener);
      });
    const switched = told('background-color');
    element.theme = 'light';
    await switched;
    assert.equal(textOf(element), node);
    const darkened = told('background-color');
    element.style.setProperty('--ls-bg', '#fefefe');
    await darkened;
    assert.equal(textOf(element), node);
  });
});
