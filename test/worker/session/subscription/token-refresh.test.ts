import { beforeEach, describe, expect, it } from 'vitest';
import type { ErrorCode } from '../../../../src/protocol/messages.ts';
import { Bench } from '../../support/bench.ts';
import type { RefreshFailure } from '../../../../src/worker/session/events.ts';
import { topicOf } from '../../support/topics.ts';

let bench: Bench;
const refreshes = (): number[] => bench.effects.filter((effect) => effect.do === 'refresh').map(({ log }) => log);
const refuse = (topic: string, code: ErrorCode, message = ''): void => void bench.frame({ e: 'err', topic, code, message });
/** Keeps the socket alive for a while. */
const live = (ms: number): void => {
  for (let left = ms; left > 0; left -= 10_000) {
    bench.frame({ e: 'hb', heads: new Map() });
    bench.pass(Math.min(left, 10_000));
  }
};

beforeEach(() => {
  bench = new Bench();
});

describe('a topic that was refused as expired', () => {
  const old = topicOf('run:1', { t: 1_000 });
  const fresh = topicOf('run:1', { t: 2_000 });

  beforeEach(() => {
    bench.open(1, old, true);
    bench.opened();
    refuse(old, 'expired');
  });

  it('is renewed and subscribed again without a visible change', () => {
    expect(refreshes()).toEqual([1]);
    expect(bench.status(1).state).toBe('connecting');
    bench.do({ type: 'refreshed', log: 1, topic: fresh });
    expect(bench.subscribed.at(-1)).toEqual([fresh, '']);
    bench.ack('run:1', 'e-0');
    expect(bench.status(1)).toMatchObject({ state: 'live', problem: undefined });
  });

  it('is requested once for any number of tabs', () => {
    bench.open(2, old, true);
    bench.open(3, old, true);
    live(20_000);
    expect(refreshes()).toEqual([1]);
  });

  it('is requested again at growing intervals, from another tab, and is denied meanwhile', () => {
    bench.open(2, old, true);
    for (let times = 0; times < 20; times += 1) {
      const log = refreshes().at(-1)!;
      bench.do({ type: 'refreshed', log, topic: times % 2 === 0 ? undefined : topicOf('run:2') });
      expect(bench.status(1)).toMatchObject({ state: 'denied', problem: expect.stringContaining('could not be renewed; trying again') });
      expect(refreshes()).toHaveLength(times + 1);
      while (refreshes().length === times + 1) live(500);
    }
    expect(new Set(refreshes())).toEqual(new Set([1, 2]));
    expect(bench.now).toBeGreaterThan(150_000);
    bench.do({ type: 'refreshed', log: refreshes().at(-1)!, topic: fresh });
    bench.opened();
    expect(bench.subscribed.at(-1)).toEqual([fresh, '']);
  });

  it('is requested at once when a person retries', () => {
    for (let times = 1; times <= 3; times += 1) {
      bench.do({ type: 'refreshed', log: 1, topic: undefined });
      expect(refreshes()).toHaveLength(times);
      bench.do({ type: 'retry', log: 1 });
      expect(refreshes()).toHaveLength(times + 1);
      // Not twice at a time, though.
      bench.do({ type: 'retry', log: 1 });
      expect(refreshes()).toHaveLength(times + 1);
    }
  });

  it('is never renewed in a loop when every new one is refused, too', () => {
    for (let times = 0; times < 300; times += 1) {
      const topic = topicOf('run:1', { t: 3_000 + times });
      bench.do({ type: 'refreshed', log: 1, topic });
      refuse(topic, 'expired');
      bench.frame({ e: 'hb', heads: new Map() });
      bench.pass(100);
    }
    expect(refreshes().length).toBeLessThan(12);
  });

  it('is requested again when the page does not answer or is gone', () => {
    live(40_000);
    expect(refreshes()).toHaveLength(2);
    bench.open(2, old, true);
    bench.do({ type: 'close', log: 1 });
    live(5_000);
    expect(refreshes().at(-1)).toBe(2);
  });

  it('is requested from a visible tab, since a hidden one may be frozen', () => {
    bench = new Bench();
    bench.open(1, old, true);
    bench.do({ type: 'show', log: 1, visible: false });
    bench.open(2, old, true);
    bench.opened();
    refuse(old, 'expired');
    expect(refreshes()).toEqual([2]);
  });

  it('is replaced by one that another tab has, even if that was issued earlier', () => {
    const other = topicOf('run:1', { t: 500, x: 9_999_999_999 });
    bench.do({ type: 'renew', log: 1, topic: other });
    expect(bench.subscribed.at(-1)).toEqual([other, '']);
  });
});

