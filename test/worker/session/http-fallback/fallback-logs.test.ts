import { beforeEach, describe, expect, it } from 'vitest';
import { at, Bench } from '../../support/bench.ts';
import { block, followOverHttp, msg } from '../../support/fallback.ts';
import { topicOf } from '../../support/topics.ts';

const TOPIC = topicOf('run:1');
let bench: Bench;

beforeEach(() => {
  bench = new Bench();
  bench.open(1, TOPIC);
});

describe('a log that is followed over HTTP', () => {
  beforeEach(() => followOverHttp(bench));

  it('applies the frames of its stream, and no others', () => {
    bench.request(1, [], 2);
    bench.streamed([
      msg('e-7', 2),
      msg('e-9', 1, 'run:2'),
      { e: 'part', ch: 'run:1', off: at('e-7'), line: [7, 'unfinished'] },
      { e: 'hb', heads: new Map([['run:1', at('e-99')]]) },
    ]);
    expect(bench.status(1)).toMatchObject({ head: 7, part: [7, 'unfinished'] });
    bench.do({ type: 'streamed', id: bench.streams.at(-1)!.id, frames: ['no frame', '{"e":"msg"}'] });
    expect(bench.status(1)).toMatchObject({ state: 'live', head: 7 });
  });

  it('is not polled while its stream is alive', () => {
    const { length } = bench.polls;
    for (let times = 0; times < 20; times += 1) {
      bench.pass(15_000);
      bench.streamed();
    }
    expect(bench.polls).toHaveLength(length);
    expect(bench.streams).toHaveLength(1);
  });

  it('is polled and streamed again when the stream was silent for two heartbeats', () => {
    const { length } = bench.polls;
    const stream = bench.streams.at(-1)!;
    bench.pass(29_999);
    expect(bench.aborted).not.toContain(stream.id);
    bench.pass(1);
    expect(bench.aborted).toContain(stream.id);
    bench.pass(2_000);
    expect(bench.polls).toHaveLength(length + 1);
    bench.polled('e-9');
    expect(bench.streams.at(-1)).toMatchObject({ position: at('e-9') });
    expect(bench.status(1)).toMatchObject({ state: 'live', head: 9 });
  });

  it('uses the heartbeat of the server where that is known', () => {
    bench.passToConnect();
    bench.opened(1_000);
    bench.closed(1006);
    bench.polled('e-5');
    const stream = bench.streams.at(-1)!;
    bench.streamed();
    bench.pass(2_000);
    expect(bench.aborted).toContain(stream.id);
  });

  it('ends with its end frame, and is not polled any more', () => {
    bench.streamed([msg('e-6'), { e: 'end', ch: 'run:1', off: at('e-6'), code: 3 }]);
    bench.streamEnded();
    expect(bench.status(1)).toMatchObject({ state: 'ended', end: 3, head: 6 });
    const { length } = bench.polls;
    bench.pass(600_000);
    expect(bench.polls).toHaveLength(length);
    expect(bench.connects.length).toBeLessThan(6);
  });

  it('is not streamed when it has ended already', () => {
    bench.open(2, topicOf('run:2'));
    bench.passToPoll();
    bench.polled('f-3', { end: 0 });
    expect(bench.status(2)).toMatchObject({ state: 'ended', end: 0, head: 3 });
    expect(bench.streams).toHaveLength(1);
  });

  it('leaves a hole for history where one answer cannot hold all lines', () => {
    bench.request(1, [], 3_000);
    bench.streamEnded();
    bench.pass(2_000);
    bench.polled('e-5000');
    expect(bench.status(1)).toMatchObject({ head: 5_000, state: 'catching-up' });
    expect(bench.fetches.length).toBeGreaterThan(0);
    expect(bench.fetches.filter(({ id }) => !bench.aborted.includes(id)).length).toBeLessThanOrEqual(2);
    expect(bench.streams.at(-1)).toMatchObject({ position: at('e-5000') });
  });

  it('is forgotten when it is restarted, seen on the stream or in an answer', () => {
    bench.streamed([{ e: 'ack', ch: 'run:1', off: at('f-0'), first: 1, st: 'reset' }, msg('f-2', 2)]);
    expect(bench.status(1)).toMatchObject({ epoch: 'f', head: 2 });
    bench.streamEnded();
    bench.passToPoll();
    bench.polled('g-1');
    expect(bench.status(1)).toMatchObject({ epoch: 'g', head: 1, state: 'live' });
    bench.streamEnded();
    bench.passToPoll();
    bench.polled('g-0');
    expect(bench.status(1)).toMatchObject({ epoch: 'g', head: 0 });
    bench.streamEnded();
    bench.passToPoll();
    bench.polled('-0');
    expect(bench.status(1)).toMatchObject({ epoch: '', head: 0 });
  });

  it('does not return to an older epoch because of an answer under way', () => {
    bench.do({ type: 'wake' });
    bench.pass(1_000);
    const poll = bench.polls.at(-1)!;
    bench.streamed([{ e: 'ack', ch: 'run:1', off: at('f-0'), first: 1, st: 'reset' }, msg('f-2', 2)]);
    bench.polled('e-5', {}, poll);
    expect(bench.status(1)).toMatchObject({ epoch: 'f', head: 2 });
    bench.pass(1_000);
    expect(bench.polls.at(-1)).not.toBe(poll);
  });

  it('is polled again when the server contradicts itself', () => {
    const stream = bench.streams.at(-1)!;
    bench.streamed([msg('g-9')]);
    expect(bench.aborted).toContain(stream.id);
    bench.pass(1_000);
    expect(bench.polls.at(-1)).toMatchObject({ position: at('e-5') });
    bench.polled('g-9');
    expect(bench.status(1)).toMatchObject({ epoch: 'g', head: 9 });
  });

  it('is polled on wake, and a stream that lacks lines of the answer has five seconds to bring them', () => {
    const stream = bench.streams.at(-1)!;
    bench.do({ type: 'wake' });
    bench.pass(1_000);
    bench.polled('e-5');
    bench.pass(10_000);
    expect(bench.aborted).toEqual([]);
    bench.do({ type: 'network', online: true });
    bench.polled('e-6');
    expect(bench.status(1)).toMatchObject({ head: 6, state: 'live' });
    bench.pass(4_999);
    expect(bench.aborted).toEqual([]);
    bench.pass(1);
    expect(bench.aborted).toEqual([stream.id]);
  });

  it('shows as disconnected after two polls without an answer, and tries the socket at once', () => {
    bench.streamEnded();
    bench.pass(2_000);
    bench.pollFails();
    expect(bench.status(1).state).toBe('live');
    bench.pass(2_000);
    const { length } = bench.connects;
    bench.pollFails();
    expect(bench.status(1).state).toBe('reconnecting');
    expect(bench.connects.length).toBeGreaterThan(length);
    bench.do({ type: 'network', online: false });
    expect(bench.status(1).state).toBe('offline');
    bench.passToPoll();
    bench.polled('e-5');
    expect(bench.status(1).state).toBe('live');
  });

  it('counts a poll without an answer within ten seconds as failed', () => {
    bench.streamEnded();
    bench.pass(2_000);
    const poll = bench.polls.at(-1)!;
    bench.pass(10_000);
    expect(bench.aborted).toContain(poll.id);
    bench.polled('e-99', {}, poll);
    expect(bench.status(1).head).toBe(5);
  });
});

