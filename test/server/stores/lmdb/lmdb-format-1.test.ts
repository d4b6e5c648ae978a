import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { open } from 'lmdb';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Line } from '../../../../src/protocol/line.ts';
import { LEVEL } from '../../../../src/protocol/marks/level.ts';
import { NO_LOG, type LogTail } from '../../../../src/server/store.ts';
import { LmdbStore } from '../../../../src/server/stores/lmdb/lmdb-store.ts';
import { NO_LINES } from '../../../../src/server/lines/packed-lines.ts';
import { readAll, texts, write } from '../store-tools.ts';

const FIXTURE = new URL('../../../fixtures/lmdb-format-1/', import.meta.url);

interface OldLog {
  readonly tail: Omit<LogTail, 'groups'>;
  readonly lines: readonly Line[];
}

let dir: string;
let logs: Readonly<Record<string, OldLog>>;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'log-stream-lmdb-'));
  const unpack = async (name: string): Promise<Buffer> => gunzipSync(await readFile(new URL(`${name}.gz`, FIXTURE)));
  await writeFile(join(dir, 'data.mdb'), await unpack('data.mdb'), { mode: 0o600 });
  logs = JSON.parse(String(await unpack('logs.json'))) as Record<string, OldLog>;
});
afterEach(async () => {
  await rm(dir, { recursive: true, force: true });
});

/** The format that the closed store says it has. */
async function format(): Promise<string> {
  const root = open({ path: dir, noSubdir: false, overlappingSync: false });
  const value: unknown = root.openDB({ name: 'info', encoding: 'binary' }).get('format');
  await root.close();
  return String(value);
}

async function channelsOf(store: LmdbStore): Promise<string[]> {
  const names: string[] = [];
  for await (const name of store.channels()) names.push(name);
  return names;
}

/** Opens the store, closes it after the work, and returns its format then. */
async function use(work: (store: LmdbStore) => Promise<void>): Promise<string> {
  const store = await LmdbStore.open({ dir });
  try {
    await work(store);
  } finally {
    await store.close();
  }
  return format();
}

const all = { after: 0, upto: Number.MAX_SAFE_INTEGER };

