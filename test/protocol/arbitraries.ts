import fc from 'fast-check';
import type { Line, LineExtra } from '../../src/protocol/line.ts';
import type { Interval, ServerFrame } from '../../src/protocol/messages.ts';
import { NOWHERE, type Position } from '../../src/protocol/position.ts';

export const epochs = fc.string({ unit: fc.constantFrom(...'abcXYZ0189_.:é'.split('')), minLength: 1, maxLength: 64 });

export const positions: fc.Arbitrary<Position> = fc.oneof(fc.constant(NOWHERE), fc.record({ epoch: epochs, offset: fc.maxSafeNat() }));

/** Anything that may be in a log: escape sequences, control characters, half surrogates. */
export const texts = fc.string({
  unit: fc.oneof(
    fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }),
    fc.constantFrom('\u001b', '[', 'm', ';', ':', '3', '8', '5', '2', '1', '0', '4', ']', '\u0007', '\\', 'P', ' ', '\ud800', '\udc00'),
  ),
  maxLength: 200,
});

const extras: fc.Arbitrary<LineExtra> = fc.record(
  { s: fc.constant('err' as const), c: fc.constantFrom('1', '1;31', '38;5;208'), p: fc.constant(1 as const) },
  { requiredKeys: [] },
);

export const lines: fc.Arbitrary<Line> = fc.oneof(fc.tuple(fc.maxSafeNat(), texts), fc.tuple(fc.maxSafeNat(), texts, extras));

const intervals: fc.Arbitrary<Interval> = fc.tuple(fc.nat(2 ** 30), fc.nat(2 ** 30)).map(([min, more]) => [min, min + more] as const);

const channels = fc.oneof(
  fc.constantFrom('__proto__', 'constructor', 'toString', '1', '0'),
  fc.string({ unit: fc.constantFrom(...'abzAZ09:._/@-'.split('')), minLength: 1, maxLength: 30 }),
);

const some = fc.array(lines, { minLength: 1, maxLength: 5 });

export const serverFrames: fc.Arbitrary<ServerFrame> = fc.oneof(
  fc.record({ e: fc.constant('hello' as const), v: fc.nat(), hb: fc.integer({ min: 1, max: 2 ** 31 - 1 }), has: fc.array(fc.string()) }),
  fc.record({
    e: fc.constant('ack' as const),
    ch: channels,
    off: positions,
    first: fc.integer({ min: 1 }),
    st: fc.constantFrom('reset' as const, 'truncated' as const, 'skipped' as const, 'ended' as const, 'live' as const),
  }),
  fc.record({
    e: fc.constant('msg' as const),
    ch: channels,
    off: fc.record({ epoch: epochs, offset: fc.integer({ min: 5, max: Number.MAX_SAFE_INTEGER }) }),
    lines: some,
  }),
  fc.record({ e: fc.constant('part' as const), ch: channels, off: positions, line: fc.option(lines) }),
  fc.record({ e: fc.constant('end' as const), ch: channels, off: positions, code: fc.integer() }),
  fc.record({
    e: fc.constant('err' as const),
    topic: fc.option(fc.string(), { nil: undefined }),
    code: fc.constantFrom('expired' as const, 'forbidden' as const, 'malformed' as const, 'limit' as const, 'unavailable' as const),
    message: fc.string(),
  }),
  fc.record({
    e: fc.constant('hb' as const),
    heads: fc.array(fc.tuple(channels, positions), { maxLength: 5 }).map((heads) => new Map(heads)),
  }),
  fc.record({ e: fc.constant('bye' as const), reason: fc.string(), retry: intervals, again: fc.option(intervals, { nil: undefined }) }),
);
