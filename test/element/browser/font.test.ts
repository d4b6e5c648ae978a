import { assert } from 'chai';
import { mount, shadow, shadowAll, unmountAll, until, type TestLogStream } from './support/fixture.ts';
import { MemoryLog, START } from './support/memory-log.ts';

/** Twenty columns of what fonts for code have at times, and others not. */
const BOXES = '═'.repeat(20);
const INSTALLED = ['Liberation Mono', 'DejaVu Sans Mono', 'Menlo', 'Consolas', 'Courier New'].map((name) => `local("${name}")`).join(',');

/** Adds a font to the page: an installed one, larger than it is. */
async function addFont(family: string, descriptors: string): Promise<void> {
  const style = document.createElement('style');
  style.className = 'late';
  style.textContent = `@font-face{font-family:${family};src:${INSTALLED};${descriptors}}`;
  document.head.append(style);
  const faces = await document.fonts.load(`13px ${family}`, '0═');
  assert.deepEqual(
    faces.map(({ status }) => status),
    ['loaded'],
    'one of the fonts is installed',
  );
  // WebKit has installed fonts at once, and tells of those alone that it has to fetch.
  if (/AppleWebKit/u.test(navigator.userAgent) && !/Chrome/u.test(navigator.userAgent))
    document.fonts.dispatchEvent(new Event('loadingdone'));
}

/** Of the rows: how wide their text is, in columns. */
function columns(element: TestLogStream): number[] {
  const cell = shadow(element, '.probe span').getBoundingClientRect().width / 64;
  return shadowAll(element, '.row .text').map((text) => {
    const range = document.createRange();
    range.selectNodeContents(text);
    return range.getBoundingClientRect().width / cell;
  });
}

async function onGrid(element: TestLogStream, rows: number): Promise<void> {
  await until(() => {
    const found = columns(element);
    assert.lengthOf(found, rows);
    for (const count of found) assert.closeTo(count, 20, 0.1);
  });
}

async function boxes(font: string): Promise<{ element: TestLogStream; log: MemoryLog }> {
  // No two in a row are the same: they would be folded.
  const log = new MemoryLog((line) => [START, BOXES.slice(1) + (line % 2 === 0 ? '═' : '║')]);
  const { element } = mount(log);
  element.style.setProperty('--ls-font', font);
  log.live(5);
  await onGrid(element, 5);
  return { element, log };
}

describe('the grid of the rows', () => {
  afterEach(() => {
    unmountAll();
    for (const style of document.querySelectorAll('style.late')) style.remove();
  });

  it('is kept when the font of the log comes late, in rows that are drawn and in new ones', async () => {
    const { element, log } = await boxes('late-whole, monospace');
    await addFont('late-whole', 'size-adjust:150%;unicode-range:U+0-7F');
    await onGrid(element, 5);
    log.grow(3);
    await onGrid(element, 8);
  });

  it('is kept when a font comes late that only has characters beyond letters', async () => {
    const { element, log } = await boxes('late-boxes, monospace');
    await addFont('late-boxes', 'size-adjust:150%;unicode-range:U+2550-256C');
    await until(() => shadow(element, '.row .text > *').getAttribute('style')?.includes('letter-spacing: -'));
    await onGrid(element, 5);
    log.grow(3);
    await onGrid(element, 8);
  });

  it('is kept when a font came while the element was not in the page', async () => {
    const { element } = await boxes('late-away, monospace');
    const place = element.parentElement;
    element.remove();
    await Promise.resolve();
    await addFont('late-away', 'size-adjust:150%;unicode-range:U+2550-256C');
    place?.append(element);
    await until(() => shadow(element, '.row .text > *').getAttribute('style')?.includes('letter-spacing: -'));
    await onGrid(element, 5);
  });

  it('is kept when the page sets another font whose letters are as wide, or wider', async () => {
    await addFont('wide-boxes', 'size-adjust:150%;unicode-range:U+2550-256C');
    await addFont('wide-letters', 'size-adjust:150%;unicode-range:U+0-7F');
    const { element } = await boxes('monospace');
    element.style.setProperty('--ls-font', 'wide-boxes, monospace');
    await until(() => shadow(element, '.row .text > *').getAttribute('style')?.includes('letter-spacing: -'));
    await onGrid(element, 5);
    element.style.setProperty('--ls-font', 'wide-letters, monospace');
    await until(() => shadow(element, '.row .text > *').getAttribute('style')?.includes('letter-spacing: 0.'));
    await onGrid(element, 5);
  });

  it('listens for fonts only while it is in the page', async () => {
    const listening = new Set<unknown>();
    const { fonts } = document;
    const { addEventListener: add, removeEventListener: remove } = fonts;
    fonts.addEventListener = (type: string, listener: EventListener): void => {
      listening.add(listener);
      add.call(fonts, type, listener);
    };
    fonts.removeEventListener = (type: string, listener: EventListener): void => {
      listening.delete(listener);
      remove.call(fonts, type, listener);
    };
    try {
      const { element } = await boxes('monospace');
      const place = element.parentElement;
      assert.equal(listening.size, 1);
      element.remove();
      await until(() => listening.size === 0);
      place?.append(element);
      assert.equal(listening.size, 1);
      element.remove();
      await until(() => listening.size === 0);
    } finally {
      Reflect.deleteProperty(fonts, 'addEventListener');
      Reflect.deleteProperty(fonts, 'removeEventListener');
    }
  });

  it('leaves the selection in a row alone, and draws the row as soon as it is gone', async () => {
    const { element, log } = await boxes('late-selected, monospace');
    // With them comes what holds a selection.
    await until(() => shadowAll(element, '.toolbar').length === 1);
    const text = shadow(element, '.row .text');
    const node = document.createTreeWalker(text, NodeFilter.SHOW_TEXT).nextNode();
    if (node === null) throw new Error('The row has text.');
    getSelection()?.setBaseAndExtent(node, 2, node, 6);
    document.dispatchEvent(new Event('selectionchange'));
    await addFont('late-selected', 'size-adjust:150%;unicode-range:U+2550-256C');
    await until(() => shadowAll(element, '.row .text > *').some((span) => span.getAttribute('style')?.includes('letter-spacing: -')));
    assert.isTrue(text.contains(node), 'the text that is selected stays');
    getSelection()?.removeAllRanges();
    await until(() => {
      log.grow(1);
      return !text.contains(node);
    });
    await until(() => columns(element).every((count) => Math.abs(count - 20) < 0.1));
  });
});
