import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { shownText } from '../../../src/protocol/terminal/shown-text.ts';
import { LineAssembler } from '../../../src/server/append/line-assembler.ts';
import type { PackedRun } from '../../../src/server/append/packed-run.ts';
import { naiveLines, piecesOf, type LinePiece } from './model.ts';

const UNLIMITED = 1_024 * 1_024;

function assemble(chunks: readonly (Buffer | string)[], limit = UNLIMITED): LinePiece[] {
  const assembler = new LineAssembler(limit);
  return piecesOf([...chunks.flatMap((chunk) => assembler.push(chunk)), ...assembler.end()]);
}

function texts(chunks: readonly (Buffer | string)[]): string[] {
  return assemble(chunks).map(({ text }) => text);
}

/** Bytes rich in edge cases: line ends, multi-byte characters, escape sequences whole and cancelled, and invalid UTF-8. */
const fragment = fc.oneof(
  {
    weight: 4,
    arbitrary: fc
      .constantFrom('\n', '\r', '\r\n', 'a', 'bc', 'é', 'e\u0301', '€', '😀', '👍🏽', '🇩🇪', '\u{feff}', '\u001b[31m', '\u001b]8;;x\u0007', '')
      .map((text) => Buffer.from(text)),
  },
  {
    weight: 2,
    arbitrary: fc
      .constantFrom('\u001b', '\u001b ', '\u001b[3', '\u001b]8;', '\u001bP', '\\', '\u0001', '\u001b\\', '\u001b[3\u001b', '\u009c')
      .map((text) => Buffer.from(text)),
  },
  {
    weight: 2,
    arbitrary: fc
      .constantFrom([0xff], [0xc3], [0xe2, 0x82], [0xf0, 0x9f, 0x98], [0x80], [0xed, 0xa0, 0x80], [0xc0, 0x80])
      .map((b) => Buffer.from(b)),
  },
  { weight: 1, arbitrary: fc.uint8Array({ maxLength: 6 }).map((bytes) => Buffer.from(bytes)) },
);
const content = fc.array(fragment, { maxLength: 40 }).map((parts) => Buffer.concat(parts));

function cut(bytes: Buffer, cuts: readonly number[]): Buffer[] {
  const at = [...new Set(cuts.map((value) => value % (bytes.length + 1)))].sort((a, b) => a - b);
  return [0, ...at].map((from, index) => bytes.subarray(from, at[index] ?? bytes.length));
}

