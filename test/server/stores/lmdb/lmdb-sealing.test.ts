import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { open } from 'lmdb';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Line } from '../../../../src/protocol/line.ts';
import type { NewLine, SealedPage, StoredBlock } from '../../../../src/server/store.ts';
import { decodeBlock } from '../../../../src/server/stores/lmdb/block.ts';
import { LmdbStore } from '../../../../src/server/stores/lmdb/lmdb-store.ts';
import { batch, numbered, readAll, texts, write } from '../store-tools.ts';

let dir: string;
let store: LmdbStore;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'log-stream-lmdb-'));
  store = await LmdbStore.open({ dir });
});
afterEach(async () => {
  await store.close();
  await rm(dir, { recursive: true, force: true });
});

async function restart(): Promise<void> {
  await store.close();
  store = await LmdbStore.open({ dir });
}

/** The page, once it is sealed. */
function sealed(channel: string, after: number): Promise<SealedPage> {
  return vi.waitFor(
    async () => {
      const page = await store.readSealed(channel, after);
      if (page === undefined) throw new Error(`${channel} is not sealed after ${after}`);
      return page;
    },
    { timeout: 20_000, interval: 5 },
  );
}

function answerOf({ gzip }: Pick<SealedPage, 'gzip'>): string {
  return gunzipSync(gzip).toString();
}

/** What history answers for this range. */
function answer(epoch: string, after: number, lines: readonly Line[]): string {
  return `{"epoch":${JSON.stringify(epoch)},"after":${after},"lines":${JSON.stringify(lines)}}`;
}

function linesOf({ format, data }: StoredBlock): Line[] {
  if (format === 'block') return decodeBlock(Buffer.from(data));
  return (JSON.parse(gunzipSync(data).toString()) as { lines: Line[] }).lines;
}

async function blocksOf(channel: string, bytes = Number.MAX_SAFE_INTEGER, after = 0): Promise<readonly StoredBlock[]> {
  return (await store.readBlocks(channel, { after, bytes })).blocks;
}

/** What the tables hold of a closed store. */
async function counts(): Promise<Record<string, number>> {
  await store.close();
  const root = open({ path: dir, noSubdir: false, overlappingSync: false });
  const names = ['logs', 'blocks', 'pages', 'groups', 'swept'];
  const result = Object.fromEntries(names.map((name) => [name, root.openDB({ name, encoding: 'binary' }).getKeysCount()]));
  await root.close();
  store = await LmdbStore.open({ dir });
  return result;
}

const EXTRAS = [undefined, { l: 17 }, { c: '31' }, { l: 9, s: 'err' }] as const;

/** Lines of several blocks, with extras and a text that contains a line end. */
function variedLines(from: number, to: number): NewLine[] {
  return numbered(from, to).map((number) => {
    const extra = EXTRAS[Number(number) % 7];
    const text = `${number} ${'é→🙂"\\'.repeat(Number(number) % 9)}${Number(number) % 250 === 0 ? '\r' : ''}`;
    return extra === undefined ? [text] : [text, extra];
  });
}

