import { describe, expect, it } from 'vitest';
import { Bench } from '../support/bench.ts';
import { topicOf } from '../support/topics.ts';

describe('a session without tabs', () => {
  it('closes its socket at once, since a worker whose tabs are parked may be stopped', () => {
    const bench = new Bench();
    bench.open(1, topicOf('a'));
    bench.opened();
    bench.ack('a', '-0');
    expect(bench.do({ type: 'close', log: 1 }).map(({ do: what }) => what)).toEqual(['send']);
    expect(bench.do({ type: 'noTabs' })).toEqual([{ do: 'abandon', generation: 1 }]);
    expect(bench.session.due).toBe(Infinity);
  });

  it('keeps the socket for a while when a tab remains that may open another log', () => {
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

  it('keeps the socket when another tab came first', () => {
    const bench = new Bench();
    bench.open(1, topicOf('a'));
    bench.opened();
    bench.do({ type: 'close', log: 1 });
    bench.open(2, topicOf('b'));
    expect(bench.do({ type: 'noTabs' })).toEqual([]);
    expect(bench.session.gauges.sockets).toBe(1);
  });
});
