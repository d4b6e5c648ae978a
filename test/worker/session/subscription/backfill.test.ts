import { beforeEach, describe, expect, it } from 'vitest';
import { Bench } from '../../support/bench.ts';
import { topicOf } from '../../support/topics.ts';

const TOPIC = topicOf('run:1');
let bench: Bench;

/** A log of that many lines, followed by log 1. */
function follow(head: number, tail?: number): void {
  bench.follow(TOPIC, 'run:1', head, tail);
}

beforeEach(() => {
  bench = new Bench();
});

describe('a request for history that fails', () => {
  it('is repeated at growing intervals, and its lines are unavailable until it succeeds', () => {
    follow(50, 10);
    let tried = 0;
    for (; tried < 5; tried += 1) {
      expect(bench.fetches).toHaveLength(tried + 1);
      expect(bench.status(1).unavailable).toEqual(tried < 3 ? [] : [{ from: 41, to: 50 }]);
      // Unavailable lines are a gap; the log is not catching up with them.
      expect(bench.status(1)).toMatchObject({ state: tried < 3 ? 'catching-up' : 'live', missingOnServer: false });
      bench.fail(bench.fetches[tried]!, { kind: 'failed' });
      expect(bench.fetches).toHaveLength(tried + 1);
      bench.frame({ e: 'hb', heads: new Map() });
      while (bench.fetches.length === tried + 1) {
        bench.frame({ e: 'hb', heads: new Map() });
        bench.pass(250);
      }
    }
    bench.answer(bench.fetches[tried]!, 50);
    expect(bench.status(1).unavailable).toEqual([]);
    expect(bench.lines(1)).toHaveLength(10);
  });

  it('because the answer lacks the line is not repeated at once', () => {
    follow(50, 10);
    bench.answer(bench.fetches[0]!, 30);
    bench.pass(400);
    expect(bench.fetches).toHaveLength(1);
    bench.pass(5_000);
    expect(bench.fetches).toHaveLength(2);
  });

  it('because retention was faster moves the start of the log', () => {
    follow(3_000, 0);
    bench.request(1, [{ from: 1, to: 1_500 }]);
    bench.fail(bench.fetches[0]!, { kind: 'truncated', first: 1_201 });
    bench.fail(bench.fetches[1]!, { kind: 'truncated', first: 1_201 });
    expect(bench.status(1).first).toBe(1_201);
    expect(bench.fetches.at(-1)).toMatchObject({ after: 1_200, limit: 800 });
    bench.answer(bench.fetches[2]!, 3_000, { first: 1_201 });
    expect(bench.lines(1)).toHaveLength(300);
  });

  it('because the log is in another epoch makes the channel subscribe again', () => {
    follow(50, 10);
    bench.fail(bench.fetches[0]!, { kind: 'epoch' });
    expect(bench.subscribed.at(-1)).toEqual([TOPIC, 'e-50']);
    bench.ack('run:1', 'f-3', 'reset');
    expect(bench.status(1)).toMatchObject({ epoch: 'f', head: 3 });
  });

  it('because of the epoch that the server then confirms leaves the subscription, which is live', () => {
    follow(50, 10);
    bench.fail(bench.fetches[0]!, { kind: 'epoch' });
    bench.ack('run:1', 'e-50');
    const subscribed = bench.subscribed.length;
    for (let tried = 1; tried < 4; tried += 1) {
      while (bench.fetches.length === tried) {
        bench.frame({ e: 'hb', heads: new Map() });
        bench.pass(250);
      }
      bench.fail(bench.fetches[tried]!, { kind: 'epoch' });
    }
    expect(bench.subscribed).toHaveLength(subscribed);
    expect(bench.status(1)).toMatchObject({ state: 'live', unavailable: [{ from: 41, to: 50 }] });
    bench.msg('run:1', 'e-51');
    expect(bench.status(1)).toMatchObject({ head: 51 });
  });

  it('because of a confirmed epoch makes the channel subscribe again after a while', () => {
    follow(50, 10);
    bench.fail(bench.fetches[0]!, { kind: 'epoch' });
    bench.ack('run:1', 'e-50');
    const subscribed = bench.subscribed.length;
    for (let tried = 1; bench.subscribed.length === subscribed; tried += 1) {
      expect(tried).toBeLessThan(20);
      while (bench.fetches.length === tried) {
        bench.frame({ e: 'hb', heads: new Map() });
        bench.pass(250);
      }
      bench.fail(bench.fetches[tried]!, { kind: 'epoch' });
    }
    bench.ack('run:1', 'f-3', 'reset');
    expect(bench.status(1)).toMatchObject({ epoch: 'f', head: 3 });
  });

  it('because the topic has expired renews it, and continues at once', () => {
    bench.open(1, TOPIC, true);
    bench.request(1, [], 10);
    bench.opened();
    bench.ack('run:1', 'e-50');
    bench.fail(bench.fetches[0]!, { kind: 'expired' });
    expect(bench.effects.at(-2)).toEqual({ do: 'refresh', log: 1 });
    const fresh = topicOf('run:1', { t: 3_000 });
    bench.do({ type: 'refreshed', log: 1, topic: fresh });
    expect(bench.fetches.at(-1)).toMatchObject({ topic: fresh });
    expect(bench.status(1).state).toBe('catching-up');
    expect(bench.subscribed).toHaveLength(1);
  });

  it('does not end a running subscription', () => {
    follow(50, 10);
    bench.fail(bench.fetches[0]!, { kind: 'expired' });
    bench.pass(1_000);
    bench.msg('run:1', 'e-51');
    expect(bench.status(1)).toMatchObject({ head: 51 });
    expect(bench.unsubscribed).toEqual([]);
  });

  it.each([{ kind: 'expired' }, { kind: 'denied', problem: 'The signature does not match.' }] as const)(
    'because the token is refused ($kind), and cannot be renewed, is denied and a gap, and nothing is asked for until a person wants it',
    (refused) => {
      follow(50, 10);
      bench.fail(bench.fetches[0]!, refused);
      expect(bench.status(1)).toMatchObject({ state: 'denied', problem: expect.any(String), unavailable: [{ from: 41, to: 50 }] });
      bench.frame({ e: 'hb', heads: new Map() });
      bench.pass(20_000);
      bench.msg('run:1', 'e-51');
      expect(bench.fetches).toHaveLength(1);
      expect(bench.lines(1)).toEqual(['e:51']);
      expect(bench.status(1).state).toBe('denied');
      bench.do({ type: 'retry', log: 1 });
      expect(bench.status(1)).toMatchObject({ state: 'catching-up', unavailable: [] });
      bench.answer(bench.fetches.at(-1)!, 51);
      expect(bench.lines(1)).toHaveLength(9);
      expect(bench.status(1)).toMatchObject({ state: 'live', problem: undefined });
    },
  );

  it('because the topic of an ended log is refused leaves a gap', () => {
    follow(50, 10);
    bench.frame({ e: 'end', ch: 'run:1', off: { epoch: 'e', offset: 50 }, code: 3 });
    bench.fail(bench.fetches[0]!, { kind: 'expired' });
    expect(bench.status(1)).toMatchObject({ state: 'ended', end: 3, unavailable: [{ from: 41, to: 50 }] });
  });

  it('is cancelled when its log is closed', () => {
    follow(50, 10);
    bench.do({ type: 'close', log: 1 });
    expect(bench.effects).toContainEqual({ do: 'abort', id: bench.fetches[0]!.id });
    bench.answer(bench.fetches[0]!, 50);
    expect(bench.cache.bytes).toBe(0);
  });
});

