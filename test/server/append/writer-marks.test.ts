import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeGroups } from '../../../src/protocol/marks/groups.ts';
import { LEVEL } from '../../../src/protocol/marks/level.ts';
import type { CarriedState, OwnState } from '../../../src/server/append/annotator.ts';
import { openWriter, type Writer, type WriterOptions } from '../../../src/server/append/writer.ts';
import type { AppendResult, Batch, NewLine } from '../../../src/server/store.ts';
import { MemoryStore } from '../../../src/server/stores/memory-store.ts';
import { HookedStore } from '../http/hooked-store.ts';
import { contextOf } from './context.ts';
import { logText, naiveAnnotate, runOf } from './model.ts';

const CHANNEL = 'run:1';

async function linesOf(store: Pick<HookedStore, 'read'>): Promise<NewLine[]> {
  const { lines } = await store.read(CHANNEL, { after: 0, limit: 100_000, bytes: 100_000_000 });
  return lines.map(([, text, extra]) => (extra === undefined ? [text] : [text, extra]));
}

async function written(text: string, options: WriterOptions = {}, marks = true): Promise<NewLine[]> {
  const store = new HookedStore();
  const writer = openWriter({ ...contextOf(store), marks }, CHANNEL, options);
  await writer.write(text);
  await writer.finish();
  return linesOf(store);
}

/** The store as one of several writers has it: it remembers which lines came from there. */
class SharedStore extends HookedStore {
  readonly refusals: Batch[] = [];
  readonly #written: (count: number, tail: AppendResult['tail']) => void;

  constructor(sound: MemoryStore, written: (count: number, tail: AppendResult['tail']) => void) {
    super(sound);
    this.#written = written;
  }

  override async append(channel: string, batch: Batch): Promise<AppendResult> {
    const result = await super.append(channel, batch);
    if (result.ok) this.#written(batch.lines.count, result.tail);
    else this.refusals.push(batch);
    return result;
  }
}

/** Lets a number of other things happen. */
async function turns(count: number): Promise<void> {
  for (let turn = 0; turn < count; turn += 1) await Promise.resolve();
}

