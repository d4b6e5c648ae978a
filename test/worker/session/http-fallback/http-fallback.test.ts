import { beforeEach, describe, expect, it } from 'vitest';
import { Bench } from '../../support/bench.ts';
import { followOverHttp, msg } from '../../support/fallback.ts';
import { topicOf } from '../../support/topics.ts';

const TOPIC = topicOf('run:1');
let bench: Bench;

beforeEach(() => {
  bench = new Bench();
  bench.open(1, TOPIC);
});

describe('where sockets are blocked', () => {
  it('HTTP is tried after three failed attempts, and not before', () => {
    bench.closed(1006);
    bench.passToConnect();
    bench.closed(1006);
    expect(bench.polls).toEqual([]);
    bench.passToConnect();
    bench.closed(1006);
    expect(bench.polls).toMatchObject([{ channel: 'run:1', topic: TOPIC, position: undefined }]);
    expect(bench.status(1).state).toBe('reconnecting');
    expect(bench.session.delivery).toBe('websocket');
    bench.polled('e-5');
    expect(bench.session.delivery).toBe('http');
    expect(bench.status(1)).toMatchObject({ state: 'live', epoch: 'e', head: 5 });
    expect(bench.streams).toMatchObject([{ channel: 'run:1', topic: TOPIC, position: { epoch: 'e', offset: 5 } }]);
  });

  it('HTTP is tried beside the first handshake that hangs, and stopped if that succeeds', () => {
    bench.pass(3_999);
    expect(bench.polls).toEqual([]);
    bench.pass(1);
    expect(bench.polls).toHaveLength(1);
    bench.polled('e-5');
    expect(bench.status(1)).toMatchObject({ state: 'live', head: 5 });
    bench.opened();
    bench.ack('run:1', 'e-6');
    expect(bench.session.delivery).toBe('websocket');
    expect(bench.status(1)).toMatchObject({ state: 'live', head: 6 });
  });

  it('HTTP is tried at once where the platform has no sockets', () => {
    bench.do({ type: 'closed', generation: bench.generation, code: 1006, unsupported: true });
    expect(bench.polls).toHaveLength(1);
  });

  it('HTTP is tried when a socket opens and stays silent', () => {
    bench.do({ type: 'opened', generation: bench.generation });
    bench.pass(10_000);
    expect(bench.polls).toHaveLength(1);
    bench.polled('e-5');
    bench.passToConnect();
    bench.do({ type: 'opened', generation: bench.generation });
    expect(bench.subscribed).toEqual([]);
    expect(bench.status(1).state).toBe('live');
    bench.pass(9_000);
    expect(bench.session.delivery).toBe('http');
  });

  it('HTTP is not tried because the server restarts repeatedly', () => {
    for (let times = 0; times < 6; times += 1) {
      bench.opened();
      bench.frame({ e: 'bye', reason: 'deploy', retry: [100, 200], again: undefined });
      bench.closed(1012);
      bench.passToConnect();
    }
    for (let times = 0; times < 6; times += 1) {
      bench.closed(1013);
      bench.passToConnect();
    }
    expect(bench.polls).toEqual([]);
  });

  it('HTTP is not tried where the server refuses the page', () => {
    bench.opened();
    bench.closed(4403);
    bench.pass(600_000);
    expect(bench.polls).toEqual([]);
  });

  it('the socket is still tried, but only every 30 to 60 seconds', () => {
    followOverHttp(bench);
    bench.passToConnect();
    const moments: number[] = [];
    for (const random of [0, 0.5, 1]) {
      bench.random = random;
      bench.streamed();
      const before = bench.now;
      bench.closed(1006);
      const { length } = bench.connects;
      while (bench.connects.length === length) {
        bench.streamed();
        bench.pass(1_000);
      }
      moments.push(bench.now - before);
    }
    expect(moments).toEqual([30_000, 45_000, 60_000]);
    expect(bench.status(1).state).toBe('live');
  });

  it('the socket takes over after hello, where HTTP left off and hidden from viewers', () => {
    followOverHttp(bench);
    bench.streamed([msg('e-8', 3)]);
    bench.passToConnect();
    const stream = bench.streams.at(-1)!;
    bench.do({ type: 'opened', generation: bench.generation });
    expect(bench.subscribed).toEqual([]);
    expect(bench.aborted).toEqual([]);
    bench.frame({ e: 'hello', v: 1, hb: 15_000, has: [] });
    expect(bench.subscribed).toEqual([[TOPIC, 'e-8']]);
    expect(bench.aborted).toEqual([stream.id]);
    expect(bench.status(1)).toMatchObject({ state: 'live', head: 8 });
    expect(bench.session.delivery).toBe('websocket');
    bench.ack('run:1', 'e-8');
    expect(bench.status(1).state).toBe('live');
    bench.streamed([msg('e-9')], stream);
    expect(bench.status(1).head).toBe(8);
    bench.msg('run:1', 'e-10', 2);
    expect(bench.status(1).head).toBe(10);
  });

  it('HTTP takes over again at once when the socket does not last', () => {
    followOverHttp(bench);
    bench.passToConnect();
    bench.opened();
    bench.ack('run:1', 'e-5');
    bench.msg('run:1', 'e-6');
    const { length } = bench.polls;
    bench.pass(1_000);
    bench.closed(1006);
    expect(bench.polls).toHaveLength(length + 1);
    expect(bench.polls.at(-1)).toMatchObject({ position: { epoch: 'e', offset: 6 } });
    bench.polled('e-6');
    expect(bench.status(1).state).toBe('live');
  });

  it('a socket that lasted does not count as blocked when it is lost', () => {
    followOverHttp(bench);
    bench.passToConnect();
    bench.opened();
    bench.ack('run:1', 'e-5');
    bench.pass(10_000);
    const { length } = bench.polls;
    bench.closed(1006);
    bench.pass(400);
    expect(bench.polls).toHaveLength(length);
  });

  it('nothing is left after the last log is closed', () => {
    followOverHttp(bench);
    bench.do({ type: 'close', log: 1 });
    expect(bench.aborted).toContain(bench.streams.at(-1)!.id);
    expect(bench.session.due).toBe(Infinity);
    bench.open(2, TOPIC);
    bench.passToPoll();
    bench.do({ type: 'close', log: 2 });
    expect(bench.aborted).toContain(bench.polls.at(-1)!.id);
    expect(bench.session.due).toBe(Infinity);
    expect(bench.session.delivery).toBe('websocket');
  });

  it('a log that is opened later is polled at once', () => {
    followOverHttp(bench);
    bench.do({ type: 'close', log: 1 });
    bench.open(2, topicOf('run:2'));
    bench.pass(250);
    expect(bench.polls.at(-1)).toMatchObject({ channel: 'run:2' });
    bench.polled('-0');
    expect(bench.status(2)).toMatchObject({ state: 'live', head: 0 });
    expect(bench.streams.at(-1)).toMatchObject({ channel: 'run:2', position: { epoch: '', offset: 0 } });
    bench.streamed([msg('f-2', 2, 'run:2')]);
    expect(bench.status(2)).toMatchObject({ state: 'live', epoch: 'f', head: 2 });
  });
});
