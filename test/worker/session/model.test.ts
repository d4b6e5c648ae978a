import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { World } from '../support/world.ts';

const channel = fc.constantFrom('a', 'b');
const small = fc.integer({ min: 1, max: 60 });

/** Everything that can go wrong, and some that goes right. */
const step = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({ do: fc.constant('append' as const), channel, count: fc.oneof(small, fc.integer({ min: 500, max: 2_500 })) }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('end' as const), channel }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('remove' as const), channel }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('swap' as const), channel, count: small }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('trim' as const), channel, count: fc.integer({ min: 1, max: 900 }) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('skip' as const), channel }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('heartbeat' as const) }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('accept' as const) }) },
  { weight: 8, arbitrary: fc.record({ do: fc.constant('deliver' as const), count: fc.integer({ min: 1, max: 30 }), twice: fc.boolean() }) },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant('late' as const), channel, epoch: fc.constantFrom('e1', 'e2', 'e9'), count: small }),
  },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('cut' as const), code: fc.constantFrom(1000, 1001, 1006, 1011, 1012, 1013, 4408) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('block' as const), blocked: fc.boolean() }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('interrupt' as const), which: fc.nat(2) }) },
  {
    weight: 8,
    arbitrary: fc.record({
      do: fc.constant('answer' as const),
      which: fc.nat(5),
      how: fc.constantFrom('whole' as const, 'short' as const, 'fail' as const),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('open' as const), channel }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('close' as const), log: fc.integer({ min: 1, max: 4 }) }) },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('look' as const),
      log: fc.integer({ min: 1, max: 4 }),
      from: fc.integer({ min: 1, max: 3_000 }),
      tail: fc.nat(80),
    }),
  },
  {
    weight: 6,
    arbitrary: fc.record({ do: fc.constant('take' as const), log: fc.integer({ min: 1, max: 4 }), lines: fc.constantFrom(1, 10, 2_000) }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('show' as const), log: fc.integer({ min: 1, max: 4 }), visible: fc.boolean() }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('pass' as const), ms: fc.constantFrom(10, 600, 3_000, 40_000) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('network' as const), online: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('wake' as const) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('retry' as const), log: fc.integer({ min: 1, max: 4 }) }) },
);
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

function play(world: World, move: Step): void {
  switch (move.do) {
    case 'append':
      return world.append(move.channel, move.count);
    case 'end':
      return world.end(move.channel);
    case 'remove':
      return world.remove(move.channel);
    case 'swap':
      return world.swap(move.channel, move.count);
    case 'trim':
      return world.trim(move.channel, move.count);
    case 'skip':
      return world.skip(move.channel);
    case 'heartbeat':
      return world.heartbeat();
    case 'accept':
      return world.accept();
    case 'deliver':
      return world.deliver(move.count, move.twice);
    case 'late':
      return world.late({
        e: 'msg',
        ch: move.channel,
        off: { epoch: move.epoch, offset: move.count },
        lines: Array.from({ length: move.count }, () => [0, 'a lie']),
      });
    case 'cut':
      return world.cut(move.code);
    case 'block':
      return world.block(move.blocked);
    case 'interrupt':
      return world.interrupt(move.which);
    case 'answer':
      return world.answer(move.which, move.how);
    case 'open':
      if (world.readers.size < 4) world.open(move.channel);
      return;
    case 'close':
      return world.close(move.log);
    case 'look':
      return world.look(move.log, move.tail, [{ from: move.from, to: move.from + 50 }]);
    case 'take':
      return world.take(move.log, move.lines);
    case 'show':
      return world.do({ type: 'show', log: move.log, visible: move.visible });
    case 'pass':
      return world.pass(move.ms);
    case 'network':
      return world.do({ type: 'network', online: move.online });
    case 'wake':
      return world.do({ type: 'wake' });
    case 'retry':
      return world.do({ type: 'retry', log: move.log });
  }
}

/** What must hold when faults have stopped for a while. */
function verify(world: World): void {
  const followed = new Set([...world.readers.values()].map(({ channel: of }) => of));
  for (const subscribed of world.subscribed) expect(followed).toContain(subscribed);
  for (const [log, { channel: of, reader }] of world.readers) {
    const { epoch, first, head, end } = world.log(of);
    const status = world.bench.status(log);
    // A log that was seen whole to its end is not followed any further, whatever becomes of it.
    if (status.state === 'ended' && (epoch !== status.epoch || status.end !== end)) continue;
    expect(status).toMatchObject({ epoch, head, end, state: end === undefined ? 'live' : 'ended', missing: [] });
    expect(reader.next).toBe(head + 1);
    for (let offset = Math.max(first, head - 39); offset <= head; offset += 1) expect(reader.held).toContain(offset);
  }
}

describe('a session in a world where everything goes wrong', () => {
  it.each([
    ['with room for all lines', 'over a socket in the end', 32 * 1024 * 1024, false],
    ['with room for hardly a segment', 'over a socket in the end', 200_000, false],
    ['with room for all lines', 'over HTTP in the end', 32 * 1024 * 1024, true],
    ['with room for hardly a segment', 'over HTTP in the end', 200_000, true],
  ])('holds only what is true, reads every line once, and is well when faults stop, %s, %s', (_room, _way, cacheBytes, blocked) => {
    fc.assert(
      fc.property(fc.array(step, { minLength: 10, maxLength: 120 }), fc.double({ min: 0, max: 0.99, noNaN: true }), (steps, random) => {
        const world = new World(cacheBytes);
        world.bench.random = random;
        world.block(blocked);
        world.open('a');
        for (const move of steps) {
          play(world, move);
          expect(world.bench.cache.bytes).toBeLessThanOrEqual(cacheBytes);
        }
        for (const log of world.readers.keys()) world.do({ type: 'show', log, visible: true });
        world.do({ type: 'network', online: true });
        world.block(blocked);
        world.calm();
        verify(world);
        const followed = [...world.readers.keys()].some((log) => world.bench.status(log).state === 'live');
        if (followed) expect(world.bench.session.following).toBe(blocked ? 'http' : 'websocket');
        for (const log of world.readers.keys()) world.close(log);
        world.pass(10_000);
        expect(world.sockets).toBe(0);
        expect(world.waiting).toBe(0);
        expect(world.bench.session.facts).toEqual({ sockets: 0, topics: 0, views: 0 });
        expect(world.bench.session.due).toBe(Infinity);
        expect(world.bench.cache.bytes).toBe(0);
      }),
      { numRuns: 150 },
    );
  });

  it('connects no more often than is decent, whatever the server does', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.boolean(), fc.constantFrom(1000, 1006, 1011, 1012, 1013, 4408)), { minLength: 300, maxLength: 300 }),
        (closes) => {
          const world = new World(1_000_000);
          world.bench.random = 0;
          world.open('a');
          for (const [accepted, code] of closes) {
            if (accepted) world.accept();
            world.cut(code);
            world.pass(200);
          }
          expect(world.bench.connects.length).toBeLessThanOrEqual(1 + (300 * 200) / 500);
        },
      ),
      { numRuns: 20 },
    );
  });
});
