import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TailPace } from '../../../src/server/ws/tail-pace.ts';
import { TURN } from '../../../src/server/ws/turn-timer.ts';

/** Most events within any second that begins with one of them. */
function busiestSecond(times: readonly number[]): number {
  return Math.max(0, ...times.map((begin) => times.filter((time) => time >= begin && time < begin + 1_000).length));
}

/** Times of the sends to a subscription that has lines at each of these times, ms; each either has to skip others or not. */
function sends(changes: readonly { readonly at: number; readonly skips: boolean }[]): { at: number; skips: boolean }[] {
  const pace = new TailPace(200);
  const sent: { at: number; skips: boolean }[] = [];
  for (const { at, skips } of changes) {
    const turn = Math.floor(at / TURN);
    if (!pace.maySend(turn, skips)) continue;
    pace.sent(turn, skips);
    sent.push({ at, skips });
  }
  return sent;
}

describe('TailPace', () => {
  it('sends at most 60 times in any second, and at most 30 times while it skips (W34)', () => {
    const gaps = fc.array(fc.record({ gap: fc.double({ min: 0, max: 30, noNaN: true }), skips: fc.boolean() }), {
      minLength: 50,
      maxLength: 800,
      size: 'max',
    });
    fc.assert(
      fc.property(gaps, fc.constantFrom<boolean | undefined>(true, false, undefined), (steps, always) => {
        let at = 0;
        const sent = sends(steps.map(({ gap, skips }) => ({ at: (at += gap), skips: always ?? skips })));
        expect(busiestSecond(sent.map((send) => send.at))).toBeLessThanOrEqual(always === true ? 30 : 60);
        for (const [index, send] of sent.entries()) {
          const before = sent[index - 1];
          if (before === undefined || !(before.skips || send.skips)) continue;
          expect(Math.floor(send.at / TURN) - Math.floor(before.at / TURN)).toBeGreaterThanOrEqual(2);
        }
      }),
    );
  });

  it('sends nearly that often where there is always something to send', () => {
    const always = (skips: boolean): number => sends(Array.from({ length: 10_000 }, (_, ms) => ({ at: ms, skips }))).length / 10;
    expect(always(false)).toBeGreaterThan(58);
    expect(always(true)).toBeGreaterThan(29);
  });

  it('sends the first lines after a pause at once, skipping or not', () => {
    const changes = Array.from({ length: 20 }, (_, index) => ({ at: index * 51.3, skips: index % 2 === 0 }));
    expect(sends(changes)).toEqual(changes);
  });
});
