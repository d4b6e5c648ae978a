import fc from 'fast-check';
import { expect, it } from 'vitest';
import { BatchMemory } from '../../../src/server/append/batch-memory.ts';
import { runOf } from './model.ts';

const MIB = 1_024 * 1_024;
const texts = fc.array(fc.string({ maxLength: 30 }), { minLength: 1, maxLength: 4 });

it('joins the runs of batch after batch', () => {
  fc.assert(
    fc.property(fc.array(fc.array(texts, { minLength: 1, maxLength: 5 }), { maxLength: 10 }), (batches) => {
      const memory = new BatchMemory();
      for (const runs of batches) expect(memory.join(runs.map((own) => runOf(own))).toString()).toBe(runs.flat().join('\n'));
    }),
  );
});

it('uses the same memory for batches of usual size, and keeps none of a larger one, nor any while it rests', () => {
  const memory = new BatchMemory();
  const half = runOf(['x'.repeat(MIB / 2)]);
  const first = memory.join([half, half]);
  expect(memory.join([half, runOf(['y'])]).buffer).toBe(first.buffer);
  const large = memory.join([half, half, half]);
  expect(memory.join([half, half, half]).buffer).not.toBe(large.buffer);
  expect(memory.join([half, half]).buffer).toBe(first.buffer);
  memory.clear();
  expect(memory.join([half, half]).buffer).not.toBe(first.buffer);
});
