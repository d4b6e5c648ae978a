import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { differentBoxes, DifferentPixels, differentPixels } from './compare.ts';
import { readSheet, StatesBrowser, THEMES, WIDTHS, writeSheet, type Sheet, type View } from './sheets.ts';

const VIEWS: readonly View[] = WIDTHS.flatMap((width) => THEMES.map((theme) => ({ width, theme })));
/** Writes what is seen in place of comparing it: `npm run screenshots -- --update`. */
const isUpdate = process.env['SCREENSHOTS'] === 'update';
const FAILED = join(tmpdir(), 'log-stream-screenshots');

let states: StatesBrowser;
beforeAll(async () => {
  states = await StatesBrowser.launch();
}, 240_000);
afterAll(() => states?.close());

/** Keeps what differs for a person to look at. */
async function keep(view: View, expected: Sheet, actual: Sheet): Promise<string> {
  const folder = join(FAILED, `${view.width}-${view.theme}`);
  await writeSheet(view, actual, join(folder, 'actual'));
  const image = new DifferentPixels(expected.image, actual.image).drawn(8);
  await writeSheet(view, { ...actual, image: Object.assign(expected.image, image) }, join(folder, 'difference'));
  return folder;
}

describe.each(VIEWS)('the states at $width px, $theme', (view) => {
  it(isUpdate ? 'are written' : 'look as they did', { timeout: 240_000 }, async () => {
    const actual = await states.sheet(view);
    expect(states.problems).toEqual([]);
    if (isUpdate) return writeSheet(view, actual);
    const expected = await readSheet(view);
    const problems = [...differentBoxes(expected.states, actual.states), ...differentPixels(expected, actual)];
    const where = problems.length === 0 ? '' : `See ${await keep(view, expected, actual)}, or run npm run screenshots -- --update.`;
    expect(problems, where).toEqual([]);
  });
});

/** What would be wrong with a state, and how it is found out. */
const MUTATIONS: readonly {
  readonly name: string;
  readonly change: (element: Element) => void;
  readonly boxes: RegExp[];
  readonly pixels: RegExp[];
}[] = [
  { name: 'nothing', change: () => undefined, boxes: [], pixels: [] },
  {
    name: 'another colour of the chip',
    change(element) {
      element.shadowRoot!.querySelector<HTMLElement>('[part="status"]')!.style.color = '#7843d4';
    },
    boxes: [],
    pixels: [/% of status is different/],
  },
  {
    name: 'a title that is shifted by 2 px',
    change(element) {
      element.shadowRoot!.querySelector<HTMLElement>('[part="title"]')!.style.translate = '0 2px';
    },
    boxes: [/: title is at /],
    pixels: [/% of title is different/],
  },
  {
    name: 'rows that are shifted by 2 px',
    change(element) {
      for (const text of element.shadowRoot!.querySelectorAll<HTMLElement>('.row .text')) text.style.translate = '2px';
    },
    boxes: [/: row 1 text is at /, /: row 2 text is at /],
    pixels: [/% of row 2 text is different/],
  },
  {
    name: 'a title that is shifted by 1 px',
    change(element) {
      element.shadowRoot!.querySelector<HTMLElement>('[part="title"]')!.style.translate = '0 1px';
    },
    boxes: [],
    pixels: [/% of title is different/],
  },
  {
    name: 'a missing icon',
    change: (element) => element.shadowRoot!.querySelector('[data-action="find"] svg')!.remove(),
    boxes: [/the part icon of find is missing/],
    pixels: [/% of find is different/],
  },
  {
    name: 'a missing icon of a level',
    change: (element) => element.shadowRoot!.querySelectorAll('.row.error').forEach((row) => row.classList.replace('error', 'warning')),
    boxes: [],
    pixels: [/% of row 7 number is different/],
  },
  {
    name: 'errors without their ground',
    change(element) {
      for (const row of element.shadowRoot!.querySelectorAll<HTMLElement>('.row.error')) row.style.background = 'none';
    },
    boxes: [],
    pixels: [/% of row 7 is different/],
  },
];

describe.skipIf(isUpdate)('a comparison', () => {
  let right: Sheet;
  beforeAll(async () => {
    const view: View = { width: 640, theme: 'light' };
    await states.showAll(view);
    right = await states.changed(await readSheet(view), 'levels', () => undefined);
  }, 120_000);

  it.each(MUTATIONS)('finds $name', async ({ change, boxes, pixels }) => {
    const wrong = await states.changed(right, 'levels', change);
    const found = [differentBoxes(right.states, wrong.states), differentPixels(right, wrong)];
    for (const [at, patterns] of [boxes, pixels].entries()) {
      expect(found[at]!.length > 0).toBe(patterns.length > 0);
      for (const pattern of patterns) expect(found[at]!.join('\n')).toMatch(pattern);
      for (const problem of found[at]!) expect(problem).toMatch(/^levels: /);
    }
  });
});
