import { beforeEach, describe, expect, it } from 'vitest';
import { Bench, linesOf, runsOf } from '../support/bench.ts';
import { topicOf } from '../support/topics.ts';

const TOPIC = topicOf('run:1');
let bench: Bench;

/** A log of that many lines, followed by log 1. */
function follow(head: number, tail = 100): void {
  bench.follow(TOPIC, 'run:1', head, tail);
}

beforeEach(() => {
  bench = new Bench();
});

describe('a subscription', () => {
  it('starts from now, and resumes from its position', () => {
    follow(500);
    bench.msg('run:1', 'e-502', 2);
    bench.closed(1006);
    bench.passToConnect();
    bench.opened();
    expect(bench.subscribed).toEqual([
      [TOPIC, ''],
      [TOPIC, 'e-502'],
    ]);
  });

  it('puts 25 topics into a frame', () => {
    for (let log = 1; log <= 60; log += 1) bench.open(log, topicOf(`run:${log}`));
    const frames = bench.opened().filter((effect) => effect.do === 'send');
    expect(frames.map(({ text }) => Object.keys((JSON.parse(text) as { subscribe: object }).subscribe).length)).toEqual([25, 25, 10]);
  });

  it('is shared by all logs of a channel, and ends with the last of them', () => {
    bench.open(1, TOPIC);
    bench.open(2, TOPIC);
    bench.opened();
    expect(bench.subscribed).toEqual([[TOPIC, '']]);
    bench.do({ type: 'close', log: 1 });
    expect(bench.unsubscribed).toEqual([]);
    bench.do({ type: 'close', log: 2 });
    expect(bench.unsubscribed).toEqual([TOPIC]);
    expect(bench.session.gauges.topics).toBe(0);
  });

  it('uses the last topic of this channel that its page gave', () => {
    bench.open(1, TOPIC);
    const fresher = topicOf('run:1', { t: 2_000 });
    bench.do({ type: 'renew', log: 1, topic: fresher });
    bench.do({ type: 'renew', log: 1, topic: topicOf('run:2', { t: 9_000 }) });
    bench.opened();
    expect(bench.subscribed).toEqual([[fresher, '']]);
  });

  it('of a log without lines adopts the position of the first line', () => {
    bench.open(1, TOPIC);
    bench.request(1, [], 10);
    bench.opened();
    bench.ack('run:1', '-0');
    expect(bench.status(1)).toMatchObject({ state: 'live', epoch: '', head: 0 });
    bench.msg('run:1', 'new-2', 2);
    expect(bench.take(1)).toMatchObject({ status: { epoch: 'new', head: 2 } });
    bench.closed(1006);
    bench.passToConnect();
    bench.opened();
    expect(bench.subscribed.at(-1)).toEqual([TOPIC, 'new-2']);
  });

  it('ignores frames of an older subscription before its ack', () => {
    bench.open(1, TOPIC);
    bench.opened();
    bench.msg('run:1', 'old-7');
    bench.frame({ e: 'hb', heads: new Map([['run:1', { epoch: 'old', offset: 9 }]]) });
    bench.frame({ e: 'end', ch: 'run:1', off: { epoch: '', offset: 0 }, code: 3 });
    expect(bench.status(1)).toMatchObject({ state: 'connecting', epoch: '', head: 0, end: undefined });
  });

  it('is repeated when no answer arrives', () => {
    bench.open(1, TOPIC);
    bench.opened();
    bench.pass(14_000);
    bench.frame({ e: 'hb', heads: new Map() });
    bench.pass(1_000);
    expect(bench.subscribed).toHaveLength(2);
  });

  it('of an ended log ends when every view has every line, and the socket with it', () => {
    follow(3, 100);
    bench.frame({ e: 'end', ch: 'run:1', off: { epoch: 'e', offset: 3 }, code: 7 });
    expect(bench.unsubscribed).toEqual([]);
    bench.answer(bench.fetches[0]!, 3, { end: 7 });
    expect(bench.lines(1)).toHaveLength(3);
    bench.do({ type: 'tick' });
    expect(bench.unsubscribed).toEqual([TOPIC]);
    bench.pass(60_000);
    expect(bench.session.gauges.sockets).toBe(0);
    expect(bench.status(1)).toMatchObject({ state: 'ended', end: 7 });
    bench.request(1, [{ from: 1, to: 2 }]);
    expect(bench.lines(1)).toEqual(['e:1', 'e:2']);
    expect(bench.connects).toHaveLength(1);
  });

  it('of an ended log stays while a hidden tab lacks lines', () => {
    follow(3);
    bench.open(2, TOPIC);
    bench.do({ type: 'show', log: 2, visible: false });
    bench.request(2, [], 100);
    bench.answer(bench.fetches[0]!, 3);
    bench.frame({ e: 'end', ch: 'run:1', off: { epoch: 'e', offset: 3 }, code: 0 });
    bench.lines(1);
    bench.do({ type: 'tick' });
    expect(bench.unsubscribed).toEqual([]);
    bench.do({ type: 'show', log: 2, visible: true });
    expect(bench.lines(2)).toHaveLength(3);
    bench.do({ type: 'tick' });
    expect(bench.unsubscribed).toEqual([TOPIC]);
  });
});

