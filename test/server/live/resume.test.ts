import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { NOWHERE, parseRequestedPosition, type RequestedPosition } from '../../../src/protocol/position.ts';
import { UNKNOWN_EPOCH, resumePointOf, resume } from '../../../src/server/live/resume.ts';
import { NO_LOG, type LogTail } from '../../../src/server/store.ts';

function tailOf(epoch: string, first: number, head: number, end?: number): LogTail {
  return { ...NO_LOG, epoch, first, head, end };
}

const tails: fc.Arbitrary<LogTail> = fc
  .record({
    epoch: fc.constantFrom('', 'a', 'b'),
    head: fc.integer({ min: 1, max: 30 }),
    trimmed: fc.nat(30),
    end: fc.option(fc.integer(), { nil: undefined }),
  })
  .map(({ epoch, head, trimmed, end }) => (epoch === '' ? tailOf('', 1, 0, end) : tailOf(epoch, Math.min(trimmed, head) + 1, head, end)));

const askeds: fc.Arbitrary<RequestedPosition> = fc.oneof(
  fc.constant<RequestedPosition>('now'),
  fc.record({ epoch: fc.constantFrom(undefined, 'a', 'b', 'c'), offset: fc.nat(40) }),
);

/** As {@link resume}, with every line from the resume point on sent, or none up to the head. */
function resumeWith(asked: RequestedPosition, tail: LogTail, replayed: boolean): ReturnType<typeof resume> {
  return resume(asked, tail, replayed ? resumePointOf(asked, tail).start : tail.head);
}

function read(text: string): RequestedPosition {
  const asked = parseRequestedPosition(text);
  if (asked === undefined) throw new Error(`not a position: ${text}`);
  return asked;
}

describe('resolve', () => {
  it('gives the first state that holds, whatever is asked and whatever there is', () => {
    fc.assert(
      fc.property(askeds, tails, fc.boolean(), (asked, tail, replayed) => {
        const { state, off } = resumeWith(asked, tail, replayed);
        const behind = asked === 'now' ? tail.head : asked.offset;
        const isReset = asked !== 'now' && ((asked.epoch !== undefined && asked.epoch !== tail.epoch) || asked.offset > tail.head);
        if (isReset) expect(state).toBe('reset');
        else if (tail.first > behind + 1) expect(state).toBe('truncated');
        else if (off.offset > behind) expect(state).toBe('skipped');
        else if (tail.end !== undefined) expect(state).toBe('ended');
        else expect(state).toBe('live');
      }),
      { numRuns: 2_000 },
    );
  });

  it('continues after a line that is held or the head, in the current epoch', () => {
    fc.assert(
      fc.property(askeds, tails, fc.boolean(), (asked, tail, replayed) => {
        const { start } = resumePointOf(asked, tail);
        const { off } = resumeWith(asked, tail, replayed);
        expect(start).toBeGreaterThanOrEqual(tail.first - 1);
        expect(start).toBeLessThanOrEqual(tail.head);
        expect(off.offset).toBe(replayed ? start : tail.head);
        expect(off.epoch).toBe(tail.epoch);
      }),
      { numRuns: 2_000 },
    );
  });

  it('never resets or truncates a subscribe from now', () => {
    fc.assert(fc.property(tails, (tail) => ['live', 'ended'].includes(resumeWith('now', tail, true).state)));
  });

  it('never resets a subscribe from the start, by 0 or by -0', () => {
    fc.assert(
      fc.property(tails, fc.constantFrom('0', '-0'), fc.boolean(), (tail, start, replayed) => {
        expect(resumeWith(read(start), tail, replayed).state).not.toBe('reset');
      }),
    );
  });

  it.each<[string, string, LogTail, boolean, string, number]>([
    ['a position behind the head', 'a-5', tailOf('a', 1, 9), true, 'live', 5],
    ['a distance that is too long', 'a-5', tailOf('a', 1, 9), false, 'skipped', 9],
    ['the head itself', 'a-9', tailOf('a', 1, 9), true, 'live', 9],
    ['the head of a log that has ended', 'a-9', tailOf('a', 1, 9, 0), true, 'ended', 9],
    ['another epoch', 'b-5', tailOf('a', 3, 9), true, 'reset', 2],
    ['another epoch, too far to be replayed', 'b-5', tailOf('a', 1, 9), false, 'reset', 9],
    ['a position beyond the head', 'a-10', tailOf('a', 1, 9), true, 'reset', 0],
    ['a bare number beyond the head', '10', tailOf('a', 1, 9), true, 'reset', 0],
    ['a line that retention took', 'a-2', tailOf('a', 4, 9), true, 'truncated', 3],
    ['the line before the oldest', 'a-3', tailOf('a', 4, 9), true, 'live', 3],
    ['a line that retention took, of a log that has ended', 'a-2', tailOf('a', 4, 9, 0), false, 'truncated', 9],
    ['the start of an ended log', '0', tailOf('a', 1, 9, 0), true, 'ended', 0],
    ['the start of a log of which nothing is held', '0', tailOf('a', 10, 9), true, 'truncated', 9],
  ])('answers %s', (_title, asked, tail, replayed, state, offset) => {
    expect(resumeWith(read(asked), tail, replayed)).toEqual({ state, off: { epoch: 'a', offset } });
  });

  it('answers -0 for a log without a line', () => {
    expect(resumeWith('now', NO_LOG, true)).toEqual({ state: 'live', off: NOWHERE });
    expect(resumeWith(read('0'), NO_LOG, true)).toEqual({ state: 'live', off: NOWHERE });
    expect(resumeWith(read('a-7'), NO_LOG, true)).toEqual({ state: 'reset', off: NOWHERE });
    expect(resumeWith(read('-0'), tailOf('', 1, 0, 3), true)).toEqual({ state: 'ended', off: NOWHERE });
  });

  it('resets a position in an epoch that no longer exists', () => {
    fc.assert(fc.property(tails, fc.boolean(), (tail, replayed) => resumeWith(UNKNOWN_EPOCH, tail, replayed).state === 'reset'));
  });
});
