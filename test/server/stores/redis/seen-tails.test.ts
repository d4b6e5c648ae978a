import { describe, expect, test } from 'vitest';
import { NO_LOG } from '../../../../src/server/store.ts';
import { seenArguments, SeenTails, type SeenTail } from '../../../../src/server/stores/redis/seen-tails.ts';

function seen(head: number, generation = 'a.0', epoch = 'e', end?: number): SeenTail {
  return { tail: { ...NO_LOG, epoch, head, end }, generation };
}

describe('SeenTails', () => {
  test('keeps the newest tail of each log, whatever the order of arrival', () => {
    const tails = new SeenTails();
    expect(seenArguments(tails.get('x'))).toEqual(['', '0', '', '']);
    expect(tails.onMessage('x', seen(5))).toBe(true);
    tails.onReply('x', seen(3), undefined);
    expect(tails.onMessage('x', seen(4))).toBe(true);
    expect(seenArguments(tails.get('x'))).toEqual(['e', '5', 'a.0', '']);
    tails.onReply('x', seen(5, 'a.0', 'e', 0), tails.get('x'));
    expect(tails.onMessage('x', seen(5))).toBe(true);
    expect(seenArguments(tails.get('x'))).toEqual(['e', '5', 'a.0', '1']);
    expect(tails.onMessage('x', seen(1, 'b.0', 'other'))).toBe(true);
    expect(seenArguments(tails.get('x'))).toEqual(['other', '1', 'b.0', '']);
  });

  test('accepts another generation only from a script that was sent the newest known tail', () => {
    const tails = new SeenTails();
    const asked = tails.get('x');
    tails.onMessage('x', seen(7));
    expect(tails.onMessage('x', seen(8, 'b.5'))).toBe(false);
    tails.onReply('x', seen(8, 'b.5'), asked);
    expect(tails.get('x')).toEqual(seen(7));
    tails.onReply('x', seen(8, 'b.7'), tails.get('x'));
    expect(tails.get('x')).toEqual(seen(8, 'b.7'));
    expect(tails.onMessage('x', seen(9, 'b.7'))).toBe(true);
  });

  test('remembers a bounded number of logs, the ones heard last', () => {
    const tails = new SeenTails();
    for (let log = 0; log < 10_000; log += 1) tails.onMessage(String(log), seen(1));
    tails.onMessage('0', seen(2));
    tails.onMessage('one more', seen(1));
    expect(tails.get('0')).toEqual(seen(2));
    expect(tails.get('1')).toBeUndefined();
    expect(tails.get('2')).toEqual(seen(1));
  });
});
