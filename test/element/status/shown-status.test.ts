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

  describe('counts the silence of a live log', () => {
    const MINUTE = 60_000;
    const at = (time: number): readonly LineRun[] => [
      {
        from: 1,
        lines: [
          [0, 'one'],
          [time, 'two'],
        ],
      },
    ];

    it('from the time of its last line, if that was written before the log was opened', () => {
      const { shown } = make();
      shown.update(LIVE, at(Date.now() - MINUTE));
      expect(shown.quiet).toBe(MINUTE);
      vi.advanceTimersByTime(MINUTE);
      expect(shown.quiet).toBe(2 * MINUTE);
      shown.stop();
    });

    it('from when its last line is known, not from when the log is', () => {
      const { shown } = make();
      shown.update(LIVE, []);
      vi.advanceTimersByTime(MINUTE);
      expect(shown.quiet).toBe(0);
      shown.update(LIVE, at(Date.now() - 3 * MINUTE));
      expect(shown.quiet).toBe(3 * MINUTE);
      shown.stop();
    });

    it('from when it grew before the eyes of the reader, whatever the clock of the server says', () => {
      const { shown } = make();
      shown.update({ ...LIVE, head: 1 }, []);
      shown.update(LIVE, at(Date.now() - MINUTE));
      expect(shown.quiet).toBe(0);
      vi.advanceTimersByTime(10);
      shown.update(LIVE, at(Date.now() - MINUTE));
      expect(shown.quiet).toBe(10);
      shown.stop();
    });

    it('from the unfinished line, which is newer than the last', () => {
      const { shown } = make();
      shown.update({ ...LIVE, part: [Date.now() - 1_000, 'three'] }, at(Date.now() - MINUTE));
      expect(shown.quiet).toBe(1_000);
      shown.stop();
    });

    it('across a reconnect that brings no line, and from the last line of one that does', () => {
      const { shown } = make();
      shown.update(LIVE, at(Date.now() - MINUTE));
      shown.update({ ...LIVE, state: 'reconnecting' }, []);
      vi.advanceTimersByTime(5_000);
      shown.update(LIVE, []);
      expect(shown.quiet).toBe(MINUTE + 5_000);
      shown.update({ ...LIVE, state: 'reconnecting' }, []);
      shown.update({ ...LIVE, head: 3 }, [{ from: 3, lines: [[Date.now() - 2_000, 'three']] }]);
      expect(shown.quiet).toBe(2_000);
      shown.stop();
    });

    it('never as less than nothing, where the clock of the server is ahead', () => {
      const { shown } = make();
      shown.update(LIVE, at(Date.now() + MINUTE));
      expect(shown.quiet).toBe(0);
      shown.stop();
    });
  });
});
