import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Output } from '../../src/dev-server/processes/child-outputs.ts';
import { SendQueue, type OutputRun } from '../../src/dev-server/producer/send-queue.ts';

const WHOLE = 1_000_000;

function all(queue: SendQueue, limit = WHOLE): OutputRun[] {
  const runs: OutputRun[] = [];
  for (let run = queue.next(limit); run !== undefined; run = queue.next(limit)) runs.push(run);
  return runs;
}

/** What a server makes of bytes. */
function asStored(bytes: Uint8Array): string {
  const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes).replaceAll('\r\n', '\n');
  return text === '' || text.endsWith('\n') ? text : `${text}\n`;
}

describe('the queue of lines of two outputs', () => {
  it('returns lines in the order in which they were completed', () => {
    const queue = new SendQueue(WHOLE);
    queue.push(Buffer.from('one\ntw'), 'out');
    queue.push(Buffer.from('warning\n'), 'err');
    queue.push(Buffer.from('o\nthree\n'), 'out');
    expect(all(queue).map(({ output, text }) => [output, text])).toEqual([
      ['out', 'one\n'],
      ['err', 'warning\n'],
      ['out', 'two\nthree\n'],
    ]);
  });

  it('makes the same lines of bytes as a server, however they are cut and mixed', () => {
    const bytes = fc
      .array(fc.constantFrom(...Buffer.from('ab\r\r\n\n\n€'), 0xff, 0xe2, 0xef, 0xbb, 0xbf), { maxLength: 40 })
      .map((list) => Buffer.from(list));
    const pieces = fc.array(fc.tuple(fc.constantFrom<Output>('out', 'err'), bytes), { maxLength: 20 });
    fc.assert(
      fc.property(pieces, fc.integer({ min: 1, max: 30 }), (list, limit) => {
        const queue = new SendQueue(WHOLE);
        const runs: OutputRun[] = [];
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
        expect(queue.unfinishedLine()).toBeUndefined();
      }),
    );
  });

  it('counts its bytes, and returns about as many as requested', () => {
    const queue = new SendQueue(WHOLE);
    for (let line = 0; line < 10; line += 1) queue.push(Buffer.from('1234567€\n'), 'out');
    expect(queue.bytes).toBe(110);
    expect(queue.next(50)?.bytes).toBe(44);
    expect(queue.bytes).toBe(66);
    expect(queue.next(5)?.bytes).toBe(11);
  });

  it('splits a line beyond the maximum length', () => {
    const queue = new SendQueue(10);
    queue.push(Buffer.from('0123456789'), 'out');
    expect(queue.bytes).toBe(0);
    queue.push(Buffer.from('x'), 'out');
    expect(all(queue).map((run) => run.text)).toEqual(['0123456789\n']);
    queue.push(Buffer.from('rest\n'), 'out');
    expect(all(queue).map((run) => run.text)).toEqual(['xrest\n']);
  });

  it('splits no character and no escape sequence', () => {
    const queue = new SendQueue(10);
    queue.push(Buffer.from('12345678\u001b[31mred\u001b[0m.123456👍🏽!'), 'out');
    queue.finish();
    expect(all(queue).map((run) => run.text)).toEqual(['12345678\n\u001b[31mred\n\u001b[0m.12345\n6👍🏽!\n']);
  });

  it('keeps order and number of any amount of lines, and moves each a few times at most', () => {
    const queue = new SendQueue(WHOLE);
    for (let line = 0; line < 20_000; line += 1) queue.push(Buffer.from(`${line}\n`), line % 2 === 0 ? 'out' : 'err');
    expect(all(queue).map((run) => run.text)).toEqual(Array.from({ length: 20_000 }, (_, line) => `${line}\n`));
  });

  it('returns the unfinished line that changed last, whole or its addition', () => {
    const queue = new SendQueue(WHOLE);
    queue.push(Buffer.from('done\n12 %'), 'out');
    const first = queue.unfinishedLine();
    expect([first?.output, first?.line.whole(), first?.line.addition()]).toEqual(['out', '12 %', '']);
    queue.push(Buffer.from('half'), 'err');
    expect([queue.unfinishedLine()?.output, queue.unfinishedLine()?.line.whole()]).toEqual(['err', 'half']);
    queue.push(Buffer.from(' way'), 'err');
    expect(queue.unfinishedLine()?.line.addition()).toBe(' way');
    queue.push(Buffer.from('\r13 %'), 'out');
    expect(queue.unfinishedLine()?.line).toBe(first?.line);
    expect(first?.line.addition()).toBe('\r13 %');
    expect(first?.line.whole()).toContain('13 %');
    queue.push(Buffer.from('\nnext'), 'out');
    expect(queue.unfinishedLine()?.line.whole()).toBe('next');
  });

  it('keeps little of an unfinished line for its preview, however long it is', () => {
    const queue = new SendQueue(WHOLE);
    for (let chunk = 0; chunk < 10; chunk += 1) queue.push(Buffer.from('x'.repeat(10_000)), 'out');
    const line = queue.unfinishedLine()?.line;
    expect(line?.addition()).toBeUndefined();
    expect(line?.whole().length).toBeLessThan(20_000);
    expect(line?.addition()).toBe('');
  });
});
