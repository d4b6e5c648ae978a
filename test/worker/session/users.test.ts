import { describe, expect, it } from 'vitest';
import type { Effect, PollRequest, PollResult } from '../../../src/worker/session/events.ts';
import { MAX_UNVERIFIED } from '../../../src/worker/session/registry/unverified-tokens.ts';
import { Bench, linesOf, runsOf } from '../support/bench.ts';
import { topicOf } from '../support/topics.ts';

const GOOD = topicOf('run:1', { t: 1_000 });
const FORGED = topicOf('run:1', { t: 9_000 }, 'f00');
const FRESH = topicOf('run:1', { t: 2_000 });

const polls = (effects: readonly Effect[]): PollRequest[] => effects.filter((effect) => effect.do === 'poll').map(({ request }) => request);
const log = (head = 5): PollResult => ({ kind: 'log', epoch: 'e', first: 1, head, end: undefined, lines: linesOf('e', 1, 1) });
const DENIED: PollResult = { kind: 'denied', problem: 'The signature does not match.' };

/** Answers the only question about a signature that was not answered yet. */
function answer(bench: Bench, result: PollResult): Effect[] {
  const [request] = polls(bench.effects).slice(-1);
  return bench.do({ type: 'polled', id: request!.id, result });
}

/** A session with one tab that follows five lines, all of them in the cache. */
function followed(): Bench {
  const bench = new Bench();
  bench.open(1, GOOD);
  bench.opened();
  bench.request(1, [], 10);
  bench.ack('run:1', 'e-0');
  bench.msg('run:1', 'e-5', 5);
  expect(linesTaken(bench, 1)).toBe(5);
  return bench;
}

function openLooking(bench: Bench, id: number, topic: string, refreshable = false): Effect[] {
  const effects = bench.open(id, topic, refreshable);
  return [...effects, ...bench.request(id, [], 10)];
}

function linesTaken(bench: Bench, id: number): number {
  return runsOf(bench.take(id)).reduce((sum, { lines }) => sum + lines.length, 0);
}

describe('a tab that opens a log which others follow already', () => {
  it('is shown the cached lines at once if its topic was accepted before', () => {
    const bench = followed();
    expect(polls(openLooking(bench, 2, GOOD))).toEqual([]);
    expect(linesTaken(bench, 2)).toBe(5);
    expect(bench.fetches).toEqual([]);
  });

  it('receives nothing with another topic before the server accepted it, and then the cached lines', () => {
    const bench = followed();
    const [request] = polls(openLooking(bench, 2, FRESH));
    expect(request).toMatchObject({ channel: 'run:1', topic: FRESH });
    expect(linesTaken(bench, 2)).toBe(0);
    expect(bench.status(2)).toMatchObject({ state: 'connecting', epoch: '', head: 0, part: null });
    answer(bench, log());
    expect(linesTaken(bench, 2)).toBe(5);
    expect(bench.status(2)).toMatchObject({ state: 'live', epoch: 'e', head: 5 });
    expect(bench.fetches).toEqual([]);
    expect(bench.subscribed).toHaveLength(1);
    // From then on it is accepted, and the log is followed with the fresher one.
    expect(polls(openLooking(bench, 3, FRESH))).toEqual([]);
    bench.closed(1006);
    bench.passToConnect();
    bench.opened();
    expect(bench.subscribed.at(-1)?.[0]).toBe(FRESH);
  });

  it('is denied with a forged topic, without an effect on the others', () => {
    const bench = followed();
    openLooking(bench, 2, FORGED);
    answer(bench, DENIED);
    expect(bench.status(2)).toMatchObject({ state: 'denied', epoch: '', head: 0, problem: 'The signature does not match.' });
    bench.msg('run:1', 'e-6');
    expect(linesTaken(bench, 2)).toBe(0);
    expect(linesTaken(bench, 1)).toBe(1);
    bench.closed(1006);
    bench.passToConnect();
    bench.opened();
    expect(bench.subscribed.at(-1)?.[0]).toBe(GOOD);
    bench.ack('run:1', 'e-6');
    expect(bench.status(1).state).toBe('live');
    expect(bench.status(2).state).toBe('denied');
  });

  it('is verified again when its topic has expired since', () => {
    const bench = new Bench();
    const short = topicOf('run:1', { x: bench.wall0 / 1_000 + 60 });
    bench.open(1, short);
    bench.opened();
    bench.ack('run:1', 'e-5');
    bench.pass(61_000);
    openLooking(bench, 2, short);
    expect(bench.status(2).epoch).toBe('');
    answer(bench, { kind: 'expired' });
    expect(bench.status(2)).toMatchObject({ state: 'denied', epoch: '' });
    expect(bench.status(1)).toMatchObject({ epoch: 'e', head: 5 });
  });

  it('gets a fresh topic of its own when its topic has expired', () => {
    const bench = followed();
    openLooking(bench, 2, FORGED, true);
    expect(answer(bench, { kind: 'expired' })).toContainEqual({ do: 'refresh', log: 2 });
    const [request] = polls(bench.do({ type: 'refreshed', log: 2, topic: FRESH }));
    expect(request).toMatchObject({ topic: FRESH });
    answer(bench, log());
    expect(linesTaken(bench, 2)).toBe(5);
  });

  it('keeps asking at growing intervals when the server does not answer', () => {
    const bench = followed();
    openLooking(bench, 2, FRESH);
    answer(bench, { kind: 'failed' });
    const asked = (): number => polls(bench.effects).length;
    expect(asked()).toBe(1);
    bench.pass(2_000);
    expect(asked()).toBe(2);
    // A request without an answer is aborted, too.
    expect(bench.pass(MAX_UNVERIFIED.answer)).toContainEqual({ do: 'abort', id: polls(bench.effects)[1]?.id });
    for (let minute = 0; minute < 10; minute += 1) {
      bench.frame({ e: 'hb', heads: new Map() });
      bench.pass(20_000);
    }
    expect(asked()).toBeGreaterThan(8);
    expect(asked()).toBeLessThan(40);
    for (const before = asked(); asked() === before;) bench.pass(100);
    answer(bench, log());
    expect(linesTaken(bench, 2)).toBe(5);
  });

  it('leaves nothing behind when it closes', () => {
    const bench = followed();
    const [request] = polls(openLooking(bench, 2, FRESH));
    expect(bench.do({ type: 'close', log: 2 })).toContainEqual({ do: 'abort', id: request!.id });
    bench.do({ type: 'close', log: 1 });
    bench.pass(10_000);
    expect(bench.session.gauges).toEqual({ sockets: 0, topics: 0, views: 0 });
    expect(bench.session.due).toBe(Infinity);
    expect(bench.cache.bytes).toBe(0);
  });

  it('is one of a few to be verified at a time', () => {
    const bench = followed();
    for (let id = 2; id < 12; id += 1) openLooking(bench, id, topicOf('run:1', { t: 2_000 + id }));
    expect(polls(bench.effects)).toHaveLength(MAX_UNVERIFIED.parallel);
    for (let id = 2; id < 12; id += 1) bench.do({ type: 'polled', id: polls(bench.effects)[id - 2]!.id, result: log() });
    for (let id = 2; id < 12; id += 1) expect(linesTaken(bench, id)).toBe(5);
  });
});

