import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SGR_DEFAULT, applySgr } from '../../../src/protocol/sgr.ts';
import { ALL_TOKENS, GROUNDS } from '../../../src/element/styles/ansi-colors.ts';
import { LEAST_CONTRAST, contrast, parseRgb, readable, type Rgb } from '../../../src/element/terminal/contrast.ts';
import { OWN_BACKGROUND, backgroundOf, cellStyleOf, sameBackground, type CellStyle } from '../../../src/element/terminal/cell-style.ts';

const look = (params: string): CellStyle => cellStyleOf(applySgr(SGR_DEFAULT, params));
const THEMES = ['dark', 'light'] as const;
type ThemeName = (typeof THEMES)[number];

const token = (name: string, theme: ThemeName): Rgb => rgb(ALL_TOKENS.find(([known]) => known === name)?.[theme === 'dark' ? 1 : 2] ?? '');

function rgb(color: string): Rgb {
  const [red = NaN, green = NaN, blue = NaN] = color.startsWith('#')
    ? [1, 3, 5].map((at) => Number.parseInt(color.slice(at, at + 2), 16))
    : (color.match(/\d+/gu) ?? []).map(Number);
  return [red, green, blue];
}

/** Text and what is behind it, as the stylesheet and the run draw it. */
function drawn({ className, color, background }: CellStyle, theme: ThemeName): { text: Rgb; grounds: Rgb[] } {
  const classes = className.split(' ');
  const back = classes.find((name) => name.startsWith('bg'));
  const front = classes.find((name) => name.startsWith('fg'));
  let grounds = GROUNDS.map((name) => token(name, theme));
  if (background !== undefined) grounds = [rgb(background)];
  else if (back !== undefined) grounds = [token(`ansi-${back.slice(2)}`, theme)];
  else if (classes.includes('inv')) grounds = [token('fg', theme)];
  let text = token('fg', theme);
  if (color !== undefined) text = rgb(color[theme]);
  else if (back !== undefined || classes.includes('inv')) text = token('bg', theme);
  else if (front !== undefined) text = token(`ansi-${front.slice(2)}`, theme);
  else if (classes.includes('d')) text = token('muted', theme);
  return { text, grounds };
}

describe('the look of text', () => {
  it.each([
    ['1', 'b'],
    ['2', 'd'],
    ['3', 'i'],
    ['4', 'u'],
    ['21', 'u u2'],
    ['4:1', 'u'],
    ['4:2', 'u u2'],
    ['4:3', 'u u3'],
    ['4:4', 'u u4'],
    ['4:5', 'u u5'],
    ['9', 's'],
    ['53', 'o'],
    ['3;4;9;53', 'i u s o'],
    ['31', 'fg1'],
    ['97', 'fg15'],
    ['90', 'fg8'],
    ['42', 'bg2'],
    ['107', 'bg15'],
    ['38;5;9', 'fg9'],
    ['1;31', 'b fg1'],
    ['30;46', 'bg6'],
    ['7', 'inv'],
    ['1;7', 'b inv'],
    ['7;31', 'bg1'],
    ['7;41', 'inv'],
  ])('of SGR %s is the class %s', (params, className) => {
    expect(look(params)).toMatchObject({ bare: false, className, background: undefined, line: undefined });
  });

  it.each(['22', '23', '24', '27', '29', '39', '49', '59', '1;22', '3;23', '4;24', '7;27', '9;29', '31;39', '41;49', '0', ''])(
    'of SGR %s is that of the log',
    (params) => {
      expect(look(params)).toMatchObject({ bare: true, className: '', color: undefined });
    },
  );

  it('does not hide concealed text and does not blink', () => {
    expect(look('8').className).toBe('d');
    expect(look('5').className).toBe('u u4');
  });

  it('gives underlines the colour they ask for', () => {
    expect(look('4;58;2;1;2;3').line).toEqual({ dark: 'rgb(1 2 3)', light: 'rgb(1 2 3)' });
    expect(look('4:3;58:5:9').line).toEqual({ dark: 'rgb(255 161 152)', light: 'rgb(194 28 44)' });
    expect(look('58;5;9').bare).toBe(true);
  });

  it('takes colours as they are where they can be read', () => {
    expect(look('38;5;208').color).toEqual({ dark: 'rgb(255 135 0)', light: expect.stringMatching(/^rgb/u) as string });
    expect(look('38;2;0;0;139').color?.light).toBe('rgb(0 0 139)');
    expect(look('38:2::255:128:0').color?.dark).toBe('rgb(255 128 0)');
    expect(look('38;5;244;48;5;16').color).toEqual({ dark: 'rgb(128 128 128)', light: 'rgb(128 128 128)' });
    expect(look('48;2;250;250;250')).toMatchObject({
      background: 'rgb(250 250 250)',
      color: { dark: 'rgb(14 17 22)', light: 'rgb(14 17 22)' },
    });
    expect(look('48;2;0;0;80')).toMatchObject({
      background: 'rgb(0 0 80)',
      color: { dark: 'rgb(255 255 255)', light: 'rgb(255 255 255)' },
    });
    expect(look('7;38;5;208')).toMatchObject({ background: 'rgb(255 135 0)', color: { dark: 'rgb(14 17 22)', light: 'rgb(14 17 22)' } });
  });

  it('dims a colour as far as it stays readable', () => {
    expect(look('2;31').color).not.toEqual(look('31').color);
    expect(look('2;38;2;255;255;255').color?.dark).not.toBe('rgb(255 255 255)');
  });

  it('can be read in both themes on every background of a row, whatever a log asks for', () => {
    const color = (code: number): fc.Arbitrary<string> =>
      fc.oneof(
        fc.constant(''),
        fc.nat(7).map((index) => String(code - 8 + index)),
        fc.nat(7).map((index) => String(code + 52 + index)),
        fc.nat(255).map((index) => `${code};5;${index}`),
        fc.tuple(fc.nat(255), fc.nat(255), fc.nat(255)).map((parts) => `${code};2;${parts.join(';')}`),
      );
    const params = fc
      .tuple(fc.subarray(['1', '2', '4', '7', '8', '9']), color(38), color(48))
      .map((parts) => parts.flat().filter(Boolean).join(';'));
    fc.assert(
      fc.property(params, fc.constantFrom(...THEMES), (given, theme) => {
        const { text, grounds } = drawn(look(given), theme);
        for (const ground of grounds) expect(contrast(text, ground)).toBeGreaterThanOrEqual(LEAST_CONTRAST);
      }),
      { numRuns: 2_000 },
    );
  });

  it('is made of numbers and known classes alone, whatever the parameters say', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[0-9;:]{0,40}$/u), (params) => {
        const { color, background, line, className } = look(params);
        for (const value of [color?.dark, color?.light, background, line?.dark, line?.light])
          if (value !== undefined) expect(value).toMatch(/^rgb\(\d{1,3} \d{1,3} \d{1,3}\)$/u);
        expect(className).toMatch(/^[a-z0-9 ]*$/u);
      }),
    );
  });
});

