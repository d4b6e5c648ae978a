import fc from 'fast-check';

const ESC = '\x1b';

/** Lines as tools write them that redraw rows: texts, and moves over rows that were written before. */
export function redrawnLine(...texts: readonly string[]): fc.Arbitrary<string> {
  const moves = [`${ESC}[A`, `${ESC}[2A`, `${ESC}[3A${ESC}[J`, `${ESC}[B`, `${ESC}[2K`, '\r'];
  return fc.array(fc.constantFrom(...moves, ...texts), { maxLength: 4 }).map((parts) => parts.join(''));
}
