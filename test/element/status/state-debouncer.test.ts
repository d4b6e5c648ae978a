import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { LogState } from '../../../src/worker/api.ts';
import { GRACE, MAX_GRACE, StateDebouncer } from '../../../src/element/status/state-debouncer.ts';

const STATES: readonly LogState[] = ['connecting', 'catching-up', 'live', 'reconnecting', 'offline', 'ended', 'denied', 'error'];

/** A log that has been live since 0. */
function live(): StateDebouncer {
  const steady = new StateDebouncer();
  steady.next('live', false, 0);
  return steady;
}

describe('the state that is shown', () => {
  it('hides a lost connection that is back within a second', () => {
    const steady = live();
    expect(steady.next('reconnecting', false, 100)).toBe('live');
    expect(steady.dueAt).toBe(100 + GRACE.reconnecting);
    expect(steady.next('catching-up', false, 900)).toBe('live');
    expect(steady.next('live', false, 990)).toBe('live');
    expect(steady.dueAt).toBe(Infinity);
  });

  it('shows one that is not', () => {
    const steady = live();
    steady.next('reconnecting', false, 100);
    expect(steady.next('reconnecting', false, 1_099)).toBe('live');
    expect(steady.next('reconnecting', false, 1_100)).toBe('reconnecting');
    expect(steady.dueAt).toBe(Infinity);
  });

  it('returns to live without a flash of catching up', () => {
    const steady = new StateDebouncer('reconnecting');
    expect(steady.next('catching-up', false, 0)).toBe('reconnecting');
    expect(steady.next('live', false, 50)).toBe('live');
    expect(new StateDebouncer().next('catching-up', false, 0)).toBe('connecting');
  });

  it('shows at once what a person can act on', () => {
    for (const state of ['offline', 'denied', 'error', 'ended'] as const) expect(live().next(state, false, 10)).toBe(state);
    expect(new StateDebouncer().next('reconnecting', false, 0)).toBe('reconnecting');
    for (const state of ['denied', 'error', 'offline'] as const) {
      for (const next of ['connecting', 'reconnecting', 'catching-up'] as const)
        expect(new StateDebouncer(state).next(next, false, 0)).toBe(next);
    }
  });

  it('is ended only once the lines on screen have arrived', () => {
    const steady = live();
    expect(steady.next('ended', true, 0)).toBe('live');
    expect(steady.next('ended', true, GRACE['catching-up'])).toBe('catching-up');
    expect(steady.next('ended', true, 60_000)).toBe('catching-up');
    expect(steady.next('ended', false, 60_001)).toBe('ended');
    // Scrolling elsewhere later does not undo that.
    expect(steady.next('ended', true, 60_002)).toBe('ended');
  });

  it('differs from the real one for a moment at most, however often that changes', () => {
    const told = fc.record({ state: fc.constantFrom(...STATES), lacking: fc.boolean(), after: fc.integer({ min: 0, max: 900 }) });
    fc.assert(
      fc.property(fc.array(told, { maxLength: 60 }), (steps) => {
        const steady = new StateDebouncer();
        let now = 0;
        let shown: LogState = 'connecting';
        let wrongSince: number | undefined;
        for (const { state, lacking, after } of steps) {
          now += after;
          shown = steady.next(state, lacking, now);
          const right = state === 'ended' && lacking && shown !== 'ended' ? 'catching-up' : state;
          if (shown === right) wrongSince = undefined;
          else {
            wrongSince ??= now;
            expect(now - wrongSince).toBeLessThan(MAX_GRACE);
            expect(steady.dueAt).toBeGreaterThan(now);
            expect(steady.dueAt).toBeLessThanOrEqual(wrongSince + MAX_GRACE);
          }
        }
        if (steady.dueAt === Infinity) return;
        const last = steps.at(-1)!;
        expect(steady.next(last.state, last.lacking, steady.dueAt)).not.toBe(shown);
      }),
    );
  });
});
