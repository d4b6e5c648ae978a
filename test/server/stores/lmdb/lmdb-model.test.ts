import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import fc from 'fast-check';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Line, LineExtra } from '../../../../src/protocol/line.ts';
import { LEVEL } from '../../../../src/protocol/marks/level.ts';
import type { NewLine, StoredBlock } from '../../../../src/server/store.ts';
import { decodeBlock } from '../../../../src/server/stores/lmdb/block.ts';
import { NO_LINES, packLines } from '../../../../src/server/lines/packed-lines.ts';
import { LmdbStore } from '../../../../src/server/stores/lmdb/lmdb-store.ts';
import { MemoryStore } from '../../../../src/server/stores/memory-store.ts';

/** The store, the same log in memory, and the marks that its next lines need. */
interface World {
  store: LmdbStore;
  readonly model: MemoryStore;
  open: number;
}

type Command = fc.AsyncCommand<object, World>;

const CHANNEL = 'a';

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'log-stream-lmdb-'));
});
afterEach(async () => {
  await rm(dir, { recursive: true, force: true });
});

function command(name: string, run: (world: World) => Promise<void>): Command {
  return { check: () => true, toString: () => name, run: (_, world) => run(world) };
}

type Kind = 'plain' | 'error' | 'info' | 'piece' | 'stderr' | 'begin' | 'end' | 'next' | 'shown' | 'return' | 'long';
const kind = fc.constantFrom<Kind>('plain', 'plain', 'error', 'info', 'piece', 'stderr', 'begin', 'end', 'next', 'shown', 'return', 'long');

/** A line of this kind, as a writer would mark it. */
function lineOf(of: Kind, at: number, world: World): NewLine {
  const begin = (): LineExtra => ({ g: { t: `group ${at}`, d: world.open++ } });
  const end = (): LineExtra => {
    if (world.open === 0) return { l: 9 };
    world.open -= 1;
    return { e: 1 };
  };
  switch (of) {
    case 'plain':
      return [`line ${at}`];
    case 'error':
      return [`ERROR ${at}`, at % 3 === 0 ? { l: 17, k: 1 } : { l: 17 }];
    case 'info':
      return [`INFO ${at}`, { l: 9 }];
    case 'piece':
      return [`piece ${at}`, { p: 1, l: 13 }];
    case 'stderr':
      return [`é→🙂 ${at}`, { s: 'err', c: '31' }];
    case 'begin':
      return world.open > 5 ? ['too deep'] : [`::group::${at}`, begin()];
    case 'end':
      return ['::endgroup::', end()];
    case 'next':
      return world.open === 0 ? [`x ${at}`] : ['next', { ...end(), ...begin() }];
    case 'shown':
      return ['^^^ +++', { u: 1, l: 21 }];
    case 'return':
      return [`two\rrows ${at}`];
    case 'long':
      return ['x'.repeat(3_000), { c: '1' }];
  }
}

/** All that both say of the log, in ranges that these numbers choose. */
async function compare({ store, model }: World, picks: readonly number[]): Promise<void> {
  const tail = await model.tail(CHANNEL);
  const same = (value: object): object => ({ ...value, tail: undefined });
  expect({ ...(await store.tail(CHANNEL)), epoch: '' }).toEqual({ ...tail, epoch: '' });
  const at = (pick: number): number => Math.floor(pick * (tail.head + 3));
  for (const [index, pick] of picks.entries()) {
    const [after, upto] = [at(pick), at(picks[(index + 1) % picks.length] ?? 1)];
    const range = { after, limit: 1 + Math.floor(pick * 1_700), bytes: index % 2 === 0 ? 1_048_576 : 5_000 };
    const { lines } = await model.read(CHANNEL, range);
    expect((await store.read(CHANNEL, range)).lines).toEqual(lines);
    expect((await store.readJson(CHANNEL, range)).json.toString()).toBe(JSON.stringify(lines));
    const query = { after, upto, limit: 20, depth: index % 2 === 0 ? 31 : 1 };
    expect(same(await store.marks.groups(CHANNEL, query))).toEqual(same(await model.marks.groups(CHANNEL, query)));
    const { parts, ...levels } = await store.marks.levels(CHANNEL, { after, upto, parts: 1 + (index % 9) });
    expect(same({ ...levels, parts: [] })).toEqual(same({ ...(await model.marks.levels(CHANNEL, { after, upto, parts: 1 })), parts: [] }));
    let from = levels.after;
    for (const part of parts) {
      expect([part]).toEqual((await model.marks.levels(CHANNEL, { after: from, upto: part.last, parts: 1 })).parts);
      from = part.last;
    }
    expect(from).toBe(levels.upto);
    for (const seek of [
      { kind: 'next', level: LEVEL.error, after } as const,
      { kind: 'previous', level: LEVEL.warn, before: upto } as const,
      { kind: 'time', time: 1_000 + after } as const,
    ])
      expect(same(await store.marks.seek(CHANNEL, seek))).toEqual(same(await model.marks.seek(CHANNEL, seek)));
  }
  const { blocks } = await store.readBlocks(CHANNEL, { after: tail.first - 1, bytes: Number.MAX_SAFE_INTEGER });
  const held = blocks.flatMap(linesOf).slice(tail.first - (blocks[0]?.from ?? tail.first));
  expect(held).toEqual((await model.read(CHANNEL, { after: tail.first - 1, limit: 1e9, bytes: 1e12 })).lines);
}

