import { describe, expect, it } from 'vitest';
import { ANNOUNCE_INTERVAL, Announcer } from '../../../../src/element/tools/live-region/announcer.ts';
import { TOOL_STRINGS } from '../../../support/english.ts';

describe('announcements for screen readers', () => {
  it('put new lines into one message, at most every five seconds', () => {
    const announcer = new Announcer(TOOL_STRINGS);
    expect(announcer.timeToNext(0)).toBeUndefined();
    announcer.addLines(3, []);
    expect(announcer.timeToNext(0)).toBe(0);
    expect(announcer.nextMessage('summary', 0)).toBe('3 new lines');
    announcer.addLines(200, []);
    announcer.addLines(14, []);
    expect(announcer.timeToNext(1_000)).toBe(ANNOUNCE_INTERVAL - 1_000);
    expect(announcer.nextMessage('summary', 1_000)).toBe('');
    expect(announcer.nextMessage('summary', ANNOUNCE_INTERVAL)).toBe('214 new lines');
    expect(announcer.timeToNext(ANNOUNCE_INTERVAL)).toBeUndefined();
  });

  it('report a change of state at once', () => {
    const announcer = new Announcer(TOOL_STRINGS);
    announcer.addLines(5, []);
    announcer.nextMessage('summary', 0);
    expect(announcer.stateMessage('reconnecting', 5, 100)).toBe('Reconnecting');
    expect(announcer.stateMessage('live', 5, 200)).toBe('Live');
    expect(announcer.stateMessage('ended', 48_210, 300)).toBe('Log ended, 48,210 lines');
    expect(announcer.stateMessage('connecting', 0, 400)).toBe('');
  });

  it('report missing lines once, until there are none', () => {
    const announcer = new Announcer(TOOL_STRINGS);
    expect(announcer.missingMessage(undefined)).toBe('');
    expect(announcer.missingMessage("Lines 1–9 couldn't be loaded")).toBe("Lines 1–9 couldn't be loaded");
    expect(announcer.missingMessage("Lines 3–12 couldn't be loaded")).toBe('');
    expect(announcer.missingMessage(undefined)).toBe('');
    expect(announcer.missingMessage("Lines 1–9 couldn't be loaded")).toBe("Lines 1–9 couldn't be loaded");
  });

  it('read lines out if asked to, unless there are too many', () => {
    const announcer = new Announcer(TOOL_STRINGS);
    announcer.addLines(2, ['one', 'two']);
    expect(announcer.nextMessage('lines', 0)).toBe('one\ntwo');
    announcer.addLines(
      20,
      Array.from({ length: 20 }, (_, at) => `line ${at}`),
    );
    expect(announcer.nextMessage('lines', 10_000)).toContain('line 19');
    announcer.addLines(
      21,
      Array.from({ length: 21 }, (_, at) => `line ${at}`),
    );
    expect(announcer.nextMessage('lines', 20_000)).toBe('Too much output to read aloud. Go to the log to read it.');
    announcer.addLines(2, ['only one of two']);
    expect(announcer.nextMessage('lines', 30_000)).toBe('2 new lines');
  });

  it('are silent if turned off, and keep nothing for later', () => {
    const announcer = new Announcer(TOOL_STRINGS);
    announcer.addLines(5, ['a']);
    expect(announcer.nextMessage('off', 0)).toBe('');
    expect(announcer.timeToNext(0)).toBeUndefined();
  });

  it('keep a bounded number of lines, however many arrive', () => {
    const announcer = new Announcer(TOOL_STRINGS);
    for (let at = 0; at < 1_000; at += 1) announcer.addLines(1, ['x'.repeat(10)]);
    expect(announcer.nextMessage('lines', 0)).toBe('Too much output to read aloud. Go to the log to read it.');
  });
});