describe('lines', () => {
  it('of the tail are fetched in aligned ranges, and the log is live when they are held', () => {
    follow(1_050, 100);
    expect(bench.status(1).state).toBe('catching-up');
    expect(bench.fetches.map(({ after, limit, epoch }) => [after, limit, epoch])).toEqual([
      [0, 1_000, 'e'],
      [1_000, 1_000, 'e'],
    ]);
    bench.answer(bench.fetches[0]!, 1_050);
    bench.answer(bench.fetches[1]!, 1_050);
    expect(bench.lines(1)).toHaveLength(100);
    expect(bench.status(1).state).toBe('live');
  });

  it('are delivered once each as they are written', () => {
    follow(0);
    bench.msg('run:1', 'e-2', 2);
    expect(bench.lines(1)).toEqual(['e:1', 'e:2']);
    bench.msg('run:1', 'e-2', 2);
    bench.msg('run:1', 'e-3', 2);
    expect(bench.lines(1)).toEqual(['e:3']);
    expect(bench.take(1)).toBeUndefined();
  });

  it('after a skip leave a hole, which is fetched once for all views', () => {
    follow(0);
    bench.open(2, TOPIC);
    bench.request(2, [], 50);
    bench.msg('run:1', 'e-5', 2);
    expect(bench.fetches).toHaveLength(1);
    bench.request(1, [{ from: 1, to: 3 }], 100);
    expect(bench.fetches).toHaveLength(1);
    bench.answer(bench.fetches[0]!, 5);
    expect(bench.lines(1).sort()).toEqual(['e:1', 'e:2', 'e:3', 'e:4', 'e:5']);
    expect(bench.lines(2)).toHaveLength(5);
  });

  it('that only a heartbeat mentions are fetched from history', () => {
    follow(0);
    bench.frame({ e: 'hb', heads: new Map([['run:1', { epoch: 'e', offset: 2 }]]) });
    expect(bench.status(1)).toMatchObject({ head: 2, state: 'catching-up' });
    bench.msg('run:1', 'e-2', 2);
    expect(bench.lines(1)).toEqual(['e:1', 'e:2']);
    expect(bench.status(1).state).toBe('live');
  });

  it('for a second view come from the cache, without a request', () => {
    follow(20);
    bench.answer(bench.fetches[0]!, 20);
    bench.open(2, TOPIC);
    bench.request(2, [], 10);
    expect(bench.lines(2)).toHaveLength(10);
    expect(bench.fetches).toHaveLength(1);
  });

  it('that no view wants are not fetched', () => {
    bench.open(1, TOPIC);
    bench.opened();
    bench.ack('run:1', 'e-5000');
    bench.pass(10_000);
    expect(bench.fetches).toEqual([]);
    expect(bench.status(1)).toMatchObject({ state: 'live', head: 5_000 });
  });

  it('are not fetched for a hidden tab, unless code waits for them', () => {
    follow(0);
    bench.do({ type: 'show', log: 1, visible: false });
    bench.frame({ e: 'ack', ch: 'run:1', off: { epoch: 'e', offset: 500 }, first: 1, st: 'skipped' });
    expect(bench.fetches).toEqual([]);
    expect(runsOf(bench.take(1))).toEqual([]);
    bench.request(1, [{ from: 1, to: 3 }], 0, true, 2);
    expect(bench.fetches).toHaveLength(1);
    bench.answer(bench.fetches[0]!, 500);
    expect(bench.lines(1)).toEqual(['e:1', 'e:2', 'e:3']);
    bench.do({ type: 'show', log: 1, visible: true });
    expect(bench.lines(1)).toHaveLength(100);
  });

  it('are fetched by at most four requests at a time', () => {
    follow(100_000, 0);
    bench.request(1, [{ from: 1, to: 10_000 }]);
    expect(bench.fetches).toHaveLength(4);
    bench.answer(bench.fetches[0]!, 100_000);
    expect(bench.fetches.map(({ after }) => after)).toEqual([0, 1_000, 2_000, 3_000, 4_000]);
  });

  it('that take several answers are all requested', () => {
    follow(1_500, 0);
    bench.request(1, [{ from: 1, to: 1_000 }]);
    bench.fail(bench.fetches[0]!, { kind: 'lines', lines: linesOf('e', 1, 400), first: 1, head: 1_500, end: undefined });
    expect(bench.fetches.at(-1)).toMatchObject({ after: 400, limit: 600 });
    bench.answer(bench.fetches[1]!, 1_500);
    expect(bench.lines(1)).toHaveLength(1_000);
    expect(bench.fetches).toHaveLength(2);
  });

  it('requested beyond the head are delivered when they arrive', () => {
    follow(2, 0);
    bench.request(1, [{ from: 2, to: 50 }], 0, true);
    bench.answer(bench.fetches[0]!, 2);
    expect(bench.lines(1)).toEqual(['e:2']);
    bench.msg('run:1', 'e-4', 2);
    expect(bench.lines(1)).toEqual(['e:3', 'e:4']);
  });

  it('are delivered in several batches within the budget, without loss', () => {
    follow(0, 50);
    bench.msg('run:1', 'e-30', 30);
    const first = bench.take(1, { lines: 20, bytes: Infinity });
    expect(first?.more).toBe(true);
    const second = bench.take(1, { lines: 20, bytes: Infinity });
    expect(second?.more).toBe(false);
    expect([...runsOf(first), ...runsOf(second)].flatMap(({ lines }) => lines)).toEqual(linesOf('e', 1, 30));
  });

  it('are not fetched far ahead of what the view has taken', () => {
    bench = new Bench(8 * 20 * 1_000 * 100);
    follow(100_000, 0);
    bench.request(1, [{ from: 1, to: 100_000 }], 0, true);
    for (let round = 0; round < 200; round += 1) {
      const open = bench.fetches[round];
      if (open === undefined) break;
      bench.answer(open, 100_000);
    }
    const ahead = bench.fetches.length;
    expect(ahead).toBeLessThan(40);
    expect(bench.cache.bytes).toBeLessThan(bench.cache.limit / 2);
    bench.lines(1);
    bench.do({ type: 'tick' });
    expect(bench.fetches.length).toBeGreaterThan(ahead);
  });
});

