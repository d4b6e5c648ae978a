import { beforeEach, describe, expect, it } from 'vitest';
import { Bench } from '../../support/bench.ts';
import { topicOf } from '../../support/topics.ts';

const TOPIC = topicOf('run:1');
let bench: Bench;

beforeEach(() => {
  bench = new Bench();
  bench.open(1, TOPIC);
});

describe('the socket of a session', () => {
  it('opens with the first log, and is the only one for any number of logs', () => {
    bench.open(2, topicOf('run:2'));
    bench.open(3, TOPIC);
    expect(bench.connects).toHaveLength(1);
    bench.opened();
    bench.open(4, topicOf('run:4'));
    expect(bench.connects).toHaveLength(1);
    expect(bench.session.gauges.sockets).toBe(1);
  });

  it('closes shortly after the last log, and nothing is due then', () => {
    bench.opened();
    bench.do({ type: 'close', log: 1 });
    expect(bench.unsubscribed).toEqual([TOPIC]);
    expect(bench.effects.at(-1)).not.toMatchObject({ do: 'abandon' });
    bench.pass(2_000);
    expect(bench.effects.at(-1)).toMatchObject({ do: 'abandon' });
    expect(bench.session.due).toBe(Infinity);
    expect(bench.session.gauges).toEqual({ sockets: 0, topics: 0, views: 0 });
  });

  it('stays when another log is opened meanwhile', () => {
    bench.opened();
    bench.do({ type: 'close', log: 1 });
    bench.pass(1_500);
    bench.open(2, topicOf('run:2'));
    bench.pass(10_000);
    expect(bench.connects).toHaveLength(1);
    expect(bench.session.gauges.sockets).toBe(1);
  });

  it('is abandoned when no log needs it before it is open', () => {
    bench.do({ type: 'close', log: 1 });
    expect(bench.effects.at(-1)).toMatchObject({ do: 'abandon' });
    expect(bench.session.due).toBe(Infinity);
  });

  it('is not opened after a delay when the last log is closed meanwhile', () => {
    bench.closed(1006);
    bench.do({ type: 'close', log: 1 });
    expect(bench.effects.at(-1)).toMatchObject({ do: 'abandon' });
    bench.pass(120_000);
    expect(bench.connects).toHaveLength(1);
  });

  it('does not reopen at once when logs are opened and closed in a loop', () => {
    for (let times = 0; times < 100; times += 1) {
      bench.do({ type: 'close', log: 1 });
      bench.open(1, TOPIC);
      bench.pass(10);
    }
    expect(bench.connects.length).toBeLessThanOrEqual(2);
  });
});

