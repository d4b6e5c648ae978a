import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { unwrittenEntry, type Entry } from '../../src/dev-server/console/entry.ts';
import { filterEntries, NO_FILTER, runNumbers, STATE_FILTERS } from '../../src/dev-server/console/list-filter.ts';
import { Removals, UNDO_TIME } from '../../src/dev-server/console/removals.ts';

const job = (channel: string, command: string, change: Partial<Entry> = {}): Entry => ({
  channel,
  command,
  state: 'exited',
  code: 0,
  lines: 1,
  startedAt: 1_000,
  changedAt: 4_000,
  ...change,
});

const ENTRIES = [
  job('job/npm-test/3', 'npm test', { code: 1 }),
  job('job/npm-test/2', 'npm test', { state: 'running', code: undefined }),
  job('job/make/1', 'make -j8', { state: 'broken-off', code: 129 }),
  { ...unwrittenEntry('Deploy/blue'), changedAt: 5_000 },
];

const channels = (entries: readonly Entry[]): string[] => entries.map(({ channel }) => channel);

describe('the filter of the list of logs', () => {
  it('finds part of a command or channel, in either case', () => {
    expect(channels(filterEntries(ENTRIES, { ...NO_FILTER, text: 'NPM' }))).toEqual(['job/npm-test/3', 'job/npm-test/2']);
    expect(channels(filterEntries(ENTRIES, { ...NO_FILTER, text: ' blue ' }))).toEqual(['Deploy/blue']);
    expect(channels(filterEntries(ENTRIES, { ...NO_FILTER, text: 'make/1' }))).toEqual(['job/make/1']);
  });

  it('separates logs that are written from those that failed', () => {
    expect(channels(filterEntries(ENTRIES, { ...NO_FILTER, state: 'running' }))).toEqual(['job/npm-test/2', 'Deploy/blue']);
    expect(channels(filterEntries(ENTRIES, { ...NO_FILTER, state: 'failed' }))).toEqual(['job/npm-test/3', 'job/make/1']);
    expect(filterEntries(ENTRIES, NO_FILTER)).toEqual(ENTRIES);
  });

  it('keeps the order, and never admits more for a longer text', () => {
    const states = fc.constantFrom(...STATE_FILTERS.map(({ state }) => state));
    fc.assert(
      fc.property(fc.string(), fc.string(), states, (text, more, state) => {
        const some = filterEntries(ENTRIES, { text, state });
        expect(some).toEqual(ENTRIES.filter((entry) => some.includes(entry)));
        for (const entry of filterEntries(ENTRIES, { text: text.trim() + more, state })) expect(some).toContain(entry);
      }),
    );
  });

  it('numbers the runs of a command that was run more than once', () => {
    expect([...runNumbers(ENTRIES)]).toEqual([
      ['job/npm-test/3', '#3'],
      ['job/npm-test/2', '#2'],
    ]);
  });
});

describe('removing a log from the list', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  const [first, second] = ENTRIES as [Entry, Entry];

  function setUp(remove: (channel: string) => Promise<void> = () => Promise.resolve()) {
    const removed: string[] = [];
    const failed: string[] = [];
    const removals = new Removals({
      remove: (channel) => {
        removed.push(channel);
        return remove(channel);
      },
      onChange: () => undefined,
      onFailed: ({ channel }) => failed.push(channel),
    });
    return { removals, removed, failed };
  }

  it('hides it at once, and deletes it when that can no longer be undone', async () => {
    const { removals, removed } = setUp();
    removals.remove(first);
    expect([removals.isHidden(first.channel), removals.undoable, removed]).toEqual([true, first, []]);
    await vi.advanceTimersByTimeAsync(UNDO_TIME);
    expect([removals.isHidden(first.channel), removals.undoable, removed]).toEqual([true, undefined, [first.channel]]);
    removals.gone(new Set());
    expect(removals.isHidden(first.channel)).toBe(false);
  });

  it('deletes nothing once it is undone', async () => {
    const { removals, removed } = setUp();
    removals.remove(first);
    removals.undo();
    await vi.advanceTimersByTimeAsync(2 * UNDO_TIME);
    expect([removals.isHidden(first.channel), removed]).toEqual([false, []]);
    removals.undo();
  });

  it('can be undone for as long as the user is about to', async () => {
    const { removals, removed } = setUp();
    removals.remove(first);
    removals.hold();
    await vi.advanceTimersByTimeAsync(10 * UNDO_TIME);
    expect([removals.undoable, removed]).toEqual([first, []]);
    removals.release();
    await vi.advanceTimersByTimeAsync(UNDO_TIME - 1);
    expect(removed).toEqual([]);
    await vi.advanceTimersByTimeAsync(1);
    expect([removals.undoable, removed]).toEqual([undefined, [first.channel]]);
    removals.release();
    await vi.advanceTimersByTimeAsync(2 * UNDO_TIME);
    expect(removed).toEqual([first.channel]);
  });

  it('deletes the one before when another is removed', async () => {
    const { removals, removed } = setUp();
    removals.remove(first);
    removals.remove(second);
    expect(removed).toEqual([first.channel]);
    expect(removals.undoable).toBe(second);
    removals.undo();
    await vi.advanceTimersByTimeAsync(2 * UNDO_TIME);
    expect(removed).toEqual([first.channel]);
  });

  it('lists a log again that could not be deleted', async () => {
    const { removals, failed } = setUp(() => Promise.reject(new Error('no')));
    removals.remove(first);
    await vi.advanceTimersByTimeAsync(UNDO_TIME);
    expect([removals.isHidden(first.channel), failed]).toEqual([false, [first.channel]]);
  });
});
