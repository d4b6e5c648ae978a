import { describe, expect, it } from 'vitest';
import type { PollRequest, PollResult } from '../../../src/worker/session/events.ts';
import { Bench, runsOf } from '../support/bench.ts';
import { followOverHttp } from '../support/fallback.ts';
import { topicOf } from '../support/topics.ts';

const GOOD = topicOf('run:1', { t: 1_000 });
const FORGED = topicOf('run:1', { t: 9_000 }, 'f00');
const FRESH = topicOf('run:1', { t: 2_000 });
const DENIED: PollResult = { kind: 'denied', problem: 'The signature does not match.' };
const EXPIRED: PollResult = { kind: 'expired' };

/** The questions about a token that wait for an answer. */
const asked = (bench: Bench, topic: string): PollRequest[] => bench.polls.filter((poll) => poll.topic === topic);
const accepted = (head = 5): PollResult => ({ kind: 'log', epoch: 'e', first: 1, head, end: undefined, lines: [] });
const judge = (bench: Bench, topic: string, result: PollResult): void => {
  bench.do({ type: 'polled', id: asked(bench, topic).at(-1)!.id, result });
};
const subscribedWith = (bench: Bench): unknown => bench.subscribed.at(-1)?.[0];
const linesTaken = (bench: Bench, id: number): number => runsOf(bench.take(id)).reduce((sum, { lines }) => sum + lines.length, 0);

function reconnect(bench: Bench): void {
  bench.closed(1006);
  bench.passToConnect();
  bench.opened();
}

/** Keeps the socket alive for a while. */
function live(bench: Bench, ms: number): void {
  for (let left = ms; left > 0; left -= 10_000) {
    bench.frame({ e: 'hb', heads: new Map() });
    bench.pass(Math.min(left, 10_000));
  }
}

/** Two tabs that follow a log of five lines together. */
function shared(refreshable = false, topic = GOOD): Bench {
  const bench = new Bench();
  for (const id of [1, 2]) {
    bench.open(id, topic, refreshable);
    bench.request(id, [], 10);
  }
  bench.opened();
  bench.ack('run:1', 'e-0');
  bench.msg('run:1', 'e-5', 5);
  for (const id of [1, 2]) expect(linesTaken(bench, id)).toBe(5);
  return bench;
}

describe('a tab that renews with a badly signed topic of the same channel', () => {
  it('is denied alone; the others continue, also on another socket and after it closed', () => {
    const bench = shared();
    bench.do({ type: 'renew', log: 2, topic: FORGED });
    // Nothing changes for anybody before the server has answered.
    expect([bench.status(1).state, bench.status(2).state]).toEqual(['live', 'live']);
    reconnect(bench);
    expect(subscribedWith(bench)).toBe(GOOD);
    bench.ack('run:1', 'e-5');
    judge(bench, FORGED, DENIED);
    expect(bench.status(1)).toMatchObject({ state: 'live', head: 5 });
    expect(bench.status(2)).toMatchObject({ state: 'denied', problem: 'The signature does not match.' });
    bench.msg('run:1', 'e-6');
    expect([linesTaken(bench, 1), linesTaken(bench, 2)]).toEqual([1, 0]);
    reconnect(bench);
    expect(subscribedWith(bench)).toBe(GOOD);
    bench.ack('run:1', 'e-6');
    bench.do({ type: 'close', log: 2 });
    bench.request(1, [{ from: 1, to: 5 }], 10);
    reconnect(bench);
    expect(subscribedWith(bench)).toBe(GOOD);
    expect(bench.fetches.every(({ topic }) => topic === GOOD)).toBe(true);
  });

  it('is denied alone when it supplied the topic on request, and the others are asked next', () => {
    const soon = topicOf('run:1', { t: 1_699_999_000, x: 1_700_000_030 });
    const bench = shared(true, soon);
    const [first] = bench.effects.filter((effect) => effect.do === 'refresh').map(({ log }) => log);
    const other = first === 1 ? 2 : 1;
    bench.do({ type: 'refreshed', log: first!, topic: FORGED });
    judge(bench, FORGED, DENIED);
    expect([bench.status(1).state, bench.status(2).state]).toEqual(['live', 'live']);
    live(bench, 20_000);
    expect(bench.effects.filter((effect) => effect.do === 'refresh').map(({ log }) => log)).toEqual([first, other]);
    bench.do({ type: 'refreshed', log: other, topic: FRESH });
    judge(bench, FRESH, accepted());
    reconnect(bench);
    expect(subscribedWith(bench)).toBe(FRESH);
    bench.ack('run:1', 'e-5');
    expect([bench.status(1).state, bench.status(2).state]).toEqual(['live', 'live']);
  });

  it('is denied when it is the only tab and the server refuses the topic', () => {
    const bench = new Bench();
    bench.follow(GOOD, 'run:1', 0);
    bench.do({ type: 'renew', log: 1, topic: FORGED });
    expect(bench.status(1).state).toBe('live');
    judge(bench, FORGED, DENIED);
    expect(bench.status(1).state).toBe('denied');
    expect(bench.unsubscribed).toEqual([GOOD]);
    bench.do({ type: 'renew', log: 1, topic: FRESH });
    judge(bench, FRESH, accepted());
    expect(subscribedWith(bench)).toBe(FRESH);
  });

  it('does not affect the others over HTTP either', () => {
    const bench = new Bench();
    for (const id of [1, 2]) bench.open(id, GOOD);
    followOverHttp(bench);
    bench.do({ type: 'renew', log: 2, topic: FORGED });
    judge(bench, FORGED, DENIED);
    bench.streamEnded();
    bench.pass(3_000);
    expect(bench.polls.at(-1)).toMatchObject({ topic: GOOD });
    bench.polled('e-6');
    expect(bench.streams.at(-1)).toMatchObject({ topic: GOOD });
    expect([bench.status(1).state, bench.status(2).state]).toEqual(['live', 'denied']);
  });

  it('does not lend the topic to new tabs before the server accepted it, and has it verified once', () => {
    const bench = shared();
    bench.do({ type: 'renew', log: 1, topic: FORGED });
    bench.do({ type: 'renew', log: 2, topic: FORGED });
    expect(asked(bench, FORGED)).toHaveLength(1);
    bench.open(3, FORGED);
    expect(bench.status(3)).toMatchObject({ state: 'connecting', epoch: '' });
    bench.do({ type: 'renew', log: 2, topic: GOOD });
    for (const { id } of asked(bench, FORGED)) bench.do({ type: 'polled', id, result: DENIED });
    expect([1, 2].map((id) => bench.status(id).state)).toEqual(['denied', 'live']);
    expect(bench.status(3).state).toBe('denied');
  });

  it('keeps what it has when the topic has only expired', () => {
    const bench = shared();
    bench.do({ type: 'renew', log: 2, topic: FRESH });
    judge(bench, FRESH, EXPIRED);
    expect([bench.status(1).state, bench.status(2).state]).toEqual(['live', 'live']);
    reconnect(bench);
    expect(subscribedWith(bench)).toBe(GOOD);
  });
});

