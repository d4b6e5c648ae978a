import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FramePace, PACE } from '../../../src/worker/host/frame-pace.ts';

const [early, late] = PACE.leads;

describe('the pace of batches', () => {
  it('sends the first at once', () => {
    expect(new FramePace().dueAt).toBe(-Infinity);
  });

  it('is one a frame while it is not known when the tab draws', () => {
    const pace = new FramePace();
    pace.sent(100);
    expect(pace.dueAt).toBe(100 + PACE.frame);
    pace.taken(101, undefined);
    expect(pace.dueAt).toBe(100 + PACE.frame);
  });

  it('sends twice before each frame', () => {
    const pace = new FramePace();
    pace.sent(100);
    pace.taken(101, 12);
    expect(pace.dueAt).toBeCloseTo(113 - early);
    pace.sent(pace.dueAt);
    pace.taken(108, 5);
    expect(pace.dueAt).toBeCloseTo(113 - late);
    pace.sent(pace.dueAt);
    pace.taken(112, 1);
    expect(pace.dueAt).toBeCloseTo(113 + PACE.frame - early);
  });

  it('waits for a tab that takes nothing, and is not confused by one that takes more than it got', () => {
    const pace = new FramePace();
    for (let times = 0; times < 3; times += 1) pace.taken(0, 0);
    for (let sent = 0; sent < PACE.credit; sent += 1) {
      expect(pace.isSpent).toBe(false);
      pace.sent(sent);
    }
    expect(pace.isSpent).toBe(true);
    pace.taken(50, 0);
    expect(pace.isSpent).toBe(false);
  });

  it('never sends more often than twice a frame, whenever the tab says that it draws', () => {
    const delay = fc.double({ min: 0, max: 3 * PACE.frame, noNaN: true });
    fc.assert(
      fc.property(fc.array(delay, { maxLength: 50 }), fc.double({ min: 0, max: PACE.frame, noNaN: true }), (delays, phase) => {
        const begun = 1_000;
        const untilFrame = (time: number): number => {
          const rest = (begun + phase - time) % PACE.frame;
          return rest < 0 ? rest + PACE.frame : rest;
        };
        const pace = new FramePace();
        let now = begun;
        pace.sent(now);
        pace.taken(now, phase);
        for (const late of delays) {
          const due = pace.dueAt;
          expect(due).toBeGreaterThan(now);
          expect(Math.min(...PACE.leads.map((lead) => Math.abs(lead - untilFrame(due))))).toBeLessThan(1e-6);
          now = due + late;
          pace.sent(now);
          pace.taken(now, untilFrame(now));
        }
        const frames = (now - begun) / PACE.frame;
        expect(delays.length).toBeLessThanOrEqual(PACE.leads.length * (frames + 1));
      }),
    );
  });
});
