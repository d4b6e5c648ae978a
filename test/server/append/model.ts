import fc from 'fast-check';
import { openSequence } from '../../../src/protocol/cut.ts';
import { markLine, type Marks } from '../../../src/protocol/marks/marker.ts';
import { carryAfter } from '../../../src/protocol/sgr.ts';
import { shownText } from '../../../src/protocol/terminal/shown-text.ts';
import type { AnnotateOptions, CarriedState } from '../../../src/server/append/annotator.ts';
import type { NewLine } from '../../../src/server/store.ts';
import { unitsOf } from '../../support/text-units.ts';
import type { PackedRun } from '../../../src/server/append/packed-run.ts';

/** A line, or a piece of one that is longer than the limit. */
export interface LinePiece {
  readonly text: string;
  /** The line continues in the next piece. */
  readonly continued: boolean;
}

/** The lines of runs. */
export function piecesOf(runs: readonly PackedRun[]): LinePiece[] {
  return runs.flatMap(({ body, count, continued }) => {
    const texts = body.toString().split('\n');
    if (texts.length !== count) throw new Error(`A run of ${texts.length} lines says that they are ${count}.`);
    return texts.map((text) => ({ text, continued }));
  });
}

/** A run of lines, or of one piece. */
export function runOf(texts: readonly string[], continued = false): PackedRun {
  return { body: Buffer.from(texts.join('\n')), count: texts.length, continued };
}

/** What the lines of a whole text are, without any thought of speed or of chunks. */
export function naiveLines(bytes: Buffer, limit: number): LinePiece[] {
  const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
  const lines = text.split(/\r?\n/u);
  if (lines.at(-1) === '') lines.pop();
  return lines.flatMap((line) => naivePieces(line, limit));
}

/** As long as possible, but never beyond the limit, nor in the middle of what is one unless that alone is longer. */
function naivePieces(line: string, limit: number): LinePiece[] {
  const pieces: string[] = [];
  let rest = line;
  while (Buffer.byteLength(rest) > limit) {
    const characters = Array.from(rest);
    let longest = characters.shift() ?? '';
    for (const character of characters) {
      if (Buffer.byteLength(longest + character) > limit) break;
      longest += character;
    }
    // Only the character after the limit counts, so that pieces do not depend on how much of the line has arrived.
    const next = String.fromCodePoint(rest.codePointAt(longest.length) ?? 0);
    const whole = unitsOf(longest + next).find(({ from, to }) => from < longest.length && to > longest.length);
    const piece = whole === undefined || whole.from === 0 ? longest : rest.slice(0, whole.from);
    pieces.push(piece);
    rest = rest.slice(piece.length);
  }
  if (rest !== '' || pieces.length === 0) pieces.push(rest);
  return pieces.map((text, at) => ({ text, continued: at < pieces.length - 1 }));
}

/** What is said of lines, one by one: all of them are decoded, and read as they come. */
export function naiveAnnotate(
  runs: readonly PackedRun[],
  before: CarriedState,
  { stderr, marks: kind }: AnnotateOptions,
): { readonly lines: NewLine[]; readonly after: CarriedState } {
  const lines: NewLine[] = [];
  let { carry, splitSequence, groups } = before;
  let { entry, rows, piece } = before.own;
  for (const run of runs) {
    for (const { text, continued } of piecesOf([run])) {
      let marks: Marks = run.level === undefined || kind === 'none' ? {} : { l: run.level };
      if (piece !== undefined) marks = piece;
      else if (kind === 'text') {
        const marked = markLine({ ...(entry && { entry }), ...(rows && { rows }), groups }, text, shownText(text), run.level);
        ({ marks } = marked);
        ({ entry, rows, groups } = marked.state);
      }
      const { l, k } = marks;
      piece = continued ? { ...(l !== undefined && { l }), ...(k && { k }) } : undefined;
      const extra = {
        ...(stderr && { s: 'err' as const }),
        ...(carry !== '' && { c: carry }),
        ...(continued && { p: 1 as const }),
        ...marks,
      };
      lines.push(Object.keys(extra).length === 0 ? [text] : [text, extra]);
      const seen = splitSequence + text;
      carry = carryAfter(carry, seen);
      splitSequence = continued ? seen.slice(openSequence(seen)) : '';
    }
  }
  return {
    lines,
    after: { carry, splitSequence, groups, own: { ...(entry && { entry }), ...(rows && { rows }), ...(piece && { piece }) } },
  };
}

const part = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom('\n', '\n', '\n', 'plain text', 'é 漢', ' ', '  ') },
  {
    weight: 3,
    arbitrary: fc.constantFrom(
      '\u001b[31m',
      '\u001b[0m',
      '\u001b[m',
      '\u001b[K',
      '\u001b[1;38;5;208m',
      '\u001b[39m',
      '\u001b]8;;x\u0007',
      '\u001b]8;;x',
      '\u001b[',
      '\u001b',
      '\r',
      '\b',
      '\u009c',
    ),
  },
  {
    weight: 4,
    arbitrary: fc.constantFrom(
      'ERROR: broken',
      'src/a.c:3:1: warning: x',
      '[WARN] low',
      '{"level":"error","msg":"x"}',
      '{"level":30}',
      'level=warn msg="x"',
      'Traceback (most recent call last):\n  File "x.py", line 3, in f\n    f()\nValueError: no',
      'panic: oh\n\ngoroutine 1 [running]:\nmain.main()\n\t/x/main.go:12 +0x1d',
      '    at f (x.js:1:2)',
      'Caused by: x',
      '  12 | code',
      'E   assert 1 == 2',
      '::group::Title',
      '::endgroup::',
      '##[error]no',
      'section_start:1:name\r\u001b[0KTitle',
      'section_end:1:name\r\u001b[0K',
      '~~~ prepare',
      '--- step',
      '+++ shown',
      '^^^ +++',
      '✖ failed',
      '\u001b[A\u001b[2K✖ failed',
      '\u001b[2A',
      '\u001b[1F\u001b[2KERROR: broken',
      'not ok 3',
      'a place.c:3:1',
    ),
  },
  { weight: 1, arbitrary: fc.string({ maxLength: 8 }) },
);

/** Text like that of a log, in which much may happen between few lines. */
export const logText = fc.array(part, { maxLength: 12 }).map((parts) => parts.join(''));
