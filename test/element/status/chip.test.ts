import { describe, expect, it } from 'vitest';
import type { LogState, LogStatus } from '../../../src/worker/api.ts';
import { leadRow, missingRow, noticeOf, trailRow } from '../../../src/element/status/state-rows.ts';
import { CONNECTING, QUIET_AFTER, chipOf, isFinal, silenceOf, type ChipInput } from '../../../src/element/status/chip.ts';
import { STRINGS } from '../../../src/element/strings.ts';
import { explanationOf } from '../../../src/element/tools/toolbar/explanation.ts';
import { TOOL_STRINGS } from '../../support/english.ts';

const STATES: readonly LogState[] = ['connecting', 'catching-up', 'live', 'reconnecting', 'offline', 'ended', 'denied', 'error'];
const status = (change: Partial<LogStatus>): LogStatus => ({ ...CONNECTING, ...change });
const input = (change: Partial<LogStatus>, quiet = 0, progress?: number, behind = 0): ChipInput => ({
  status: status(change),
  quiet,
  progress,
  behind,
});
const chip = (...from: Parameters<typeof input>): ReturnType<typeof chipOf> => chipOf(input(...from), STRINGS);
const hint = (...from: Parameters<typeof input>): string => explanationOf(input(...from), STRINGS, TOOL_STRINGS);

describe('the status chip', () => {
  it.each([
    ['connecting', 'dashed', 'Connecting'],
    ['catching-up', 'half', 'Catching up'],
    ['live', 'dot', 'Live'],
    ['reconnecting', 'half', 'Reconnecting'],
    ['offline', 'ring', 'Offline'],
    ['ended', 'square', 'Ended'],
    ['denied', 'cross', 'No access'],
    ['error', 'cross', "Couldn't load"],
  ] as const)('of %s is a %s and says %s', (state, shape, label) => {
    expect(chip({ state })).toMatchObject({ shape, label });
    expect(hint({ state })).not.toBe('');
  });

  it('tells any two states apart without colour', () => {
    const seen = new Set(STATES.map((state) => `${chip({ state }).shape} ${chip({ state }).label}`));
    expect(seen.size).toBe(STATES.length);
  });

  it('reports the silence of a live log from half a minute on', () => {
    const silence = (state: LogState, quiet: number): number | undefined => silenceOf(input({ state }, quiet));
    expect(silence('live', QUIET_AFTER - 1)).toBeUndefined();
    expect(silence('live', 42_000)).toBe(42_000);
    expect(silence('ended', 42_000)).toBeUndefined();
    expect(STRINGS.quiet(42_700)).toBe('last line 42s ago');
    expect(STRINGS.quiet(192_000)).toBe('last line 3m 12s ago');
    expect(hint({ state: 'live' }, 42_700)).toBe('No new lines for 42s.');
  });

  it('shows the progress while catching up', () => {
    expect(chip({ state: 'catching-up' }, 0, 0.456).label).toBe('Catching up 45%');
    expect(hint({ state: 'catching-up' }, 0, 0.4, 1_200_000)).toBe('1,200,000 lines to load.');
  });

  it('says what became of the log, and its tooltip names the code', () => {
    expect(chip({ state: 'ended', end: 0 })).toMatchObject({ shape: 'check', tone: 'success', label: 'Succeeded' });
    expect(chip({ state: 'ended', end: 2 })).toMatchObject({ shape: 'cross', tone: 'error', label: 'Failed' });
    expect(chip({ state: 'ended', end: 137 })).toMatchObject({ shape: 'cross', tone: 'error', label: 'Killed' });
    expect(chip({ state: 'ended', end: 143 })).toMatchObject({ shape: 'square', tone: 'plain', label: 'Stopped' });
    expect(chip({ state: 'ended' })).toMatchObject({ shape: 'square', tone: 'plain', label: 'Ended' });
    expect(hint({ state: 'ended', end: 2 })).toBe('Failed with exit code 2.');
    expect(hint({ state: 'ended', end: 137 })).toBe('Killed by SIGKILL (exit code 137).');
    expect(hint({ state: 'ended', end: 255 })).toBe('Failed with exit code 255.');
  });

  it('explains what happened and what to do when the log cannot load', () => {
    expect(hint({ state: 'denied', problem: 'Ask for a new link.' })).toBe('Ask for a new link.');
  });
});

