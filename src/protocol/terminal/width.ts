import { WIDE_STEPS } from './wide.ts';

/** Marks and format characters, and the vowels and finals of Hangul, which join the preceding syllable. */
const JOINING = /^[\p{Mn}\p{Me}\p{Cf}\u1160-\u11ff\ud7b0-\ud7fb]$/u;
const WIDTHS = { 1: 0, 2: 1, 3: 2 } as const;

/** Code points of the first two planes, which hold everything in logs except rare ideographs. */
export const PLANES = 0x20000;

/** Cache for those planes: the width plus one, 0 for unknown. */
const KNOWN = new Uint8Array(PLANES);

/** Columns of a single character: 0 for combining marks and format characters, 2 for wide ones, otherwise 1. */
export function charWidth(code: number): 0 | 1 | 2 {
  if (code < 0x300) return 1;
  const known = KNOWN[code];
  if (known === 1 || known === 2 || known === 3) return WIDTHS[known];
  const width = findWidth(code);
  KNOWN[code] = width + 1;
  return width;
}

/** Where wide characters alternately begin and end. */
const EDGES = edges();

function edges(): Uint32Array {
  let at = 0;
  return Uint32Array.from(WIDE_STEPS.split(' '), (step) => (at += Number.parseInt(step, 36)));
}

function findWidth(code: number): 0 | 1 | 2 {
  const character = String.fromCodePoint(code);
  if (JOINING.test(character)) return 0;
  if (code < 0x1100) return 1;
  // Counts the edges up to the character: after an odd number it is wide.
  let low = 0;
  let high = EDGES.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((EDGES[middle] ?? Infinity) <= code) low = middle + 1;
    else high = middle;
  }
  return low % 2 === 1 ? 2 : 1;
}
