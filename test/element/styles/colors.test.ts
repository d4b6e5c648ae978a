import { describe, expect, it } from 'vitest';
import { ALL_TOKENS } from '../../../src/element/styles/ansi-colors.ts';
import { contrast, type Rgb } from '../../../src/element/terminal/contrast.ts';

function rgb(hex: string): Rgb {
  const part = (at: number): number => Number.parseInt(hex.slice(at, at + 2), 16);
  return [part(1), part(3), part(5)];
}

describe.each(['dark', 'light'] as const)('the %s theme', (theme) => {
  const color = (name: string): Rgb => {
    const [, dark, light] = ALL_TOKENS.find(([token]) => token === name) ?? [];
    if (dark === undefined || light === undefined) throw new Error(`There is no colour ${name}.`);
    return rgb(theme === 'dark' ? dark : light);
  };

  it.each(['err-bg', 'warn-bg', 'hover', 'sel'])('has secondary text that can be read on %s', (ground) => {
    expect(contrast(color('muted'), color(ground))).toBeGreaterThanOrEqual(4.5);
  });

  it.each([
    ['err', 'err-bg'],
    ['warn', 'warn-bg'],
  ])('has a bar and an icon of %s that can be told from %s', (mark, ground) => {
    expect(contrast(color(mark), color(ground))).toBeGreaterThanOrEqual(4.5);
    expect(contrast(color(mark), color('sel'))).toBeGreaterThanOrEqual(3);
  });

  it('has a ground under the pointer that can be told from the others', () => {
    expect(contrast(color('hover'), color('bg'))).toBeGreaterThanOrEqual(1.15);
  });

  it('has a red that white can be read on', () => {
    expect(contrast([255, 255, 255], rgb(theme === 'dark' ? '#da3633' : '#cf222e'))).toBeGreaterThanOrEqual(4.5);
  });
});
