import { deepStrictEqual, ok, strictEqual } from 'node:assert/strict';
import fc from 'fast-check';
import type { Model } from '../../soak/model.ts';
import { mend } from '../support/mend.ts';
import { World } from '../support/world.ts';

const channel = fc.constantFrom('a', 'b');
const log = fc.integer({ min: 1, max: 4 });
const small = fc.integer({ min: 1, max: 60 });
const is = fc.constant;
const how = fc.constantFrom('good' as const, 'good' as const, 'forged' as const);

/** Everything that can go wrong, and some that goes right. */
const step = fc.oneof(
  { weight: 6, arbitrary: fc.record({ do: is('append' as const), channel, count: fc.oneof(small, fc.integer({ min: 500, max: 2_500 })) }) },
  { weight: 1, arbitrary: fc.record({ do: is('end' as const), channel }) },
  { weight: 1, arbitrary: fc.record({ do: is('remove' as const), channel }) },
  { weight: 1, arbitrary: fc.record({ do: is('swap' as const), channel, count: small }) },
  { weight: 2, arbitrary: fc.record({ do: is('trim' as const), channel, count: fc.integer({ min: 1, max: 900 }) }) },
  { weight: 2, arbitrary: fc.record({ do: is('skip' as const), channel }) },
  { weight: 2, arbitrary: fc.record({ do: is('heartbeat' as const) }) },
  {
    weight: 2,
    arbitrary: fc.record({
      do: is('restart' as const),
      aftermath: fc.constantFrom('same' as const, 'same' as const, 'gone' as const, 'other' as const),
      bye: fc.boolean(),
      down: fc.boolean(),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: is('up' as const) }) },
  { weight: 5, arbitrary: fc.record({ do: is('accept' as const) }) },
  { weight: 8, arbitrary: fc.record({ do: is('deliver' as const), count: fc.integer({ min: 1, max: 30 }), twice: fc.boolean() }) },
  {
    weight: 2,
    arbitrary: fc.record({ do: is('late' as const), which: fc.nat(2), channel, epoch: fc.constantFrom('e1', 'e2', 'e9'), count: small }),
  },
  { weight: 1, arbitrary: fc.record({ do: is('late answer' as const), how: fc.constantFrom('whole' as const, 'fail' as const) }) },
  {
    weight: 3,
    arbitrary: fc.record({ do: is('cut' as const), code: fc.constantFrom(1000, 1001, 1006, 1008, 1011, 1012, 1013, 4401, 4403, 4408) }),
  },
  { weight: 2, arbitrary: fc.record({ do: is('lose' as const) }) },
  { weight: 2, arbitrary: fc.record({ do: is('block' as const), blocked: fc.boolean() }) },
  { weight: 2, arbitrary: fc.record({ do: is('interrupt' as const), which: fc.nat(2) }) },
  {
    weight: 8,
    arbitrary: fc.record({
      do: is('answer' as const),
      which: fc.nat(5),
      how: fc.constantFrom('whole' as const, 'short' as const, 'fail' as const),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      do: is('refresh' as const),
      which: fc.nat(3),
      found: fc.constantFrom('good' as const, 'forged' as const, 'none' as const),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: is('open' as const), channel, how }) },
  { weight: 2, arbitrary: fc.record({ do: is('renew' as const), log, how }) },
  { weight: 1, arbitrary: fc.record({ do: is('close' as const), log }) },
  { weight: 2, arbitrary: fc.record({ do: is('park' as const), log }) },
  { weight: 2, arbitrary: fc.record({ do: is('unpark' as const) }) },
  { weight: 1, arbitrary: fc.record({ do: is('die' as const) }) },
  { weight: 3, arbitrary: fc.record({ do: is('look' as const), log, from: fc.integer({ min: 1, max: 3_000 }), tail: fc.nat(80) }) },
  { weight: 3, arbitrary: fc.record({ do: is('read' as const), log, live: fc.boolean() }) },
  { weight: 6, arbitrary: fc.record({ do: is('take' as const), log, lines: fc.constantFrom(1, 10, 2_000) }) },
  { weight: 1, arbitrary: fc.record({ do: is('show' as const), log, visible: fc.boolean() }) },
  { weight: 4, arbitrary: fc.record({ do: is('pass' as const), ms: fc.constantFrom(10, 600, 3_000, 40_000) }) },
  { weight: 1, arbitrary: fc.record({ do: is('sleep' as const), ms: fc.constantFrom(20_000, 3_600_000), standstill: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ do: is('jump' as const), ms: fc.constantFrom(-7_200_000, -30_000, 30_000, 7_200_000) }) },
  { weight: 1, arbitrary: fc.record({ do: is('network' as const), online: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ do: is('wake' as const) }) },
  { weight: 1, arbitrary: fc.record({ do: is('retry' as const), log }) },
);
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