describe('a request for history that fails for some lines', () => {
  /** The request for the segment that begins at a line. */
  const asked = (line: number): (typeof bench.fetches)[number] => bench.fetches.findLast(({ after }) => after === line - 1)!;
  const again = (line: number): void => {
    const before = asked(line);
    for (let time = 0; asked(line) === before && time < 400; time += 1) {
      bench.frame({ e: 'hb', heads: new Map() });
      bench.pass(250);
    }
    expect(asked(line)).not.toBe(before);
  };

  it('does not delay other lines, and only those are unavailable', () => {
    follow(9_000, 0);
    bench.request(1, [{ from: 1_990, to: 2_000 }]);
    for (let tried = 0; tried < 3; tried += 1) {
      bench.fail(asked(1_001), { kind: 'failed' });
      if (tried < 2) again(1_001);
    }
    expect(bench.status(1).unavailable).toEqual([{ from: 1_990, to: 2_000 }]);
    bench.request(1, [{ from: 1_990, to: 2_010 }]);
    bench.answer(asked(2_001), 9_000);
    expect(bench.lines(1)).toHaveLength(10);
    expect(bench.status(1)).toMatchObject({ state: 'live', unavailable: [{ from: 1_990, to: 2_000 }] });
    again(1_001);
    expect(bench.status(1).unavailable).toEqual([{ from: 1_990, to: 2_000 }]);
    bench.answer(asked(1_001), 9_000);
    expect(bench.status(1).unavailable).toEqual([]);
    expect(bench.lines(1)).toHaveLength(11);
  });

  it('counts once for each segment when the server fails for all of them', () => {
    follow(9_000, 0);
    bench.request(1, [{ from: 1, to: 10 }]);
    for (let tried = 0; tried < 3; tried += 1) {
      bench.fail(asked(1), { kind: 'failed' });
      if (tried < 2) again(1);
    }
    bench.request(1, [{ from: 3_001, to: 3_010 }]);
    expect(bench.status(1).unavailable).toEqual([]);
    bench.fail(asked(3_001), { kind: 'failed' });
    expect(bench.status(1).unavailable).toEqual([{ from: 3_001, to: 3_010 }]);
    bench.request(1, [{ from: 5_001, to: 5_010 }]);
    bench.fail(asked(5_001), { kind: 'failed' });
    const { length } = bench.fetches;
    bench.request(1, [{ from: 7_001, to: 7_010 }]);
    expect(bench.fetches, 'waits as well').toHaveLength(length);
    expect(bench.status(1).unavailable).toEqual([{ from: 7_001, to: 7_010 }]);
    bench.do({ type: 'retry', log: 1 });
    bench.answer(asked(7_001), 9_000);
    expect(bench.status(1).unavailable).toEqual([]);
  });

  it('is remembered for the last thousand segments', () => {
    const segments = 1_100;
    follow((segments + 1) * 1_000, 0);
    const fail = (segment: number): void => {
      bench.request(1, [{ from: segment * 1_000 + 1, to: segment * 1_000 + 1 }]);
      bench.do({ type: 'retry', log: 1 });
      bench.fail(asked(segment * 1_000 + 1), { kind: 'failed' });
    };
    for (let segment = 0; segment < segments; segment += 1) fail(segment);
    bench.request(1, [{ from: segments * 1_000 + 1, to: segments * 1_000 + 1 }]);
    bench.do({ type: 'retry', log: 1 });
    bench.answer(asked(segments * 1_000 + 1), (segments + 1) * 1_000);
    fail(0);
    fail(0);
    expect(bench.status(1).unavailable).toEqual([]);
    fail(segments - 1);
    fail(segments - 1);
    expect(bench.status(1).unavailable).toHaveLength(1);
  });
});
