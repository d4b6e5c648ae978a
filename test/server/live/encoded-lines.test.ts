import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LIMITS } from '../../../src/protocol/limits.ts';
import type { Line } from '../../../src/protocol/line.ts';
import { parseServerFrame } from '../../../src/protocol/messages.ts';
import {
  linesAfter,
  FRAME_BYTES,
  encodeLines,
  encodeBatches,
  isReplayable,
  webSocketFrame,
} from '../../../src/server/live/encoded-lines.ts';

const lines = fc.array(fc.tuple(fc.nat(), fc.string({ unit: 'grapheme', maxLength: 40 })), { minLength: 1, maxLength: 50 });

function textBytes(all: readonly Line[]): number {
  return all.reduce((sum, line) => sum + Buffer.byteLength(line[1]), 0);
}

describe('encodeChunks', () => {
  it('gives back every line once, in order, in frames a client reads', () => {
    fc.assert(
      fc.property(lines, fc.integer({ min: 1, max: 1_000_000 }), (all, from) => {
        const chunks = encodeBatches('run:1', 'e', from, all);
        const read = chunks.flatMap((chunk) => {
          const frame = parseServerFrame(chunk.frame.toString());
          if (frame?.e !== 'msg') throw new Error('not a msg');
          expect(frame.off).toEqual({ epoch: 'e', offset: chunk.to });
          expect(frame.lines).toHaveLength(chunk.to - chunk.from + 1);
          return frame.lines;
        });
        expect(read).toEqual(all);
        expect(chunks[0]?.from).toBe(from);
        for (const [index, chunk] of chunks.entries()) if (index > 0) expect(chunk.from).toBe((chunks[index - 1]?.to ?? 0) + 1);
      }),
    );
  });

  it('splits at 1,000 lines', () => {
    const all: Line[] = Array.from({ length: 2_001 }, () => [1, 'x']);
    expect(encodeBatches('c', 'e', 1, all).map(({ from, to }) => [from, to])).toEqual([
      [1, 1_000],
      [1_001, 2_000],
      [2_001, 2_001],
    ]);
  });

  it('splits at 64 KiB of text, and leaves a longer line alone', () => {
    const all: Line[] = [
      [1, 'a'.repeat(FRAME_BYTES - 1)],
      [1, 'b'],
      [1, 'c'],
      [1, 'd'.repeat(FRAME_BYTES * 3)],
      [1, 'e'],
    ];
    expect(encodeBatches('c', 'e', 1, all).map(({ from, to }) => [from, to])).toEqual([
      [1, 2],
      [3, 3],
      [4, 4],
      [5, 5],
    ]);
  });
});

describe('linesAfter', () => {
  it('are the lines after a line', () => {
    const chunk = encodeLines('c', 'e', 11, [
      [1, 'a'],
      [2, 'b'],
      [3, 'c'],
    ]);
    expect(linesAfter('c', chunk, 10)).toBe(chunk);
    expect(linesAfter('c', chunk, 11)).toMatchObject({
      from: 12,
      to: 13,
      lines: [
        [2, 'b'],
        [3, 'c'],
      ],
    });
  });
});

describe('isReplayable', () => {
  it('counts lines and text after the position, up to the exact bound', () => {
    const many = encodeBatches(
      'c',
      'e',
      1,
      Array.from({ length: LIMITS.replayLines + 1 }, () => [1, ''] as const),
    );
    expect(isReplayable(many, 0)).toBe(false);
    expect(isReplayable(many, 1)).toBe(true);
    // Control characters take six bytes each in JSON: it is the text that counts.
    const text = '\u0001'.repeat(LIMITS.replayBytes / 4);
    const large = encodeBatches('c', 'e', 1, [
      [1, text],
      [1, text],
      [1, text],
      [1, text],
      [1, 'x'],
    ]);
    expect(isReplayable(large, 0)).toBe(false);
    expect(isReplayable(large, 1)).toBe(true);
    expect(textBytes(large.slice(0, 4).flatMap(({ lines: all }) => all))).toBe(LIMITS.replayBytes);
    expect(isReplayable(large.slice(0, 4), 0)).toBe(true);
  });
});

describe('webSocketFrame', () => {
  it('writes the length in the form its size asks for', () => {
    for (const length of [0, 1, 125, 126, 65_535, 65_536, 100_000]) {
      const { whole, payload } = webSocketFrame('x'.repeat(length));
      expect(payload.toString()).toBe('x'.repeat(length));
      expect(whole[0]).toBe(0x81);
      const short = whole[1] ?? 0;
      const read = short < 126 ? short : short === 126 ? whole.readUInt16BE(2) : Number(whole.readBigUInt64BE(2));
      expect(read).toBe(length);
      expect(whole.length - payload.length).toBe(length < 126 ? 2 : length < 65_536 ? 4 : 10);
    }
  });
});
