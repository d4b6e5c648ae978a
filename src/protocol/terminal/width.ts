/** First and last code point of what terminals draw two columns wide (East Asian Wide and Fullwidth, Unicode 16). */
const WIDE: readonly (readonly [from: number, to: number])[] = [
  [0x1100, 0x115f],
  [0x2329, 0x232a],
  [0x2e80, 0x303e],
  [0x3041, 0xa4cf],
  [0xa960, 0xa97c],
  [0xac00, 0xd7a3],
  [0xf900, 0xfaff],
  [0xfe10, 0xfe19],
  [0xfe30, 0xfe6f],
  [0xff01, 0xff60],
  [0xffe0, 0xffe6],
  [0x16fe0, 0x18dff],
  [0x1aff0, 0x1b2ff],
  [0x1f1e6, 0x1f1ff],
  [0x1f200, 0x1f265],
  [0x20000, 0x3fffd],
];

/** Marks and format characters, and the vowels and finals of Hangul, which join the syllable before. */
const JOINING = /^[\p{Mn}\p{Me}\p{Cf}\u1160-\u11ff\ud7b0-\ud7fb]$/u;
const WIDTHS = { 1: 0, 2: 1, 3: 2 } as const;
const EMOJI = /^\p{Emoji_Presentation}$/u;

/** The first two planes, where all is that logs are written with but rare ideographs. */
export const PLANES = 0x20000;

/** What was found out about characters of those planes: one more than their columns, 0 for nothing yet. */
const KNOWN = new Uint8Array(PLANES);

/** Columns a character takes on its own: 0 for combining marks and format characters, 2 for wide ones, else 1. */
export function charWidth(code: number): 0 | 1 | 2 {
  if (code < 0x300) return 1;
  const known = KNOWN[code];
  if (known === 1 || known === 2 || known === 3) return WIDTHS[known];
  const width = findWidth(code);
  KNOWN[code] = width + 1;
  return width;
}

function findWidth(code: number): 0 | 1 | 2 {
  const character = String.fromCodePoint(code);
  if (JOINING.test(character)) return 0;
  if (code < 0x1100) return 1;
  let low = 0;
  let high = WIDE.length - 1;
  while (low <= high) {
    const middle = (low + high) >> 1;
    const range = WIDE[middle];
    if (range === undefined) break;
    if (code < range[0]) high = middle - 1;
    else if (code > range[1]) low = middle + 1;
    else return 2;
  }
  return EMOJI.test(character) ? 2 : 1;
}
