import { assert } from 'chai';
import { LEAST_CONTRAST, contrast, parseRgb, type Rgb } from '../../../src/element/terminal/contrast.ts';
import { mount, shadowAll, unmountAll, until } from './support/fixture.ts';
import { MemoryLog } from './support/memory-log.ts';

const ESC = '\x1b';

/** Every attribute, alone and in common combinations. */
const LOOKS: readonly string[] = [
  ...[0, 1, 2, 3, 4, 5, 7, 8, 9, 21, 53, '4:3', '4:4', '4:5', '4;58;2;255;0;0', '4:3;58;5;9'].map(String),
  ...Array.from({ length: 8 }, (_, at) => [30 + at, 40 + at, 90 + at, 100 + at].map((code) => [`${code}`, `7;${code}`, `2;${code}`])).flat(
    2,
  ),
  '38;5;208',
  '48;5;22',
  '38;5;18',
  '38;5;231',
  '48;5;231',
  '38;2;255;100;0',
  '48;2;10;10;60',
  '38;2;9;9;9',
  '38;2;250;250;250',
  '30;42',
  '1;31',
  '1;30;43',
  '2;7',
  '7;38;5;208',
  '7;48;5;22',
  '38;2;1;2;3;48;2;4;5;6',
  '37;47',
  '9;53;4',
  '3;9;35',
  '1;7;9;4:3',
];

const KEPT = ['color', 'backgroundColor', 'fontWeight', 'fontStyle', 'fontSize', 'opacity'] as const;

/** The text decorations of an element: its own, and those of its ancestors. */
function lines(element: Element | null): Set<string> {
  const all = new Set<string>();
  for (let at = element; at !== null && !at.classList.contains('row'); at = at.parentElement)
    for (const line of getComputedStyle(at).textDecorationLine.split(' ')) if (line !== 'none') all.add(line);
  return all;
}

function rgb(color: string): Rgb {
  const parsed = parseRgb(color);
  if (parsed === undefined) throw new Error(`${color} is no opaque colour`);
  return parsed;
}

/** The background behind an element. */
function ground(element: Element | null): Rgb {
  for (let at = element; at !== null; at = at.parentElement) {
    const { backgroundColor } = getComputedStyle(at);
    if (backgroundColor !== 'rgba(0, 0, 0, 0)') return rgb(backgroundColor);
  }
  throw new Error('It stands on nothing.');
}

/** The elements that hold the characters of a row's text, in order. */
function holders(text: Element): HTMLElement[] {
  const walker = document.createTreeWalker(text, NodeFilter.SHOW_TEXT);
  const found: HTMLElement[] = [];
  while (walker.nextNode() !== null) found.push(walker.currentNode.parentElement as HTMLElement);
  return found;
}

describe('a link over text of any style', () => {
  afterEach(unmountAll);

  for (const theme of ['light', 'dark'] as const) {
    it(`looks like the text without it, underlined, in the ${theme} theme`, async () => {
      const log = new MemoryLog();
      // A plain letter, and one with a box of its own.
      const text = (look: string): string => `${ESC}[${look}mlook 👩‍💻${ESC}[0m`;
      for (const look of LOOKS) log.append(text(look), `${ESC}]8;;https://example.org/${ESC}\\${text(look)}${ESC}]8;;${ESC}\\`);
      const { element } = mount(log, { theme, follow: 'off' });
      log.set({ state: 'live' });
      await until(() => shadowAll(element, '.row').length === LOOKS.length * 2);
      const rows = shadowAll(element, '.row .text');
      for (const [at, look] of LOOKS.entries()) {
        const plain = holders(rows[at * 2] as HTMLElement);
        const linked = holders(rows[at * 2 + 1] as HTMLElement);
        assert.equal(linked.length, plain.length, look);
        for (const [index, without] of plain.entries()) {
          const within = linked[index] as HTMLElement;
          assert.isNotNull(within.closest('a'), look);
          const [before, after] = [getComputedStyle(without), getComputedStyle(within)];
          for (const property of KEPT) assert.equal(after[property], before[property], `${property} of ${look}`);
          assert.deepEqual([...lines(within)].sort(), [...new Set([...lines(without), 'underline'])].sort(), `lines of ${look}`);
          if (lines(without).size > 0) {
            assert.equal(after.textDecorationStyle, before.textDecorationStyle, `lines of ${look}`);
            assert.equal(after.textDecorationColor, before.textDecorationColor, `lines of ${look}`);
          }
          assert.deepEqual(ground(within), ground(without), `ground of ${look}`);
          assert.isAtLeast(contrast(rgb(after.color), ground(within)), LEAST_CONTRAST, look);
        }
      }
    });
  }
});

describe('addresses in the text of a log', () => {
  afterEach(unmountAll);

  const anchors = (element: HTMLElement): HTMLAnchorElement[] => shadowAll(element, '.row a') as HTMLAnchorElement[];

  it('are links that open nothing of the page, with one element across styles', async () => {
    const log = new MemoryLog();
    log.append(`see https://ok.test/${ESC}[1mg${ESC}[0m/h, or (mailto:a@ok.test)`, 'javascript:alert(1)');
    const { element } = mount(log, { follow: 'off' });
    log.set({ state: 'live' });
    await until(() => anchors(element).length === 2);
    assert.deepEqual(
      anchors(element).map((link) => [link.textContent, link.href]),
      [
        ['https://ok.test/g/h', 'https://ok.test/g/h'],
        ['mailto:a@ok.test', 'mailto:a@ok.test'],
      ],
    );
    for (const link of anchors(element)) {
      assert.includeMembers([...link.relList], ['noopener', 'noreferrer']);
      // Enter reaches it; Tab leaves the log in one step.
      assert.equal(link.tabIndex, -1);
    }
    assert.equal(shadowAll(element, '.row .text')[0]?.textContent, 'see https://ok.test/g/h, or (mailto:a@ok.test)');
  });

  it('are links in an expanded line, and not where its head is cut', async () => {
    const log = new MemoryLog();
    log.append(`https://ok.test/a ${'x'.repeat(4_060)} https://ok.test/${'b'.repeat(100)} end`);
    const { element } = mount(log, { follow: 'off' });
    log.set({ state: 'live' });
    await until(() => anchors(element).length === 1);
    (shadowAll(element, '.more [data-act="toggle"]')[0] as HTMLElement).click();
    await until(() => anchors(element).some(({ href }) => href === `https://ok.test/${'b'.repeat(100)}`));
  });

  it('include places in files once the page gives a template', async () => {
    const log = new MemoryLog();
    log.append('src/a.ts:12:3 - error');
    const { element } = mount(log, { follow: 'off' });
    log.set({ state: 'live' });
    await until(() => shadowAll(element, '.row').length === 1);
    assert.lengthOf(anchors(element), 0);
    element.setAttribute('source-url', 'https://code.test/{path}#L{line}');
    await until(() => anchors(element)[0]?.href === 'https://code.test/src/a.ts#L12');
    element.setAttribute('source-url', 'javascript:alert("{path}")');
    await until(() => anchors(element).length === 0);
  });
});
