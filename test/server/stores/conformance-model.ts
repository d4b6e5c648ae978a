import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { LineExtra } from '../../../src/protocol/line.ts';
import { MemoryStore } from '../../../src/server/stores/memory-store.ts';
import type { LogStore, LogTail, NewLine } from '../../../src/server/store.ts';
import type { Current } from './conformance.ts';
import { packLines } from '../../../src/server/lines/packed-lines.ts';

/** The model, the store, and which epoch of the one is which of the other. */
interface Model {
  readonly store: MemoryStore;
  readonly epochs: Map<string, string>;
}

type Command = fc.AsyncCommand<Model, LogStore>;
/** What an operation of both stores gave: it must be the same. */
type Ask = (store: LogStore, epoch: (model: string) => string) => Promise<unknown>;

const CHANNELS = ['a', 'a/b', 'ab'];

function command(name: string, ask: Ask): Command {
  return {
    check: () => true,
    toString: () => name,
    async run(model, real) {
      const expected = await ask(model.store, (epoch) => epoch);
      const got = await ask(real, (epoch) => model.epochs.get(epoch) ?? epoch);
      // Both mint their own epochs: equal ones must stay equal, new ones be new.
      const [mine, theirs] = [epochOf(expected), epochOf(got)];
      if (mine !== '' && !model.epochs.has(mine)) {
        expect([...model.epochs.values()]).not.toContain(theirs);
        model.epochs.set(mine, theirs);
      }
      expect(renamed(got, theirs, 'EPOCH')).toEqual(renamed(expected, mine, 'EPOCH'));
      expect(theirs).toBe(model.epochs.get(mine) ?? '');
    },
  };
}

function epochOf(value: unknown): string {
  return /"epoch":"([^"]*)"/.exec(JSON.stringify(value) ?? '')?.[1] ?? '';
}

function renamed(value: unknown, from: string, to: string): string | undefined {
  return JSON.stringify(value, (key, inner: unknown) => (key === 'epoch' && inner === from ? to : inner));
}

const channel = fc.constantFrom(...CHANNELS);
const extra = fc.constantFrom<LineExtra>({ s: 'err' }, { c: '31' }, { s: 'err', c: '1;31', p: 1 });
const text = fc.oneof(
  fc.string({ maxLength: 12 }),
  fc.string({ unit: 'binary', maxLength: 6 }).map((own) => own.replaceAll('\n', '')),
  fc.constantFrom('', '\r', '\ud800', '\u0000'),
);
const line: fc.Arbitrary<NewLine> = fc.oneof(
  fc.tuple(text).map(([only]): NewLine => [only]),
  fc.tuple(text, extra).map(([own, known]): NewLine => [own, known]),
);
const carry = fc.constantFrom('', '', '', '31');

const commands: fc.Arbitrary<Command>[] = [
  fc
    .record({
      channel,
      lines: fc.oneof(
        { weight: 9, arbitrary: fc.array(line, { maxLength: 8 }) },
        { weight: 1, arbitrary: fc.array(line, { minLength: 50, maxLength: 200 }) },
      ),
      time: fc.integer({ min: 0, max: 10_000 }),
      carryIn: carry,
      carryOut: carry,
      // Mostly no condition; else one near what may be there.
      at: fc.option(fc.record({ near: fc.integer({ min: -1, max: 1 }), epoch: fc.constantFrom('any', 'this', 'other') }), {
        nil: undefined,
        freq: 2,
      }),
      end: fc.oneof({ weight: 12, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: fc.integer({ min: 0, max: 255 }) }),
    })
    .map(({ channel: name, at, ...rest }) =>
      command(`append ${name} ${JSON.stringify({ at, ...rest })}`, async (store) => {
        const tail: LogTail = await store.tail(name);
        const epochs = { any: undefined, this: tail.epoch, other: 'another' };
        return store.append(name, {
          ...rest,
          lines: packLines(rest.lines),
          at: at === undefined ? undefined : { offset: tail.head + at.near, epoch: epochs[at.epoch] },
        });
      }),
    ),
  fc
    .record({ channel, after: fc.nat(60), limit: fc.integer({ min: 1, max: 80 }), bytes: fc.nat(300) })
    .map(({ channel: name, ...range }) => command(`read ${name} ${JSON.stringify(range)}`, (store) => store.read(name, range))),
  fc
    .record({ channel, below: fc.integer({ min: -3, max: 20 }), limit: fc.integer({ min: 1, max: 80 }), bytes: fc.nat(300) })
    .map(({ channel: name, below, ...range }) =>
      command(`read ${name} ${below} below the head ${JSON.stringify(range)}`, async (store) => {
        const { head } = await store.tail(name);
        return store.read(name, { ...range, after: Math.max(0, head - below) });
      }),
    ),
  fc
    .record({
      channel,
      lines: fc.option(fc.nat(40), { nil: undefined }),
      bytes: fc.option(fc.nat(300), { nil: undefined }),
      age: fc.option(fc.nat(10_000), { nil: undefined }),
      now: fc.integer({ min: 0, max: 12_000 }),
    })
    .map(({ channel: name, now, ...retain }) =>
      command(`trim ${name} ${JSON.stringify(retain)} at ${now}`, (store) => store.trim(name, retain, now)),
    ),
  channel.map((name) => command(`tail ${name}`, (store) => store.tail(name))),
  channel.map((name) => command(`remove ${name}`, async (store) => ({ removed: await store.remove(name) }))),
  fc.constant(
    command('channels', async (store) => {
      const names: string[] = [];
      for await (const name of store.channels()) names.push(name);
      return { names: names.sort() };
    }),
  ),
];

/** The same commands to the store and to the one in memory give the same answers. */
export function modelRules(current: Current): void {
  test('answers any series of commands as the memory store does', async () => {
    const store = current();
    await fc.assert(
      fc.asyncProperty(fc.commands(commands, { maxCommands: 60, size: 'max' }), async (series) => {
        for (const name of CHANNELS) await store.remove(name);
        await fc.asyncModelRun(() => ({ model: { store: new MemoryStore(), epochs: new Map<string, string>() }, real: store }), series);
      }),
      { numRuns: 60 },
    );
  }, 60_000);
}
