import fc from 'fast-check';
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import type { LineExtra } from '../../../src/protocol/line.ts';
import { LEVEL } from '../../../src/protocol/marks/level.ts';
import { NO_LOG, type NewLine } from '../../../src/server/store.ts';
import type { Current } from './conformance.ts';
import { CHANNEL, expectLevels, marksCommands, marksOf, type Pair, type Restart } from './conformance-marks-model.ts';
import { PlainLog } from './plain-log.ts';
import { accepted, batch, numbered, readAll, write } from './store-tools.ts';

const ALL = Number.MAX_SAFE_INTEGER;

/** Lines that have only these extras. */
function marked(...extras: readonly (LineExtra | undefined)[]): NewLine[] {
  return extras.map((extra, index) => (extra === undefined ? [String(index)] : [String(index), extra]));
}

/** What a store knows of the marks of its lines. Skipped for a store without `marks`. */
export function marksRules(current: Current, restart: Restart | undefined): void {
  beforeEach((context) => {
    context.skip(current().marks === undefined, 'the store has no marks');
  });

  test('keeps the marks of each line', async () => {
    const extras: LineExtra[] = [
      { l: 17 },
      { l: 17, k: 1 },
      { l: 13, r: 1 },
      { g: { t: 'a "b"\n\u2028', d: 0 } },
      { g: { t: '', d: 31, o: 0 }, e: 2 },
      { e: 1, u: 1 },
      { s: 'err', c: '31', p: 1, l: 24 },
      { g: { t: 'a', d: 0 } },
      { g: { t: 'a', d: 0 } },
    ];
    await write(current(), 'a', marked(...extras));
    expect((await readAll(current(), 'a')).map(([, , extra]) => extra)).toEqual(extras);
  });

  test('keeps the open groups of a log until a batch changes them', async () => {
    const store = current();
    expect((await write(store, 'a', ['1'], { groupsIn: '', groupsOut: 'one\u0000é' })).groups).toBe('one\u0000é');
    expect((await write(store, 'a', ['2'])).groups).toBe('one\u0000é');
    expect((await store.tail('a')).groups).toBe('one\u0000é');
    expect((await store.read('a', { after: 0, limit: 1, bytes: 1 })).tail.groups).toBe('one\u0000é');
    expect((await store.trim('a', { lines: 0 }, 0)).groups).toBe('one\u0000é');
    const long = 'é'.repeat(8 * 1_024);
    expect((await write(store, 'a', ['3'], { groupsIn: 'one\u0000é', groupsOut: long })).groups).toBe(long);
    expect((await write(store, 'a', [], { groupsIn: long, groupsOut: 'ignored without a line', end: 0 })).groups).toBe(long);
    await store.remove('a');
    expect((await write(store, 'a', ['1'])).groups).toBe('');
  });

  test('refuses a batch that was marked under other groups, after the other reasons', async () => {
    const store = current();
    const open = await write(store, 'a', ['1'], { groupsIn: '', groupsOut: 'one' });
    const wrong = { groupsIn: '', groupsOut: 'two' };
    expect(await store.append('a', batch(['x'], wrong))).toEqual({ ok: false, reason: 'carry', tail: open });
    expect(await store.append('a', batch(['x'], { ...wrong, at: { epoch: undefined, offset: 0 } }))).toMatchObject({ reason: 'moved' });
    expect(await store.tail('a')).toEqual(open);
    expect(await store.append('b', batch(['x'], { groupsIn: 'one', groupsOut: '' }))).toEqual({ ok: false, reason: 'carry', tail: NO_LOG });
    expect(await write(store, 'a', ['2'], { groupsIn: 'one', groupsOut: '' })).toMatchObject({ head: 2, groups: '' });
    await write(store, 'a', [], { end: 0 });
    expect(await store.append('a', batch(['x'], { groupsIn: 'one' }))).toMatchObject({ ok: false, reason: 'ended' });
  });

  test('refuses a batch that follows another line than the head', async () => {
    const store = current();
    const tail = await write(store, 'a', ['1', '2']);
    for (const follows of [0, 1, 3]) {
      expect(await store.append('a', batch(['x'], { follows }))).toEqual({ ok: false, reason: 'carry', tail });
    }
    expect(await write(store, 'a', ['3'], { follows: 2 })).toMatchObject({ head: 3 });
    expect(await write(store, 'b', ['1'], { follows: 0 })).toMatchObject({ head: 1 });
  });

  test('lets one of many writers under the same groups win', async () => {
    const store = current();
    for (let round = 0; round < 5; round += 1) {
      const groupsIn = round === 0 ? '' : String(round);
      const results = await Promise.all(
        numbered(0, 9).map((name) => store.append('a', batch([name], { groupsIn, groupsOut: String(round + 1) }))),
      );
      expect(results.filter(({ ok }) => ok).length).toBe(1);
      for (const { tail } of results) expect(tail).toMatchObject({ head: round + 1, groups: String(round + 1) });
    }
  });

  test('counts entries, and no line that continues, rewrites, or is a later piece', async () => {
    const store = current();
    const lines = marked(
      { l: 17 },
      { l: 17, k: 1 },
      { l: 13, r: 1 },
      { l: 13, p: 1 },
      { l: 13 },
      { l: 13 },
      undefined,
      { l: 24 },
      { l: 3 },
    );
    await write(store, 'a', lines, { time: 1_000 });
    await write(store, 'a', marked({ l: 9, p: 1 }), { time: 2_000 });
    const tail = await write(store, 'a', marked({ l: 9 }, { l: 9 }), { time: 3_000 });
    expect(await marksOf(store).levels('a', { after: 0, upto: ALL, parts: 1 })).toEqual({
      tail,
      after: 0,
      upto: 12,
      parts: [{ last: 12, time: 1_000, counts: [1, 0, 2, 2, 1, 1] }],
    });
    expect((await marksOf(store).levels('a', { after: 9, upto: 11, parts: 1 })).parts).toEqual([
      { last: 11, time: 2_000, counts: [0, 0, 1, 0, 0, 0] },
    ]);
  });

  test('answers for a log that does not exist, is empty, or has only an end', async () => {
    const store = current();
    const ask = async (channel: string): Promise<unknown> => [
      await marksOf(store).levels(channel, { after: 3, upto: 9, parts: 10 }),
      await marksOf(store).groups(channel, { after: 3, upto: 9, limit: 10, depth: 31 }),
      await marksOf(store).seek(channel, { kind: 'time', time: 0 }),
      await marksOf(store).seek(channel, { kind: 'next', level: LEVEL.trace, after: 0 }),
      await marksOf(store).seek(channel, { kind: 'previous', level: LEVEL.trace, before: ALL }),
    ];
    const nothing = (tail: object, at: number): unknown => [
      { tail, after: at, upto: at, parts: [] },
      { tail, after: at, upto: at, more: false, around: [], groups: [] },
      ...Array.from({ length: 3 }, () => ({ tail, found: undefined })),
    ];
    expect(await ask('a')).toEqual(nothing(NO_LOG, 0));
    await write(store, 'b', [], { end: 0 });
    expect(await ask('b')).toEqual(nothing({ ...NO_LOG, end: 0 }, 0));
    await write(store, 'c', marked({ l: 17, g: { t: 'a', d: 0 } }, { e: 1 }));
    const empty = await store.trim('c', { lines: 0 }, 0);
    expect(await ask('c')).toEqual(nothing(empty, 2));
  });

  test('divides a log into parts of about equal length', async () => {
    const store = current();
    const log = new PlainLog();
    const lines = marked(...Array.from({ length: 4_000 }, (_, index) => (index % 7 === 0 ? { l: 1 + 4 * (index % 6) } : undefined)));
    for (let time = 0; time < 10; time += 1) {
      const next = batch(lines, { time });
      log.append(next);
      accepted(await store.append(CHANNEL, next));
    }
    for (const parts of [1, 2, 3, 10, 999, 1_000]) {
      await expectLevels({ store, log }, { after: 0, upto: ALL, parts });
      await expectLevels({ store, log }, { after: 1_234, upto: 38_765, parts });
    }
    const { parts } = await marksOf(store).levels(CHANNEL, { after: 0, upto: ALL, parts: 4 });
    expect(parts.length).toBe(4);
    for (const [index, { last }] of parts.entries()) expect(Math.abs(last - 10_000 * (index + 1))).toBeLessThan(5_000);
  }, 30_000);

  test('lists groups with their ends, times, wishes and counts', async () => {
    const store = current();
    const [outer, first, second] = [
      { t: 'outer', d: 0 },
      { t: 'first', d: 1, o: 0 as const },
      { t: 'second', d: 1, o: 1 as const },
    ];
    await write(store, 'a', marked({ e: 3 }, { g: outer, l: 13 }, { g: first }, { l: 17 }), { time: 1_000 });
    await write(store, 'a', marked({ e: 1, g: second }, { l: 21 }), { time: 2_000 });
    const tail = await write(store, 'a', marked({ e: 1, l: 17 }, undefined), { time: 3_000 });
    const groups = (upto: number, limit = 10, depth = 31) => marksOf(store).groups('a', { after: 0, upto, limit, depth });
    const ended = { line: 3, ...first, time: 1_000, end: 4, until: 1_000, warn: 0, error: 1 };
    const open = { line: 2, ...outer, time: 1_000, warn: 1, error: 3 };
    expect(await groups(ALL)).toEqual({
      tail,
      after: 0,
      upto: 8,
      more: false,
      around: [],
      groups: [open, ended, { line: 5, ...second, time: 2_000, end: 7, until: 3_000, warn: 0, error: 2 }],
    });
    // As of an earlier line, what ends later is open.
    expect((await groups(6)).groups).toEqual([{ ...open, error: 2 }, ended, { line: 5, ...second, time: 2_000, warn: 0, error: 1 }]);
    expect((await groups(3)).groups).toEqual([
      { ...open, error: 0 },
      { line: 3, ...first, time: 1_000, warn: 0, error: 0 },
    ]);
    // So is what ends with the last line by a mark of the next one.
    expect((await groups(4)).groups[1]).toEqual({ line: 3, ...first, time: 1_000, warn: 0, error: 1 });
    expect(await groups(ALL, 1)).toMatchObject({ more: true, groups: [open] });
    expect(await groups(ALL, 1, 0)).toMatchObject({ more: false, groups: [open] });
    expect(await groups(ALL, 3)).toMatchObject({ more: false });
    // The end of the log closes what is open, as of its last line.
    await write(store, 'a', [], { end: 0 });
    expect((await groups(ALL)).groups[0]).toEqual({ ...open, end: 8, until: 3_000 });
    expect((await groups(7)).groups[0]).toEqual(open);
  });

  test('names the groups around a line, outermost first', async () => {
    const store = current();
    const start = (d: number): LineExtra => ({ g: { t: String(d), d } });
    await write(store, 'a', marked(undefined, start(0), start(1), start(2), { e: 1 }, { e: 1 }, start(1), { e: 2 }, undefined));
    const around = async (after: number, upto = ALL, depth = 31) =>
      (await marksOf(store).groups('a', { after, upto, limit: 1, depth })).around.map(({ line }) => line);
    const expected = [[], [], [2], [2, 3], [2, 3, 4], [2, 3, 4], [2, 3], [2, 7], [2, 7], []];
    for (const [line, lines] of expected.entries()) expect(await around(line)).toEqual(lines);
    expect(await around(5, 5)).toEqual([2, 3, 4]);
    expect(await around(5, ALL, 1)).toEqual([2, 3]);
    expect(await around(20)).toEqual([]);
  });

  test('lists a group whose first lines are gone while its last is held', async () => {
    const store = current();
    const start = (t: string, d = 0): LineExtra => ({ g: { t, d } });
    await write(store, 'a', marked(start('outer'), start('inner', 1), { l: 17 }, { l: 17 }, { e: 1 }, { l: 13 }, { e: 1 }, start('open')));
    const listed = async (after = 0) => {
      const { around, groups } = await marksOf(store).groups('a', { after, upto: ALL, limit: 10, depth: 31 });
      return [around, groups].map((some) => some.map(({ t, warn, error }) => [t, warn, error]));
    };
    await store.trim('a', { lines: 5 }, 0);
    expect(await listed()).toEqual([
      [
        ['outer', 1, 1],
        ['inner', 0, 1],
      ],
      [['open', 0, 0]],
    ]);
    await store.trim('a', { lines: 4 }, 0);
    expect(await listed()).toEqual([
      [
        ['outer', 1, 0],
        ['inner', 0, 0],
      ],
      [['open', 0, 0]],
    ]);
    await store.trim('a', { lines: 3 }, 0);
    expect(await listed()).toEqual([[['outer', 1, 0]], [['open', 0, 0]]]);
    await store.trim('a', { lines: 1 }, 0);
    expect(await listed()).toEqual([[], [['open', 0, 0]]]);
    await store.trim('a', { lines: 0 }, 0);
    expect(await listed()).toEqual([[['open', 0, 0]], []]);
    await write(store, 'a', marked({ l: 17 }), {});
    expect(await listed()).toEqual([[['open', 0, 1]], []]);
    // It ended with a line that is gone.
    await store.trim('a', { lines: 0 }, 0);
    await write(store, 'a', marked({ e: 1, ...start('next') }));
    expect(await listed()).toEqual([[], [['next', 0, 0]]]);
    await store.trim('a', { lines: 0 }, 0);
    await write(store, 'a', [], { end: 0 });
    expect(await listed()).toEqual([[], []]);
  });

  test('opens the group that is open, or ended last, from the line that says so', async () => {
    const store = current();
    const start = (d: number): LineExtra => ({ g: { t: String(d), d, o: 0 } });
    await write(store, 'a', marked({ u: 1 }, start(0), { e: 1 }, start(0), start(1), { e: 2, u: 1 }, undefined, start(0), { u: 1 }));
    const wishes = async (upto: number) =>
      (await marksOf(store).groups('a', { after: 0, upto, limit: 10, depth: 31 })).groups.map(({ o }) => o);
    expect(await wishes(5)).toEqual([0, 0, 0]);
    expect(await wishes(6)).toEqual([0, 1, 0]);
    expect(await wishes(8)).toEqual([0, 1, 0, 0]);
    expect(await wishes(ALL)).toEqual([0, 1, 0, 1]);
    // Said again, it is open since the first time.
    await write(store, 'a', marked({ u: 1 }));
    expect(await wishes(9)).toEqual([0, 1, 0, 1]);
  });

  test('counts no later piece of a line whose first piece is gone', async () => {
    const store = current();
    await write(store, 'a', marked({ l: 17, p: 1 }));
    await store.trim('a', { lines: 0 }, 0);
    await write(store, 'a', marked({ l: 17 }, { l: 13 }));
    const { parts } = await marksOf(store).levels('a', { after: 0, upto: ALL, parts: 1 });
    expect(parts.map(({ counts }) => counts)).toEqual([[0, 0, 0, 1, 0, 0]]);
    expect((await marksOf(store).seek('a', { kind: 'next', level: LEVEL.error, after: 0 })).found).toBeUndefined();
  });

  test('knows, as of the line before the first one held, a group that the first one ends', async () => {
    const store = current();
    const start = (t: string): LineExtra => ({ g: { t, d: 0 }, e: 1 });
    await write(store, 'a', marked(start('first'), start('second'), undefined));
    await store.trim('a', { lines: 2 }, 0);
    const around = async (upto: number) =>
      (await marksOf(store).groups('a', { after: 0, upto, limit: 10, depth: 31 })).around.map(({ t }) => t);
    expect(await around(1)).toEqual(['first']);
    expect(await around(2)).toEqual([]);
    await store.trim('a', { lines: 1 }, 0);
    expect(await around(2)).toEqual(['second']);
  });

  test('finds lines by time', async () => {
    const store = current();
    for (const time of [1_000, 2_000, 2_000, 3_000]) await write(store, 'a', numbered(1, 700), { time });
    const at = async (time: number) => (await marksOf(store).seek('a', { kind: 'time', time })).found;
    expect(await at(0)).toEqual({ line: 1, time: 1_000 });
    expect(await at(1_000)).toEqual({ line: 1, time: 1_000 });
    expect(await at(1_001)).toEqual({ line: 701, time: 2_000 });
    expect(await at(2_000)).toEqual({ line: 701, time: 2_000 });
    expect(await at(2_001)).toEqual({ line: 2_101, time: 3_000 });
    expect(await at(3_001)).toBeUndefined();
    await store.trim('a', { lines: 1_000 }, 0);
    expect(await at(0)).toEqual({ line: 1_801, time: 2_000 });
  });

  test('keeps times that are not whole', async () => {
    const store = current();
    await write(store, 'a', marked({ l: 17, g: { t: 'a', d: 0 } }, { e: 1 }), { time: 1_000.5 });
    await write(store, 'a', marked(undefined, { l: 17 }), { time: 1_000.75 });
    const { groups } = await marksOf(store).groups('a', { after: 0, upto: ALL, limit: 1, depth: 0 });
    expect(groups).toEqual([{ line: 1, t: 'a', d: 0, time: 1_000.5, end: 2, until: 1_000.5, warn: 0, error: 1 }]);
    const { parts } = await marksOf(store).levels('a', { after: 0, upto: ALL, parts: 2 });
    expect(parts.map(({ time }) => time)).toEqual([1_000.5, 1_000.75]);
    expect((await marksOf(store).seek('a', { kind: 'time', time: 1_000.6 })).found).toEqual({ line: 3, time: 1_000.75 });
  });

  test('finds the next and the previous entry of a level or above', async () => {
    const store = current();
    const extras = Array.from({ length: 5_000 }, (_, index) => {
      const line = index + 1;
      if (line % 1_000 === 0) return { l: line === 3_000 ? 21 : 17 };
      return line % 1_000 === 1 ? { l: 17, k: 1 as const } : undefined;
    });
    await write(store, 'a', marked(...extras));
    const next = async (level: 17 | 21, after: number) => (await marksOf(store).seek('a', { kind: 'next', level, after })).found?.line;
    const previous = async (level: 17 | 21, before: number) =>
      (await marksOf(store).seek('a', { kind: 'previous', level, before })).found?.line;
    expect([await next(17, 0), await next(17, 999), await next(17, 1_000), await next(21, 0)]).toEqual([1_000, 1_000, 2_000, 3_000]);
    expect([await next(17, 5_000), await next(21, 3_000), await next(17, ALL)]).toEqual([undefined, undefined, undefined]);
    expect([await previous(17, ALL), await previous(17, 5_000), await previous(21, ALL)]).toEqual([5_000, 4_000, 3_000]);
    expect([await previous(17, 1_000), await previous(21, 3_000), await previous(17, 0)]).toEqual([undefined, undefined, undefined]);
    await store.trim('a', { lines: 2_000 }, 0);
    expect([await next(17, 0), await previous(17, 4_000), await previous(17, 4_001), await previous(21, ALL)]).toEqual([
      4_000,
      undefined,
      4_000,
      undefined,
    ]);
  });

  test('lets no mark of a removed log into the next one', async () => {
    const store = current();
    await write(store, 'a', marked({ g: { t: 'old', d: 0 }, l: 17 }, { l: 17 }), { groupsIn: '', groupsOut: 'old' });
    await store.remove('a');
    await write(store, 'a', marked({ e: 1 }, { l: 13, u: 1 }));
    const { parts } = await marksOf(store).levels('a', { after: 0, upto: ALL, parts: 1 });
    expect(parts.map(({ counts }) => counts)).toEqual([[0, 0, 0, 1, 0, 0]]);
    expect((await marksOf(store).groups('a', { after: 0, upto: ALL, limit: 10, depth: 31 })).groups).toEqual([]);
    expect((await marksOf(store).seek('a', { kind: 'next', level: LEVEL.error, after: 0 })).found).toBeUndefined();
  });

  test('answers any question as the lines themselves would', async () => {
    const pair: Pair = { store: current(), log: new PlainLog() };
    onTestFinished(() => pair.store.close());
    await fc.assert(
      fc.asyncProperty(marksCommands(restart), async (series) => {
        await pair.store.remove(CHANNEL);
        pair.log = new PlainLog();
        await fc.asyncModelRun(() => ({ model: {}, real: pair }), series);
      }),
      { numRuns: 60 },
    );
  }, 120_000);
}
