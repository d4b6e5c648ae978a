import { beforeEach, describe, expect, it } from 'vitest';
import { Bench } from '../support/bench.ts';
import { topicOf } from '../support/topics.ts';

let bench: Bench;

beforeEach(() => {
  bench = new Bench();
  bench.open(1, topicOf('run:1'));
});

describe('a person who retries', () => {
  it('restarts an attempt that has hung for a while, but not one that has just begun', () => {
    bench.do({ type: 'retry', log: 1 });
    expect(bench.connects).toHaveLength(1);
    bench.pass(2_000);
    bench.do({ type: 'retry', log: 1 });
    expect(bench.connects).toHaveLength(2);
    expect(bench.effects.filter((effect) => effect.do === 'abandon')).toHaveLength(1);
    bench.opened();
    bench.ack('run:1', 'e-0');
    expect(bench.status(1).state).toBe('live');
  });
});

describe('a browser that says it is offline', () => {
  beforeEach(() => {
    bench.opened();
    bench.ack('run:1', 'e-3');
    bench.do({ type: 'network', online: false });
  });

  it('is not believed while the socket answers', () => {
    bench.frame({ e: 'hb', heads: new Map() });
    bench.pass(20_000);
    expect(bench.status(1).state).toBe('live');
  });

  it('is believed as soon as the socket does not answer', () => {
    bench.pass(6_000);
    expect(bench.status(1).state).toBe('offline');
  });
});

describe('a log that the store cannot read', () => {
  const topic = topicOf('run:1');

  beforeEach(() => {
    bench.opened();
    bench.frame({ e: 'err', topic, code: 'unavailable', message: 'The log cannot be read right now.' });
  });

  it('says that this is the problem, and when it is retried', () => {
    const { state, problem, retryAt } = bench.status(1);
    expect({ state, problem }).toEqual({ state: 'reconnecting', problem: 'The server cannot read this log right now.' });
    expect(retryAt).toBeGreaterThan(bench.time.wall);
  });

  it('says that the connection is the problem when it is lost, too', () => {
    bench.closed(1006);
    const { state, problem, retryAt } = bench.status(1);
    expect({ state, problem }).toEqual({ state: 'reconnecting', problem: undefined });
    expect(retryAt).toBe(bench.wall0 + bench.session.due);
  });
});