describe('a topic that no page can renew', () => {
  it('is denied, says what to do, and needs no socket', () => {
    const topic = topicOf('run:1');
    bench.open(1, topic);
    bench.opened();
    refuse(topic, 'expired');
    expect(bench.status(1)).toMatchObject({ state: 'denied', problem: expect.stringContaining('refresh-url') });
    bench.pass(60_000);
    expect(bench.session.gauges.sockets).toBe(0);
    expect(bench.session.due).toBe(Infinity);
    bench.do({ type: 'renew', log: 1, topic: topicOf('run:1', { t: 2_000 }) });
    expect(bench.status(1).state).toBe('connecting');
    expect(bench.session.gauges.sockets).toBe(1);
  });

  it.each(['forbidden', 'malformed'] as const)(
    'because it is %s is denied with what the server said, and tried again when a person wants it',
    (code) => {
      const topic = topicOf('run:1');
      bench.open(1, topic, true);
      bench.opened();
      refuse(topic, code, 'The signature does not match.');
      expect(bench.status(1)).toMatchObject({ state: 'denied', problem: 'The signature does not match.' });
      expect(refreshes()).toEqual([]);
      live(60_000);
      expect(bench.subscribed).toHaveLength(1);
      bench.do({ type: 'retry', log: 1 });
      bench.pass(2_000);
      bench.opened();
      expect(bench.subscribed).toHaveLength(2);
    },
  );
});

describe('a channel that is not available now', () => {
  it.each([
    ['unavailable', 'reconnecting'],
    ['limit', 'error'],
  ] as const)('because of %s shows as %s and is subscribed again, with patience', (code, state) => {
    const topic = topicOf('run:1');
    bench.open(1, topic);
    bench.opened();
    for (let times = 1; times < 10; times += 1) {
      refuse(topic, code);
      expect(bench.status(1).state).toBe(state);
      expect(bench.subscribed).toHaveLength(times);
      while (bench.subscribed.length === times) live(500);
    }
    expect(bench.now).toBeGreaterThan(60_000);
    bench.ack('run:1', 'e-0');
    expect(bench.status(1)).toMatchObject({ state: 'live', retryAt: undefined, problem: undefined });
  });
});

describe('a refusal', () => {
  it('of a topic that was replaced meanwhile does not affect the new one', () => {
    const [old, fresh] = [topicOf('run:1'), topicOf('run:1', { t: 2_000 })];
    bench.open(1, old);
    bench.opened();
    bench.do({ type: 'renew', log: 1, topic: fresh });
    refuse(old, 'forbidden');
    expect(bench.status(1).state).toBe('connecting');
    expect(bench.subscribed).toEqual([
      [old, ''],
      [fresh, ''],
    ]);
  });

  it('of an unknown topic, or of a frame, is ignored', () => {
    bench.open(1, topicOf('run:1'));
    bench.opened();
    refuse(topicOf('run:9'), 'forbidden');
    refuse('not a topic', 'forbidden');
    bench.frame({ e: 'err', topic: undefined, code: 'malformed', message: '' });
    bench.ack('run:1', 'e-0');
    expect(bench.status(1).state).toBe('live');
  });
});

describe('a topic that is about to expire', () => {
  const soon = (bench: Bench, seconds: number, life = 3_600): string => {
    const x = Math.floor(bench.wall0 / 1_000) + seconds;
    return topicOf('run:1', { t: x - life, x });
  };

  it('is renewed a minute before, while the log continues', () => {
    bench.open(1, soon(bench, 600), true);
    bench.opened();
    bench.ack('run:1', 'e-0');
    live(530_000);
    expect(refreshes()).toEqual([]);
    live(20_000);
    expect(refreshes()).toEqual([1]);
    bench.do({ type: 'refreshed', log: 1, topic: undefined });
    expect(bench.status(1).state).toBe('live');
    while (refreshes().length === 1) live(1_000);
    bench.do({ type: 'refreshed', log: 1, topic: soon(bench, 4_000) });
    live(60_000);
    expect(refreshes()).toHaveLength(2);
    expect(bench.subscribed).toHaveLength(1);
  });

  it('is requested at growing intervals when there is none, while the old one is still accepted', () => {
    const begun = bench.now;
    const seconds = Math.floor(bench.time.wall / 1_000);
    bench.open(1, topicOf('run:1', { t: seconds - 3_600, x: seconds + 30 }), true);
    bench.opened();
    for (let times = 1; times <= 20; times += 1) {
      expect(refreshes()).toHaveLength(times);
      bench.do({ type: 'refreshed', log: 1, topic: undefined });
      bench.ack('run:1', 'e-0');
      for (let waited = 0; refreshes().length === times && waited < 400_000; waited += 500) live(500);
    }
    expect(bench.now - begun).toBeGreaterThan(100_000);
    expect(bench.status(1).state).toBe('live');
  });

  it('is not renewed over and over when clocks differ by more than its life', () => {
    bench.open(1, soon(bench, -10_000), true);
    bench.opened();
    bench.ack('run:1', 'e-0');
    for (let times = 0; times < 60; times += 1) {
      live(10_000);
      const asked = refreshes().at(-1);
      if (asked !== undefined) bench.do({ type: 'refreshed', log: asked, topic: soon(bench, -10_000 + times) });
    }
    expect(refreshes().length).toBeLessThan(4);
  });

  it('is not renewed when its log is done', () => {
    bench.open(1, soon(bench, 100), true);
    bench.opened();
    bench.ack('run:1', 'e-0', 'ended');
    bench.frame({ e: 'end', ch: 'run:1', off: { epoch: 'e', offset: 0 }, code: 0 });
    bench.pass(1_000_000);
    expect(refreshes()).toEqual([]);
    expect(bench.session.due).toBe(Infinity);
  });
});

