import { describe, expect, it } from 'vitest';
import { Bench } from '../support/bench.ts';
import { topicOf } from '../support/topics.ts';

describe('a session whose last tab is gone', () => {
  it('is done with its socket at once, since a worker of parked tabs may be stopped before it is', () => {
    const bench = new Bench();
    bench.open(1, topicOf('a'));
    bench.opened();
    bench.ack('a', '-0');
    expect(bench.do({ type: 'close', log: 1 }).map(({ do: what }) => what)).toEqual(['send']);
    expect(bench.do({ type: 'noTabs' })).toEqual([{ do: 'abandon', generation: 1 }]);
    expect(bench.session.due).toBe(Infinity);
  });

  it('keeps the socket for a while when a tab is left that may open another log', () => {
    const bench = new Bench();
    bench.open(1, topicOf('a'));
    bench.opened();
    bench.ack('a', '-0');
    bench.do({ type: 'close', log: 1 });
    bench.open(2, topicOf('b'));
    bench.pass(10_000);
    expect(bench.session.gauges.sockets).toBe(1);
    expect(bench.connects).toHaveLength(1);
  });

  it('keeps the socket when somebody else came before it noticed', () => {
    const bench = new Bench();
    bench.open(1, topicOf('a'));
    bench.opened();
    bench.do({ type: 'close', log: 1 });
    bench.open(2, topicOf('b'));
    expect(bench.do({ type: 'noTabs' })).toEqual([]);
    expect(bench.session.gauges.sockets).toBe(1);
  });
});
