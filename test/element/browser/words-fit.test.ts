import { assert } from 'chai';
import { LogStreamElement } from '../../../src/element/element.ts';
import { frame, shadow, unmountAll, until } from './support/fixture.ts';
import { MARK, PSEUDO } from './support/pseudo.ts';
import { saidIn } from './support/said.ts';
import { SCENES } from './support/scenes.ts';

/** Figures, signs and the placeholders of fields stand as they are in every language. */
const isFigure = (text: string): boolean => !/\p{L}{2,}/u.test(text) || /^[\d.,:]+\s?[hms]|^<?\d/u.test(text);

const isVisible = (element: Element): boolean => element.checkVisibility({ visibilityProperty: true, opacityProperty: true });

/** What reaches out of the element, or is cut without a sign of it. */
function misfits(host: Element): string[] {
  const base = shadow(host, '.base').getBoundingClientRect();
  const found: string[] = [];
  for (const { element, text } of saidIn(host)) {
    if (!(element instanceof HTMLElement) || !isVisible(element) || element.textContent?.includes(text) !== true) continue;
    const { left, right, width } = element.getBoundingClientRect();
    const name = `${element.className || element.localName}: ${text}`;
    if (width <= 1) continue;
    const limits = element.closest('[popover], dialog') === null ? base : { left: 0, right: innerWidth };
    if (left < limits.left - 1 || right > limits.right + 1)
      found.push(`outside: ${name} ${left}–${right} of ${limits.left}–${limits.right}`);
    if (element.scrollWidth <= element.clientWidth + 1 || element.clientWidth === 0) continue;
    const { textOverflow, overflowX } = getComputedStyle(element);
    if (overflowX === 'visible') found.push(`overflows: ${name}`);
    else if (textOverflow !== 'ellipsis' || element.title === '') found.push(`cut: ${name}`);
  }
  return found;
}

describe('words of another language, longer and from right to left', () => {
  before(() => {
    document.documentElement.dir = 'rtl';
    LogStreamElement.strings = PSEUDO;
  });
  after(() => {
    document.documentElement.removeAttribute('dir');
    LogStreamElement.strings = undefined;
  });
  afterEach(unmountAll);

  for (const width of [1_280, 320]) {
    for (const [name, scene] of Object.entries(SCENES)) {
      it(`fit at ${width} px, and are all from the table: ${name}`, async () => {
        const { element } = await scene({ style: `width: ${width}px`, dir: 'rtl' });
        const others = (): string[] =>
          saidIn(element)
            .filter(({ text }) => !text.includes(MARK) && !isFigure(text))
            .map(({ element: { className }, text }) => `${className}: ${text}`);
        // Other words than English come a moment later.
        await until(() => assert.deepEqual(others(), []));
        await frame();
        await frame();
        assert.deepEqual(misfits(element), []);
      });
    }
  }

  it('turn the chrome around, and leave figures as they are', async () => {
    const mounted = await SCENES['failed']?.({ style: 'width: 640px', dir: 'rtl' });
    assert.isDefined(mounted);
    if (mounted === undefined) return;
    const { left: chip } = shadow(mounted.element, '.status').getBoundingClientRect();
    const { left: more } = shadow(mounted.element, '.more-actions').getBoundingClientRect();
    assert.isAbove(chip, more);
    assert.include(shadow(mounted.element, '.counts').textContent, '3');
    assert.equal(getComputedStyle(shadow(mounted.element, '.status span')).direction, 'rtl');
  });
});
