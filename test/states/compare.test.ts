import { PNG } from 'pngjs';
import { describe, expect, it } from 'vitest';
import type { Box } from './browser/api.ts';
import { differentBoxes, differentPixels } from './compare.ts';
import { encodePalette, type Pixels } from './palette-png.ts';
import type { Sheet } from './sheets.ts';

const SIZE = 100;

/** A grey picture, some of whose pixels are lighter by so many levels, from the upper left corner on. */
function grey(lighter = 0, levels = 0): PNG {
  const image = new PNG({ width: SIZE, height: SIZE });
  for (let pixel = 0; pixel < SIZE * SIZE; pixel += 1) {
    const value = 100 + (pixel < lighter ? levels : 0);
    image.data.set([value, value, value, 255], pixel * 4);
  }
  return image;
}

/** Two greys, so that the palette of the picture has the other one too. */
function sheet(lighter: number, levels: number, parts: Record<string, Box> = {}): Sheet {
  return { image: grey(lighter, levels), states: { one: { place: [0, 0, SIZE, SIZE], parts } } };
}

describe('boxes', () => {
  const boxes = (box: Box): Sheet['states'] => ({ one: { place: [0, 0, 9, 9], parts: { chip: box } } });

  it.each([
    ['1 px', [11, 19, 31, 39], []],
    ['more than 1 px', [11.1, 20, 30, 40], ['one: chip is at 11.1, 20 (30 × 40) instead of 10, 20 (30 × 40)']],
    ['more than 1 px in height', [10, 20, 30, 42], ['one: chip is at 10, 20 (30 × 42) instead of 10, 20 (30 × 40)']],
  ] as const)('that differ by %s are told apart from equal ones', (_, box, problems) => {
    expect(differentBoxes(boxes([10, 20, 30, 40]), boxes(box))).toEqual(problems);
  });

  it('that are missing or new are reported, and so are states', () => {
    const some = boxes([0, 0, 9, 9]);
    expect(differentBoxes(some, { one: { place: [0, 0, 9, 9], parts: { icon: [0, 0, 9, 9] } } })).toEqual([
      'one: the part chip is missing',
      'one: the part icon is new',
    ]);
    expect(differentBoxes(some, {})).toEqual(['the state one is missing']);
    expect(differentBoxes({}, some)).toEqual(['the state one is new']);
  });
});

describe('pixels', () => {
  it.each([
    ['0.5 % of a state, by far', 50, 100, []],
    ['more than 0.5 % of a state', 51, 33, ['one: 0.5% of it is different']],
    ['more than 0.5 % of a state, but by 32 levels', 51, 32, []],
  ])('that differ in %s', (_, lighter, levels, problems) => {
    expect(differentPixels(sheet(0, 0), sheet(lighter, levels))).toEqual([]);
    // The picture has both greys, elsewhere.
    const both = (image: PNG): PNG => {
      image.data.set([100 + levels, 100 + levels, 100 + levels], (SIZE * SIZE - 1) * 4);
      return image;
    };
    const [expected, actual] = [sheet(0, 0), sheet(lighter, levels)];
    both(expected.image);
    both(actual.image);
    expect(differentPixels(expected, actual)).toEqual(problems);
  });

  it('of a part are compared more closely', () => {
    const parts: Record<string, Box> = { chip: [0, 0, 10, 10] };
    const [expected, actual] = [sheet(0, 0, parts), sheet(6, 9, parts)];
    for (const { image } of [expected, actual]) image.data.set([109, 109, 109], (SIZE * SIZE - 1) * 4);
    expect(differentPixels(expected, actual)).toEqual(['one: 6.0% of chip is different']);
  });

  it('are not compared where a state is elsewhere', () => {
    const moved: Sheet = { image: grey(), states: { one: { place: [0, 2, SIZE, SIZE], parts: {} } } };
    expect(differentPixels(sheet(0, 0), moved)).toEqual(['one: it is elsewhere, and was not compared']);
  });
});

describe('a picture with a palette', () => {
  it('differs in nothing from the one it was made of', () => {
    const image = new PNG({ width: SIZE, height: SIZE });
    for (let pixel = 0; pixel < SIZE * SIZE; pixel += 1)
      image.data.set([pixel % 251, (pixel * 7) % 241, (pixel >> 5) % 239, 255], pixel * 4);
    const states: Sheet['states'] = { one: { place: [0, 0, SIZE, SIZE], parts: { all: [0, 0, SIZE, SIZE] } } };
    const kept = PNG.sync.read(encodePalette(image));
    expect(differentPixels({ image: kept, states }, { image, states })).toEqual([]);
  });

  const picture = (colors: number): Pixels => {
    const image = new PNG({ width: 40, height: 40 });
    for (let pixel = 0; pixel < 1_600; pixel += 1) image.data.set([pixel % colors, 7, 7, 255], pixel * 4);
    return image;
  };

  it('is what it was with few colours', () => {
    const image = picture(48);
    expect(Buffer.from(PNG.sync.read(encodePalette(image)).data).equals(Buffer.from(image.data))).toBe(true);
  });

  it('has a near colour for each of many', () => {
    const image = picture(256);
    const { data } = PNG.sync.read(encodePalette(image));
    const off = [...data].map((value, at) => Math.abs(value - image.data[at]!));
    expect(Math.max(...off)).toBeGreaterThan(0);
    expect(Math.max(...off)).toBeLessThan(32);
  });
});