describe('an epoch', () => {
  it('is forgotten as a whole when another one begins, with the answers under way', () => {
    follow(50, 10);
    bench.msg('run:1', 'e-51');
    bench.ack('run:1', 'f-2', 'reset');
    expect(bench.effects).toContainEqual({ do: 'abort', id: bench.fetches[0]!.id });
    bench.answer(bench.fetches[0]!, 50);
    expect(bench.status(1)).toMatchObject({ epoch: 'f', head: 2, first: 1, end: undefined });
    bench.answer(bench.fetches.at(-1)!, 2);
    expect(bench.lines(1)).toEqual(['f:1', 'f:2']);
  });

  it('ends when the log is removed, before another one begins', () => {
    follow(5, 10);
    bench.ack('run:1', '-0', 'reset');
    expect(bench.status(1)).toMatchObject({ epoch: '', head: 0, state: 'live' });
    bench.msg('run:1', 'g-1');
    expect(bench.lines(1)).toEqual(['g:1']);
  });

  it('that no ack named is never mixed in: the channel subscribes again, at once but not in a loop', () => {
    follow(0, 10);
    bench.msg('run:1', 'e-1');
    for (let times = 0; times < 200; times += 1) {
      bench.msg('run:1', 'f-9', 9);
      bench.ack('run:1', 'e-1');
      bench.pass(50);
    }
    expect(bench.status(1)).toMatchObject({ epoch: 'e', head: 1 });
    expect(bench.lines(1)).toEqual(['e:1']);
    expect(bench.subscribed[1]).toEqual([TOPIC, 'e-1']);
    expect(bench.subscribed.length).toBeGreaterThan(2);
    expect(bench.subscribed.length).toBeLessThan(15);
  });

  it('voids the requests made in the one before', () => {
    follow(50, 0);
    bench.do({
      type: 'request',
      log: 1,
      view: 1,
      request: { want: [{ from: 1, to: 9 }], tail: 0, pull: false, epoch: 'd', delivered: [] },
    });
    expect(bench.fetches).toEqual([]);
    bench.request(1, [{ from: 1, to: 9 }]);
    expect(bench.fetches).toHaveLength(1);
    bench.ack('run:1', 'f-50', 'reset');
    expect(bench.fetches).toHaveLength(1);
  });
});