/** Most tabs at a time, so that steps meet one of them. */
const TABS = 4;

/** The tab that a step names. Its number changes when it is reopened. */
function named(world: World, which: number): number {
  return [...world.tabs.keys()][(which - 1) % Math.max(1, world.tabs.size)] ?? -1;
}

function play(world: World, move: Step): void {
  const { server } = world;
  switch (move.do) {
    case 'append':
      return server.append(move.channel, move.count);
    case 'end':
      return server.end(move.channel);
    case 'remove':
      return server.remove(move.channel);
    case 'swap':
      return server.swap(move.channel, move.count);
    case 'trim':
      return server.trim(move.channel, move.count);
    case 'skip':
      return server.skip(move.channel);
    case 'heartbeat':
      return server.heartbeat();
    case 'restart':
      return world.restart(move.aftermath, move.bye, move.down);
    case 'up':
      return world.up();
    case 'accept':
      return world.accept();
    case 'deliver':
      return world.deliver(move.count, move.twice);
    case 'late': {
      const lines = Array.from({ length: move.count }, () => [0, 'a lie'] as const);
      return world.late(move.which, { e: 'msg', ch: move.channel, off: { epoch: move.epoch, offset: move.count }, lines });
    }
    case 'late answer':
      return world.lateAnswer(move.how);
    case 'cut':
      return world.cut(move.code);
    case 'lose':
      return world.lose();
    case 'block':
      return world.block(move.blocked);
    case 'interrupt':
      return world.interrupt(move.which);
    case 'answer':
      return world.answer(move.which, move.how);
    case 'refresh':
      return world.refresh(move.which, move.found);
    case 'open':
      if (world.tabs.size + world.parked.length < TABS) world.open(move.channel, move.how);
      return;
    case 'renew':
      return world.renew(named(world, move.log), move.how);
    case 'close':
      return world.close(named(world, move.log));
    case 'park':
      return world.park(named(world, move.log));
    case 'unpark':
      return world.unpark();
    case 'die':
      return world.die();
    case 'look':
      return world.request(named(world, move.log), move.tail, [{ from: move.from, to: move.from + 50 }]);
    case 'read': {
      const tab = world.tabs.get(named(world, move.log));
      if (tab !== undefined) tab.readsLive = move.live;
      return world.request(named(world, move.log), 40);
    }
    case 'take':
      return world.take(named(world, move.log), move.lines);
    case 'show':
      return world.do({ type: 'show', log: named(world, move.log), visible: move.visible });
    case 'pass':
      return world.pass(move.ms);
    case 'sleep':
      return world.sleep(move.ms, move.standstill);
    case 'jump':
      return world.jump(move.ms);
    case 'network':
      return world.do({ type: 'network', online: move.online });
    case 'wake':
      return world.do({ type: 'wake' });
    case 'retry':
      return world.retry(named(world, move.log));
  }
}