describe('a readable colour', () => {
  const any = fc.tuple(fc.nat(255), fc.nat(255), fc.nat(255));

  it('is there for every colour on every ground, and is the colour itself where that can be read', () => {
    fc.assert(
      fc.property(any, any, (color, ground) => {
        const result = readable(color, ground);
        expect(contrast(result, ground)).toBeGreaterThanOrEqual(LEAST_CONTRAST);
        if (contrast(color, ground) >= LEAST_CONTRAST) expect(result).toEqual(color);
      }),
      { numRuns: 2_000 },
    );
  });

  it('is no further from the colour than it has to be', () => {
    expect(contrast(readable([0, 0, 255], [14, 17, 22]), [14, 17, 22])).toBeLessThan(4.7);
    expect(contrast(readable([255, 255, 0], [255, 255, 255]), [255, 255, 255])).toBeLessThan(4.7);
  });
});

describe('the ground that a page gives', () => {
  const channel = fc.integer({ min: 0, max: 255 });
  const color = fc.tuple(channel, channel, channel);

  it.each([
    ['rgb(1, 20, 255)', [1, 20, 255]],
    ['rgb(1.4, 20.6, 255)', [1, 21, 255]],
    ['color(srgb 0 0.5 1)', [0, 128, 255]],
    ['color(srgb -0.2 1e-7 1.3)', [0, 0, 255]],
    ['rgba(1, 20, 255, 0.5)', undefined],
    ['color(srgb 0 0.5 1 / 0.9)', undefined],
    ['color(srgb none 0.5 1)', undefined],
    ['color(display-p3 0 0.5 1)', undefined],
    ['oklch(0.5 0 0)', undefined],
    ['transparent', undefined],
    ['', undefined],
  ])('is read from %j', (text, expected) => {
    expect(parseRgb(text)).toEqual(expected);
  });

  it('has every colour readable on it in the theme in use, and as it was in the other and on paper', () => {
    fc.assert(
      fc.property(color, color, fc.boolean(), (page, text, isLight) => {
        const style = applySgr(SGR_DEFAULT, `38;2;${text.join(';')}`);
        const [used, other] = isLight ? (['light', 'dark'] as const) : (['dark', 'light'] as const);
        const { color: found } = cellStyleOf(style, backgroundOf(`rgb(${page.join(', ')})`, isLight));
        const { color: plain } = cellStyleOf(style);
        expect(contrast(rgb(found?.[used] ?? ''), page)).toBeGreaterThanOrEqual(LEAST_CONTRAST);
        expect(found?.[other]).toBe(plain?.[other]);
        expect(found?.paper ?? found?.light).toBe(plain?.light);
      }),
    );
  });

  it('is that of the theme where the page gives none that is harder to read on', () => {
    expect(backgroundOf('rgba(0, 0, 0, 0)', false)).toBe(OWN_BACKGROUND);
    expect(backgroundOf('rgb(14, 17, 22)', false)).toBe(OWN_BACKGROUND);
    expect(backgroundOf('rgb(0, 0, 0)', false)).toBe(OWN_BACKGROUND);
    expect(backgroundOf('rgb(255, 255, 255)', true)).toBe(OWN_BACKGROUND);
    const [one, same, other] = ['rgb(90, 90, 110)', 'color(srgb 0.353 0.353 0.4314)', 'rgb(90, 90, 111)'].map((css) =>
      backgroundOf(css, false),
    );
    if (!one || !same || !other) throw new Error('There are three.');
    expect(sameBackground(one, same)).toBe(true);
    expect(sameBackground(one, other)).toBe(false);
    expect(sameBackground(one, OWN_BACKGROUND)).toBe(false);
  });
});
