import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { LineRun, LogState, LogStatus } from '../../../src/worker/api.ts';
import { CONNECTING } from '../../../src/element/status/chip.ts';
import { ShownStatus } from '../../../src/element/status/shown-status.ts';

const LIVE: LogStatus = { ...CONNECTING, state: 'live', epoch: '1', head: 2 };
const RUN: LineRun = {
  from: 1,
  lines: [
    [1, 'one'],
    [2, 'two'],
  ],
};

describe('ShownStatus', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  function make(): { shown: ShownStatus; calls: string[] } {
    const calls: string[] = [];
    const shown = new ShownStatus({
      isAwaitingLines: () => false,
      show: ({ state, head }, runs) => calls.push(`show ${state} ${head} with ${runs.length} runs`),
      stateChanged: (previous: LogState) => calls.push(`changed from ${previous}`),
      tick: () => undefined,
    });
    return { shown, calls };
  }

  it('shows an update once, with its lines, before it announces that the state changed', () => {
    const { shown, calls } = make();
    shown.update(LIVE, [RUN]);
    expect(calls).toEqual(['show live 2 with 1 runs', 'changed from connecting']);
  });

  it('shows an update in the same state once', () => {
    const { shown, calls } = make();
    shown.update(LIVE, [RUN]);
    calls.length = 0;
    shown.update({ ...LIVE, head: 3 }, []);
    expect(calls).toEqual(['show live 3 with 0 runs']);
  });

  it('shows a state that was held back once it lasts', () => {
    const { shown, calls } = make();
    shown.update(LIVE, [RUN]);
    calls.length = 0;
    shown.update({ ...LIVE, state: 'reconnecting' }, []);
    expect(calls).toEqual(['show live 2 with 0 runs']);
    vi.advanceTimersByTime(2_000);
    expect(calls).toEqual(['show live 2 with 0 runs', 'show reconnecting 2 with 0 runs', 'changed from live']);
    shown.stop();
  });
});