/** What must hold when there were no faults for a while. */
function verify(world: World): void {
  const followed = new Set([...world.tabs.values()].map((tab) => tab.channel));
  for (const subscribed of world.subscribed) ok(followed.has(subscribed), `nobody follows ${subscribed}, but it is subscribed`);
  for (const [name, tab] of world.tabs) {
    const { epoch, first, head, end } = world.log(tab.channel);
    const status = world.status(name);
    // Its topic was refused, which must not affect other tabs.
    if (tab.lies) {
      // A log that it saw whole to its end, with a good one then, needs no topic any more.
      if (!(tab.wasHonest && status.state === 'ended' && tab.next === status.head + 1)) strictEqual(status.state, 'denied');
      continue;
    }
    // A log that was seen whole to its end is not followed any further, whatever becomes of it.
    if (status.state === 'ended' && (epoch !== status.epoch || status.end !== end)) continue;
    const seen = { epoch: status.epoch, head: status.head, end: status.end, state: status.state, unavailable: status.unavailable };
    deepStrictEqual(seen, { epoch, head, end, state: end === undefined ? 'live' : 'ended', unavailable: [] });
    strictEqual(tab.next, head + 1, 'lines() has not come to the head');
    for (let offset = Math.max(first, head - 39); offset <= head; offset += 1) ok(tab.held.has(offset), `line ${offset} was not shown`);
  }
}

/** Seconds without a fault after which everything has to be well, if need be … */
const SOON = 200;
/** … and for how long it must stay so: the server may ask for a reconnect in between. */
const STAY = 20;

/** Waits until `holds` passes for a while without faults. */
function settle(world: World, holds: () => void): void {
  for (let second = 0, well = 0; well < STAY; second += 1) {
    world.calm();
    try {
      holds();
      well += 1;
    } catch (error) {
      well = 0;
      if (second >= SOON) throw error;
    }
  }
}

export interface SessionPlan {
  readonly cacheBytes: number;
  /** In the end, no socket gets through. */
  readonly blocked: boolean;
  /** How long topics are valid, s; 0: forever. */
  readonly life: number;
  /** The random number of every event, from 0 to below 1. */
  readonly random: number;
  /** The server can skip to the tail. */
  readonly skips: boolean;
  readonly steps: readonly Step[];
}

function run({ cacheBytes, blocked, life, random, skips, steps }: SessionPlan): void {
  const world = new World({ cacheBytes, random, skips, life: life === 0 ? undefined : life });
  world.block(blocked);
  world.open('a');
  for (const move of steps) play(world, move);
  mend(world, blocked);
  const { refreshes } = world;
  settle(world, () => {
    verify(world);
    const followed = [...world.tabs.keys()].some((name) => world.status(name).state === 'live');
    if (followed) strictEqual(world.bench.session.delivery, blocked ? 'http' : 'websocket');
  });
  ok(world.refreshes - refreshes <= 40, `fresh topics were asked for ${world.refreshes - refreshes} times`);
  for (const name of world.tabs.keys()) world.close(name);
  world.pass(10_000);
  const left = { sockets: world.sockets, waiting: world.waiting, due: world.bench.session.due, cache: world.bench.cache.bytes };
  deepStrictEqual(left, { sockets: 0, waiting: 0, due: Infinity, cache: 0 });
  deepStrictEqual(world.bench.session.gauges, { sockets: 0, topics: 0, views: 0 });
}

/**
 * The session in a world where everything goes wrong: it holds only what is true, reads every line once, and is well when
 * faults stop.
 */
export const sessionModel: Model<SessionPlan> = {
  name: 'session',
  plans: fc.record({
    cacheBytes: fc.constantFrom(32 * 1_024 * 1_024, 200_000),
    blocked: fc.boolean(),
    life: fc.constantFrom(0, 0, 60, 600),
    random: fc.double({ min: 0, max: 0.99, noNaN: true }),
    skips: fc.boolean(),
    steps: fc.array(step, { maxLength: 120, size: 'max' }),
  }),
  run,
};
