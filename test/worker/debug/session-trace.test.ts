import { describe, expect, it, vi } from 'vitest';
import { SessionTrace, TRACE_LINES } from '../../../src/worker/debug/session-trace.ts';

/** A trace, and the pieces that were sent so far. */
function traced(): { readonly trace: SessionTrace; readonly sent: { readonly lines: readonly string[]; readonly dropped: number }[] } {
  const sent: { readonly lines: readonly string[]; readonly dropped: number }[] = [];
  return { trace: new SessionTrace((lines, dropped) => sent.push({ lines, dropped })), sent };
}

/** Until the words are loaded and used. */
const settled = async (): Promise<void> => {
  await Promise.resolve();
  await vi.dynamicImportSettled();
};

describe('the trace of a session', () => {
  it('sends what one event causes in one piece, in order', async () => {
    const { trace, sent } = traced();
    trace.event({ type: 'wake' });
    trace.effect({ do: 'abort', id: 1 });
    expect(sent).toEqual([]);
    await settled();
    expect(sent).toEqual([{ lines: ['event wake', 'effect abort id=1'], dropped: 0 }]);
  });

  it('sends the next piece after the last one was taken', async () => {
    const { trace, sent } = traced();
    trace.event({ type: 'wake' });
    await settled();
    trace.event({ type: 'tick' });
    trace.event({ type: 'noTabs' });
    await settled();
    expect(sent).toHaveLength(1);
    trace.taken();
    await settled();
    expect(sent[1]).toEqual({ lines: ['event tick', 'event noTabs'], dropped: 0 });
    trace.taken();
    await settled();
    expect(sent).toHaveLength(2);
  });

  it('holds a bounded number of lines, and counts those that it drops', async () => {
    const { trace, sent } = traced();
    trace.event({ type: 'wake' });
    await settled();
    for (let times = 0; times < TRACE_LINES + 7; times += 1) trace.event({ type: 'tick' });
    trace.taken();
    await settled();
    expect(sent[1]?.lines).toHaveLength(TRACE_LINES);
    expect(sent[1]?.dropped).toBe(7);
    trace.event({ type: 'wake' });
    trace.taken();
    await settled();
    expect(sent[2]).toEqual({ lines: ['event wake'], dropped: 0 });
  });
});
