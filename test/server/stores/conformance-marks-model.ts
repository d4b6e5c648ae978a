import fc from 'fast-check';
import { expect } from 'vitest';
import type { LineExtra } from '../../../src/protocol/line.ts';
import { LEVEL } from '../../../src/protocol/marks/level.ts';
import type { Batch, LogStore, MarkIndex, NewLine, Retention } from '../../../src/server/store.ts';
import { PlainLog } from './plain-log.ts';
import { packLines } from '../../../src/server/lines/packed-lines.ts';

/** A log in a store, and what it ought to be. */
export interface Pair {
  store: LogStore;
  log: PlainLog;
  /** A server of the previous version beside it. */
  readonly previous?: PreviousVersion;
}

/** What a server that does not know of marks does to the same logs. */
export interface PreviousVersion {
  /** Resolves to whether the batch was accepted. */
  append(channel: string, batch: Batch): Promise<boolean>;
  trim(channel: string, retain: Retention, now: number): Promise<void>;
  remove(channel: string): Promise<void>;
}

/** Opens the same data again, where a store can. */
export type Restart = (store: LogStore) => Promise<LogStore>;

type Step = (pair: Pair) => Promise<void>;
type MarksCommand = fc.AsyncCommand<Record<string, never>, Pair>;

export const CHANNEL = 'marks/model';

export function marksOf(store: LogStore): MarkIndex {
  if (store.marks === undefined) throw new Error('The store has no marks.');
  return store.marks;
}

function step(name: string, run: Step): MarksCommand {
  return { check: () => true, toString: () => name, run: (_, pair) => run(pair) };
}

const flag = fc.constantFrom<1 | undefined>(undefined, undefined, 1);
const start = fc.record(
  { t: fc.oneof(fc.string({ maxLength: 8 }), fc.constantFrom('build "x"\n', 'é 🙂', '')), d: fc.nat(3), o: fc.constantFrom<0 | 1>(0, 1) },
  { requiredKeys: ['t', 'd'] },
);
const extra: fc.Arbitrary<LineExtra> = fc
  .record({
    s: fc.constantFrom<'err' | undefined>(undefined, 'err'),
    l: fc.constantFrom(undefined, undefined, 1, 5, 9, 13, 17, 21, 3, 16, 24),
    k: flag,
    r: flag,
    p: flag,
    g: fc.option(start, { nil: undefined, freq: 2 }),
    e: fc.constantFrom(undefined, undefined, undefined, 1, 1, 2, 5),
    u: flag,
  })
  .map((record) => Object.fromEntries(Object.entries(record).filter(([, value]) => value !== undefined)));
const line: fc.Arbitrary<NewLine> = fc.oneof(
  fc.string({ maxLength: 6 }).map((text): NewLine => [text]),
  fc.tuple(fc.string({ maxLength: 6 }), extra).map(([text, own]): NewLine => (Object.keys(own).length === 0 ? [text] : [text, own])),
);

/** Mostly a few lines; sometimes as many as a store sums up together, and more. */
const lines: fc.Arbitrary<NewLine[]> = fc.oneof(
  { weight: 8, arbitrary: fc.array(line, { maxLength: 8 }) },
  {
    weight: 1,
    arbitrary: fc
      .tuple(fc.array(line, { minLength: 1, maxLength: 8 }), fc.integer({ min: 40, max: 400 }))
      .map(([some, times]) => Array.from({ length: times }, () => some).flat()),
  },
);

function withoutMarks(marked: readonly NewLine[]): NewLine[] {
  return marked.map(([text, own]) => {
    const { s, p } = own ?? {};
    return s === undefined && p === undefined ? [text] : [text, { ...(s && { s }), ...(p && { p }) }];
  });
}

const openGroups = fc.constantFrom('', 'one', 'two\u0000é');
/** Where a query points: a share of the log, and a little beside it. */
const place = fc.tuple(fc.double({ min: -0.1, max: 1.1, noNaN: true }), fc.integer({ min: -2, max: 2 }));
type Place = readonly [share: number, beside: number];

function lineAt({ head }: PlainLog, [share, beside]: Place): number {
  return Math.max(0, Math.floor(head * share) + beside);
}

