import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { TURN, TurnTimer } from '../../../src/server/ws/turn-timer.ts';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setImmediate', 'performance'] });
});

afterEach(() => {
  vi.useRealTimers();
});

const member = (): { wake: ReturnType<typeof vi.fn<() => void>> } => ({ wake: vi.fn<() => void>() });

describe('TurnTimer', () => {
  it('wakes a member at the next turn, once', () => {
    const turns = new TurnTimer();
    vi.advanceTimersByTime(5);
    const one = member();
    const { turn } = turns;
    turns.wait(one);
    turns.wait(one);
    vi.advanceTimersByTime(TURN - 6);
    expect(one.wake).not.toHaveBeenCalled();
    vi.advanceTimersByTime(1);
    expect(one.wake).toHaveBeenCalledTimes(1);
    expect(turns.turn).toBe(turn + 1);
    vi.advanceTimersByTime(1_000);
    expect(one.wake).toHaveBeenCalledTimes(1);
  });

  it('has one timer, however many wait, and none while nothing does', () => {
    const turns = new TurnTimer();
    expect(vi.getTimerCount()).toBe(0);
    for (let count = 0; count < 300; count += 1) turns.wait(member());
    expect(vi.getTimerCount()).toBe(1);
    vi.advanceTimersByTime(TURN);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('lets a member that waits again wait for the turn after', () => {
    const turns = new TurnTimer();
    const at: number[] = [];
    const again = {
      wake: (): void => {
        at.push(turns.turn);
        if (at.length < 3) turns.wait(again);
      },
    };
    turns.wait(again);
    vi.advanceTimersByTime(10 * TURN);
    expect(at).toEqual([1, 2, 3]);
  });

  it('serves 500 members at once, and the others in later turns of the event loop', () => {
    const turns = new TurnTimer();
    const members = Array.from({ length: 1_001 }, member);
    for (const each of members) turns.wait(each);
    const woken = (): number => members.filter(({ wake }) => wake.mock.calls.length === 1).length;
    vi.advanceTimersToNextTimer();
    expect(woken()).toBe(500);
    vi.advanceTimersToNextTimer();
    expect(woken()).toBe(1_000);
    vi.advanceTimersToNextTimer();
    expect([woken(), vi.getTimerCount()]).toEqual([1_001, 0]);
  });

  it('wakes nothing after it was closed', () => {
    const turns = new TurnTimer();
    const [one, another] = [member(), member()];
    turns.wait(one);
    turns.close();
    turns.wait(another);
    vi.advanceTimersByTime(100);
    expect([one.wake.mock.calls.length, another.wake.mock.calls.length, vi.getTimerCount()]).toEqual([0, 0, 0]);
  });
});