describe('A range of lines that can no longer change', () => {
  test('is sealed as the answer to the request for it, and all that is read stays the same', async () => {
    for (let from = 1; from <= 2_500; from += 130)
      await write(store, 'a', variedLines(from, Math.min(2_500, from + 129)), { time: 5_000 + from });
    const { epoch } = await store.tail('a');
    const lines = await readAll(store, 'a');
    expect(lines.map(([, text]) => text)).toEqual(variedLines(1, 2_500).map(([text]) => text));
    for (const after of [0, 1_000]) {
      const page = await sealed('a', after);
      expect(page).toMatchObject({ count: 1_000, tail: { first: 1, head: 2_500 } });
      expect(answerOf(page)).toBe(answer(epoch, after, lines.slice(after, after + 1_000)));
    }
    expect(await readAll(store, 'a', 0, 333)).toEqual(lines);
    for (const after of [0, 1, 999, 1_500, 2_499]) {
      const { json } = await store.readJson('a', { after, limit: 1_200, bytes: 60_000 });
      expect(json.toString()).toBe(JSON.stringify((await store.read('a', { after, limit: 1_200, bytes: 60_000 })).lines));
      expect(JSON.parse(json.toString())).toEqual(lines.slice(after, after + (JSON.parse(json.toString()) as unknown[]).length));
    }
    const blocks = await blocksOf('a');
    expect(blocks.map(({ format }) => format).slice(0, 3)).toEqual(['sealed', 'sealed', 'block']);
    expect(blocks.flatMap(linesOf)).toEqual(lines);
    await restart();
    expect(await readAll(store, 'a')).toEqual(lines);
  });

  test('is not sealed while it can change: not before it is full, unless the log has ended', async () => {
    await write(store, 'a', numbered(1, 1_999));
    await write(store, 'b', numbered(1, 999));
    await write(store, 'c', numbered(1, 7), { end: 0 });
    await sealed('a', 0);
    expect(answerOf(await sealed('c', 0))).toBe(answer((await store.tail('c')).epoch, 0, await readAll(store, 'c')));
    expect(await store.readSealed('a', 1_000)).toBe(undefined);
    expect(await store.readSealed('b', 0)).toBe(undefined);
    await write(store, 'a', ['2000']);
    await write(store, 'b', [], { end: 1 });
    expect(await sealed('a', 1_000)).toMatchObject({ count: 1_000 });
    expect(await sealed('b', 0)).toMatchObject({ count: 999 });
    expect(await store.readSealed('b', 1_000)).toBe(undefined);
    expect(await store.readSealed('none', 0)).toBe(undefined);
    expect(await store.readSealed('a', 500)).toBe(undefined);
  });

  test('is read into memory that is used again once it was released, and not before', async () => {
    await write(store, 'a', numbered(1, 2_000));
    const first = await sealed('a', 0);
    const second = await sealed('a', 1_000);
    const kept = answerOf(second);
    expect(second.gzip.buffer).not.toBe(first.gzip.buffer);
    first.release?.();
    const again = await sealed('a', 0);
    expect(again.gzip.buffer).toBe(first.gzip.buffer);
    expect(answerOf(second)).toBe(kept);
  });

  test('of more than 1 MiB of text is sealed in pieces, the first of which answers the request', async () => {
    const lines = Array.from({ length: 1_003 }, (_, index) => `${index} ${'x'.repeat(3_000)}`);
    await write(store, 'a', lines);
    await write(store, 'long', ['y'.repeat(3 * 1_048_576), 'z']);
    await write(store, 'long', [], { end: 0 });
    const { lines: fitting } = await store.read('a', { after: 0, limit: 1_000, bytes: 1_048_576 });
    const page = await sealed('a', 0);
    expect(page.count).toBe(fitting.length);
    expect(answerOf(page)).toBe(answer(page.tail.epoch, 0, fitting));
    await vi.waitFor(async () => {
      const blocks = await blocksOf('a');
      expect(blocks.map(({ format }) => format)).toEqual(['sealed', 'sealed', 'sealed', 'block']);
      expect(blocks.map(({ count }) => count).reduce((sum, count) => sum + count)).toBe(1_003);
      expect(blocks[3]).toMatchObject({ from: 1_001, count: 3 });
      expect(texts(blocks.flatMap(linesOf))).toEqual(lines);
    });
    expect((await sealed('long', 0)).count).toBe(1);
    expect(texts(await readAll(store, 'long'))).toEqual(['y'.repeat(3 * 1_048_576), 'z']);
  });

  test('is sealed after a restart if it was not before, and from where the sealer was', async () => {
    for (let log = 0; log < 5; log += 1) {
      await write(store, `log ${log}`, numbered(1, 1_500));
      if (log % 2 === 0) await restart();
    }
    for (let log = 0; log < 5; log += 1) expect(await sealed(`log ${log}`, 0)).toMatchObject({ count: 1_000 });
    await restart();
    await write(store, 'log 0', numbered(1_501, 2_000));
    await sealed('log 0', 1_000);
    expect(texts(await readAll(store, 'log 0'))).toEqual(numbered(1, 2_000));
  });

  test('is sealed once its first lines are held, and never if retention took them before', async () => {
    await write(store, 'a', numbered(1, 999));
    await store.trim('a', { lines: 500 }, 0);
    await write(store, 'a', numbered(1_000, 2_100));
    expect(await sealed('a', 1_000)).toMatchObject({ count: 1_000 });
    expect(await store.readSealed('a', 0)).toBe(undefined);
    const blocks = await blocksOf('a', 1, 499);
    expect(blocks.every(({ format }) => format === 'block')).toBe(true);
    expect(texts(await readAll(store, 'a', 499))).toEqual(numbered(500, 2_100));
  });
});

