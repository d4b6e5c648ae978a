import type { Line, LineExtra } from '../../../protocol/line.ts';
import { fitsInWhole } from '../../../protocol/search/whole-lines.ts';
import { utf8Length } from '../../../protocol/search/utf8-length.ts';
import { shownText } from '../../../protocol/terminal/shown-text.ts';

/** A line with all of its pieces that are held. */
export interface WholeText {
  readonly from: number;
  readonly to: number;
  /** As stored. */
  readonly text: string;
  /** Of the first piece. */
  readonly extra: LineExtra | undefined;
  /** Where the asked piece begins in the text as shown. */
  readonly start: number;
}

/** The whole line that piece `number` belongs to; undefined while it is not held. */
export function wholeText(number: number, lineAt: (line: number) => Line | undefined): WholeText | undefined {
  const line = lineAt(number);
  if (line === undefined) return undefined;
  let bytes = utf8Length(line[1]);
  const fits = (piece: string): boolean => {
    const length = utf8Length(piece);
    if (!fitsInWhole(bytes, length)) return false;
    bytes += length;
    return true;
  };
  const before: Line[] = [];
  for (let piece = lineAt(number - 1); piece?.[2]?.p === 1 && fits(piece[1]); piece = lineAt(number - before.length - 1))
    before.unshift(piece);
  const after: Line[] = [];
  for (let last: Line | undefined = line; last?.[2]?.p === 1; last = after.at(-1)) {
    const piece = lineAt(number + after.length + 1);
    if (piece === undefined || !fits(piece[1])) break;
    after.push(piece);
  }
  const pieces = [...before, line, ...after];
  return {
    from: number - before.length,
    to: number + after.length,
    text: pieces.map(([, text]) => text).join(''),
    extra: pieces[0]?.[2],
    start: before.length === 0 ? 0 : shownText(before.map(([, text]) => text).join('')).length,
  };
}