describe('A store of format 1', () => {
  test('is read as it was written, and stays of format 1 for the version that wrote it', async () => {
    const after = await use(async (store) => {
      expect(await channelsOf(store)).toEqual(Object.keys(logs));
      for (const [channel, { tail, lines }] of Object.entries(logs)) {
        expect(await store.tail(channel)).toEqual({ ...NO_LOG, ...tail, groups: '' });
        expect(await readAll(store, channel, tail.first - 1)).toEqual(lines);
        const json = await store.readJson(channel, { after: tail.first - 1, limit: 5_000, bytes: 1_000_000 });
        expect(json.json.toString()).toBe(JSON.stringify(lines));
        await store.trim(channel, { lines: 10_000, age: 1e15 }, 0);
        await store.remove('none');
        expect(await store.append(channel, { lines: NO_LINES, time: 0, carryIn: tail.carry, carryOut: '' })).toMatchObject({ tail });
      }
    });
    expect(after).toBe('1');
  });

  test('has no marks, and finds lines by their time', async () => {
    const after = await use(async (store) => {
      const { parts } = await store.marks.levels('ended', { ...all, parts: 10 });
      expect(parts.length).toBeGreaterThan(5);
      for (const { counts } of parts) expect(counts).toEqual([0, 0, 0, 0, 0, 0]);
      expect(parts.at(-1)?.last).toBe(1_251);
      expect(await store.marks.groups('plain', { ...all, limit: 10, depth: 31 })).toMatchObject({ around: [], groups: [], more: false });
      expect((await store.marks.seek('ended', { kind: 'next', level: LEVEL.trace, after: 0 })).found).toBe(undefined);
      const time = logs['plain']?.lines[1_500]?.[0] ?? 0;
      const line = 1 + (logs['plain']?.lines.findIndex(([own]) => own >= time) ?? 0);
      expect((await store.marks.seek('plain', { kind: 'time', time })).found).toEqual({ line, time });
    });
    expect(after).toBe('1');
  });

  test('is raised with the first append, which may go into an old log, and counts only what is new', async () => {
    const old = logs['plain'];
    const after = await use(async (store) => {
      await write(
        store,
        'plain',
        [
          ['ERROR', { l: 17, g: { t: 'new', d: 0 } }],
          ['end', { e: 1 }],
        ],
        { time: 2_000_000_000_000 },
      );
      await write(store, 'new', ['1']);
      expect(texts(await readAll(store, 'plain'))).toEqual([...(old?.lines ?? []).map(([, text]) => text), 'ERROR', 'end']);
      const { parts } = await store.marks.levels('plain', { ...all, parts: 1 });
      expect(parts).toEqual([{ last: 2_302, time: old?.lines[0]?.[0], counts: [0, 0, 0, 0, 1, 0] }]);
      expect((await store.marks.seek('plain', { kind: 'previous', level: LEVEL.warn, before: 9_999 })).found?.line).toBe(2_301);
      expect((await store.marks.groups('plain', { ...all, limit: 10, depth: 31 })).groups).toMatchObject([
        { line: 2_301, end: 2_302, error: 1 },
      ]);
    });
    expect(after).toBe('2');
    await use(async (store) => {
      expect(await store.tail('plain')).toMatchObject({ epoch: old?.tail.epoch, first: 1, head: 2_302 });
      expect((await readAll(store, 'plain')).slice(0, 2_300)).toEqual(old?.lines);
    });
  });

  test('is sealed only once it was raised, which changes no line and gives none marks', async () => {
    const ask = (store: LmdbStore, channel: string, after: number) => store.readSealed(channel, after);
    await use(async (store) => {
      // Time enough to seal all of it.
      for (let turn = 0; turn < 50; turn += 1) await new Promise(setImmediate);
      expect(await ask(store, 'plain', 0)).toBe(undefined);
      expect(await ask(store, 'ended', 0)).toBe(undefined);
    });
    expect(await format()).toBe('1');
    await use(async (store) => {
      await write(store, 'texts', [], { end: 0 });
      const pages = { plain: [0, 1_000], ended: [0, 1_000], texts: [0] };
      for (const [channel, ranges] of Object.entries(pages)) {
        const { epoch } = await store.tail(channel);
        for (const after of ranges) {
          const page = await vi.waitFor(async () => (await ask(store, channel, after)) ?? Promise.reject(new Error('not yet')), 10_000);
          const lines = logs[channel]?.lines.slice(after, after + 1_000);
          expect(gunzipSync(page.gzip).toString()).toBe(JSON.stringify({ epoch, after, lines }));
        }
        expect(await readAll(store, channel)).toEqual(logs[channel]?.lines);
        const { parts } = await store.marks.levels(channel, { ...all, parts: 1 });
        expect(parts.map(({ counts }) => counts)).toEqual([[0, 0, 0, 0, 0, 0]]);
      }
      expect(await ask(store, 'plain', 2_000)).toBe(undefined);
      expect(await ask(store, 'trimmed', 0)).toBe(undefined);
    });
    expect(await format()).toBe('2');
  });

  test('is raised with the first trim', async () => {
    const after = await use(async (store) => {
      expect(await store.trim('plain', { lines: 1_000 }, 0)).toMatchObject({ first: 1_301, head: 2_300 });
      expect(await readAll(store, 'plain', 1_300)).toEqual(logs['plain']?.lines.slice(1_300));
      expect(await store.trim('trimmed', { bytes: 50 }, 0)).toMatchObject({ first: 59, head: 60 });
    });
    expect(after).toBe('2');
  });

  test('is raised with the first removal', async () => {
    const after = await use(async (store) => {
      expect(await store.remove('texts')).toBe(true);
      expect(await channelsOf(store)).not.toContain('texts');
    });
    expect(after).toBe('2');
  });
});
