import { isAscii } from 'node:buffer';
import type { Line, LineExtra } from '../../protocol/line.ts';
import { ExtraRuns, sliceRuns, type ExtraRun } from './extra-runs.ts';

/** A line to append. Its time is the batch's, its number is given by the store. */
export type NewLine = readonly [text: string, extra?: LineExtra | undefined];

/** Consecutive lines as bytes, so that nothing is decoded before somebody looks at a line. */
export interface PackedLines {
  readonly count: number;
  /** UTF-8 bytes of the texts. */
  readonly bytes: number;
  /** The texts joined by `\n`, which none of them contains: well-formed UTF-8. */
  readonly body: Buffer;
  readonly isAscii: boolean;
  /** In order. */
  readonly extras: readonly ExtraRun[];
}

/** Lines are decoded in pieces of this length and up to the end of a line: one long string would cost more than decoding it. */
const PIECE_BYTES = 16 * 1_024;
const NEWLINE = 0x0a;

export const NO_LINES: PackedLines = { count: 0, bytes: 0, body: Buffer.alloc(0), isAscii: true, extras: [] };

/** Lines whose texts are in `body`, joined by `\n`. */
export function packedLines(count: number, body: Buffer, extras: readonly ExtraRun[]): PackedLines {
  return { count, bytes: body.length - Math.max(0, count - 1), body, isAscii: isAscii(body), extras };
}

/** Packs lines. What UTF-8 cannot encode becomes U+FFFD. @throws {TypeError} If a text contains `\n`, which ends a line. */
export function packLines(lines: readonly NewLine[]): PackedLines {
  const runs = new ExtraRuns();
  for (const [at, [text, extra]] of lines.entries()) {
    if (text.includes('\n')) throw new TypeError('The text of a line cannot contain a line end: append it as several lines.');
    if (extra !== undefined) runs.add(at, 1, extra);
  }
  return packedLines(lines.length, Buffer.from(lines.map(([text]) => text).join('\n')), runs.runs);
}

/** The lines as they will be read, all written at `time`. */
export function unpackLines(packed: PackedLines, time: number): Line[] {
  const lines = unpackTexts(packed).map((text): Line => [time, text]);
  for (const [from, count, extra] of packed.extras)
    for (let at = from; at < from + count; at += 1) lines[at] = [time, lines[at]?.[1] ?? '', extra];
  return lines;
}

/** The texts of the lines. */
export function unpackTexts({ count, body, isAscii }: Pick<PackedLines, 'count' | 'body' | 'isAscii'>): string[] {
  return count === 0 ? [] : splitTexts(body, isAscii ? 'latin1' : 'utf8');
}

/** The texts that are joined by `\n` in these bytes. */
export function splitTexts(body: Buffer, encoding: 'latin1' | 'utf8'): string[] {
  const texts: string[] = [];
  for (let from = 0; from <= body.length;) {
    const newline = from + PIECE_BYTES < body.length ? body.indexOf(NEWLINE, from + PIECE_BYTES) : -1;
    const to = newline === -1 ? body.length : newline;
    for (const text of body.toString(encoding, from, to).split('\n')) texts.push(text);
    from = to + 1;
  }
  return texts;
}

/** The lines as they were packed. */
export function toNewLines(packed: PackedLines): NewLine[] {
  return unpackLines(packed, 0).map(([, text, extra]) => (extra === undefined ? [text] : [text, extra]));
}

/** The lines in slices, each ended by the line with which it has `lines` lines, or at least so many bytes. */
export function* sliceLines(packed: PackedLines, lines: number, bytes: number): Generator<PackedLines> {
  const { body, count } = packed;
  let start = 0;
  for (let from = 0; from < count;) {
    let end = start - 1;
    let to = from;
    do {
      const newline = body.indexOf(NEWLINE, end + 1);
      end = newline === -1 ? body.length : newline;
      to += 1;
    } while (to < count && to - from < lines && end - start < bytes);
    if (from === 0 && to === count) {
      yield packed;
      return;
    }
    yield packedLines(to - from, body.subarray(start, end), sliceRuns(packed.extras, from, to));
    start = end + 1;
    from = to;
  }
}
