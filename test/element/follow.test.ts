import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { initialFollow, nextFollow, type FollowEvent, type FollowMode } from '../../src/element/viewport/input/follow.ts';

const run = (mode: FollowMode, ...events: FollowEvent[]): boolean => events.reduce(nextFollow, initialFollow(mode)).following;
const live: FollowEvent = { type: 'settled', complete: false, mode: 'auto' };
const complete: FollowEvent = { type: 'settled', complete: true, mode: 'auto' };

describe('following', () => {
  it('is on for a log that grows and off for a finished one when left to itself', () => {
    expect(run('auto', live)).toBe(true);
    expect(run('auto', complete)).toBe(false);
  });

  it('goes to the end of a finished log when told to, and never by itself when told not to', () => {
    expect(run('on', { ...complete, mode: 'on' })).toBe(true);
    expect(run('off', { ...live, mode: 'off' })).toBe(false);
  });

  it('stays on when a log ends that was followed', () => {
    expect(run('auto', live, complete)).toBe(true);
  });

  it('is left by the reader, and taken up again at the end or by the button', () => {
    expect(run('auto', live, { type: 'left' })).toBe(false);
    expect(run('auto', live, { type: 'left' }, { type: 'reached-end' })).toBe(true);
    expect(run('auto', live, { type: 'left' }, { type: 'toggled' })).toBe(true);
    expect(run('auto', live, { type: 'toggled' })).toBe(false);
  });

  it('keeps what the reader decided before the log was known', () => {
    expect(run('auto', { type: 'left' }, live)).toBe(false);
    expect(run('auto', { type: 'reached-end' }, complete)).toBe(true);
  });

  it('obeys the attribute', () => {
    expect(run('auto', live, { type: 'mode', mode: 'off' })).toBe(false);
    expect(run('off', { type: 'mode', mode: 'on' })).toBe(true);
    expect(run('auto', live, { type: 'left' }, { type: 'mode', mode: 'auto' })).toBe(false);
  });

  it('is changed by the first settled state at most: whatever the log does later, the reader decides', () => {
    const settled = fc.record({
      type: fc.constant('settled' as const),
      complete: fc.boolean(),
      mode: fc.constantFrom<FollowMode>('auto', 'on', 'off'),
    });
    fc.assert(
      fc.property(fc.constantFrom<FollowMode>('auto', 'on', 'off'), settled, fc.array(settled), (mode, first, later) => {
        expect(run(mode, first, ...later)).toBe(run(mode, first));
      }),
    );
  });
});
