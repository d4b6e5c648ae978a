import { describe, expect, test } from 'vitest';
import { NO_LOG } from '../../../../src/server/store.ts';
import { seenArguments, SeenTails, type SeenTail } from '../../../../src/server/stores/redis/seen-tails.ts';

function seen(head: number, generation = 'a.0', epoch = 'e', end?: number): SeenTail {
  return { tail: { ...NO_LOG, epoch, head, end }, generation };
}

describe('SeenTails', () => {
  test('keep the newest of each log, in whatever order it is told', () => {
    const tails = new SeenTails();
    expect(seenArguments(tails.get('x'))).toEqual(['', '0', '', '']);
    expect(tails.heard('x', seen(5))).toBe(true);
    tails.answered('x', seen(3), undefined);
    expect(tails.heard('x', seen(4))).toBe(true);
    expect(seenArguments(tails.get('x'))).toEqual(['e', '5', 'a.0', '']);
    tails.answered('x', seen(5, 'a.0', 'e', 0), tails.get('x'));
    expect(tails.heard('x', seen(5))).toBe(true);
    expect(seenArguments(tails.get('x'))).toEqual(['e', '5', 'a.0', '1']);
    expect(tails.heard('x', seen(1, 'b.0', 'other'))).toBe(true);
    expect(seenArguments(tails.get('x'))).toEqual(['other', '1', 'b.0', '']);
  });

  test('take another generation only from a script that was told all that is known', () => {
    const tails = new SeenTails();
    const asked = tails.get('x');
    tails.heard('x', seen(7));
    expect(tails.heard('x', seen(8, 'b.5'))).toBe(false);
    tails.answered('x', seen(8, 'b.5'), asked);
    expect(tails.get('x')).toEqual(seen(7));
    tails.answered('x', seen(8, 'b.7'), tails.get('x'));
    expect(tails.get('x')).toEqual(seen(8, 'b.7'));
    expect(tails.heard('x', seen(9, 'b.7'))).toBe(true);
  });

  test('are kept of a bounded number of logs, those that were heard of last', () => {
    const tails = new SeenTails();
    for (let log = 0; log < 10_000; log += 1) tails.heard(String(log), seen(1));
    tails.heard('0', seen(2));
    tails.heard('one more', seen(1));
    expect(tails.get('0')).toEqual(seen(2));
    expect(tails.get('1')).toBeUndefined();
    expect(tails.get('2')).toEqual(seen(1));
  });
});
