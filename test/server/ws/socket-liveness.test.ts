import { describe, expect, it } from 'vitest';
import type { SocketWriter } from '../../../src/server/ws/socket-writer.ts';
import { SocketLiveness } from '../../../src/server/ws/socket-liveness.ts';

type Seen = Pick<SocketWriter, 'pending' | 'writes' | 'bytes'>;

/** What vitals look at of an outlet, to be set at will. */
function open(): { vitals: SocketLiveness; outlet: { -readonly [K in keyof Seen]: number } } {
  const outlet = { pending: 0, writes: 0, bytes: 0 };
  return { vitals: new SocketLiveness(outlet, 0), outlet };
}

describe('Vitals', () => {
  it('are gone at the third heartbeat, when the two before were not answered', () => {
    const { vitals } = open();
    expect([vitals.isDead(), vitals.isDead(), vitals.isDead()]).toEqual([false, false, true]);
  });

  it('stay alive with any sign of life', () => {
    const { vitals } = open();
    for (let beat = 0; beat < 10; beat += 1) {
      expect(vitals.isDead()).toBe(false);
      vitals.heard();
    }
  });

  it('get more time while so much is sent that a ping is delayed, and no longer', () => {
    const { vitals, outlet } = open();
    for (let beat = 0; beat < 5; beat += 1) {
      outlet.bytes += 100_000;
      expect(vitals.isDead()).toBe(false);
    }
    expect([vitals.isDead(), vitals.isDead()]).toEqual([false, true]);
  });

  it('are stalled when data is waiting and nothing is read for that long', () => {
    const { vitals, outlet } = open();
    expect(vitals.isStalled(1_000, 60)).toBe(false);
    outlet.pending = 500;
    expect(vitals.isStalled(1_030, 60)).toBe(false);
    expect(vitals.isStalled(1_059, 60)).toBe(false);
    expect(vitals.isStalled(1_060, 60)).toBe(true);
    outlet.writes += 1;
    expect(vitals.isStalled(1_070, 60)).toBe(false);
    expect(vitals.isStalled(1_129, 60)).toBe(false);
    outlet.pending = 0;
    expect(vitals.isStalled(5_000, 60)).toBe(false);
  });
});
