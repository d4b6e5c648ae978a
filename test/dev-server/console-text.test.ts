import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { address, readAddress } from '../../src/dev-server/console/address.ts';
import { parseChange, parseSnapshot } from '../../src/dev-server/console/api.ts';
import {
  commandToCopy,
  factsText,
  statusOfEntry,
  parseEntry,
  stateText,
  unwrittenEntry,
  type Entry,
} from '../../src/dev-server/console/entry.ts';
import { ago, counted, lineCount, sharingText, span } from '../../src/dev-server/console/format.ts';

const ENTRY: Entry = { channel: 'job/x/1', command: 'x', state: 'exited', code: 0, lines: 1, startedAt: 1_000, changedAt: 4_000 };

describe('the words of the console', () => {
  it.each([
    [0, '<1s'],
    [999, '<1s'],
    [2_100, '2.1s'],
    [9_949, '9.9s'],
    [9_960, '10s'],
    [59_499, '59s'],
    [59_500, '1m 00s'],
    [192_000, '3m 12s'],
    [7_500_000, '2h 05m'],
    [273_600_000, '3d 04h'],
    [-5, '<1s'],
  ])('for a span of %i ms are %s', (ms, text) => {
    expect(span(ms)).toBe(text);
  });

  it.each([
    [0, 'just now'],
    [4_999, 'just now'],
    [42_000, '42s ago'],
    [300_000, '5m ago'],
    [10_800_000, '3h ago'],
    [172_800_000, '2d ago'],
    [-60_000, 'just now'],
  ])('for %i ms ago are %s', (ms, text) => {
    expect(ago(ms)).toBe(text);
  });

  it('put the noun of a count in the right number', () => {
    expect([counted(0, 'tab'), counted(1, 'tab'), counted(48_210, 'line')]).toEqual(['0 tabs', '1 tab', '48,210 lines']);
    expect([lineCount(1), lineCount(99_999), lineCount(250_000), lineCount(1_250_000)]).toEqual([
      '1 line',
      '99,999 lines',
      '250K lines',
      '1.3M lines',
    ]);
    expect([sharingText(1, 1), sharingText(3, 1), sharingText(3, 2)]).toEqual([
      '1 tab · 1 connection',
      '3 tabs share 1 connection',
      '3 tabs · 2 connections',
    ]);
  });

  it.each<[Partial<Entry>, string, string, string]>([
    [{}, 'ok', 'Succeeded', '1 line · 3.0s · 6s ago'],
    [{ code: 3 }, 'failed', 'Failed · exit 3', '1 line · 3.0s · 6s ago'],
    [{ state: 'running', code: undefined, lines: 1_204 }, 'running', 'Running', '1,204 lines · 9.0s'],
    [{ state: 'stopping', code: undefined }, 'running', 'Stopping…', '1 line · 9.0s'],
    [{ state: 'stopped', code: 143 }, 'stopped', 'Stopped', '1 line · 3.0s · 6s ago'],
    [{ state: 'stopped', code: 0 }, 'ok', 'Succeeded', '1 line · 3.0s · 6s ago'],
    [{ state: 'stopped', code: 137 }, 'failed', 'Killed · exit 137', '1 line · 3.0s · 6s ago'],
    [{ state: 'broken-off', code: 129 }, 'interrupted', 'Killed · interrupted', '1 line · 3.0s · 6s ago'],
    [{ code: 137 }, 'failed', 'Killed · exit 137', '1 line · 3.0s · 6s ago'],
    [{ code: 143 }, 'stopped', 'Stopped', '1 line · 3.0s · 6s ago'],
    [{ state: 'ended', code: undefined }, 'stopped', 'Ended', '1 line · 3.0s · 6s ago'],
    [unwrittenEntry('x'), 'unwritten', 'Not written yet', '0 lines'],
    [{ state: 'open', startedAt: undefined, lines: 1_250_000 }, 'active', 'Live', '1.3M lines · 6s ago'],
    [{ state: 'ended', startedAt: undefined, code: 1, changedAt: 0 }, 'failed', 'Failed · exit 1', '1 line'],
  ])('for %j are its status, its state and its facts', (change, look, state, facts) => {
    const entry = { ...ENTRY, ...change };
    expect([statusOfEntry(entry), stateText(entry), factsText(entry, 10_000)]).toEqual([look, state, facts]);
  });
});

describe('the data that the console gets from its server', () => {
  it('is parsed into an entry with all known facts', () => {
    expect(parseEntry(JSON.parse(JSON.stringify(ENTRY)))).toEqual(ENTRY);
    expect(parseEntry({ ...ENTRY, command: 5, code: 'x', startedAt: null })).toEqual({
      ...ENTRY,
      command: undefined,
      code: undefined,
      startedAt: undefined,
    });
  });

  it('never throws, whatever it is', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        parseEntry(value);
        parseChange(value);
        expect(parseSnapshot({ logs: value }).entries).toBeInstanceOf(Array);
      }),
    );
  });

  it.each([[{ ...ENTRY, state: 'dancing' }], [{ ...ENTRY, channel: 1 }], [{ ...ENTRY, lines: '1' }], [null], [[]]])(
    'is refused when it is %j',
    (value) => {
      expect(parseEntry(value)).toBeUndefined();
    },
  );
});

describe('the command to copy', () => {
  it('is that of a job, or writes to a log that is open', () => {
    expect(commandToCopy(ENTRY)).toBe('x');
    expect(commandToCopy({ ...unwrittenEntry('a/b'), changedAt: 5 })).toBe('npm test 2>&1 | npx log-stream append a/b');
    expect(commandToCopy({ ...unwrittenEntry('a/b'), state: 'ended', changedAt: 5 })).toBeUndefined();
  });
});

describe('the address of a log in the console', () => {
  it('round-trips any channel', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1, unit: 'grapheme' }), fc.boolean(), (channel, solo) => {
        const url = new URL(address(channel, { solo }), 'http://localhost');
        expect(readAddress(url.search)).toEqual({ log: channel, solo });
      }),
    );
    expect(readAddress('?log=')).toEqual({ log: undefined, solo: false });
    expect(readAddress('')).toEqual({ log: undefined, solo: false });
  });
});
