/** Letters, digits and `_`, as a class of a regular expression with the flag `v`. */
export const WORD_CLASS = '[\\p{L}\\p{Nd}_]';

/** Every letter and every digit is below. */
const CODE_POINTS = 0x4_0000;
const SURROGATES = 0x1_0000;

/**
 * The same as alternatives of UTF-16 units, for regular expressions without flags, which know no properties of characters. To be
 * made once: it looks at every character.
 */
export function wordUnits(): string {
  const word = new RegExp(`^${WORD_CLASS}$`, 'v');
  const isWord = (point: number): boolean => word.test(String.fromCodePoint(point));
  const alternatives = [`[${rangesOf(0, SURROGATES, isWord)}]`];
  for (let from = SURROGATES; from < CODE_POINTS; from += 0x400) {
    const lows = rangesOf(from, from + 0x400, isWord, (point) => String.fromCodePoint(point).charCodeAt(1));
    if (lows !== '') alternatives.push(`${escapeUnit(String.fromCodePoint(from).charCodeAt(0))}[${lows}]`);
  }
  return `(?:${alternatives.join('|')})`;
}

/** The numbers from `from` to before `to` that have a property, as the inside of a class. */
function rangesOf(from: number, to: number, has: (point: number) => boolean, unitOf = (point: number): number => point): string {
  let ranges = '';
  let start: number | undefined;
  for (let point = from; point <= to; point += 1) {
    const isIn = point < to && has(point);
    if (isIn) start ??= point;
    else if (start !== undefined) {
      ranges += `${escapeUnit(unitOf(start))}-${escapeUnit(unitOf(point - 1))}`;
      start = undefined;
    }
  }
  return ranges;
}

function escapeUnit(unit: number): string {
  return `\\u${unit.toString(16).padStart(4, '0')}`;
}
