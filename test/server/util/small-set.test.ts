import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SmallSet } from '../../../src/server/util/small-set.ts';

describe('SmallSet', () => {
  it('is a set', () => {
    const step = fc.record({ adds: fc.boolean(), member: fc.nat(3) });
    fc.assert(
      fc.property(fc.array(step), (steps) => {
        const members = [{}, {}, {}, {}];
        const small = new SmallSet<object>();
        const model = new Set<object>();
        for (const { adds, member } of steps) {
          const one = members[member] ?? {};
          if (adds) {
            small.add(one);
            model.add(one);
          } else {
            small.delete(one);
            model.delete(one);
          }
          expect(small.members()).toEqual([...model]);
          expect(small.size).toBe(model.size);
          expect(members.map((other) => small.has(other))).toEqual(members.map((other) => model.has(other)));
        }
      }),
    );
  });
});