describe('a token that is refused', () => {
  it('is replaced by another one that was accepted and is still valid', () => {
    const bench = shared();
    bench.open(3, FRESH);
    judge(bench, FRESH, accepted());
    reconnect(bench);
    expect(subscribedWith(bench)).toBe(FRESH);
    bench.frame({ e: 'err', topic: FRESH, code: 'expired', message: '' });
    expect(subscribedWith(bench)).toBe(GOOD);
    bench.ack('run:1', 'e-5');
    for (const id of [1, 2, 3]) expect(bench.status(id).state).not.toBe('denied');
  });

  it('for good denies the log only to the tabs that have no other', () => {
    const bench = shared();
    bench.open(3, FRESH);
    bench.request(3, [], 10);
    judge(bench, FRESH, accepted());
    expect(linesTaken(bench, 3)).toBe(5);
    reconnect(bench);
    bench.frame({ e: 'err', topic: FRESH, code: 'forbidden', message: 'The secret is another one.' });
    expect(subscribedWith(bench)).toBe(GOOD);
    bench.ack('run:1', 'e-5');
    judge(bench, FRESH, DENIED);
    expect([1, 2, 3].map((id) => bench.status(id).state)).toEqual(['live', 'live', 'denied']);
  });

  it('for history is replaced by another one that was accepted', () => {
    const bench = shared();
    bench.do({ type: 'renew', log: 2, topic: FRESH });
    judge(bench, FRESH, accepted(5_000));
    bench.frame({ e: 'hb', heads: new Map([['run:1', { epoch: 'e', offset: 5_000 }]]) });
    const request = bench.fetches.at(-1)!;
    expect(request.topic).toBe(FRESH);
    bench.fail(request, { kind: 'denied', problem: 'No.' });
    expect(bench.fetches.at(-1)).toMatchObject({ topic: GOOD });
    expect(bench.status(1).state).toBe('catching-up');
  });

  it('is not accepted because of lines, which may come from a cache', () => {
    const bench = shared();
    bench.frame({ e: 'hb', heads: new Map([['run:1', { epoch: 'e', offset: 3_000 }]]) });
    const [first, second] = bench.fetches;
    bench.fail(first!, { kind: 'expired' });
    if (second !== undefined) bench.answer(second, 3_000);
    expect(bench.status(1).state).toBe('denied');
  });
});

describe('an ack', () => {
  it('proves no topic if another one was sent on the same socket', () => {
    const bench = new Bench();
    bench.open(1, GOOD);
    bench.opened();
    bench.do({ type: 'close', log: 1 });
    // Lines of the first one may still be on their way.
    bench.open(2, FORGED);
    bench.request(2, [], 10);
    bench.ack('run:1', 'e-0');
    bench.msg('run:1', 'e-5', 5);
    expect(linesTaken(bench, 2)).toBe(0);
    expect(bench.status(2)).toMatchObject({ epoch: '', head: 0 });
    judge(bench, FORGED, DENIED);
    expect(bench.status(2).state).toBe('denied');
    bench.open(3, GOOD);
    expect(bench.status(3).state).toBe('connecting');
  });

  it('puts the topic that was sent into use, whatever other one was offered since', () => {
    const bench = new Bench();
    bench.open(1, GOOD);
    bench.request(1, [], 10);
    bench.opened();
    bench.do({ type: 'renew', log: 1, topic: FORGED });
    bench.ack('run:1', 'e-20');
    expect(bench.fetches.at(-1)).toMatchObject({ topic: GOOD });
  });
});

describe('many topics of one channel', () => {
  it('are verified once each', () => {
    const bench = shared();
    const tokens = Array.from({ length: 100 }, (_, index) => topicOf('run:1', { t: 3_000 + index }));
    for (const [index, topic] of tokens.entries()) bench.open(10 + index, topic);
    for (const topic of tokens) judge(bench, topic, accepted());
    live(bench, 60_000);
    expect(bench.polls).toHaveLength(100);
    for (const index of tokens.keys()) expect(bench.status(10 + index)).toMatchObject({ epoch: 'e', head: 5 });
  });
});
