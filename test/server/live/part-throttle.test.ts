import { describe, expect, it } from 'vitest';
import { PartThrottle } from '../../../src/server/live/part-throttle.ts';

describe('PartCursor', () => {
  it('tells a new version at once, and the next 100 ms later', () => {
    const cursor = new PartThrottle();
    expect(cursor.next(false, 1, 0)).toBe('send');
    cursor.sent(false, 1, 0);
    expect(cursor.next(false, 1, 50)).toBe('nothing');
    expect(cursor.next(false, 2, 99)).toBe('wait');
    expect(cursor.next(false, 2, 100)).toBe('send');
  });

  it('retracts only a part that is shown', () => {
    const cursor = new PartThrottle();
    expect(cursor.next(true, 0, 0)).toBe('nothing');
    expect(cursor.next(true, 4, 0)).toBe('nothing');
    cursor.sent(false, 4, 0);
    expect(cursor.next(true, 5, 200)).toBe('send');
    cursor.sent(true, 5, 200);
    expect(cursor.next(true, 6, 400)).toBe('nothing');
  });

  it('tells a part again that a message took back, a moment later, however many messages come', () => {
    const cursor = new PartThrottle();
    cursor.sent(false, 1, 0);
    cursor.messageSent();
    expect(cursor.next(false, 1, 500)).toBe('wait');
    cursor.messageSent();
    expect(cursor.next(false, 1, 599)).toBe('wait');
    expect(cursor.next(false, 1, 600)).toBe('send');
    cursor.sent(false, 1, 600);
    expect(cursor.next(false, 1, 700)).toBe('nothing');
  });

  it('sends the current part after the subscription was moved', () => {
    const cursor = new PartThrottle();
    cursor.sent(false, 1, 0);
    cursor.reset();
    expect(cursor.next(false, 1, 100)).toBe('send');
  });
});
