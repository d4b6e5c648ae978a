import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ReadyQueue, type Queued } from '../../../src/server/ws/ready-queue.ts';

class Member implements Queued<Member> {
  next: Member | null | undefined;
  readonly id: number;

  constructor(id: number) {
    this.id = id;
  }
}

describe('Turns', () => {
  it('serve in the order in which each came first', () => {
    fc.assert(
      fc.property(fc.array(fc.option(fc.nat(5), { freq: 2 })), (steps) => {
        const members = Array.from({ length: 6 }, (_, id) => new Member(id));
        const turns = new ReadyQueue<Member>();
        // The model: a set, which keeps the order of insertion.
        const model = new Set<number>();
        for (const step of steps) {
          const member = step === null ? undefined : members[step];
          if (member === undefined) {
            const [next] = model;
            if (next !== undefined) model.delete(next);
            expect(turns.dequeue()?.id).toBe(next);
          } else {
            model.add(member.id);
            turns.add(member);
          }
          expect([turns.isEmpty, turns.isSingle]).toEqual([model.size === 0, model.size === 1]);
        }
      }),
    );
  });
});