describe('many logs over HTTP', () => {
  const names = Array.from({ length: 8 }, (_, index) => index + 1);

  /** Answers every poll at once, for this long. */
  function answer(ms: number): void {
    for (let passed = 0; passed < ms; passed += 50) {
      bench.pass(50);
      const poll = bench.polls.at(-1);
      if (poll !== undefined) bench.polled('e-5', {}, poll);
    }
  }

  const running = (): string[] => bench.streams.filter(({ id }) => !bench.aborted.includes(id)).map(({ channel }) => channel);

  beforeEach(() => {
    for (const name of names.slice(1)) bench.open(name, topicOf(`run:${name}`));
  });

  it('are polled one at a time until the first answer, and three are streamed', () => {
    block(bench);
    expect(bench.polls).toHaveLength(1);
    bench.pass(400);
    expect(bench.polls).toHaveLength(1);
    answer(5_000);
    for (const name of names) expect(bench.status(name).state).toBe('live');
    expect(bench.streams).toHaveLength(3);
  });

  it('without a stream are polled in turn, every five seconds', () => {
    block(bench);
    answer(4_000);
    for (const request of bench.streams) bench.streamed([], request);
    const before = bench.polls.length;
    answer(20_000);
    const asked = bench.polls.slice(before).map(({ channel }) => channel);
    const streamed = running();
    for (const name of names) {
      const times = asked.filter((channel) => channel === `run:${name}`).length;
      if (streamed.includes(`run:${name}`)) expect(times).toBe(0);
      else expect(times).toBeGreaterThanOrEqual(3);
      expect(times).toBeLessThanOrEqual(5);
    }
  });

  it('are streamed only while they are visible', () => {
    for (const name of names) bench.do({ type: 'show', log: name, visible: false });
    block(bench);
    answer(4_000);
    expect(running()).toEqual([]);
    for (const name of names) expect(bench.status(name).state).toBe('live');
    bench.do({ type: 'show', log: 5, visible: true });
    answer(1_000);
    expect(running()).toEqual(['run:5']);
    bench.do({ type: 'show', log: 5, visible: false });
    answer(1_000);
    expect(running()).toEqual([]);
  });

  it('are polled as before where other tabs hold all connections', () => {
    block(bench);
    const before = bench.polls.length;
    for (let passed = 0; passed < 60_000; passed += 50) {
      bench.pass(50);
      const poll = bench.polls.at(-1)!;
      bench.polled('e-5', {}, poll);
      for (const { id } of bench.streams) bench.do({ type: 'streamEnded', id, busy: true });
    }
    for (const name of names) expect(bench.status(name).state).toBe('live');
    expect(bench.polls.length - before).toBeGreaterThan(8 * 10);
    // Each tries again no more often than every five seconds.
    expect(bench.streams.length).toBeLessThanOrEqual(8 * 13);
    const [last] = bench.streams.slice(-1);
    bench.pass(5_000);
    bench.polled('e-5');
    expect(bench.streams.at(-1)).not.toBe(last);
  });

  it('hand a free stream to the next', () => {
    block(bench);
    answer(4_000);
    const [first] = bench.streams;
    bench.streamed([{ e: 'end', ch: first!.channel, off: at('e-5'), code: 0 }], first);
    answer(5_000);
    expect(running()).toHaveLength(3);
    expect(running()).not.toContain(first!.channel);
  });

  it('do not block each other when one is unavailable', () => {
    block(bench);
    for (let passed = 0; passed < 60_000; passed += 50) {
      bench.pass(50);
      const poll = bench.polls.at(-1)!;
      if (poll.channel === 'run:3') bench.pollFails({ kind: 'failed' }, poll);
      else bench.polled('e-5', {}, poll);
    }
    for (const name of names) expect(bench.status(name).state).toBe(name === 3 ? 'connecting' : 'live');
  });
});