describe('the marks of a writer', () => {
  it('are those of marking the finished log, whatever other writers do in between', async () => {
    const step = fc.record({ writer: fc.nat(2), text: logText, wait: fc.nat(6), delay: fc.nat(9) });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 25 }), async (steps) => {
        const sound = new MemoryStore();
        const authors: number[] = [];
        const limits = { lineBytes: 60 };
        const stores = [0, 1, 2].map(
          (id) => new SharedStore(sound, (count) => void authors.push(...Array.from({ length: count }, () => id))),
        );
        const writers = stores.map((store) => openWriter(contextOf(store, limits), CHANNEL));
        for (const { writer, text, wait, delay } of steps) {
          const store = stores[writer];
          if (store !== undefined) store.beforeAppend = () => turns(delay);
          void writers[writer]?.write(text);
          await turns(wait);
        }
        await Promise.all(writers.map((writer) => writer.finish()));

        const lines = await linesOf(stores[0] as HookedStore);
        expect(authors).toHaveLength(lines.length);
        const expected: NewLine[] = [];
        let { carry, groups } = { carry: '', groups: decodeGroups('') };
        const splits = ['', '', ''];
        let own: OwnState = {};
        for (const [at, [text, extra]] of lines.entries()) {
          const author = authors[at] ?? 0;
          const before: CarriedState = { carry, groups, splitSequence: splits[author] ?? '', own: authors[at - 1] === author ? own : {} };
          const { lines: marked, after } = naiveAnnotate([runOf([text], extra?.p === 1)], before, { stderr: false, marks: 'text' });
          expected.push(...marked);
          ({ carry, groups, own } = after);
          splits[author] = after.splitSequence;
        }
        expect(lines).toEqual(expected);
      }),
      { numRuns: 150 },
    );
  });

  it('do not let a batch be refused that does not depend on what another writer wrote', async () => {
    const sound = new MemoryStore();
    const stores = [0, 1].map(() => new SharedStore(sound, () => undefined));
    const [one, two] = stores.map((store) => openWriter(contextOf(store), CHANNEL)) as [Writer, Writer];
    const write = async (writer: Writer, text: string): Promise<void> => {
      const { head } = await sound.tail(CHANNEL);
      await writer.write(text);
      await expect.poll(async () => (await sound.tail(CHANNEL)).head, { interval: 1 }).toBeGreaterThan(head);
    };
    await write(one, '::group::A\nERROR: broken\n');
    await write(two, 'WARN: low\n');
    await write(one, 'plain\n');
    await write(two, 'plain\n');
    expect(stores.map(({ refusals }) => refusals.length)).toEqual([0, 0]);
    // An end of a group depends on the groups, of which the second writer knows nothing yet.
    const late = new SharedStore(sound, () => undefined);
    const third = openWriter(contextOf(late), CHANNEL);
    await write(third, '::endgroup::\n');
    expect(late.refusals.map(({ groupsIn }) => groupsIn)).toEqual(['']);
    // A line that continues an entry depends on it.
    await write(one, 'ERROR: broken\n');
    await write(two, 'plain\n');
    await write(one, '  at f (x.js:1:2)\n');
    expect(stores[0]?.refusals.map(({ follows }) => follows)).toEqual([7]);
    await Promise.all([one.finish(), two.finish(), third.finish()]);
    const lines = await linesOf(late);
    expect(lines[5]).toEqual(['::endgroup::', { e: 1 }]);
    expect(lines.at(-1)).toEqual(['  at f (x.js:1:2)']);
  });

  it('are those of one writer when it opens the log again', async () => {
    const store = new HookedStore();
    const first = openWriter(contextOf(store), CHANNEL);
    await first.write('::group::A\n');
    await first.finish();
    const second = openWriter(contextOf(store), CHANNEL, { tail: await store.tail(CHANNEL) });
    await second.write('::group::B\n::endgroup::\n::endgroup::\n');
    await second.finish();
    expect((await linesOf(store)).map(([, extra]) => extra)).toEqual([
      { g: { t: 'A', d: 0 } },
      { g: { t: 'B', d: 1 } },
      { e: 1 },
      { e: 1 },
    ]);
  });

  it('are switched off by the server or for a writer, which may still give a level', async () => {
    const text = 'ERROR: broken\n::group::A\n';
    expect(await written(text)).toEqual([
      ['ERROR: broken', { l: 17 }],
      ['::group::A', { g: { t: 'A', d: 0 } }],
    ]);
    expect(await written(text, { marks: false })).toEqual([['ERROR: broken'], ['::group::A']]);
    expect(await written(text, {}, false)).toEqual([['ERROR: broken'], ['::group::A']]);
    for (const [marks, expected] of [
      [true, [['ERROR: broken', { l: 5 }]]],
      [false, [['ERROR: broken']]],
    ] as const) {
      const store = new HookedStore();
      const writer = openWriter({ ...contextOf(store), marks }, CHANNEL, { marks: false });
      await writer.write('ERROR: broken\n', { level: LEVEL.debug });
      await writer.finish();
      expect(await linesOf(store)).toEqual(expected);
    }
  });

  it('follow the level that a write gives to the lines that begin in it', async () => {
    const store = new HookedStore();
    const writer = openWriter(contextOf(store), CHANNEL);
    void writer.write('one\ntw', { level: LEVEL.error });
    void writer.write('o\nthree\nERROR: four\n');
    await writer.finish();
    expect(await linesOf(store)).toEqual([['one', { l: 17 }], ['two', { l: 17 }], ['three'], ['ERROR: four', { l: 17 }]]);
  });
});

describe('a chunk that is one entry', () => {
  it('has its lines continue the first one, up to the bound of an entry, and leaves the next line alone', async () => {
    const store = new HookedStore();
    const writer = openWriter(contextOf(store), CHANNEL);
    await writer.write(`ERROR: one\n${'INFO: more\n'.repeat(1_001)}`, { entry: true });
    await writer.write('INFO: next\n');
    await writer.finish();
    const extras = (await linesOf(store)).map(([, extra]) => [extra?.l, extra?.k]);
    expect(extras[0]).toEqual([LEVEL.error, undefined]);
    expect(extras.slice(1, 1_001)).toEqual(Array.from({ length: 1_000 }, () => [LEVEL.error, 1]));
    expect(extras.slice(1_001)).toEqual([
      [LEVEL.info, undefined],
      [LEVEL.info, undefined],
    ]);
  });

  it('may hold lines that are stored in pieces', async () => {
    const store = new HookedStore();
    const writer = openWriter(contextOf(store, { lineBytes: 16 }), CHANNEL);
    await writer.write(`${'x'.repeat(40)}\nlast\n`, { entry: true, level: LEVEL.warn });
    await writer.finish();
    expect((await linesOf(store)).map(([, extra]) => [extra?.p, extra?.l, extra?.k])).toEqual([
      [1, LEVEL.warn, undefined],
      [1, LEVEL.warn, undefined],
      [undefined, LEVEL.warn, undefined],
      [undefined, LEVEL.warn, 1],
    ]);
  });
});