describe('a view', () => {
  it('receives the lines it asked for before anything was known of the log', () => {
    bench.open(1, TOPIC);
    bench.request(1, [{ from: 5, to: 6 }]);
    bench.opened();
    bench.ack('run:1', 'e-2000');
    bench.answer(bench.fetches[0]!, 2_000);
    expect(bench.lines(1)).toEqual(['e:5', 'e:6']);
  });

  it('receives only the rest of a tail that another worker delivered in part', () => {
    bench.open(1, TOPIC);
    bench.opened();
    bench.ack('run:1', 'e-0');
    bench.msg('run:1', 'e-10', 10);
    const delivered = [{ from: 1, to: 7 }];
    bench.do({ type: 'request', log: 1, view: 1, request: { want: [], tail: 10, pull: false, epoch: 'e', delivered } });
    expect(bench.lines(1)).toEqual(['e:8', 'e:9', 'e:10']);
  });

  it('shows the unfinished line until a message replaces it', () => {
    follow(0);
    bench.msg('run:1', 'e-1');
    bench.frame({ e: 'part', ch: 'run:1', off: { epoch: 'e', offset: 1 }, line: [5, 'Downloading 43 %'] });
    expect(bench.status(1).part).toEqual([5, 'Downloading 43 %']);
    bench.msg('run:1', 'e-2');
    expect(bench.status(1).part).toBeNull();
  });

  it('is cut to a bounded number of ranges and a bounded tail', () => {
    follow(1_000_000, 1_000_000_000);
    const many = Array.from({ length: 1_000 }, (_, index) => ({ from: 10 + index * 2, to: 10 + index * 2 }));
    bench.request(1, many, 1e9);
    for (let done = 0; done < bench.fetches.length; done += 1) bench.answer(bench.fetches[done]!, 1_000_000);
    let taken = 0;
    for (let lines = bench.lines(1); lines.length > 0; lines = bench.lines(1)) {
      taken += lines.length;
      bench.do({ type: 'tick' });
      for (const request of bench.fetches) bench.answer(request, 1_000_000);
    }
    expect(taken).toBe(256 + 10_000);
  });
});
