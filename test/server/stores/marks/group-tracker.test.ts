import { expect, test } from 'vitest';
import type { LineExtra } from '../../../../src/protocol/line.ts';
import { trackGroups, type StoredGroup } from '../../../../src/server/stores/marks/group-tracker.ts';

/** Applies extras to lines 1, 2, …; line N was written at time N. */
function track(...extras: readonly LineExtra[]): { groups: StoredGroup[]; open: readonly number[] } {
  const table = new Map<number, StoredGroup>();
  let state: Parameters<typeof trackGroups>[0] = { open: [] };
  for (const [index, extra] of extras.entries()) {
    state = trackGroups(
      state,
      { line: index + 1, time: index + 1, timeBefore: index, extra },
      { get: (line) => table.get(line), put: (group) => table.set(group.line, group) },
    );
  }
  return { groups: [...table.values()], open: state.open };
}

const a = { t: 'a', d: 0 };
const b = { t: 'b', d: 1, o: 0 as const };

test('links a group to the one around it, and ends it with the line that says so', () => {
  expect(track({ g: a }, { g: b }, { e: 1 })).toEqual({
    groups: [
      { line: 1, ...a, time: 1 },
      { line: 2, ...b, time: 2, parent: 1, end: 3, until: 3, endedBy: 3 },
    ],
    open: [1],
  });
});

test('ends groups with the line before where another begins', () => {
  expect(track({ g: a }, { g: b }, {}, { e: 2, g: a })).toEqual({
    groups: [
      { line: 1, ...a, time: 1, end: 3, until: 3, endedBy: 4 },
      { line: 2, ...b, time: 2, parent: 1, end: 3, until: 3, endedBy: 4 },
      { line: 4, ...a, time: 4 },
    ],
    open: [4],
  });
});

test('ignores ends of groups that did not begin', () => {
  expect(track({ e: 3 }, { g: a }, { e: 2 }, { e: 1 }).groups).toEqual([{ line: 2, ...a, time: 2, end: 3, until: 3, endedBy: 3 }]);
});

test('shows the innermost open group, or the one that ended last, from the first line that says so', () => {
  const shown = (...extras: readonly LineExtra[]) => track(...extras).groups.map((group) => group.shown);
  expect(shown({ u: 1 }, { g: a })).toEqual([undefined]);
  expect(shown({ g: a }, { g: b }, { u: 1 }, { u: 1 })).toEqual([undefined, 3]);
  expect(shown({ g: a }, { g: b }, { e: 1 }, { u: 1 })).toEqual([4, undefined]);
  expect(shown({ g: a }, { g: b }, { e: 2, u: 1 })).toEqual([3, undefined]);
  expect(shown({ g: a }, { u: 1, e: 1, g: a })).toEqual([2, undefined]);
});
