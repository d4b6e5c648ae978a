import { assert } from 'chai';
import { selectedBoundaries } from '../../../src/element/util/selected-boundaries.ts';
import { mountWithoutTools, rowsOnScreen, shadowAll, unmountAll, until } from './support/fixture.ts';
import { marked } from './support/groups-server.ts';
import { MemoryLog } from './support/memory-log.ts';

/** The line that is selected in, and its text as a terminal shows it. */
const LINE = 6;
const TEXT = 'error: a wide 漢 one';

/** The text node of the row that shows the line, and a place in it. */
function textNode(element: Element): Text | undefined {
  const text = shadowAll(element, `.row[data-line="${LINE}"]:not([data-pinned]) .text`)[0];
  if (text === undefined) return undefined;
  const walker = document.createTreeWalker(text, NodeFilter.SHOW_TEXT);
  const node = walker.nextNode();
  return node instanceof Text && node.length > 4 ? node : undefined;
}

function selectedText(element: Element): string {
  const found = selectedBoundaries(element.shadowRoot);
  if (found === undefined) return '';
  const range = document.createRange();
  range.setStart(found.startContainer, found.startOffset);
  range.setEnd(found.endContainer, found.endOffset);
  return range.toString();
}

interface Selecting {
  readonly lost: string[];
  /** How often it selected. */
  count: number;
  /** 1: before every frame; 2: before every second one, so that those between move rows freely; Infinity: before none. */
  step: number;
  stop(): void;
}

/**
 * Until it is stopped, selects text just before frames, of which no event has told by then, and clears the selection after
 * them. Gives what had become of the selection.
 */
function selectBeforeFrames(element: Element): Selecting {
  const { requestAnimationFrame: original } = window;
  const selecting: Selecting = {
    lost: [],
    count: 0,
    step: 1,
    stop() {
      window.requestAnimationFrame = original;
    },
  };
  let frames = 0;
  let latest = 0;
  window.requestAnimationFrame = (callback) =>
    original((time) => {
      if (time !== latest) frames += 1;
      latest = time;
      const node = frames % selecting.step !== 0 ? undefined : textNode(element);
      if (node === undefined) return callback(time);
      document.getSelection()?.setBaseAndExtent(node, 1, node, 4);
      const expected = node.data.slice(1, 4);
      callback(time);
      selecting.count += 1;
      const selected = selectedText(element);
      if (selected !== expected) selecting.lost.push(`In frame ${frames} ${expected} became "${selected}".`);
      document.getSelection()?.removeAllRanges();
    });
  return selecting;
}

describe('a selection that was made just before a frame', () => {
  afterEach(() => unmountAll());

  for (const lines of [400, 20_000])
    it(`outlives what changes in a log of ${lines} lines`, async () => {
      const log = new MemoryLog();
      const texts = Array.from({ length: lines }, (_, at) => (at % 5 === 0 ? `\u001b[31mred ${at}\u001b[0m and plain` : `line ${at}`));
      texts[LINE - 1] = `\u001b[1m${TEXT.slice(0, 8)}\u001b[0m${TEXT.slice(8)}`;
      log.append(...marked(texts));
      const mounted = mountWithoutTools(log, { follow: 'off', endpoint: '/no-server' });
      const { element } = mounted;
      await element.updateComplete;
      const selecting = selectBeforeFrames(element);
      try {
        log.set({ state: 'live' });
        await until(() => rowsOnScreen(element)[5]?.text === TEXT);
        await mounted.loadTools();
        await until(() => shadowAll(element, '.row.error').length > 0);
        const { scroller } = mounted;
        for (const top of [40, 900, 20, 3_000, 0]) {
          scroller.scrollTop = top;
          await until(() => Math.abs(scroller.scrollTop - top) < 1 && rowsOnScreen(element).every(({ text }) => text !== ''));
        }
        // A small log is put into groups of rows as a whole, but not while something is selected.
        const { count } = selecting;
        selecting.step = 2;
        await until(() => selecting.count > count + 40);
        selecting.step = Infinity;
        await until(() => lines > 1_000 || shadowAll(element, '.chunk').length > 2);
        selecting.step = 1;
        log.append('more');
        log.set({ part: [0, 'not finished'] });
        await until(() => shadowAll(element, '.pill').some((pill) => pill.textContent?.includes('new line') === true));
        element.goTo('end');
        await until(() => rowsOnScreen(element).some(({ number }) => number === lines + 1));
        element.goTo('start');
        await until(() => rowsOnScreen(element)[0]?.number === 1);
      } finally {
        selecting.stop();
        mounted.restore();
      }
      assert.isAbove(selecting.count, 20);
      assert.deepEqual(selecting.lost, []);
    });
});

describe('a selection in coloured text', () => {
  afterEach(() => unmountAll());

  for (const direction of ['forward', 'backward'])
    it(`outlives that the text is drawn again in other colours, ${direction}`, async () => {
      const log = new MemoryLog();
      log.append('\u001b[38;2;200;120;90mone two\u001b[0m three', '\u001b[38;2;120;120;255mfour\u001b[0m', 'five');
      const mounted = mountWithoutTools(log, { theme: 'dark', follow: 'off' });
      const { element } = mounted;
      const textsOf = (line: number): HTMLElement[] => shadowAll(element, `.row[data-line="${line}"] .text > span`);
      try {
        log.set({ state: 'live' });
        await until(() => rowsOnScreen(element).length === 3 && textsOf(2)[0]?.textContent === 'four');
        const [first, second] = [textsOf(1)[0]?.firstChild, textsOf(2)[0]?.firstChild];
        assert.instanceOf(first, Text);
        assert.instanceOf(second, Text);
        if (direction === 'forward') document.getSelection()?.setBaseAndExtent(first, 4, second, 2);
        else document.getSelection()?.setBaseAndExtent(second, 2, first, 4);
        const selected = selectedText(element);
        assert.isTrue(selected.startsWith('two three') && selected.endsWith('fo'), selected);
        element.style.setProperty('--ls-bg', '#5a5a6e');
        await until(() => textsOf(1)[0]?.firstChild !== first && textsOf(2)[0]?.firstChild !== second);
        assert.isEmpty(shadowAll(element, '.toolbar'));
        assert.equal(selectedText(element), selected);
        assert.equal(document.getSelection()?.direction ?? direction, direction);
      } finally {
        mounted.restore();
      }
    });
});

describe('a selection in the unfinished line', () => {
  afterEach(() => unmountAll());

  it('outlives the end of the line', async () => {
    const log = new MemoryLog();
    log.append('one');
    const mounted = mountWithoutTools(log, { follow: 'off' });
    const { element } = mounted;
    const text = (): Node | null | undefined => shadowAll(element, '.row[data-line="2"] .text')[0]?.firstChild;
    try {
      log.set({ state: 'live', part: [0, 'Downloading'] });
      await until(() => rowsOnScreen(element)[1]?.text === 'Downloading');
      const node = text();
      assert.instanceOf(node, Text);
      document.getSelection()?.setBaseAndExtent(node, 4, node, 8);
      log.set({ part: null });
      log.append('Downloading');
      await until(() => shadowAll(element, '.row[data-line="2"]:not(.partial)').length === 1);
      assert.equal(selectedText(element), 'load');
    } finally {
      mounted.restore();
    }
  });
});