describe('A sealed page', () => {
  test('is trimmed by lines, bytes and age as its lines would be, and goes with the last of them', async () => {
    for (let from = 1; from <= 3_000; from += 100) await write(store, 'a', numbered(from, from + 99), { time: 1_000 + from });
    await write(store, 'a', [], { end: 0 });
    const lines = await readAll(store, 'a');
    await sealed('a', 2_000);
    expect((await store.trim('a', { lines: 2_750 }, 0)).first).toBe(251);
    expect(await readAll(store, 'a', 250)).toEqual(lines.slice(250));
    expect(await store.readSealed('a', 0)).toBe(undefined);
    const left = lines.slice(777).reduce((sum, [, text]) => sum + text.length, 0);
    expect((await store.trim('a', { bytes: left }, 0)).first).toBe(778);
    expect((await store.trim('a', { age: 1_000 }, 1_000 + 1_301 + 1_000)).first).toBe(1_301);
    expect((await store.trim('a', { age: 1_000 }, 1_000 + 1_302 + 1_000)).first).toBe(1_401);
    expect(await readAll(store, 'a', 1_400)).toEqual(lines.slice(1_400));
    await vi.waitFor(async () => expect(await counts()).toEqual({ logs: 1, blocks: 2, pages: 1, groups: 0, swept: 0 }));
    expect((await store.trim('a', { lines: 0 }, 0)).first).toBe(3_001);
    await vi.waitFor(async () => expect(await counts()).toEqual({ logs: 1, blocks: 0, pages: 0, groups: 0, swept: 0 }));
  });

  test('goes with its log', async () => {
    for (let log = 0; log < 3; log += 1) await write(store, 'a', numbered(log * 1_000 + 1, log * 1_000 + 1_000));
    await write(store, 'a', [['group', { g: { t: 'x', d: 0 } }]]);
    await sealed('a', 2_000);
    await store.remove('a');
    expect(await store.readSealed('a', 0)).toBe(undefined);
    await write(store, 'a', ['another']);
    expect(await store.readSealed('a', 0)).toBe(undefined);
    await vi.waitFor(async () => expect(await counts()).toEqual({ logs: 1, blocks: 1, pages: 0, groups: 0, swept: 0 }));
  });

  test('that is damaged concerns its own log alone', async () => {
    for (const channel of ['bad', 'good']) await write(store, channel, numbered(1, 1_000), { end: 0 });
    await sealed('bad', 0);
    await sealed('good', 0);
    await store.close();
    const root = open({ path: dir, noSubdir: false, overlappingSync: false });
    const pages = root.openDB<Buffer, [number, number]>({ name: 'pages', encoding: 'binary' });
    const [first] = [...pages.getRange({ limit: 1 })];
    const value = Buffer.from(first?.value ?? []);
    value.fill(0, 200, 300);
    await pages.put(first?.key ?? [0, 0], value);
    await root.close();
    store = await LmdbStore.open({ dir });
    await expect(store.read('bad', { after: 0, limit: 1, bytes: 1 })).rejects.toThrow(/sealed page cannot be decompressed/);
    await expect(store.trim('bad', { lines: 10 }, 0)).rejects.toThrow(/damaged/);
    expect(texts(await readAll(store, 'good'))).toEqual(numbered(1, 1_000));
    // Its marks need no text.
    expect((await store.marks.levels('bad', { after: 0, upto: 1_000, parts: 1 })).parts.length).toBe(1);
    expect(await store.remove('bad')).toBe(true);
  });

  test('answers levels, groups and seek like the blocks it replaced', async () => {
    const lines = Array.from({ length: 3_100 }, (_, index): NewLine => {
      if (index % 500 === 3) return ['begin', { g: { t: String(index), d: 0 } }];
      if (index % 500 === 490) return ['end', { e: 1 }];
      return index % 37 === 0 ? ['bad', { l: 17 }] : ['x'];
    });
    for (let from = 0; from < lines.length; from += 70) await write(store, 'a', lines.slice(from, from + 70), { time: 1_000 + from });
    const ask = async (): Promise<unknown> => [
      await store.marks.levels('a', { after: 0, upto: 3_100, parts: 1 }),
      await store.marks.levels('a', { after: 777, upto: 2_888, parts: 1 }),
      await store.marks.groups('a', { after: 700, upto: 3_000, limit: 100, depth: 31 }),
      ...(await Promise.all([0, 1_000, 2_100, 3_050].map((after) => store.marks.seek('a', { kind: 'next', level: 17, after })))),
      ...(await Promise.all([1_000, 1_001, 2_700, 9_999].map((time) => store.marks.seek('a', { kind: 'time', time })))),
    ];
    const before = await ask();
    await sealed('a', 2_000);
    expect(await ask()).toEqual(before);
  });
});

describe('Sealing', () => {
  test('is bounded: appends wait until the text that waits is little again', async () => {
    const lines = Array.from({ length: 1_000 }, (_, index): NewLine => [`${index} ${'x'.repeat(1_000)}`]);
    // Far more at once than may wait.
    await Promise.all(Array.from({ length: 40 }, () => store.append('a', batch(lines))));
    const unsealed = (await blocksOf('a')).filter(({ format }) => format === 'block');
    const waiting = unsealed.reduce((sum, block) => sum + block.data.length, 0);
    expect(waiting).toBeLessThanOrEqual(5 * 1_048_576);
    await sealed('a', 39_000);
  }, 60_000);

  test('ends cleanly in the middle, with what was appended at the same time', async () => {
    const lines = variedLines(1, 1_000);
    const appends = Array.from({ length: 12 }, () => store.append('a', batch(lines)));
    await Promise.race(appends);
    await restart();
    const { head } = await store.tail('a');
    expect(head).toBe(12_000);
    expect((await readAll(store, 'a')).length).toBe(12_000);
    await sealed('a', 11_000);
    expect(texts(await readAll(store, 'a', 11_000))).toEqual(lines.map(([text]) => text));
  });
});