describe('rows that are not lines', () => {
  it('say which lines retention removed', () => {
    expect(leadRow(status({ first: 120_001 }), STRINGS)?.text).toBe('Lines 1–120,000 are no longer kept.');
    expect(leadRow(status({ first: 2 }), STRINGS)?.text).toBe('Line 1 is no longer kept.');
    expect(leadRow(status({ first: 1 }), STRINGS)).toBeUndefined();
  });

  it('say how a log ended', () => {
    expect(trailRow(status({ state: 'ended', end: 0, head: 48_210 }), 192_000, 0, STRINGS)?.text).toBe('Succeeded · 48,210 lines · 3m 12s');
    expect(trailRow(status({ state: 'ended', head: 1 }), undefined, 0, STRINGS)?.text).toBe('Log ended · 1 line');
    expect(trailRow(status({ state: 'ended', end: 2, head: 3 }), 400, 0, STRINGS)).toMatchObject({
      kind: 'failed',
      text: 'Failed with exit code 2 · 3 lines · <1s',
    });
    expect(trailRow(status({ state: 'ended', end: 143, head: 3 }), 400, 0, STRINGS)).toMatchObject({
      kind: 'ended',
      text: 'Stopped (exit code 143) · 3 lines · <1s',
    });
    expect(trailRow(status({ state: 'ended', end: 137, head: 3 }), 400, 0, STRINGS)?.text).toBe(
      'Killed by SIGKILL (exit code 137) · 3 lines · <1s',
    );
  });

  it('count down to the next attempt, and offer it at once', () => {
    const lost = status({ state: 'reconnecting', retryAt: 12_300, epoch: 'e' });
    expect(trailRow(lost, undefined, 10_000, STRINGS)).toMatchObject({ text: 'Connection lost. Retrying in 3s', action: 'Retry now' });
    expect(trailRow(lost, undefined, 12_300, STRINGS)?.text).toBe('Connection lost. Reconnecting…');
    expect(trailRow({ ...lost, retryAt: undefined }, undefined, 0, STRINGS)?.text).toBe('Connection lost. Reconnecting…');
    const other = { ...lost, problem: 'The server cannot read this log right now.' };
    expect(trailRow(other, undefined, 10_000, STRINGS)?.text).toBe('The server cannot read this log right now. Retrying in 3s');
  });

  it('offer to retry missing lines', () => {
    const gap = { from: 10_240, to: 12_800 };
    expect(missingRow(gap, true, STRINGS)).toMatchObject({ text: 'Lines 10,240–12,800 are missing from the server', action: 'Retry' });
    expect(missingRow({ from: 7, to: 7 }, true, STRINGS).text).toBe('Line 7 is missing from the server');
    expect(missingRow(gap, false, STRINGS)).toMatchObject({ text: "Lines 10,240–12,800 couldn't be loaded", action: 'Retry' });
    expect(missingRow({ from: 7, to: 7 }, false, STRINGS).text).toBe("Line 7 couldn't be loaded");
  });

  it('are absent in a live log', () => {
    expect(trailRow(status({ state: 'live', head: 5 }), undefined, 0, STRINGS)).toBeUndefined();
  });
});

describe('a log without lines', () => {
  it.each([
    ['connecting', 'skeleton', ''],
    ['catching-up', 'skeleton', ''],
    ['live', 'waiting', 'Waiting for the first line…'],
    ['ended', 'empty', 'This log is empty.'],
    ['reconnecting', 'problem', "Can't reach the server. Reconnecting…"],
    ['offline', 'problem', 'Offline. Waiting for the network.'],
    ['error', 'problem', "This log couldn't be loaded."],
    ['denied', 'problem', "You don't have access to this log."],
  ] as const)('that is %s shows %s', (state, kind, text) => {
    expect(noticeOf(status({ state }), 0, STRINGS)).toMatchObject({ kind, text });
  });

  it('shows no notice once there is a line, even an unfinished one', () => {
    for (const state of STATES) {
      expect(noticeOf(status({ state, head: 1 }), 0, STRINGS)).toBeUndefined();
      expect(noticeOf(status({ state, part: [0, 'x'] }), 0, STRINGS)).toBeUndefined();
    }
  });

  it('is also one whose every line was removed by retention', () => {
    const removed = 'Lines 1–10 are no longer kept.';
    expect(noticeOf(status({ state: 'live', first: 11, head: 10 }), 0, STRINGS)).toMatchObject({ kind: 'waiting', text: removed });
    expect(noticeOf(status({ state: 'ended', first: 11, head: 10 }), 0, STRINGS)).toMatchObject({ kind: 'empty', text: removed });
  });
});

describe('a state', () => {
  it('is final if nothing more happens by itself', () => {
    expect(STATES.filter(isFinal)).toEqual(['ended', 'denied', 'error']);
  });
});
