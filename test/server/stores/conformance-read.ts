import { expect, test } from 'vitest';
import { NO_LOG, StoreUnavailableError } from '../../../src/server/store.ts';
import type { Current } from './conformance.ts';
import { batch, numbered, readAll, texts, write } from './store-tools.ts';

const MANY = 1_000_000;

/** Ranges, their bounds, and what is read together. */
export function readRules(current: Current): void {
  test('finds nothing where nothing was written', async () => {
    const store = current();
    expect(await store.read('a', { after: 0, limit: 10, bytes: MANY })).toEqual({ tail: NO_LOG, lines: [] });
    expect(await store.read('a', { after: 10, limit: 10, bytes: MANY })).toEqual({ tail: NO_LOG, lines: [] });
    expect(await store.trim('a', { lines: 1 }, 0)).toEqual(NO_LOG);
    expect(await store.remove('a')).toBe(false);
  });

  test('begins after any line, inside a batch too, and stops at the limit', async () => {
    const store = current();
    for (const [from, to] of [
      [1, 7],
      [8, 8],
      [9, 30],
      [31, 40],
    ] as const)
      await write(store, 'a', numbered(from, to));
    for (let after = 0; after < 40; after += 1) {
      for (const limit of [1, 2, 9, 100]) {
        const { tail, lines } = await store.read('a', { after, limit, bytes: MANY });
        expect(tail.head).toBe(40);
        expect(texts(lines)).toEqual(numbered(after + 1, Math.min(40, after + limit)));
      }
    }
  });

  test('stops before the text is more than the bytes asked for, counted in UTF-8', async () => {
    const store = current();
    await write(store, 'a', ['aaaa', 'é', '🙂', '']);
    await write(store, 'a', ['bb', 'c']);
    const read = async (bytes: number, after = 0) => texts((await store.read('a', { after, limit: 100, bytes })).lines);
    expect(await read(4)).toEqual(['aaaa']);
    expect(await read(5)).toEqual(['aaaa']);
    expect(await read(6)).toEqual(['aaaa', 'é']);
    expect(await read(9)).toEqual(['aaaa', 'é']);
    expect(await read(10)).toEqual(['aaaa', 'é', '🙂', '']);
    expect(await read(11)).toEqual(['aaaa', 'é', '🙂', '']);
    expect(await read(12)).toEqual(['aaaa', 'é', '🙂', '', 'bb']);
    expect(await read(13)).toEqual(['aaaa', 'é', '🙂', '', 'bb', 'c']);
    expect(await read(4, 2)).toEqual(['🙂', '']);
  });

  test('gives at least one line, however long', async () => {
    const store = current();
    await write(store, 'a', ['x'.repeat(5_000), 'y'.repeat(5_000), '', 'z']);
    for (const bytes of [0, 1, 4_999]) {
      expect((await store.read('a', { after: 0, limit: 10, bytes })).lines).toEqual([[1_000, 'x'.repeat(5_000)]]);
      expect((await store.read('a', { after: 1, limit: 10, bytes })).lines).toEqual([[1_000, 'y'.repeat(5_000)]]);
    }
    expect(texts((await store.read('a', { after: 1, limit: 10, bytes: 5_000 })).lines)).toEqual(['y'.repeat(5_000), '']);
  });

  test('gives the tail and no line below the first and beyond the head', async () => {
    const store = current();
    await write(store, 'a', numbered(1, 10));
    const tail = await store.trim('a', { lines: 4 }, 0);
    expect(tail).toMatchObject({ first: 7, head: 10 });
    for (const after of [0, 5, 10, 11, 1_000_000_000_000])
      expect(await store.read('a', { after, limit: 5, bytes: MANY })).toEqual({ tail, lines: [] });
    expect(texts((await store.read('a', { after: 6, limit: 2, bytes: MANY })).lines)).toEqual(['7', '8']);
    expect(texts((await store.read('a', { after: 9, limit: 2, bytes: MANY })).lines)).toEqual(['10']);
  });

  test('tells epoch, first, head and lines as they were at one moment', async () => {
    const store = current();
    let writing = true;
    const writer = (async () => {
      for (let round = 0; round < 40; round += 1) {
        for (let step = 0; step < 3; step += 1) await write(store, 'a', [`${round}`, `${round}`]);
        if (round % 3 === 1) await store.trim('a', { lines: 3 }, 0);
        if (round % 3 === 2) await store.remove('a');
      }
      writing = false;
    })();
    let reads = 0;
    const rounds = new Map<string, number>();
    while (writing) {
      const { tail, lines } = await store.read('a', { after: (await store.tail('a')).first - 1, limit: 100, bytes: MANY });
      // Who asked below the first line of that moment gets none; who gets any gets all to the head.
      if (lines.length > 0) expect(lines.length).toBeLessThanOrEqual(tail.head - tail.first + 1);
      for (const [, text] of lines) {
        // An incarnation lives for three rounds: no line of an earlier or later one is among its lines.
        const begun = Math.floor(Number(text) / 3);
        expect(rounds.get(tail.epoch) ?? begun).toBe(begun);
        rounds.set(tail.epoch, begun);
      }
      reads += 1;
      // A store that answers without waiting must not keep the writer from its turn.
      await new Promise(setImmediate);
    }
    await writer;
    expect(reads).toBeGreaterThan(0);
    expect(rounds.size).toBeGreaterThan(0);
  });

  test('reads at once what an append has resolved', async () => {
    const store = current();
    for (let head = 1; head <= 50; head += 1) {
      await write(store, 'a', [String(head)]);
      const [tail, { lines }] = await Promise.all([store.tail('a'), store.read('a', { after: head - 1, limit: 5, bytes: MANY })]);
      expect(tail.head).toBe(head);
      expect(texts(lines)).toEqual([String(head)]);
    }
  });

  test('rejects everything once it is closed, and closes twice', async () => {
    const store = current();
    await write(store, 'a', ['x']);
    await store.close();
    await store.close();
    const attempts = [
      () => store.tail('a'),
      () => store.append('a', batch(['y'])),
      () => store.read('a', { after: 0, limit: 1, bytes: 1 }),
      () => store.trim('a', { lines: 0 }, 0),
      () => store.remove('a'),
      async () => {
        for await (const name of store.channels()) expect(name).toBe('never');
      },
    ];
    for (const attempt of attempts) await expect(attempt()).rejects.toBeInstanceOf(StoreUnavailableError);
    store.publishPart('a', 'w', null);
  });

  test('finishes operations begun before it was closed', async () => {
    const store = current();
    const begun = numbered(1, 50).map((text) => write(store, 'a', [text]));
    const closed = store.close();
    const heads = (await Promise.all(begun)).map(({ head }) => head);
    expect(heads.sort((a, b) => a - b)).toEqual(numbered(1, 50).map(Number));
    await closed;
  });

  test('reads every page of a long log', async () => {
    const store = current();
    for (let from = 1; from <= 5_000; from += 137) await write(store, 'a', numbered(from, Math.min(5_000, from + 136)));
    expect(texts(await readAll(store, 'a', 0, 1_000))).toEqual(numbered(1, 5_000));
    expect(texts(await readAll(store, 'a', 4_990, 3))).toEqual(numbered(4_991, 5_000));
  });
}
