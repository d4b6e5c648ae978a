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
  it('sends at most 60 times in any second, and at most 30 times while it has to skip (W35)', () => {
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
          if (before === undefined || !send.skips) continue;
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

  it.each([
    [170, 60, false],
    [199, 60, false],
    [201, 30, true],
    [1_000, 30, true],
  ])('sends a log of %d lines a turn %d times a second, though it fell back once', (perTurn, most, skips) => {
    const pace = new TailPace(200);
    const sent: { at: number; skips: boolean }[] = [];
    let last = -500;
    for (let turn = 0; turn < 1_000; turn += 1) {
      const distance = turn * perTurn - last;
      if (distance === 0 || !pace.maySend(turn, distance > pace.lines)) continue;
      pace.sent(turn, distance > pace.lines);
      sent.push({ at: turn * TURN, skips: distance > pace.lines });
      last = turn * perTurn;
    }
    const later = sent.filter(({ at }) => at > 1_000);
    expect(later.every((send) => send.skips === skips)).toBe(true);
    const perSecond = busiestSecond(later.map(({ at }) => at));
    expect(perSecond).toBeLessThanOrEqual(most);
    expect(perSecond).toBeGreaterThan(most - 3);
  });

  it('sends the first lines after a pause at once, skipping or not', () => {
    const changes = Array.from({ length: 20 }, (_, index) => ({ at: index * 51.3, skips: index % 2 === 0 }));
    expect(sends(changes)).toEqual(changes);
  });
});
