import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Box } from './browser/api.ts';
import { StatesBrowser, THEMES, WIDTHS } from './sheets.ts';

/** The checks of the look, over every state of the states page that is not shown by itself. */

let states: StatesBrowser;
beforeAll(async () => {
  states = await StatesBrowser.launch();
}, 240_000);
afterAll(() => states?.close());
afterEach(() => expect(states.problems).toEqual([]));

/** What is wrong with an element: sentences. */
type Check = (element: HTMLElement, root: ShadowRoot) => readonly string[];

/** Runs a check, which is serialized, in every element that is shown; each problem begins with the name of its state. */
function problems(check: Check): Promise<string[]> {
  return states.page.evaluate(`
    [...document.querySelectorAll('log-stream')].flatMap((element) =>
      (${check.toString()})(element, element.shadowRoot).map((problem) => element.ariaDescription + ': ' + problem))
  `) as Promise<string[]>;
}

const headerAndRows: Check = (element, root) => {
  const wrong: string[] = [];
  const header = root.querySelector('[part="header"]')!.getBoundingClientRect();
  const hasHeader = header.height > 0;
  // Where it is narrow, the title stands below the chip.
  if (hasHeader && header.height !== (element.clientWidth < 640 ? 52 : 40)) wrong.push(`the header is ${header.height} px high`);
  if (Math.abs(header.top - element.getBoundingClientRect().top - 1) > 0.5 && hasHeader) wrong.push('the header is not at the top');
  const line = Number.parseFloat(getComputedStyle(element).getPropertyValue('--ls-line') || '20');
  for (const row of root.querySelectorAll<HTMLElement>('.row:not([data-pinned])')) {
    const { height } = row.getBoundingClientRect();
    const rows = height / line;
    if (Math.abs(rows - Math.round(rows)) * line > 0.5) wrong.push(`row ${row.dataset['line']} is ${height} px high`);
    if (rows > 1.5 && element.getAttribute('wrap') === 'off') wrong.push(`row ${row.dataset['line']} wraps`);
  }
  return wrong;
};

const baselines: Check = (_, root) => {
  const context = document.createElement('canvas').getContext('2d')!;
  /** Where the baseline of the first line of text in an element is; its content area is as high as its font says. */
  const baselineOf = (node: Element): number | undefined => {
    const walker = document.createTreeWalker(node, NodeFilter.SHOW_TEXT);
    for (let text = walker.nextNode(); text !== null; text = walker.nextNode()) {
      const range = document.createRange();
      range.selectNodeContents(text);
      const [box] = range.getClientRects();
      const style = getComputedStyle(text.parentElement!);
      if (box === undefined || box.width === 0 || style.visibility !== 'visible' || style.position === 'absolute') continue;
      if (Number.parseFloat(style.fontSize) === 0) continue;
      context.font = `${style.fontStyle} ${style.fontWeight} ${style.fontSize} ${style.fontFamily}`;
      const { fontBoundingBoxAscent, fontBoundingBoxDescent } = context.measureText('x');
      return box.top + (box.height - fontBoundingBoxAscent - fontBoundingBoxDescent) / 2 + fontBoundingBoxAscent;
    }
    return undefined;
  };
  return [...root.querySelectorAll<HTMLElement>('.row:not([data-pinned])')].flatMap((row) => {
    const cells = ['.num', '.time', '.text'].flatMap((selector) => {
      const cell = row.querySelector(selector);
      const baseline = cell === null ? undefined : baselineOf(cell);
      return baseline === undefined ? [] : [baseline];
    });
    const off = Math.max(...cells) - Math.min(...cells);
    return cells.length > 1 && off > 0.5 ? [`the baselines of row ${row.dataset['line']} differ by ${off} px`] : [];
  });
};