function linesOf({ format, data }: StoredBlock): Line[] {
  if (format === 'block') return decodeBlock(Buffer.from(data));
  return (JSON.parse(gunzipSync(data).toString()) as { lines: Line[] }).lines;
}

/** Resolves once no range that is held whole and can no longer change has a block left. */
async function allSealed({ store }: World): Promise<void> {
  await vi.waitFor(
    async () => {
      const { first } = await store.tail(CHANNEL);
      const { tail, blocks } = await store.readBlocks(CHANNEL, { after: first - 1, bytes: 1e12 });
      const last = tail.end === undefined ? tail.head - (tail.head % 1_000) : tail.head;
      // The range that `first` is in may have lost lines before it could be sealed.
      const whole = 1_000 * Math.ceil((tail.first - 1) / 1_000) + 1;
      for (const { format, from, count } of blocks)
        if (format === 'block' && Math.max(from, whole) <= Math.min(last, from + count - 1)) throw new Error(`${from} is not sealed`);
    },
    { timeout: 20_000, interval: 2 },
  );
}

const commands: fc.Arbitrary<Command>[] = [
  fc
    .record({
      kinds: fc.array(kind, { minLength: 1, maxLength: 12 }),
      batches: fc.array(fc.integer({ min: 1, max: 900 }), { minLength: 1, maxLength: 4 }),
      pause: fc.nat(400),
    })
    .map(({ kinds, batches, pause }) =>
      command(`append ${batches.join(' + ')} of ${kinds.join()}, ${pause} later`, async (world) => {
        const { time, head } = await world.model.tail(CHANNEL);
        let at = head;
        // Several writers at once: their batches share a transaction.
        const written = batches.map(async (count, index) => {
          const lines = Array.from({ length: count }, () => lineOf(kinds[(at += 1) % kinds.length] ?? 'plain', at, world));
          const batch = { lines: packLines(lines), time: time + pause + index, carryIn: '', carryOut: '' };
          const expected = world.model.append(CHANNEL, batch);
          expect((await world.store.append(CHANNEL, batch)).ok).toBe((await expected).ok);
        });
        await Promise.all(written);
      }),
    ),
  fc
    .record({ kind: fc.constantFrom('lines', 'bytes', 'age'), share: fc.double({ min: 0, max: 1, noNaN: true }) })
    .map(({ kind: by, share }) =>
      command(`trim ${by} to ${share}`, async ({ store, model }) => {
        const { first, head, time } = await model.tail(CHANNEL);
        const amount = Math.floor(share * { lines: head - first + 1, bytes: 20 * (head - first), age: 800 }[by]);
        const { first: expected } = await model.trim(CHANNEL, { [by]: amount }, time);
        expect((await store.trim(CHANNEL, { [by]: amount }, time)).first).toBe(expected);
      }),
    ),
  fc.constant(command('wait until all is sealed', allSealed)),
  fc.constant(
    command('restart', async (world) => {
      await world.store.close();
      world.store = await LmdbStore.open({ dir });
    }),
  ),
  fc.constantFrom(false, false, true).map((ends) =>
    command(ends ? 'end' : 'no end', async ({ store, model }) => {
      const end = { lines: NO_LINES, time: 0, carryIn: '', carryOut: '', end: 1 };
      if (ends) expect((await store.append(CHANNEL, end)).ok).toBe((await model.append(CHANNEL, end)).ok);
    }),
  ),
  fc.constantFrom(false, false, true).map((isReal) =>
    command(isReal ? 'remove' : 'no removal', async (world) => {
      if (!isReal) return;
      expect(await world.store.remove(CHANNEL)).toBe(await world.model.remove(CHANNEL));
      world.open = 0;
    }),
  ),
  fc
    .array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 2, maxLength: 5 })
    .map((picks) => command(`compare at ${picks.join()}`, (world) => compare(world, picks))),
];

test('A log in LMDB, sealed or not, answers everything as the same log in memory does', async () => {
  await fc.assert(
    fc.asyncProperty(fc.commands(commands, { maxCommands: 24, size: 'max' }), async (series) => {
      const world: World = { store: await LmdbStore.open({ dir }), model: new MemoryStore(), open: 0 };
      try {
        await world.store.remove(CHANNEL);
        await fc.asyncModelRun(() => ({ model: {}, real: world }), series);
        await compare(world, [0, 0.5, 0.9]);
        await allSealed(world);
        await compare(world, [0.1, 0.3, 0.7, 1]);
      } finally {
        await world.store.close();
      }
    }),
    { numRuns: 40 },
  );
}, 180_000);