describe('topics over HTTP', () => {
  it('are renewed when they have expired, and used again', () => {
    bench.open(2, TOPIC, true);
    block(bench);
    bench.pollFails({ kind: 'expired' });
    expect(bench.effects).toContainEqual({ do: 'refresh', log: 2 });
    const { length } = bench.polls;
    bench.pass(5_000);
    expect(bench.polls).toHaveLength(length);
    const fresh = topicOf('run:1', { t: 2_000 });
    bench.do({ type: 'refreshed', log: 2, topic: fresh });
    bench.pass(1_000);
    expect(bench.polls.at(-1)).toMatchObject({ topic: fresh });
    bench.polled('e-5');
    expect(bench.status(2).state).toBe('live');
  });

  it('show as denied when they have expired and cannot be renewed', () => {
    block(bench);
    bench.pollFails({ kind: 'expired' });
    expect(bench.status(1).state).toBe('denied');
    const { length } = bench.polls;
    bench.pass(600_000);
    expect(bench.polls).toHaveLength(length);
  });

  it('show as denied when they are refused, and are not tried again', () => {
    block(bench);
    bench.pollFails({ kind: 'denied', problem: 'Sign it anew.' });
    expect(bench.status(1)).toMatchObject({ state: 'denied', problem: 'Sign it anew.' });
    const { length } = bench.polls;
    bench.pass(600_000);
    expect(bench.polls).toHaveLength(length);
    bench.do({ type: 'retry', log: 1 });
    bench.pass(1_000);
    expect(bench.polls.length).toBeGreaterThan(length);
  });

  it('do not end a stream when they expire', () => {
    followOverHttp(bench);
    bench.do({ type: 'wake' });
    bench.pass(1_000);
    bench.pollFails({ kind: 'expired' });
    expect(bench.aborted).toEqual([]);
    expect(bench.status(1).state).toBe('live');
    bench.streamed([msg('e-6')]);
    expect(bench.status(1).head).toBe(6);
  });
});

