import fc from 'fast-check';
import { createClient } from 'redis';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { LineExtra } from '../../../../src/protocol/line.ts';
import { packLines } from '../../../../src/server/lines/packed-lines.ts';
import { LEVEL } from '../../../../src/protocol/marks/level.ts';
import { RedisStore } from '../../../../src/server/stores/redis/redis-store.ts';
import { CHANNEL, marksCommands, type Pair } from '../conformance-marks-model.ts';
import { PlainLog } from '../plain-log.ts';
import { heardLines, listen, numbered, silence, write } from '../store-tools.ts';
import { PreviousServer } from './previous-server.ts';
import { hasRedis, RedisServer } from './redis-server.ts';

const ALL = Number.MAX_SAFE_INTEGER;
const PREFIX = 'log-stream:';

describe.skipIf(!hasRedis)('The marks of a RedisStore', () => {
  let server: RedisServer;
  let admin: ReturnType<typeof createClient>;
  let store: RedisStore;
  let previous: PreviousServer;
  beforeAll(async () => {
    server = await RedisServer.start();
    admin = createClient({ url: server.url });
    await admin.connect();
  });
  afterAll(async () => {
    admin.destroy();
    await server.stop();
  });
  beforeEach(async () => {
    await admin.flushAll();
    store = await RedisStore.open({ url: server.url });
    previous = await PreviousServer.open(server.url, PREFIX);
  });
  afterEach(async () => {
    await store.close();
    await previous.close();
  });

  const record = (channel: string): string => `${PREFIX}{${channel}}:m`;
  const fields = async (channel: string, kind: string): Promise<string[]> =>
    (await admin.hKeys(record(channel))).filter((name) => name.startsWith(`${kind}:`)).sort();
  const counts = async (channel: string) =>
    (await store.marks.levels(channel, { after: 0, upto: ALL, parts: 1 })).parts.map((part) => part.counts);
  const titles = async (channel: string) => {
    const { around, groups } = await store.marks.groups(channel, { after: 0, upto: ALL, limit: 10, depth: 31 });
    return [...around, ...groups].map(({ t }) => t);
  };
  const errors = (count: number): [string, LineExtra][] => numbered(1, count).map((text) => [text, { l: LEVEL.error }]);

  test('stay right while a server of the previous version appends to, trims and removes the same log', async () => {
    const other = await RedisStore.open({ url: server.url });
    let turn = 0;
    // Two servers of this version take turns.
    const swap = async (): Promise<RedisStore> => ((turn += 1) % 2 === 0 ? store : other);
    await fc.assert(
      fc.asyncProperty(marksCommands(swap), async (series) => {
        await store.remove(CHANNEL);
        const pair: Pair = { store, log: new PlainLog(), previous };
        await fc.asyncModelRun(() => ({ model: {}, real: pair }), series);
      }),
      { numRuns: 60 },
    );
    await other.close();
  }, 120_000);

  test('count lines of the previous version as without marks, however many', async () => {
    await write(store, 'a', errors(10));
    await write(store, 'a', [['x', { g: { t: 'group', d: 0 } }]], { groupsIn: '', groupsOut: 'group' });
    for (let round = 0; round < 3; round += 1)
      await previous.append('a', { lines: packLines(numbered(1, 5_000).map((text) => [text])), time: 2_000, carryIn: '', carryOut: '' });
    expect((await store.tail('a')).groups).toBe('group');
    expect(await counts('a')).toEqual([[0, 0, 0, 0, 10, 0]]);
    await write(store, 'a', [['x', { l: LEVEL.fatal, e: 1 }]], { groupsIn: 'group', groupsOut: '' });
    expect(await counts('a')).toEqual([[0, 0, 0, 0, 10, 1]]);
    const { groups } = await store.marks.groups('a', { after: 0, upto: ALL, limit: 10, depth: 31 });
    expect(groups).toMatchObject([{ line: 11, end: 15_012, error: 1 }]);
    expect((await store.marks.seek('a', { kind: 'next', level: LEVEL.error, after: 10 })).found?.line).toBe(15_012);
    expect((await store.marks.seek('a', { kind: 'previous', level: LEVEL.error, before: 15_012 })).found?.line).toBe(10);
    // However long the range without marks is, it takes no room.
    expect(await fields('a', 'c')).toEqual(['c:1', 'c:2']);
  });

  test('do not outlive a log that the previous version removed', async () => {
    await write(store, 'a', [...errors(600), ['x', { g: { t: 'old', d: 0 } }]], { groupsIn: '', groupsOut: 'old' });
    await previous.remove('a');
    expect(await admin.exists(record('a'))).toBe(0);
    await previous.append('a', { lines: packLines([['x']]), time: 1_000, carryIn: '', carryOut: '' });
    await write(store, 'a', [['y', { l: LEVEL.warn, e: 1, u: 1 }]]);
    expect(await counts('a')).toEqual([[0, 0, 0, 1, 0, 0]]);
    expect(await titles('a')).toEqual([]);
  });

  test('are ignored by watchers of the previous version, and its messages make a watcher read the tail', async () => {
    const { news } = await listen(store, 'a');
    await previous.append('a', { lines: packLines([['x']]), time: 1_000, carryIn: '', carryOut: '' });
    await silence(store, 'a', news);
    expect(news.map(({ kind }) => kind)).toContain('changed');
    expect(heardLines(news)).toEqual([]);
  });

  test('write nothing for lines without marks', async () => {
    await write(store, 'a', numbered(1, 5_000));
    expect((await admin.hKeys(record('a'))).sort().join('')).toBe('bcefghoptx');
  });

  test('keep at most one sum for each 512 lines, and a digit for each line', async () => {
    for (let round = 0; round < 20; round += 1) await write(store, 'a', errors(512));
    for (let round = 0; round < 512; round += 1) await write(store, 'a', errors(1));
    expect((await fields('a', 'c')).length).toBe(21);
    const digits = await Promise.all((await fields('a', 'r')).map((name) => admin.hStrLen(record('a'), name)));
    expect(digits).toEqual(Array.from({ length: 21 }, () => 512));
  });

  test('go with the lines that retention takes, except groups around later lines', async () => {
    const group = (t: string, d: number): [string, LineExtra] => [t, { g: { t, d }, l: LEVEL.warn }];
    await write(store, 'a', [group('outer', 0), ...errors(10_000)]);
    for (let round = 0; round < 3_000; round += 1) await write(store, 'a', [group('inner', 1), ['x', { e: 1, u: 1 }]]);
    expect(await fields('a', 'g')).toHaveLength(3_001);
    await store.trim('a', { lines: 3 }, 0);
    expect(await titles('a')).toEqual(['outer', 'inner', 'inner']);
    expect((await admin.hKeys(record('a'))).filter((name) => name.includes(':')).length).toBeLessThan(10);
    expect(await counts('a')).toEqual([[0, 0, 0, 1, 0, 0]]);
    await write(store, 'a', [['x', { e: 1 }]]);
    await store.trim('a', { lines: 0 }, 0);
    expect(await fields('a', 'g')).toEqual([]);
    expect(await fields('a', 'u')).toEqual([]);
  });

  test('go with the lines that retention of the previous version took, at the next trim', async () => {
    await write(store, 'a', [...numbered(1, 3_000).map((t): [string, LineExtra] => [t, { g: { t, d: 0 }, e: 1 }]), ...errors(5_000)]);
    await previous.trim('a', { lines: 1 }, 0);
    expect(await titles('a')).toEqual(['3000']);
    expect(await counts('a')).toEqual([[0, 0, 0, 0, 1, 0]]);
    expect(await fields('a', 'g')).toHaveLength(3_000);
    await store.trim('a', { lines: 1 }, 0);
    expect(await fields('a', 'g')).toEqual(['g:3000']);
    expect(await fields('a', 'c')).toHaveLength(1);
  });

  test('are listed without passing each of the groups that are too deep', async () => {
    const group = (t: string, d: number): [string, LineExtra] => [t, { g: { t, d } }];
    const inner = (d: number) => numbered(1, 2_000).flatMap((t): [string, LineExtra][] => [group(t, d), ['x', { e: 1 }]]);
    await write(store, 'a', [group('first', 0), ...inner(1), ['x', { e: 1 }], group('second', 0), ['x', { e: 1 }]]);
    await write(store, 'a', [group('third', 0), group('deep', 1), ...inner(2)]);
    const list = async (after: number, depth: number) =>
      (await store.marks.groups('a', { after, upto: ALL, limit: 10_000, depth })).groups.map(({ t }) => t);
    await admin.configResetStat();
    expect(await list(0, 0)).toEqual(['first', 'second', 'third']);
    expect(await list(7, 0)).toEqual(['second', 'third']);
    expect(await list(4_010, 0)).toEqual([]);
    const calls = [...(await admin.info('commandstats')).matchAll(/cmdstat_h\w*get:calls=(\d+)/gu)].map(([, count]) => Number(count));
    expect(calls.reduce((sum, count) => sum + count, 0)).toBeLessThan(300);
    expect(await list(0, 1)).toHaveLength(2_004);
  });

  test('are listed one after the other where a depth is not the number of groups around', async () => {
    const group = (t: string, d: number): [string, LineExtra] => [t, { g: { t, d } }];
    await write(store, 'a', [group('outer', 0), group('deep', 5), group('flat', 0), ['x', { e: 3 }], group('last', 0)]);
    const { groups } = await store.marks.groups('a', { after: 0, upto: ALL, limit: 10, depth: 0 });
    expect(groups.map(({ t }) => t)).toEqual(['outer', 'flat', 'last']);
  });

  test('are answered in several runs where they are many', async () => {
    const group = (t: string): [string, LineExtra] => [t, { g: { t, d: 0 }, e: 1 }];
    await write(store, 'a', numbered(1, 2_500).map(group));
    const ask = (limit: number) => store.marks.groups('a', { after: 0, upto: ALL, limit, depth: 31 });
    expect((await ask(10_000)).groups.map(({ t }) => t)).toEqual(numbered(1, 2_500));
    expect(await ask(2_500)).toMatchObject({ more: false });
    const some = await ask(2_000);
    expect([some.more, some.groups.length]).toEqual([true, 2_000]);
    // As of the first run, even if lines are appended and trimmed between two of them.
    const [answer] = await Promise.all([ask(10_000), write(store, 'a', [group('late')]), store.trim('a', { lines: 1_000 }, 0)]);
    expect(answer.tail.head).toBe(2_500);
    expect(answer.groups.at(-1)).toMatchObject({ t: '2500' });
    expect(answer.groups.at(-1)).not.toHaveProperty('end');
  });

  test('begin again with what is held when the range of an answer was trimmed meanwhile', async () => {
    await write(store, 'a', errors(5_000));
    const ask = store.marks.levels('a', { after: 10, upto: ALL, parts: 1_000 });
    const [answer] = await Promise.all([ask, store.trim('a', { lines: 1_000 }, 0)]);
    expect(answer).toMatchObject({ tail: { first: 4_001, head: 5_000 }, after: 4_000, upto: 5_000 });
    expect(answer.parts.map(({ counts: [, , , , found] }) => found)).toEqual(Array.from({ length: 1_000 }, () => 1));
  });

  test('begin again when the log began again meanwhile', async () => {
    await write(store, 'a', errors(3_000));
    const group = (t: string): [string, LineExtra] => [t, { g: { t, d: 0 }, e: 1 }];
    await write(store, 'b', numbered(1, 3_000).map(group));
    const changes = async (channel: string): Promise<string> => {
      await store.remove(channel);
      return (await write(store, channel, numbered(1, 3_000))).epoch;
    };
    const [levels, ofA] = await Promise.all([store.marks.levels('a', { after: 0, upto: 3_000, parts: 1_000 }), changes('a')]);
    // As of the new log, or of the moment when there was none.
    expect(['', ofA]).toContain(levels.tail.epoch);
    expect(levels.parts.every(({ counts: [, , , , found] }) => found === 0)).toBe(true);
    const [groups, ofB] = await Promise.all([store.marks.groups('b', { after: 0, upto: ALL, limit: 10_000, depth: 31 }), changes('b')]);
    expect(['', ofB]).toContain(groups.tail.epoch);
    expect(groups.groups).toEqual([]);
  });

  test('are those of the lines that are left when a failover lost the newest ones', async () => {
    const start: [string, LineExtra] = ['x', { g: { t: 'kept', d: 0 } }];
    await write(store, 'a', [...errors(600), start], { groupsIn: '', groupsOut: 'kept' });
    const saved = await Promise.all(
      [record('a'), `${PREFIX}{a}:s`].map(async (name) => [name, await admin.sendCommand(['DUMP', name], { typeMapping: { 36: Buffer } })]),
    );
    const { epoch } = await write(store, 'a', [...errors(600), ['x', { e: 1, g: { t: 'lost', d: 0 } }]], {
      groupsIn: 'kept',
      groupsOut: '',
    });
    for (const [name, dump] of saved as [string, Buffer][]) await admin.sendCommand(['RESTORE', name, '0', dump, 'REPLACE']);
    expect(await counts('a')).toEqual([[0, 0, 0, 0, 600, 0]]);
    const tail = await store.tail('a');
    expect(tail).toMatchObject({ head: 601, groups: 'kept' });
    expect(tail.epoch).not.toBe(epoch);
    await write(store, 'a', [['x', { l: LEVEL.fatal }]]);
    const { groups } = await store.marks.groups('a', { after: 0, upto: ALL, limit: 10, depth: 31 });
    expect(groups).toEqual([{ line: 601, t: 'kept', d: 0, time: 1_000, warn: 0, error: 1 }]);
  });

  test('go with the record when it is lost', async () => {
    await write(store, 'a', [...errors(3), ['x', { g: { t: 'x', d: 0 } }]], { groupsIn: '', groupsOut: 'x' });
    await admin.del(record('a'));
    expect(await counts('a')).toEqual([]);
    expect(await titles('a')).toEqual([]);
    await write(store, 'a', [['y', { e: 1 }]], { groupsIn: '' });
    expect(await counts('a')).toEqual([[0, 0, 0, 0, 0, 0]]);
  });

  test('report missing lines when entries of the stream were deleted', async () => {
    await write(store, 'a', errors(3));
    await admin.xDel(`${PREFIX}{a}:s`, '0-2');
    for (const ask of [
      store.marks.levels('a', { after: 1, upto: ALL, parts: 1 }),
      store.marks.seek('a', { kind: 'time', time: 0 }),
      store.marks.seek('a', { kind: 'next', level: LEVEL.error, after: 1 }),
    ])
      await expect(ask).rejects.toThrow(/stream was changed by another program/);
  });

  test('read few fields of a long log', async () => {
    for (let round = 0; round < 10; round += 1) await write(store, 'a', errors(10_000), { time: 1_000 + round });
    const reads = async (ask: () => Promise<unknown>): Promise<{ fields: number; lines: number }> => {
      await admin.configResetStat();
      await ask();
      const stats = await admin.info('commandstats');
      const calls = (command: string): number => Number(new RegExp(`cmdstat_${command}:calls=(\\d+)`).exec(stats)?.[1] ?? 0);
      return { fields: calls('hget'), lines: calls('xrange') };
    };
    const next = await reads(() => store.marks.seek('a', { kind: 'next', level: LEVEL.error, after: 50_000 }));
    expect(next.fields).toBeLessThan(25);
    expect(next.lines).toBe(1);
    const time = await reads(() => store.marks.seek('a', { kind: 'time', time: 1_005 }));
    expect(time.lines).toBeLessThan(20);
    const levels = await reads(() => store.marks.levels('a', { after: 0, upto: ALL, parts: 50 }));
    expect(levels.fields).toBeLessThan(50 * 4);
    // Where parts are long, their borders are those of chunks, and no line is read.
    expect(levels.lines).toBe(1);
    const few = await reads(() => store.marks.levels('a', { after: 50_000, upto: 50_007, parts: 1_000 }));
    expect(few.lines).toBe(7);
    const fine = await reads(() => store.marks.levels('a', { after: 0, upto: ALL, parts: 1_000 }));
    expect(fine.fields).toBeLessThan(1_000 * 3);
    expect(fine.lines).toBe(1_000);
  });
});