describe('tabs that open a log at the same time with different topics', () => {
  it.each([
    ['the good one first', [GOOD, FORGED]],
    ['the forged one first', [FORGED, GOOD]],
  ])('are verified separately, %s', (_order, [one, two]) => {
    const bench = new Bench();
    openLooking(bench, 1, one!);
    openLooking(bench, 2, two!);
    const [good, forged] = one === GOOD ? [1, 2] : [2, 1];
    // The second is verified over HTTP, and no tab is subscribed with a topic that another one brought.
    answer(bench, two === GOOD ? log() : DENIED);
    bench.opened();
    const [tried] = bench.subscribed.at(-1)!;
    expect(tried).toBe(GOOD);
    bench.ack('run:1', 'e-0');
    bench.msg('run:1', 'e-5', 5);
    if (one === FORGED) answer(bench, DENIED);
    expect(linesTaken(bench, good)).toBe(5);
    expect(linesTaken(bench, forged)).toBe(0);
    expect(bench.status(forged)).toMatchObject({ state: 'denied', epoch: '', head: 0 });
    expect(bench.status(good)).toMatchObject({ state: 'live', head: 5 });
  });

  it('are verified separately when the topic of the subscription is refused', () => {
    const bench = new Bench();
    openLooking(bench, 1, FORGED);
    bench.opened();
    openLooking(bench, 2, GOOD);
    bench.frame({ e: 'err', topic: FORGED, code: 'forbidden', message: 'Forged.' });
    expect(bench.status(1)).toMatchObject({ state: 'denied', problem: 'Forged.' });
    answer(bench, log());
    expect(bench.subscribed.at(-1)).toEqual([GOOD, '']);
    bench.ack('run:1', 'e-0');
    bench.msg('run:1', 'e-5', 5);
    expect(linesTaken(bench, 2)).toBe(5);
    expect(linesTaken(bench, 1)).toBe(0);
    expect(bench.status(1)).toMatchObject({ state: 'denied', epoch: '' });
  });

  it('share the subscription when all topics are good', () => {
    const bench = new Bench();
    openLooking(bench, 1, GOOD);
    openLooking(bench, 2, FRESH);
    bench.opened();
    bench.ack('run:1', 'e-0');
    answer(bench, log());
    bench.msg('run:1', 'e-5', 5);
    expect(linesTaken(bench, 1)).toBe(5);
    expect(linesTaken(bench, 2)).toBe(5);
    expect(bench.subscribed).toHaveLength(1);
  });

  it('share one fresh topic when theirs have expired', () => {
    const bench = new Bench();
    for (const id of [1, 2, 3]) openLooking(bench, id, GOOD, true);
    bench.opened();
    const effects = bench.frame({ e: 'err', topic: GOOD, code: 'expired', message: '' });
    expect(effects.filter(({ do: what }) => what === 'refresh')).toHaveLength(1);
    bench.do({ type: 'refreshed', log: 1, topic: FRESH });
    bench.ack('run:1', 'e-0');
    bench.msg('run:1', 'e-5', 5);
    for (const id of [1, 2, 3]) expect(linesTaken(bench, id)).toBe(5);
    expect(polls(bench.effects)).toEqual([]);
    // The topic is passed only to the tab that supplied it.
    expect(bench.effects.filter((effect) => effect.do === 'granted')).toEqual([{ do: 'granted', log: 1, topic: FRESH }]);
  });

  it('all recover when one brings a good topic after the first has expired', () => {
    const bench = new Bench();
    openLooking(bench, 1, GOOD);
    bench.opened();
    bench.frame({ e: 'err', topic: GOOD, code: 'expired', message: '' });
    expect(bench.status(1).state).toBe('denied');
    openLooking(bench, 2, FRESH);
    answer(bench, log());
    bench.opened();
    bench.ack('run:1', 'e-5');
    expect(bench.status(1)).toMatchObject({ state: 'catching-up', head: 5 });
    expect(bench.status(2)).toMatchObject({ state: 'catching-up', head: 5 });
  });
});
