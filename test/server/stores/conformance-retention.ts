import { expect, test } from 'vitest';
import { NO_LOG } from '../../../src/server/store.ts';
import type { Current } from './conformance.ts';
import { numbered, readAll, texts, write } from './store-tools.ts';

/** What `trim` and `remove` take, exactly. */
export function retentionRules(current: Current): void {
  test('keeps the newest lines, also where that cuts a batch', async () => {
    const store = current();
    for (const [from, to] of [
      [1, 4],
      [5, 5],
      [6, 20],
    ] as const)
      await write(store, 'a', numbered(from, to));
    for (const lines of [25, 20, 19, 17, 16, 15, 7, 1]) {
      const tail = await store.trim('a', { lines }, 0);
      expect(tail).toMatchObject({ first: Math.max(1, 21 - lines), head: 20 });
      expect(await store.tail('a')).toEqual(tail);
      expect(texts(await readAll(store, 'a', tail.first - 1))).toEqual(numbered(tail.first, 20));
    }
  });

  test('never brings lines back', async () => {
    const store = current();
    await write(store, 'a', numbered(1, 10));
    expect((await store.trim('a', { lines: 3 }, 0)).first).toBe(8);
    expect((await store.trim('a', { lines: 5 }, 0)).first).toBe(8);
    expect((await store.trim('a', { bytes: 1_000, age: 1_000_000 }, 0)).first).toBe(8);
    expect((await store.trim('a', {}, 0)).first).toBe(8);
  });

  test('keeps as many of the newest lines as fit into the bytes', async () => {
    const store = current();
    const lines = ['aaaa', 'é', '', '🙂', 'bb', ''];
    for (const [channel, sizes] of [
      ['one', [6]],
      ['split', [2, 1, 3]],
      ['single', [1, 1, 1, 1, 1, 1]],
    ] as const) {
      let from = 0;
      for (const size of sizes) await write(store, channel, lines.slice(from, (from += size)));
      for (const [bytes, first] of [
        [13, 1],
        [12, 1],
        [11, 2],
        [8, 2],
        [7, 3],
        [6, 3],
        [5, 5],
        [2, 5],
        [1, 6],
        [0, 6],
      ] as const) {
        expect((await store.trim(channel, { bytes }, 0)).first).toBe(first);
        expect(texts(await readAll(store, channel, first - 1))).toEqual(lines.slice(first - 1));
      }
    }
  });

  test('counts the bytes of the lines still held, after other trims and appends', async () => {
    const store = current();
    await write(store, 'a', ['aaaa', 'bbbb', 'cccc']);
    expect((await store.trim('a', { lines: 2 }, 0)).first).toBe(2);
    expect((await store.trim('a', { bytes: 8 }, 0)).first).toBe(2);
    await write(store, 'a', ['dddd']);
    expect((await store.trim('a', { bytes: 12 }, 0)).first).toBe(2);
    expect((await store.trim('a', { bytes: 11 }, 0)).first).toBe(3);
  });

  test('keeps no line that alone is more than the bytes', async () => {
    const store = current();
    await write(store, 'a', ['a', 'x'.repeat(100)]);
    expect(await store.trim('a', { bytes: 99 }, 0)).toMatchObject({ first: 3, head: 2 });
  });

  test('keeps lines that are not older than the age', async () => {
    const store = current();
    for (const [time, lines] of [
      [1_000, ['1', '2']],
      [2_000, ['3']],
      [1_500, ['4']],
      [3_000, ['5', '6']],
    ] as const)
      await write(store, 'a', lines, { time });
    for (const [now, first] of [
      [1_500, 1],
      [2_000, 1],
      [2_001, 3],
      [3_000, 3],
      [3_001, 5],
      [4_000, 5],
    ] as const) {
      expect((await store.trim('a', { age: 1_000 }, now)).first).toBe(first);
    }
    expect(await store.trim('a', { age: 1_000 }, 4_001)).toMatchObject({ first: 7, head: 6 });
  });

  test('lets the strictest bound decide', async () => {
    const store = current();
    for (let line = 1; line <= 10; line += 1) await write(store, 'a', ['xx'], { time: line * 100 });
    expect((await store.trim('a', { lines: 9, bytes: 100, age: 10_000 }, 1_000)).first).toBe(2);
    expect((await store.trim('a', { lines: 9, bytes: 14, age: 10_000 }, 1_000)).first).toBe(4);
    expect((await store.trim('a', { lines: 9, bytes: 14, age: 400 }, 1_000)).first).toBe(6);
  });

  test('continues the numbers of a log trimmed to nothing', async () => {
    const store = current();
    const { epoch } = await write(store, 'a', numbered(1, 5), { carryOut: '31' });
    const empty = await store.trim('a', { lines: 0 }, 0);
    expect(empty).toEqual({ epoch, first: 6, head: 5, end: undefined, time: 1_000, carry: '31', groups: '' });
    expect(await store.read('a', { after: 5, limit: 5, bytes: 100 })).toEqual({ tail: empty, lines: [] });
    expect(await write(store, 'a', ['6'], { carryIn: '31' })).toMatchObject({ epoch, first: 6, head: 6 });
    expect(texts(await readAll(store, 'a', 5))).toEqual(['6']);
    expect(await store.trim('a', { bytes: 0 }, 0)).toMatchObject({ first: 7, head: 6 });
    expect(await write(store, 'a', ['7'])).toMatchObject({ epoch, first: 7, head: 7 });
  });

  test('trims an ended log and leaves its end', async () => {
    const store = current();
    await write(store, 'a', numbered(1, 5), { end: 3 });
    expect(await store.trim('a', { lines: 1 }, 0)).toMatchObject({ first: 5, head: 5, end: 3 });
    await write(store, 'b', [], { end: 3 });
    expect(await store.trim('b', { lines: 1, bytes: 1, age: 1 }, 1_000_000)).toEqual({ ...NO_LOG, end: 3 });
  });

  test('trims many lines at once and continues', async () => {
    const store = current();
    for (let from = 1; from <= 20_000; from += 2_000) await write(store, 'a', numbered(from, from + 1_999));
    for (let line = 20_001; line <= 20_600; line += 1) await write(store, 'a', [String(line)]);
    expect(await store.trim('a', { lines: 105 }, 0)).toMatchObject({ first: 20_496, head: 20_600 });
    await write(store, 'a', ['20601']);
    expect(texts(await readAll(store, 'a', 20_495))).toEqual(numbered(20_496, 20_601));
  });

  test('lets nothing of a removed log into the next one', async () => {
    const store = current();
    await write(store, 'a', numbered(1, 3_000), { time: 9_000, carryOut: '31', end: 1 });
    expect(await store.remove('a')).toBe(true);
    expect(await store.tail('a')).toEqual(NO_LOG);
    expect(await store.read('a', { after: 0, limit: 10, bytes: 1_000 })).toEqual({ tail: NO_LOG, lines: [] });
    expect(await store.remove('a')).toBe(false);
    const tail = await write(store, 'a', ['new']);
    expect(tail).toMatchObject({ first: 1, head: 1, end: undefined, time: 1_000, carry: '' });
    expect(await readAll(store, 'a')).toEqual([[1_000, 'new']]);
    expect((await store.trim('a', { bytes: 3 }, 0)).first).toBe(1);
  });
}
