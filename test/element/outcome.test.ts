import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import { outcomeOf, signalName } from '../../src/element/outcome.ts';
import { STRINGS } from '../../src/element/strings.ts';
import { TOOL_STRINGS } from '../support/english.ts';
import { Announcer } from '../../src/element/tools/live-region/announcer.ts';

describe('the outcome of a log', () => {
  it.each([
    [0, 'succeeded', 'Succeeded'],
    [1, 'failed', 'Failed with exit code 1'],
    [-1, 'failed', 'Failed with exit code -1'],
    [127, 'failed', 'Failed with exit code 127'],
    [128, 'failed', 'Failed with exit code 128'],
    [129, 'killed', 'Killed by SIGHUP (exit code 129)'],
    [130, 'stopped', 'Stopped (exit code 130)'],
    [134, 'killed', 'Killed by SIGABRT (exit code 134)'],
    [137, 'killed', 'Killed by SIGKILL (exit code 137)'],
    [139, 'killed', 'Killed by SIGSEGV (exit code 139)'],
    [141, 'killed', 'Killed by SIGPIPE (exit code 141)'],
    [143, 'stopped', 'Stopped (exit code 143)'],
    [159, 'killed', 'Killed by SIGSYS (exit code 159)'],
    [160, 'failed', 'Failed with exit code 160'],
    [255, 'failed', 'Failed with exit code 255'],
    [3_221_225_786, 'failed', 'Failed with exit code 3221225786'],
    [undefined, 'ended', 'Log ended'],
    [1.5, 'ended', 'Log ended'],
    [Number.NaN, 'ended', 'Log ended'],
  ] as const)('of exit code %s is %s', (code, outcome, words) => {
    expect(outcomeOf(code)).toBe(outcome);
    expect(STRINGS.outcome(code)).toBe(words);
  });

  it('names the signal exactly if one killed or stopped the process', () => {
    fc.assert(
      fc.property(fc.integer({ min: -1_000, max: 1_000 }), (code) => {
        expect(signalName(code) !== undefined).toBe(code >= 129 && code <= 159);
        expect(['killed', 'stopped'].includes(outcomeOf(code))).toBe(code >= 129 && code <= 159);
      }),
    );
  });

  it('is announced to screen readers, with the number of lines', () => {
    const end = (code: number | undefined, lines: number): string => new Announcer(TOOL_STRINGS).stateMessage('ended', lines, 0, code);
    expect(end(1, 62)).toBe('Failed with exit code 1. 62 lines.');
    expect(end(137, 1)).toBe('Killed by SIGKILL (exit code 137). 1 line.');
    expect(end(143, 48_210)).toBe('Stopped (exit code 143). 48,210 lines.');
    expect(end(0, 110)).toBe('Succeeded, 110 lines');
    expect(end(undefined, 0)).toBe('Log ended, 0 lines');
  });
});
