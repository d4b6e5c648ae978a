import { assert } from 'chai';
import '../../../src/element/log-stream.ts';
import { append, sign } from '../../support/browser/log-server.ts';
import { frame, rowsOnScreen, shadow, shadowAll, until } from './support/fixture.ts';

const LINES = 2_000;

describe('the ruler', () => {
  let element: HTMLElementTagNameMap['log-stream'];

  /** Shows a log whose only error is line 500 and whose only warning is line 1,500. */
  async function show(lines = LINES, width = 640): Promise<void> {
    const channel = `ruler:${crypto.randomUUID()}`;
    const texts = Array.from({ length: lines }, (_, at) => `line ${at + 1}`);
    texts[499] = 'ERROR: one';
    texts[1_499] = 'WARN: two';
    await append(channel, `${texts.slice(0, lines).join('\n')}\n`, { end: 1 });
    element = document.createElement('log-stream');
    element.topic = await sign(channel);
    element.style.width = `${width}px`;
    document.body.append(element);
    await until(() => rowsOnScreen(element).length > 0);
    element.dispatchEvent(new Event('pointerenter'));
  }

  const ruler = (): HTMLElement => shadow(element, '.ruler');

  /** The colours painted on a pixel row of the ruler, but for none. */
  function paintedAt(share: number): string[] {
    const canvas = shadow<HTMLCanvasElement>(element, '.ruler canvas');
    const { data } = canvas.getContext('2d')?.getImageData(canvas.width / 2, 0, 1, canvas.height) ?? { data: new Uint8ClampedArray() };
    const at = Math.round(share * canvas.height);
    const colors = new Set<string>();
    for (let row = at - 5; row <= at + 5; row += 1)
      if ((data[4 * row + 3] ?? 0) === 255) colors.add(data.slice(4 * row, 4 * row + 3).join(','));
    return [...colors];
  }

  /** Presses the ruler at a share of its height. */
  function press(share: number): void {
    const { left, top, height } = ruler().getBoundingClientRect();
    const init = { button: 0, pointerId: 1, clientX: left + 6, clientY: top + share * height, bubbles: true };
    ruler().setPointerCapture = () => undefined;
    ruler().dispatchEvent(new PointerEvent('pointerdown', init));
  }

  afterEach(() => element.remove());

  it('marks errors and warnings of the whole log, lines that are not loaded included', async () => {
    await show();
    await until(() => paintedAt(0.25).length > 0 && paintedAt(0.75).length > 0);
    assert.notDeepEqual(paintedAt(0.25), paintedAt(0.75));
    assert.deepEqual(paintedAt(0.5), []);
    assert.equal(ruler().ariaHidden, 'true');
    assert.isFalse(ruler().hasAttribute('tabindex'));
  });

  it('is painted, with the counts and the groups, after two questions', async () => {
    const { fetch } = window;
    const asked: string[] = [];
    window.fetch = (input, init) => {
      const { pathname } = new URL(input instanceof Request ? input.url : input, location.href);
      const [, resource] = /\/log-stream\/(levels|groups|seek|search)\//u.exec(pathname) ?? [];
      if (resource !== undefined) asked.push(resource);
      return fetch(input, init);
    };
    try {
      await show();
      await until(() => paintedAt(0.25).length > 0 && paintedAt(0.75).length > 0 && shadowAll(element, '.counted').length === 2);
      await until(() => asked.includes('groups'));
      await frame();
      assert.sameMembers(asked, ['levels', 'groups']);
    } finally {
      window.fetch = fetch;
    }
  });

  it('marks what a search found, and what is selected', async () => {
    await show();
    await until(() => paintedAt(0.25).length > 0);
    assert.deepEqual(paintedAt(0.35), []);
    assert.equal(await element.find('line 700'), 1);
    await until(() => paintedAt(0.35).length > 0);
    assert.deepEqual(paintedAt(0.6), []);
    element.goTo(1_200);
    await until(() => rowsOnScreen(element).some(({ number }) => number === 1_200));
    shadow<HTMLElement>(element, '.row[data-line="1200"] .num').click();
    await until(() => paintedAt(0.6).length > 0);
  });

  it('leads to the exact line of a mark that is clicked', async () => {
    await show();
    await until(() => paintedAt(0.25).length > 0);
    press(0.25);
    await until(() => rowsOnScreen(element).some(({ number }) => number === 500));
    await until(() => shadow<HTMLElement>(element, '.row.selected').dataset['line'] === '500');
    press(0.6);
    await until(() => rowsOnScreen(element).some(({ number }) => number === 1_200));
  });

  it('shows where the reader is, and what is at a place', async () => {
    await show();
    await until(() => shadowAll(element, '.ruler .box').length === 1 && !ruler().hidden);
    const scroller = shadow<HTMLElement>(element, '.viewport');
    for (let again = 0; again < 3; again += 1) await frame();
    scroller.scrollTop = scroller.scrollHeight;
    await until(() => shadow(element, '.readout').textContent?.startsWith('Line 1,9'));
    await until(() => shadow(element, '.ruler .box').getBoundingClientRect().bottom > ruler().getBoundingClientRect().bottom - 2);
    await until(() => paintedAt(0.25).length > 0);
    const { top, height } = ruler().getBoundingClientRect();
    ruler().dispatchEvent(new PointerEvent('pointermove', { pointerId: 1, clientY: top + height / 4 }));
    assert.match(shadow(element, '.ruler-tip').textContent ?? '', /^Line \d+ · \d\d:\d\d:\d\d · 1 error$/u);
    await until(() => shadow<HTMLElement>(element, '.readout').hidden);
  });

  it('is not there for a log of two screens, nor where there is no room', async () => {
    await show(62);
    await until(() => shadowAll(element, '.ruler').length === 1);
    element.style.height = '900px';
    await until(() => ruler().hidden);
    element.style.height = '300px';
    await until(() => !ruler().hidden);
    element.style.width = '470px';
    await until(() => ruler().hidden);
    const right = (part: string): number => shadow(element, part).getBoundingClientRect().right;
    await until(() => right('.viewport') === right('.body'));
  });

  it('comes without moving a line: there is room for it from the start, and however many lines there are', async () => {
    const widthOf = (): number => Math.round(shadow(element, '.probe').getBoundingClientRect().width * 100);
    const widths = new Set<number>();
    await show(70);
    const seen = new ResizeObserver(() => widths.add(widthOf()));
    seen.observe(shadow(element, '.probe'));
    await until(() => shadowAll(element, '.ruler').length === 1);
    element.style.height = '900px';
    await until(() => ruler().hidden);
    element.style.height = '300px';
    await until(() => !ruler().hidden);
    await frame();
    seen.disconnect();
    assert.equal(widths.size, 1);
    assert.equal(shadow(element, '.viewport').getBoundingClientRect().right, ruler().getBoundingClientRect().left);
  });
});