describe('HTTP that does not work either', { timeout: 120_000 }, () => {
  /** Requests and sockets within ten minutes, when nothing gets through and waits are as short as they may be. */
  function tries(random: number, react: () => void): { polls: number; streams: number; connects: number } {
    bench.random = random;
    block(bench);
    const before = { polls: bench.polls.length, streams: bench.streams.length, connects: bench.connects.length };
    for (let passed = 0; passed < 600_000; passed += 50) {
      react();
      bench.pass(50);
    }
    return {
      polls: bench.polls.length - before.polls,
      streams: bench.streams.length - before.streams,
      connects: bench.connects.length - before.connects,
    };
  }

  const lastPoll = (): number => bench.polls.at(-1)!.id;

  it.each([
    [0, 120 * 10],
    [0.5, 4 * 10],
    [1, 3 * 10],
  ])('is tried at growing intervals, at random %d at most %i times in ten minutes', (random, most) => {
    const { polls, connects } = tries(random, () => {
      bench.pollFails();
      bench.closed(1006);
    });
    expect(polls).toBeLessThanOrEqual(most + 5);
    expect(connects).toBeLessThanOrEqual(most + 5);
    expect(polls).toBeGreaterThan(10);
  });

  it('is no hot loop where every stream ends at once', () => {
    const { polls, streams } = tries(0.5, () => {
      if (!bench.aborted.includes(lastPoll())) bench.polled('e-5');
      if (bench.streams.length > 0) bench.streamEnded();
    });
    expect(bench.status(1).state).toBe('live');
    expect(streams).toBeLessThanOrEqual(10 * 6);
    expect(polls).toBeLessThanOrEqual(10 * 20);
  });

  it('polls a log every five seconds where a proxy holds streams back', () => {
    let head = 5;
    const { polls, streams } = tries(0.5, () => {
      if (bench.now % 1_000 === 0) head += 1;
      bench.polled(`e-${head}`);
    });
    expect(bench.status(1)).toMatchObject({ state: 'live' });
    expect(bench.status(1).head).toBeGreaterThan(head - 8);
    expect(polls).toBeGreaterThanOrEqual(100);
    expect(streams).toBeLessThanOrEqual(10 * 6);
  });
});