const commands: fc.Arbitrary<MarksCommand>[] = [
  fc
    .record({
      lines,
      pause: fc.constantFrom(-5, 0, 0, 1, 10),
      carryIn: fc.constantFrom('', '', '', '31'),
      carryOut: fc.constantFrom('', '', '', '31'),
      groups: fc.option(fc.record({ right: fc.constantFrom(true, true, false), out: openGroups }), { nil: undefined }),
      follows: fc.constantFrom(undefined, undefined, 0, 0, 1),
      byPrevious: fc.constantFrom(false, false, true),
      end: fc.oneof({ weight: 20, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: fc.nat(3) }),
    })
    .map(({ pause, groups, follows, byPrevious, ...rest }) =>
      step(`append ${JSON.stringify({ byPrevious, pause, groups, follows, ...rest })}`, async ({ store, log, previous }) => {
        if (previous !== undefined && byPrevious) {
          const unmarked = { ...rest, lines: packLines(withoutMarks(rest.lines)), time: log.time + pause };
          expect(await previous.append(CHANNEL, unmarked)).toBe(log.append(unmarked));
          return;
        }
        const batch = {
          ...rest,
          lines: packLines(rest.lines),
          time: log.time + pause,
          ...(groups !== undefined && { groupsIn: groups.right ? log.groupsText : `${log.groupsText}?`, groupsOut: groups.out }),
          follows: follows === undefined ? undefined : log.head - follows,
        };
        const { ok, tail } = await store.append(CHANNEL, batch);
        expect(ok).toBe(log.append(batch));
        expect(tail).toMatchObject({ head: log.head, end: log.end, carry: log.carry, groups: log.groupsText });
      }),
    ),
  fc
    .record({ from: place, upto: place, parts: fc.oneof(fc.integer({ min: 1, max: 8 }), fc.constantFrom(100, 1_000)) })
    .map(({ from, upto, parts }) =>
      step(`levels ${String(from)} to ${String(upto)} in ${parts}`, ({ store, log }) =>
        expectLevels({ store, log }, { after: lineAt(log, from), upto: lineAt(log, upto), parts }),
      ),
    ),
  fc
    .record({ from: place, upto: place, limit: fc.oneof(fc.integer({ min: 1, max: 5 }), fc.constant(10_000)), depth: fc.nat(4) })
    .map(({ from, upto, ...rest }) =>
      step(`groups ${String(from)} to ${String(upto)} ${JSON.stringify(rest)}`, async ({ store, log }) => {
        const query = { after: lineAt(log, from), upto: lineAt(log, upto), ...rest };
        const { tail, ...got } = await marksOf(store).groups(CHANNEL, query);
        expect(tail).toMatchObject({ first: log.first, head: log.head });
        expect(got).toEqual(log.groups(query));
      }),
    ),
  fc
    .record({ kind: fc.constantFrom('time', 'next', 'previous'), level: fc.constantFrom(...Object.values(LEVEL)), near: place })
    .map(({ kind, level, near }) =>
      step(`seek ${kind} ${level} ${String(near)}`, async ({ store, log }) => {
        const at = lineAt(log, near);
        const query =
          kind === 'time'
            ? { kind, time: (log.timeOf(at) ?? 0) + near[1] }
            : kind === 'next'
              ? { kind, level, after: at }
              : { kind: 'previous' as const, level, before: at };
        const { tail, found } = await marksOf(store).seek(CHANNEL, query);
        expect(tail).toMatchObject({ first: log.first, head: log.head });
        expect(found).toEqual(log.seek(query));
      }),
    ),
  fc
    .record({
      kind: fc.constantFrom('lines', 'bytes', 'age'),
      share: fc.double({ min: 0, max: 1.2, noNaN: true }),
      byPrevious: fc.boolean(),
    })
    .map(({ kind, share, byPrevious }) =>
      step(`trim ${kind} ${share} ${String(byPrevious)}`, async ({ store, log, previous }) => {
        if (previous !== undefined && byPrevious) {
          // Not all of them: if the last one continues in the next, nothing else says so.
          const retain = { lines: 1 + Math.floor(share * (log.head - log.first + 1)) };
          log.trim(retain, log.time);
          await previous.trim(CHANNEL, retain, log.time);
          return;
        }
        const amount = Math.floor(share * (kind === 'age' ? 40 : log.head - log.first + 1) * (kind === 'bytes' ? 3 : 1));
        log.trim({ [kind]: amount }, log.time);
        expect(await store.trim(CHANNEL, { [kind]: amount }, log.time)).toMatchObject({ first: log.first, head: log.head });
      }),
    ),
  fc.record({ isReal: fc.constantFrom(false, false, false, true), byPrevious: fc.boolean() }).map(({ isReal, byPrevious }) =>
    step(`remove ${JSON.stringify({ isReal, byPrevious })}`, async (pair) => {
      if (!isReal) return;
      await (byPrevious ? (pair.previous ?? pair.store) : pair.store).remove(CHANNEL);
      pair.log = new PlainLog();
    }),
  ),
];

/** Asks for levels; the answer must add up to what the lines say, wherever the store put the borders. */
export async function expectLevels({ store, log }: Pair, query: { after: number; upto: number; parts: number }): Promise<void> {
  const { tail, after, upto, parts } = await marksOf(store).levels(CHANNEL, query);
  expect(tail).toMatchObject({ first: log.first, head: log.head });
  expect({ after, upto }).toEqual(log.within(query.after, query.upto));
  expect(parts.length).toBeLessThanOrEqual(query.parts);
  expect(parts.at(-1)?.last ?? after).toBe(upto);
  let from = after;
  for (const { last, time, counts } of parts) {
    expect(last).toBeGreaterThan(from);
    expect({ last, time, counts }).toEqual({ last, time: log.timeOf(from + 1), counts: log.counts(from, last) });
    from = last;
  }
}

function restartCommand(restart: Restart): fc.Arbitrary<MarksCommand> {
  return fc.constantFrom(false, false, true).map((isReal) =>
    step(`restart ${String(isReal)}`, async (pair) => {
      if (isReal) pair.store = await restart(pair.store);
    }),
  );
}

/** Series of commands to a log, with the questions of `MarkIndex` among them. */
export function marksCommands(restart: Restart | undefined): fc.Arbitrary<Iterable<MarksCommand>> {
  return fc.commands(restart === undefined ? commands : [...commands, restartCommand(restart)], { maxCommands: 60, size: 'max' });
}
