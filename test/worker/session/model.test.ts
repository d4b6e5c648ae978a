import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { propertyOf } from '../../soak/model.ts';
import { World } from '../support/world.ts';
import { KEPT } from './kept.ts';
import { sessionModel } from './model.ts';

describe('a session in a world where everything goes wrong', () => {
  it('holds only true lines, reads every line once, and recovers when faults stop', async () => {
    await fc.assert(propertyOf(sessionModel), { numRuns: 120 });
  }, 60_000);

  it.each([...KEPT])('passes a plan that once failed: %s', (_what, { plan }) => sessionModel.run(plan));

  it('never connects too often, whatever the server does', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.boolean(), fc.constantFrom(1000, 1006, 1011, 1012, 1013, 4408)), { minLength: 300, maxLength: 300 }),
        (closes) => {
          const world = new World({ cacheBytes: 1_000_000, random: 0 });
          world.open('a');
          for (const [accepted, code] of closes) {
            if (accepted) world.accept();
            world.cut(code);
            world.pass(200);
          }
          expect(world.bench.connects.length).toBeLessThanOrEqual(1 + (300 * 200) / 500);
        },
      ),
      { numRuns: 20 },
    );
  });
});