describe('a reconnect', () => {
  /** Waits of a socket that fails time after time. */
  function waits(random: number, attempts: number, code = 1006): number[] {
    bench.random = random;
    return Array.from({ length: attempts }, () => {
      bench.closed(code);
      const from = bench.now;
      bench.passToConnect();
      return bench.now - from;
    });
  }

  it('waits at least half a second and at most 30, under a ceiling that doubles', () => {
    expect(waits(1, 7)).toEqual([2_000, 4_000, 8_000, 16_000, 30_000, 30_000, 30_000]);
    expect(waits(0, 3)).toEqual([500, 500, 500]);
  });

  it.each([1006, 1011, 1000, 1001, 4408, 4999])('is never a hot loop after an instant close with %i', (code) => {
    bench.random = 0;
    for (let times = 0; times < 50; times += 1) {
      bench.opened();
      bench.closed(code);
      bench.pass(100);
    }
    expect(bench.connects.length).toBeLessThanOrEqual(11);
  });

  it('starts over with short delays only after ten seconds of uptime', () => {
    expect(waits(1, 3)).toEqual([2_000, 4_000, 8_000]);
    bench.opened();
    bench.pass(9_000);
    expect(waits(1, 1)).toEqual([16_000]);
    bench.opened();
    bench.pass(10_000);
    expect(waits(1, 1)).toEqual([2_000]);
  });

  it('happens within the interval that bye named', () => {
    bench.opened();
    bench.pass(20_000);
    bench.frame({ e: 'bye', reason: 'deploy', retry: [100, 300], again: undefined });
    expect(waits(0.5, 1, 1012)).toEqual([200]);
  });

  it('keeps the delay of bye when a tab is shown, but not when a person retries', () => {
    bench.opened();
    bench.frame({ e: 'bye', reason: 'deploy', retry: [60_000, 60_000], again: undefined });
    bench.closed(1012);
    bench.do({ type: 'wake' });
    bench.pass(50_000);
    expect(bench.connects).toHaveLength(1);
    bench.do({ type: 'retry', log: 1 });
    expect(bench.connects).toHaveLength(2);
  });

  it('does not obey a bye that would make it reconnect forever without delay', () => {
    for (let times = 0; times < 50; times += 1) {
      bench.opened();
      bench.frame({ e: 'bye', reason: 'deploy', retry: [0, 0], again: undefined });
      bench.closed(1012);
      bench.pass(100);
    }
    expect(bench.connects.length).toBeLessThan(12);
  });

  it('happens once when the server asks for it, hidden from viewers', () => {
    bench.opened();
    bench.ack('run:1', 'e-5');
    bench.frame({ e: 'bye', reason: 'deploy', retry: [0, 0], again: [60_000, 60_000] });
    bench.closed(1012);
    bench.pass(1_000);
    bench.opened();
    bench.ack('run:1', 'e-5');
    expect(bench.status(1).state).toBe('live');
    const before = bench.connects.length;
    for (; bench.now < 50_000; bench.pass(8_000)) bench.frame({ e: 'hb', heads: new Map() });
    bench.passToConnect();
    expect(bench.now).toBe(60_000);
    expect(bench.status(1).state).toBe('live');
    bench.opened();
    expect(bench.status(1).state).toBe('live');
    expect(bench.subscribed.at(-1)).toEqual([TOPIC, 'e-5']);
    bench.ack('run:1', 'e-5');
    expect(bench.status(1).state).toBe('live');
    for (let quarter = 0; quarter < 80; quarter += 1) {
      bench.frame({ e: 'hb', heads: new Map() });
      bench.pass(8_000);
    }
    expect(bench.connects).toHaveLength(before + 1);
  });

  it('is shown when it was planned but fails', () => {
    bench.opened();
    bench.ack('run:1', 'e-5');
    bench.frame({ e: 'bye', reason: 'deploy', retry: [0, 0], again: [1_000, 1_000] });
    bench.pass(9_999);
    expect(bench.connects).toHaveLength(1);
    bench.pass(1);
    expect(bench.connects).toHaveLength(2);
    expect(bench.status(1).state).toBe('live');
    bench.closed(1006);
    expect(bench.status(1).state).toBe('reconnecting');
  });

  it.each([
    [1009, 'error'],
    [4400, 'error'],
    [4403, 'error'],
    [4426, 'error'],
  ])('stops at %i, says so, and continues when a person retries', (code, state) => {
    bench.opened();
    bench.closed(code);
    bench.pass(600_000);
    expect(bench.connects).toHaveLength(1);
    expect(bench.status(1)).toMatchObject({ state, problem: expect.stringContaining(String(code)) });
    bench.do({ type: 'retry', log: 1 });
    bench.pass(1_000);
    expect(bench.connects).toHaveLength(2);
  });

  it('stops when hello names another version', () => {
    bench.do({ type: 'opened', generation: bench.generation });
    bench.frame({ e: 'hello', v: 2, hb: 1_000, has: [] });
    expect(bench.status(1)).toMatchObject({ state: 'error', problem: expect.stringContaining('4426') });
    bench.pass(600_000);
    expect(bench.connects).toHaveLength(1);
  });

  it.each([1008, 4401])('refreshes topics once after %i, and is denied when that does not help', (code) => {
    bench.open(2, TOPIC, true);
    bench.opened();
    bench.closed(code);
    expect(bench.effects.at(-1)).not.toMatchObject({ do: 'connect' });
    expect(bench.effects.filter((effect) => effect.do === 'refresh')).toEqual([{ do: 'refresh', log: 2 }]);
    bench.do({ type: 'refreshed', log: 2, topic: topicOf('run:1', { t: 2_000 }) });
    bench.pass(2_000);
    expect(bench.connects).toHaveLength(2);
    bench.opened();
    bench.closed(code);
    bench.pass(600_000);
    expect(bench.connects).toHaveLength(2);
    expect(bench.status(1).state).toBe('denied');
  });
});