const numbers: Check = (_, root) =>
  [...root.querySelectorAll<HTMLElement>('.row:not([data-pinned]) .num')].flatMap((number) => {
    const wrong: string[] = [];
    const { textAlign } = getComputedStyle(number);
    if (textAlign !== 'end' && textAlign !== 'right') wrong.push(`number ${number.dataset['n']} is aligned ${textAlign}`);
    if (number.scrollWidth > number.clientWidth) wrong.push(`number ${number.dataset['n']} is clipped`);
    return wrong;
  });

const overflowing: Check = (element, root) => {
  const { left, right, bottom } = element.getBoundingClientRect();
  const chrome =
    '.header *, .find, .find *, .pill, .toast, .notice, .notice *, .state, .state *, .go-to, .go-to *, .sticky-group, .sticky-group *';
  const wrong = element.scrollWidth > element.clientWidth ? ['it is wider than its place'] : [];
  for (const node of root.querySelectorAll(chrome)) {
    const box = node.getBoundingClientRect();
    if (box.width === 0 || box.height === 0 || node.closest('svg, [popover]') !== null) continue;
    if (!node.checkVisibility({ opacityProperty: true, visibilityProperty: true })) continue;
    if (box.left < left - 0.5 || box.right > right + 0.5) wrong.push(`${node.localName}.${node.className} sticks out sideways`);
    if (node.matches('button, .status') && node.closest('.state') === null && box.bottom > bottom + 0.5)
      wrong.push(`${node.localName}.${node.className} is cut off below`);
  }
  return wrong;
};

const wrappedText: Check = (_, root) =>
  [...root.querySelectorAll<HTMLElement>('.row:not([data-pinned])')].flatMap((row) => {
    const text = row.querySelector<HTMLElement>('.text');
    if (text === null || text.textContent === '') return [];
    const range = document.createRange();
    range.selectNodeContents(text);
    const start = text.getBoundingClientRect().left + Number.parseFloat(getComputedStyle(text).paddingLeft);
    const lefts = [...range.getClientRects()].filter(({ width }) => width > 0).map(({ left }) => left);
    const gutter = Math.max(0, ...[...row.querySelectorAll('.num, .time')].map((cell) => cell.getBoundingClientRect().right));
    const isScrolled = root.querySelector('.viewport')!.scrollLeft > 0;
    return !isScrolled && Math.min(...lefts) < Math.max(start, gutter) - 0.5 ? [`row ${row.dataset['line']} wraps into the gutter`] : [];
  });

const chips: Check = (element, root) => {
  // The label and the shape of each state, in words and as a path that no other state has.
  const expected: Record<string, string> = {
    connecting: 'Connecting',
    'catching-up': 'Catching up',
    live: 'Live',
    reconnecting: 'Reconnecting',
    offline: 'Offline',
    denied: 'No access',
    error: "Couldn't load",
  };
  const outcomes: Record<string, string> = {
    succeeded: 'Succeeded',
    failed: 'Failed',
    stopped: 'Stopped',
    killed: 'Killed',
    ended: 'Ended',
  };
  const { state, outcome } = element as HTMLElement & { state: string; outcome?: string };
  const label = outcome === undefined ? expected[state] : outcomes[outcome];
  const chip = root.querySelector<HTMLElement>('[part="status"]')!;
  const wrong = chip.textContent.trim().startsWith(label ?? '?') ? [] : [`the chip says ${chip.textContent.trim()}, not ${label}`];
  const { height } = chip.getBoundingClientRect();
  if (height > 0 && height !== 24) wrong.push(`the chip is ${height} px high`);
  if (chip.querySelector('svg') === null) wrong.push('the chip has no shape');
  return wrong;
};

const errorsWithoutColour: Check = (_, root) =>
  [...root.querySelectorAll<HTMLElement>('.row.error, .row.warning')].flatMap((row) => {
    const number = row.querySelector<HTMLElement>('.num')!;
    const isContinued = row.classList.contains('continued');
    const { content, width, clipPath } = getComputedStyle(number, '::after');
    const hasIcon = content !== 'none' && width === '12px' && clipPath.startsWith('path');
    const wrong = hasIcon === isContinued ? [`row ${row.dataset['line']} ${isContinued ? 'has an' : 'has no'} icon`] : [];
    const label = row.querySelector('.level')?.textContent ?? '';
    if (!isContinued && !/^(?:Error|Warning), $/u.test(label)) wrong.push(`row ${row.dataset['line']} is called ${label}`);
    return wrong;
  });