describe('a topic that cannot be renewed', () => {
  const old = topicOf('run:1', { t: 1_000 });
  const answer = (topic: string | undefined, failure?: RefreshFailure): void =>
    void bench.do({ type: 'refreshed', log: refreshes().at(-1)!, topic, failure });

  /** The times of the requests within that time, if each is answered at once. */
  function asked(ms: number, reply: (times: number) => void): number[] {
    const begun = bench.now;
    const times: number[] = [];
    for (let passed = 0; passed <= ms; passed += 100) {
      while (refreshes().length > times.length) {
        times.push(bench.now - begun);
        reply(times.length);
      }
      bench.frame({ e: 'hb', heads: new Map() });
      bench.pass(100);
    }
    return times;
  }

  beforeEach(() => {
    bench.random = 0;
    bench.open(1, old, true);
    bench.opened();
    refuse(old, 'expired');
  });

  it.each([
    ['there is none', () => answer(undefined)],
    ['it is the one that was refused', () => answer(old)],
    ['it is of another channel', () => answer(topicOf('run:2'))],
    [
      'each new one is refused as expired',
      (times: number) => {
        const topic = topicOf('run:1', { t: 1_000 + times, x: 1_001 + times });
        answer(topic);
        if (bench.subscribed.at(-1)?.[0] === topic) refuse(topic, 'expired');
        else bench.opened();
        refuse(topic, 'expired');
      },
    ],
    [
      'each new one is badly signed',
      (times: number) => {
        const topic = topicOf('run:1', { t: 2_000 + times }, 'f00');
        answer(topic);
        bench.opened();
        refuse(topic, 'forbidden', 'The signature does not match.');
      },
    ],
  ])('because %s is requested again after 10 s and 30 s later, and is denied meanwhile', (_why, reply) => {
    const states = new Set<string>();
    const times = asked(99_000, (count) => {
      reply(count);
      states.add(bench.status(1).state);
    });
    expect(times).toEqual([0, 10_000, 40_000]);
    expect([...states]).toEqual(['denied']);
  });

  it('because no page has a source is denied at once, and requested again when a person retries or brings one', () => {
    expect(asked(600_000, () => answer(undefined, 'none'))).toEqual([0]);
    expect(bench.status(1)).toMatchObject({ state: 'denied', problem: expect.stringContaining('refresh-url') });
    bench.do({ type: 'retry', log: 1 });
    expect(refreshes()).toHaveLength(2);
    answer(undefined, 'none');
    expect(bench.status(1).state).toBe('denied');
    const fresh = topicOf('run:1', { t: 2_000 });
    bench.do({ type: 'renew', log: 1, topic: fresh });
    bench.pass(1_000);
    bench.opened();
    expect(bench.subscribed.at(-1)).toEqual([fresh, '']);
    bench.ack('run:1', 'e-0');
    expect(bench.status(1).state).toBe('live');
  });

  it('because one tab has no source is requested from another one at once', () => {
    bench = new Bench();
    for (const id of [1, 2]) bench.open(id, old, true);
    bench.opened();
    refuse(old, 'expired');
    answer(undefined, 'none');
    expect(refreshes()).toEqual([1, 2]);
  });

  it('because the network failed is denied until the next attempt, which is soon, then later and later', () => {
    const states = new Set<string>();
    const times = asked(60_000, () => {
      answer(undefined, 'transient');
      states.add(bench.status(1).state);
    });
    expect(times.length).toBeLessThanOrEqual(4);
    expect(times.slice(0, 2)).toEqual([0, 500]);
    expect([...states]).toEqual(['denied']);
    expect(bench.status(1).retryAt).toBeGreaterThan(bench.wall0);
    const { length } = refreshes();
    bench.do({ type: 'network', online: true });
    bench.pass(1_000);
    expect(refreshes()).toHaveLength(length + 1);
    const fresh = topicOf('run:1', { t: 2_000 });
    answer(fresh);
    bench.opened();
    expect(bench.subscribed.at(-1)).toEqual([fresh, '']);
  });
});
