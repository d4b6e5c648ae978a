import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LIMITS } from '../../../src/protocol/limits.ts';
import { textLines } from '../../../src/worker/queries/text-lines.ts';

function responseOf(pieces: readonly Uint8Array<ArrayBuffer>[], onCancel: () => void = () => undefined): Response {
  const waiting = [...pieces];
  return new Response(
    new ReadableStream({
      pull: (controller) => {
        const piece = waiting.shift();
        if (piece === undefined) controller.close();
        else controller.enqueue(piece);
      },
      cancel: onCancel,
    }),
  );
}

describe('the lines of an answer', () => {
  it('are the same wherever the answer is cut', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.string({ unit: 'grapheme' })), fc.array(fc.nat()), async (texts, cuts) => {
        const bytes = new TextEncoder().encode(texts.join('\n'));
        const at = [0, ...cuts.map((cut) => cut % (bytes.length + 1)), bytes.length].sort((a, b) => a - b);
        const pieces = at.slice(1).map((end, index) => bytes.slice(at[index], end));
        const lines: string[] = [];
        for await (const line of textLines(responseOf(pieces.filter(({ length }) => length > 0)))) lines.push(line);
        expect(lines).toEqual(texts.join('\n').split('\n').filter(Boolean));
      }),
    );
  });

  it('end the answer when no more are wanted', async () => {
    let isCancelled = false;
    const response = responseOf([new TextEncoder().encode('one\ntwo\n'), new TextEncoder().encode('three\n')], () => {
      isCancelled = true;
    });
    for await (const line of textLines(response)) {
      expect(line).toBe('one');
      break;
    }
    expect(isCancelled).toBe(true);
  });

  it('must not be longer than an answer may be', async () => {
    const piece = new Uint8Array(LIMITS.answerLength / 2 + 1).fill(97);
    const lines = textLines(responseOf([piece, piece, piece]));
    await expect(lines.next()).rejects.toThrow(RangeError);
  });
});