describe('a socket that is silent', () => {
  it('is abandoned after two heartbeats, and its late frames are ignored', () => {
    bench.opened(1_000);
    bench.ack('run:1', 'e-0');
    bench.pass(1_900);
    expect(bench.status(1).state).toBe('live');
    const { generation } = bench;
    bench.pass(100);
    expect(bench.effects).toContainEqual({ do: 'abandon', generation });
    expect(bench.status(1).state).toBe('reconnecting');
    bench.frame({ e: 'msg', ch: 'run:1', off: { epoch: 'e', offset: 1 }, lines: [[1, 'late']] }, generation);
    bench.do({ type: 'closed', generation, code: 4403 });
    expect(bench.status(1)).toMatchObject({ head: 0, state: 'reconnecting' });
  });

  it('is kept alive by any frame', () => {
    bench.opened(1_000);
    for (let times = 0; times < 20; times += 1) {
      bench.pass(1_900);
      bench.do({ type: 'frame', generation: bench.generation, text: '{"e":"of a later version"}' });
    }
    expect(bench.connects).toHaveLength(1);
  });

  it('is abandoned when no hello arrives', () => {
    bench.do({ type: 'opened', generation: bench.generation });
    bench.pass(10_000);
    expect(bench.effects).toContainEqual({ do: 'abandon', generation: 1 });
  });

  it('is probed on wake, and abandoned without an answer within five seconds', () => {
    bench.opened(60_000);
    bench.do({ type: 'wake' });
    bench.do({ type: 'wake' });
    expect(bench.effects.filter((effect) => effect.do === 'send' && effect.text === '{"hb":1}')).toHaveLength(1);
    bench.pass(4_000);
    bench.frame({ e: 'hb', heads: new Map() });
    bench.pass(60_000);
    expect(bench.connects).toHaveLength(1);
    bench.do({ type: 'wake' });
    bench.pass(5_000);
    expect(bench.effects).toContainEqual({ do: 'abandon', generation: 1 });
  });
});

describe('the network', () => {
  it('shows as offline when the browser says so, but is tried nevertheless', () => {
    bench.do({ type: 'network', online: false });
    bench.closed(1006);
    expect(bench.status(1).state).toBe('offline');
    bench.passToConnect();
    bench.opened();
    bench.ack('run:1', 'e-0');
    expect(bench.status(1).state).toBe('live');
  });

  it('ends the delay when it is back, but at most once a second', () => {
    for (let times = 0; times < 3; times += 1) {
      bench.closed(1006);
      bench.pass(40_000);
    }
    const before = bench.connects.length;
    bench.random = 1;
    bench.closed(1006);
    for (let times = 0; times < 100; times += 1) {
      bench.do({ type: 'network', online: false });
      bench.do({ type: 'network', online: true });
      bench.closed(1006);
      bench.pass(50);
    }
    expect(bench.connects.length - before).toBeGreaterThanOrEqual(4);
    expect(bench.connects.length - before).toBeLessThanOrEqual(6);
  });

  it('shows when the next attempt is made', () => {
    bench.closed(1006);
    const { retryAt } = bench.status(1);
    expect(retryAt).toBe(bench.wall0 + bench.session.due);
    bench.do({ type: 'retry', log: 1 });
    expect(bench.connects).toHaveLength(2);
    expect(bench.status(1)).toMatchObject({ state: 'reconnecting', retryAt: undefined });
  });
});
