import { describe, expect, it } from 'vitest';
import { LIMITS } from '../../../src/protocol/limits.ts';
import { Bench, linesOf } from '../support/bench.ts';
import { topicOf } from '../support/topics.ts';

const TOPIC = topicOf('run:1');
const LAST = Number.MAX_SAFE_INTEGER;

describe('an impossible head', () => {
  const claims: readonly (readonly [string, (bench: Bench) => void])[] = [
    ['an ack', (bench) => void bench.ack('run:1', `e-${LAST}`)],
    ['an ack of its first line', (bench) => void bench.ack('run:1', 'e-5', 'truncated', LAST)],
    ['a message', (bench) => void bench.msg('run:1', `e-${LAST}`, 2)],
    ['a heartbeat', (bench) => void bench.frame({ e: 'hb', heads: new Map([['run:1', { epoch: 'e', offset: LAST }]]) })],
    ['an end', (bench) => void bench.frame({ e: 'end', ch: 'run:1', off: { epoch: 'e', offset: LAST }, code: 0 })],
    [
      'history',
      (bench) => {
        bench.request(1, [{ from: 1, to: 5 }]);
        bench.answer(bench.fetches.at(-1)!, 5, { head: LAST, first: 1 });
      },
    ],
    [
      'a floor of history',
      (bench) => {
        bench.request(1, [{ from: 1, to: 5 }]);
        bench.fail(bench.fetches.at(-1)!, { kind: 'truncated', first: LAST });
      },
    ],
  ];

  it.each(claims)('in %s is cut to the highest line that viewers show, and costs no time', (_where, claim) => {
    const bench = new Bench();
    bench.open(1, TOPIC);
    bench.opened();
    bench.ack('run:1', 'e-5');
    claim(bench);
    const { head, first } = bench.status(1);
    expect(head).toBeLessThanOrEqual(LIMITS.lines);
    expect(first).toBeLessThanOrEqual(head + 1);
    bench.request(1, [{ from: 1, to: LAST }], 10_000);
    bench.pass(1_000);
    bench.take(1);
    expect(bench.fetches.length).toBeLessThanOrEqual(8);
  });
});

describe('a hole between lines that are held', () => {
  it('is found at once, at any distance', () => {
    const bench = new Bench();
    const lines = bench.cache.createLog(() => false);
    lines.insert(5, linesOf('e', 5, 1));
    lines.insert(900_000_000, linesOf('e', 900_000_000, 1));
    expect(lines.notHeld(1, LIMITS.lines, 10)).toEqual([
      { from: 1, to: 4 },
      { from: 6, to: 899_999_999 },
      { from: 900_000_001, to: LIMITS.lines },
    ]);
    expect(lines.runs(1, LIMITS.lines, { lines: 10, bytes: Infinity }).map(({ from }) => from)).toEqual([5, 900_000_000]);
  });
});

describe('a log that has ended and was shown completely', () => {
  function ended(): Bench {
    const bench = new Bench();
    bench.open(1, TOPIC, true);
    bench.opened();
    bench.ack('run:1', 'e-2', 'ended');
    bench.frame({ e: 'end', ch: 'run:1', off: { epoch: 'e', offset: 2 }, code: 0 });
    expect(bench.unsubscribed).toEqual([TOPIC]);
    bench.do({ type: 'show', log: 1, visible: false });
    bench.pass(60_000);
    return bench;
  }

  it('subscribes again when the tab becomes visible, since it may have been rewritten', () => {
    const bench = ended();
    bench.do({ type: 'show', log: 1, visible: true });
    expect(bench.status(1).state).toBe('ended');
    bench.opened();
    expect(bench.subscribed.at(-1)).toEqual([TOPIC, 'e-2']);
    bench.ack('run:1', 'f-3', 'reset');
    expect(bench.status(1)).toMatchObject({ state: 'live', epoch: 'f', head: 3, end: undefined });
  });

  it('is done again when nothing happened, or its topic has expired meanwhile', () => {
    const bench = ended();
    for (const answer of [
      () => {
        bench.ack('run:1', 'e-2', 'ended');
        bench.frame({ e: 'end', ch: 'run:1', off: { epoch: 'e', offset: 2 }, code: 0 });
      },
      () => bench.frame({ e: 'err', topic: TOPIC, code: 'expired', message: '' }),
    ]) {
      bench.do({ type: 'show', log: 1, visible: true });
      bench.opened();
      answer();
      expect(bench.status(1)).toMatchObject({ state: 'ended', end: 0, problem: undefined });
      bench.do({ type: 'show', log: 1, visible: false });
      bench.pass(60_000);
      expect(bench.session.gauges.sockets).toBe(0);
    }
    expect(bench.effects.filter((effect) => effect.do === 'refresh')).toEqual([]);
  });
});

describe('a log for which the server has not answered', () => {
  it('is connecting, also during a hidden reconnect', () => {
    const bench = new Bench();
    bench.follow(topicOf('run:9'), 'run:9', 0);
    bench.frame({ e: 'bye', reason: 'deploy', retry: [0, 0], again: [20_000, 20_000] });
    bench.closed(1012);
    bench.passToConnect();
    bench.opened();
    bench.ack('run:9', 'e-0');
    const { length } = bench.connects;
    while (bench.connects.length === length) {
      bench.frame({ e: 'hb', heads: new Map() });
      bench.pass(1_000);
    }
    expect(bench.status(1).state).toBe('live');
    bench.open(2, TOPIC);
    expect(bench.status(2).state).toBe('connecting');
    bench.opened();
    expect(bench.status(2).state).toBe('connecting');
    bench.ack('run:1', 'e-0');
    expect(bench.status(2).state).toBe('live');
  });
});
