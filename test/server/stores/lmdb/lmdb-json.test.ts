import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { LineExtra } from '../../../../src/protocol/line.ts';
import { NO_LOG, StoreUnavailableError, type NewLine } from '../../../../src/server/store.ts';
import { LmdbStore } from '../../../../src/server/stores/lmdb/lmdb-store.ts';
import { numbered, write } from '../store-tools.ts';

const EXTRAS: readonly LineExtra[] = [{ s: 'err' }, { c: '1;31' }, { s: 'err', c: '38;5;208', p: 1 }, { c: 'é"\ud800' }];
const text = fc.oneof(
  fc.string({ unit: 'binary' }).map((own) => own.replaceAll('\n', '')),
  fc.string({ unit: 'grapheme' }),
  // What JSON escapes, ends of lines of other worlds, both ends of what UTF-8 takes two, three and four bytes for, and no character.
  fc.string({
    unit: fc.constantFrom('"', '\\', '\r', '\u0000', '\u001b', '\u007f', '\u0080', 'ÿ', '\u07ff', '\u0800', '\u2028', '\uffff'),
  }),
  fc.string({ unit: fc.constantFrom('a', '\ud800', '\udfff', '🙂', '\u{10ffff}') }),
);
const line: fc.Arbitrary<NewLine> = fc.oneof(
  text.map((own): NewLine => [own]),
  fc.tuple(text, fc.constantFrom(...EXTRAS)).map(([own, extra]): NewLine => [own, extra]),
);
const batches = fc.array(fc.tuple(fc.array(line, { minLength: 1, maxLength: 12 }), fc.nat(2_000_000_000_000)), { maxLength: 4 });
const ranges = fc.array(fc.record({ after: fc.nat(50), limit: fc.nat(50), bytes: fc.oneof(fc.nat(200), fc.constant(1_000_000)) }), {
  minLength: 1,
  maxLength: 10,
});

let dir: string;
let store: LmdbStore;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'log-stream-lmdb-'));
  store = await LmdbStore.open({ dir });
});
afterAll(async () => {
  await store.close();
  await rm(dir, { recursive: true, force: true });
});

describe('A page of JSON from LMDB', () => {
  test('has the very bytes of the lines of the same range, whatever they are and wherever it begins and ends', async () => {
    let log = 0;
    await fc.assert(
      fc.asyncProperty(batches, fc.nat(20), ranges, async (written, kept, asked) => {
        log += 1;
        const channel = `log ${log}`;
        for (const [lines, time] of written) await write(store, channel, lines, { time });
        if (kept < 10) await store.trim(channel, { lines: kept }, 0);
        for (const range of [...asked, { after: 0, limit: 1_000, bytes: 1_000_000 }]) {
          const { tail, lines } = await store.read(channel, range);
          const page = await store.readJson(channel, range);
          expect(page.json.toString()).toBe(JSON.stringify(lines));
          expect(page.json.equals(Buffer.from(JSON.stringify(lines)))).toBe(true);
          expect({ tail: page.tail, count: page.count }).toEqual({ tail, count: lines.length });
        }
      }),
    );
  });

  test('goes over the blocks of a long log', async () => {
    const long = numbered(1, 6_000).map((number) => `${number} ${'é→🙂"'.repeat(Number(number) % 40)}`);
    await write(store, 'long', long.slice(0, 5_000));
    await write(store, 'long', long.slice(5_000));
    for (const after of [0, 999, 4_000, 5_500]) {
      const { json, count } = await store.readJson('long', { after, limit: 1_000, bytes: 1_000_000 });
      const lines = JSON.parse(json.toString()) as unknown[];
      expect(lines).toEqual(long.slice(after, after + 1_000).map((own) => [1_000, own]));
      expect(count).toBe(lines.length);
    }
  });

  test('is empty where nothing was written, and refused once the store is closed', async () => {
    expect(await store.readJson('none', { after: 0, limit: 1, bytes: 1 })).toMatchObject({
      tail: NO_LOG,
      count: 0,
      json: Buffer.from('[]'),
    });
    const other = await mkdtemp(join(tmpdir(), 'log-stream-lmdb-'));
    const closed = await LmdbStore.open({ dir: other });
    await closed.close();
    await expect(closed.readJson('a', { after: 0, limit: 1, bytes: 1 })).rejects.toBeInstanceOf(StoreUnavailableError);
    await rm(other, { recursive: true, force: true });
  });
});
