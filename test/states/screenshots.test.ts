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
