import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Output } from '../../src/dev-server/processes/outputs.ts';
import { LineQueue, type Run } from '../../src/dev-server/producer/line-queue.ts';

const WHOLE = 1_000_000;

function all(queue: LineQueue, limit = WHOLE): Run[] {
  const runs: Run[] = [];
  for (let run = queue.next(limit); run !== undefined; run = queue.next(limit)) runs.push(run);
  return runs;
}

/** What a server makes of bytes. */
function asStored(bytes: Uint8Array): string {
  const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes).replaceAll('\r\n', '\n');
  return text === '' || text.endsWith('\n') ? text : `${text}\n`;
}

describe('lines of two outputs on their way to a log', () => {
  it('come out in the order in which they were completed', () => {
    const queue = new LineQueue(WHOLE);
    queue.push(Buffer.from('one\ntw'), 'out');
    queue.push(Buffer.from('warning\n'), 'err');
    queue.push(Buffer.from('o\nthree\n'), 'out');
    expect(all(queue).map(({ output, text }) => [output, text])).toEqual([
      ['out', 'one\n'],
      ['err', 'warning\n'],
      ['out', 'two\nthree\n'],
    ]);
  });

  it('are what a server makes of the same bytes, however they are cut and mixed', () => {
    const bytes = fc
      .array(fc.constantFrom(...Buffer.from('ab\r\r\n\n\n€'), 0xff, 0xe2, 0xef, 0xbb, 0xbf), { maxLength: 40 })
      .map((list) => Buffer.from(list));
    const pieces = fc.array(fc.tuple(fc.constantFrom<Output>('out', 'err'), bytes), { maxLength: 20 });
    fc.assert(
      fc.property(pieces, fc.integer({ min: 1, max: 30 }), (list, limit) => {
        const queue = new LineQueue(WHOLE);
        const runs: Run[] = [];
        for (const [output, chunk] of list) {
          queue.push(chunk, output);
          if (chunk.length % 3 === 0) runs.push(...all(queue, limit));
        }
        queue.finish();
        runs.push(...all(queue, limit));
        for (const output of ['out', 'err'] as const) {
          const sent = runs.filter((run) => run.output === output).map((run) => run.text);
          expect(sent.join('')).toBe(asStored(Buffer.concat(list.filter(([name]) => name === output).map(([, chunk]) => chunk))));
          expect(sent.every((text) => text.endsWith('\n'))).toBe(true);
        }
        expect(queue.bytes).toBe(0);
        expect(queue.part()).toBeUndefined();
      }),
    );
  });

  it('counts the bytes it holds, and gives about as many as are asked for', () => {
    const queue = new LineQueue(WHOLE);
    for (let line = 0; line < 10; line += 1) queue.push(Buffer.from('1234567€\n'), 'out');
    expect(queue.bytes).toBe(110);
    expect(queue.next(50)?.bytes).toBe(44);
    expect(queue.bytes).toBe(66);
    expect(queue.next(5)?.bytes).toBe(11);
  });

  it('cuts a line that grows beyond the longest, so that one without an end is not held for ever', () => {
    const queue = new LineQueue(10);
    queue.push(Buffer.from('0123456789'), 'out');
    expect(queue.bytes).toBe(0);
    queue.push(Buffer.from('x'), 'out');
    expect(all(queue).map((run) => run.text)).toEqual(['0123456789x\n']);
    queue.push(Buffer.from('rest\n'), 'out');
    expect(all(queue).map((run) => run.text)).toEqual(['rest\n']);
  });

  it('tells the unfinished line that changed last', () => {
    const queue = new LineQueue(WHOLE);
    queue.push(Buffer.from('done\n12 %'), 'out');
    expect(queue.part()).toEqual({ output: 'out', text: '12 %' });
    queue.push(Buffer.from('half'), 'err');
    expect(queue.part()).toEqual({ output: 'err', text: 'half' });
    queue.push(Buffer.from('\r13 %'), 'out');
    expect(queue.part()).toEqual({ output: 'out', text: '12 %\r13 %' });
  });
});