const pills: Check = (_, root) => {
  const isFollowing = root.querySelector('[data-action="follow"]')?.ariaPressed === 'true';
  const pill = root.querySelector('.pill');
  return isFollowing && pill !== null && pill.checkVisibility() ? ['the pill covers the last line while it follows'] : [];
};

const boxesOf = (name: string): Promise<Record<string, Box>> => states.page.evaluate((state) => window.states.boxes(state), name);

describe.each(WIDTHS)('the look at %i px', (width) => {
  describe.each(THEMES)('%s', (theme) => {
    beforeAll(async () => {
      await states.showAll({ width, theme });
    }, 120_000);

    it('has a header of 40 px, or 52 where it is narrow, and rows of 20 px', async () => {
      expect(await problems(headerAndRows)).toEqual([]);
    });

    it('has the baselines of number, time and text on one line', async () => {
      expect(await problems(baselines)).toEqual([]);
    });

    it('aligns numbers at the right and clips none', async () => {
      expect(await problems(numbers)).toEqual([]);
    });

    it('tells errors and warnings apart without colour', async () => {
      expect(await problems(errorsWithoutColour)).toEqual([]);
    });

    it('has a chip that says the state, with a shape', async () => {
      expect(await problems(chips)).toEqual([]);
    });

    it('begins wrapped text where the text begins, not in the gutter', async () => {
      expect(await problems(wrappedText)).toEqual([]);
    });

    it('lets nothing overflow', async () => {
      expect(await problems(overflowing)).toEqual([]);
    });

    it('covers no line with the pill while it follows', async () => {
      expect(await problems(pills)).toEqual([]);
    });

    it('keeps numbers and times in place when the text is scrolled sideways', async () => {
      const still = await boxesOf('times in UTC');
      const [left] = still['row 1 number']!;
      const boxes = await boxesOf('not wrapped, scrolled sideways');
      for (const line of [1, 2, 3]) expect(boxes[`row ${line} number`]![0]).toBeCloseTo(left, 0);
      // The fixture is scrolled by 120 px.
      expect(boxes['row 2 text']![0]).toBeCloseTo(still['row 2 text']![0] - 120, 0);
    });

    it('moves nothing between connecting and live', async () => {
      const [before, after] = [await boxesOf('connecting'), await boxesOf('live')];
      for (const part of ['host', 'header', 'viewport']) expect(after[part]).toEqual(before[part]);
      for (const at of [0, 1]) expect(Math.abs(after['title']![at]! - before['title']![at]!)).toBeLessThanOrEqual(0.5);
    });
  });
});

describe('the focus ring', () => {
  it('is drawn whole around the log, and around a line inside it', async () => {
    await states.alone({ name: 'current line', coarse: false }, async () => {
      const { ring, viewport, host } = await boxesOf('current line');
      expect(ring![0]).toBeLessThanOrEqual(viewport![0]);
      expect(ring![1]).toBeLessThanOrEqual(viewport![1]);
      expect(ring![0] + ring![2]).toBeGreaterThanOrEqual(viewport![0] + viewport![2]);
      expect(ring![0] + ring![2]).toBeLessThanOrEqual(host![0] + host![2]);
      expect(ring![1] + ring![3]).toBeLessThanOrEqual(host![1] + host![3]);
    });
  });

  it('of a control is not cut off by the header', async () => {
    await states.alone({ name: 'focus on a control', coarse: false }, async () => {
      const { header, find } = await boxesOf('focus on a control');
      // 2 px, 1 px away from the control.
      expect(find![1] - 3).toBeGreaterThanOrEqual(header![1]);
      expect(find![1] + find![3] + 3).toBeLessThanOrEqual(header![1] + header![3]);
    });
  });
});