describe('the line assembler', () => {
  it('returns the same lines however the bytes are cut into chunks', () => {
    fc.assert(
      fc.property(content, fc.array(fc.nat()), fc.integer({ min: 1, max: 12 }), (bytes, cuts, limit) => {
        expect(assemble(cut(bytes, cuts), limit)).toEqual(naiveLines(bytes, limit));
      }),
      { numRuns: 3_000 },
    );
  });

  it('shows nothing of a picture in the unfinished line, however many of its pieces are lines already', () => {
    const picture = `\u001b]1337;File=inline=1:${'QUJD'.repeat(20_000)}`;
    for (const kept of [0, 1, 3, 7]) {
      const assembler = new LineAssembler(5_000);
      const pieces: PackedRun[] = [];
      for (let from = 0; from < picture.length; from += 1_234) {
        pieces.push(...assembler.push(picture.slice(from, from + 1_234)));
        assembler.reopen(pieces.slice(pieces.length - Math.min(kept, pieces.length)));
        expect(assembler.open.show('').text).toBe('');
      }
      pieces.push(...assembler.flushRest());
      assembler.reopen([]);
      assembler.push('QUJD\u0007after');
      expect(shownText(assembler.open.show('').text)).toBe('after');
    }
  });

  it('returns the same lines however a string is cut into chunks, even inside a surrogate pair', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary', maxLength: 30 }),
        fc.array(fc.nat()),
        fc.integer({ min: 1, max: 12 }),
        (text, cuts, limit) => {
          const at = [...new Set(cuts.map((value) => value % (text.length + 1)))].sort((a, b) => a - b);
          const chunks = [0, ...at].map((from, index) => text.slice(from, at[index] ?? text.length));
          expect(assemble(chunks, limit)).toEqual(naiveLines(Buffer.from(text), limit));
        },
      ),
      { numRuns: 1_000 },
    );
  });

  it('ends a line at \\n and at \\r\\n, and keeps a lone \\r', () => {
    expect(texts(['a\nb\r\nc\rd\n'])).toEqual(['a', 'b', 'c\rd']);
    expect(texts(['\r\r\n'])).toEqual(['\r']);
  });

  it('treats \\r\\n as one line end when a chunk ends between the two', () => {
    expect(texts(['a\r', '\nb'])).toEqual(['a', 'b']);
    expect(texts(['a\r', '', 'b'])).toEqual(['a\rb']);
  });

  it('makes a line of a rest without line end, but not of nothing', () => {
    expect(texts(['a\nb'])).toEqual(['a', 'b']);
    expect(texts(['a\n'])).toEqual(['a']);
    expect(texts([])).toEqual([]);
    expect(texts(['a\r'])).toEqual(['a\r']);
  });

  it('keeps empty lines and a byte order mark', () => {
    expect(texts(['\n\n\u{feff}x\n'])).toEqual(['', '', '\u{feff}x']);
  });

  it('replaces what is not UTF-8, as many times as the Encoding Standard says', () => {
    const bytes = Buffer.from([0x61, 0xff, 0xf0, 0x9f, 0x62, 0xc0, 0x80, 0x0a]);
    expect(texts([bytes])).toEqual(['a\u{fffd}\u{fffd}b\u{fffd}\u{fffd}']);
    expect(texts([...bytes].map((byte) => Buffer.of(byte)))).toEqual(['a\u{fffd}\u{fffd}b\u{fffd}\u{fffd}']);
  });

  it('replaces half a surrogate pair that stays alone, also before bytes', () => {
    expect(texts(['a\ud83d', Buffer.from('b\n')])).toEqual(['a\u{fffd}b']);
    expect(texts(['a\ud83d'])).toEqual(['a\u{fffd}']);
    expect(texts(['a\ud83d', '\ude00'])).toEqual(['a😀']);
  });

  it('splits a line over the limit between characters and marks all pieces but the last', () => {
    expect(assemble(['aaé€😀b\n'], 4)).toEqual([
      { text: 'aaé', continued: true },
      { text: '€', continued: true },
      { text: '😀', continued: true },
      { text: 'b', continued: false },
    ]);
  });

  it('does not split a line that is exactly as long as the limit, whatever ends it and wherever chunks end', () => {
    for (const chunks of [['abcd\n'], ['abcd\r\n'], ['abcd', '\r', '\n'], ['abcd\r', '\n'], ['abcd']]) {
      expect(assemble(chunks, 4)).toEqual([{ text: 'abcd', continued: false }]);
    }
  });

  it('counts a lone \\r at the limit as a character of the line', () => {
    expect(assemble(['abcd\rX\n'], 4)).toEqual([
      { text: 'abcd', continued: true },
      { text: '\rX', continued: false },
    ]);
  });

  it('holds no more than the limit of a line that never ends', () => {
    const assembler = new LineAssembler(1_000);
    let pieces = 0;
    for (let count = 0; count < 500; count += 1) {
      pieces += assembler.push('x'.repeat(777)).length;
      expect(assembler.restBytes).toBeLessThanOrEqual(1_000);
    }
    expect(pieces).toBe(Math.ceil((500 * 777) / 1_000) - 1);
  });

  it('keeps no chunk in memory for the rest of it', () => {
    const assembler = new LineAssembler(UNLIMITED);
    const chunk = Buffer.from([0x61, 0xe2, 0x82]);
    assembler.push(chunk);
    chunk.fill(0x7a);
    expect(piecesOf(assembler.push(Buffer.of(0xac, 0x0a)))).toEqual([{ text: 'a€', continued: false }]);
  });

  it('makes runs of at most a thousand lines and about 64 KiB', () => {
    const assembler = new LineAssembler(UNLIMITED);
    expect(assembler.push('\n'.repeat(2_500)).map(({ count }) => count)).toEqual([1_000, 1_000, 500]);
    const runs = assembler.push(`${'x'.repeat(999)}\n`.repeat(1_000));
    expect(runs.every(({ body }) => body.length < 66_000)).toBe(true);
    expect(piecesOf(runs)).toHaveLength(1_000);
  });

  it('gives lines the level of the chunk in which they begin', () => {
    const assembler = new LineAssembler(8);
    const runs = [
      ...assembler.push('a\nb', 17),
      ...assembler.push('b\nc', 9),
      ...assembler.push('\n'),
      ...assembler.push('d\n'),
      ...assembler.push('long line', 13),
      ...assembler.push(' without end'),
      ...assembler.end(),
    ];
    expect(runs.map(({ body, level }) => [body.toString(), level])).toEqual([
      ['a', 17],
      ['bb', 17],
      ['c', 9],
      ['d', undefined],
      ['long lin', 13],
      ['e withou', 13],
      ['t end', 13],
    ]);
  });
});
