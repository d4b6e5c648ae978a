import { beforeEach, describe, expect, it } from 'vitest';
import type { Range } from '../../../src/worker/api.ts';
import { TIMING } from '../../../src/worker/session/timing.ts';
import { Bench, runsOf } from '../support/bench.ts';
import { topicOf } from '../support/topics.ts';

const TOPIC = topicOf('a');

let bench: Bench;

beforeEach(() => {
  bench = new Bench();
});

interface Asking {
  readonly log?: number;
  readonly view?: number;
  readonly tail?: number;
  readonly want?: readonly Range[];
  readonly pull?: boolean;
  readonly liveLines?: number | undefined;
}

/** A view asks for lines, and says how many of the newest it needs as they come. */
function ask({ log = 1, view = 1, tail = 50, want = [], pull = false, liveLines = 200 }: Asking = {}): void {
  const { epoch } = bench.status(log);
  bench.do({ type: 'request', log, view, request: { want, tail, pull, epoch, delivered: [], liveLines } });
}

/** An element follows a log of that many lines, on a server that can skip. */
function followed(head = 1_000): void {
  bench.open(1, TOPIC);
  ask();
  bench.opened(15_000, ['marks', 'tail']);
  bench.ack('a', `e-${head}`);
  for (const request of bench.fetches) bench.answer(request, head);
  bench.take(1);
}

/** The server skips to the newest `count` lines before `head`. */
function skip(head: number, count = 200): void {
  bench.ack('a', `e-${head - count}`, 'skipped');
  if (count > 0) bench.msg('a', `e-${head}`, count);
}

describe('what a session asks for', () => {
  it('is as many of the newest lines as an element needs', () => {
    followed();
    expect(bench.tails).toEqual([[TOPIC, '', 200]]);
  });

  it('is every line where the server cannot skip', () => {
    bench.open(1, TOPIC);
    ask();
    bench.opened();
    bench.ack('a', 'e-10');
    ask({ view: 2, pull: true, liveLines: Infinity });
    bench.do({ type: 'closeView', log: 1, view: 2 });
    expect(bench.tails).toEqual([[TOPIC, '', undefined]]);
  });

  it('is decided by each server anew', () => {
    followed();
    bench.closed(1006);
    bench.passToConnect();
    bench.opened();
    expect(bench.tails.at(-1)).toEqual([TOPIC, 'e-1000', undefined]);
    bench.ack('a', 'e-1000');
    bench.closed(1006);
    bench.passToConnect();
    bench.opened(15_000, ['tail']);
    expect(bench.tails.at(-1)).toEqual([TOPIC, 'e-1000', 200]);
  });

  it('is the most that any view of the channel needs, in any tab', () => {
    bench.open(1, TOPIC);
    ask();
    bench.open(2, TOPIC);
    ask({ log: 2, liveLines: 500 });
    bench.opened(15_000, ['tail']);
    expect(bench.tails).toEqual([[TOPIC, '', 500]]);
  });

  it('is every line for a view that says nothing of it, as those of older pages', () => {
    bench.open(1, TOPIC);
    bench.request(1, [], 50);
    bench.opened(15_000, ['tail']);
    expect(bench.tails).toEqual([[TOPIC, '', undefined]]);
  });

  it('is the least there is for a log that no view looks at, and a range of the past needs no more', () => {
    bench.open(1, TOPIC);
    bench.opened(15_000, ['tail']);
    bench.ack('a', 'e-10');
    ask({ pull: true, liveLines: 0, tail: 0, want: [{ from: 1, to: 5 }] });
    expect(bench.tails).toEqual([[TOPIC, '', 100]]);
  });

  it('covers the longest tail that a view asked for, though it may ask for less meanwhile', () => {
    followed();
    ask({ tail: 320 });
    bench.ack('a', 'e-1000');
    ask({ tail: 0 });
    ask({ tail: 320 });
    expect(bench.tails.map(([, , tail]) => tail)).toEqual([200, 320]);
  });

  it('goes out in frames of their own where logs differ', () => {
    bench.open(1, TOPIC);
    ask();
    bench.open(2, topicOf('b'));
    ask({ log: 2, liveLines: Infinity });
    bench.open(3, topicOf('c'));
    ask({ log: 3 });
    bench.opened(15_000, ['tail']);
    expect(bench.effects.flatMap((effect) => (effect.do === 'send' ? [JSON.parse(effect.text) as unknown] : []))).toEqual([
      { subscribe: { [TOPIC]: '', [topicOf('c')]: '' }, tail: 200 },
      { subscribe: { [topicOf('b')]: '' } },
    ]);
  });
});

describe('a reader of every line beside an element', () => {
  it('makes the session subscribe again, from where it stands, and again when it leaves', () => {
    followed();
    ask({ view: 2, pull: true, tail: 0, liveLines: Infinity });
    expect(bench.tails.at(-1)).toEqual([TOPIC, 'e-1000', undefined]);
    expect(bench.status(1).state).toBe('live');
    bench.ack('a', 'e-1000');
    bench.msg('a', 'e-1010', 10);
    bench.do({ type: 'closeView', log: 1, view: 2 });
    expect(bench.tails.at(-1)).toEqual([TOPIC, 'e-1010', 200]);
    expect(bench.tails).toHaveLength(3);
  });

  it('gets what was skipped before over HTTP', () => {
    followed();
    skip(9_000);
    ask({ view: 2, pull: true, tail: 0, liveLines: Infinity, want: [{ from: 1_001, to: 3_000 }] });
    expect(bench.tails.at(-1)).toEqual([TOPIC, 'e-9000', undefined]);
    expect(bench.fetches.map(({ after }) => after)).toEqual(expect.arrayContaining([1_000, 2_000]));
  });

  it('waits for one answer before the session subscribes a third time', () => {
    followed();
    ask({ view: 2, pull: true, tail: 0, liveLines: Infinity });
    bench.do({ type: 'closeView', log: 1, view: 2 });
    expect(bench.tails).toHaveLength(2);
    bench.ack('a', 'e-1000');
    expect(bench.tails.map(([, , tail]) => tail)).toEqual([200, undefined, 200]);
  });

  it.each(['unavailable', 'limit', 'expired', 'forbidden'] as const)(
    'leaves the subscription as it was where that is refused: %s',
    (code) => {
      followed();
      ask({ view: 2, pull: true, tail: 0, liveLines: Infinity });
      bench.frame({ e: 'err', topic: TOPIC, code, message: '' });
      expect(bench.status(1).state).toBe('live');
      bench.msg('a', 'e-1001');
      expect(bench.status(1)).toMatchObject({ state: 'live', head: 1_001 });
      expect(bench.tails).toHaveLength(2);
    },
  );

  it('is tried again after a while where the server could not', () => {
    followed();
    ask({ view: 2, pull: true, tail: 0, liveLines: Infinity });
    bench.frame({ e: 'err', topic: TOPIC, code: 'unavailable', message: '' });
    bench.pass(TIMING.first);
    expect(bench.tails).toHaveLength(3);
  });

  it('subscribes from the beginning when there is no answer', () => {
    followed();
    ask({ view: 2, pull: true, tail: 0, liveLines: Infinity });
    for (let waited = 0; waited < TIMING.answer; waited += 5_000) {
      bench.frame({ e: 'hb', heads: new Map() });
      bench.pass(5_000);
    }
    expect(bench.tails).toHaveLength(3);
    bench.ack('a', 'e-1000');
    expect(bench.status(1).state).toBe('live');
  });
});

describe('lines that the server skips', () => {
  it('are not missed between the ack and the lines that follow', () => {
    followed();
    const { length } = bench.fetches;
    bench.ack('a', 'e-8800', 'skipped');
    expect(bench.status(1)).toMatchObject({ state: 'live', head: 1_000 });
    bench.msg('a', 'e-9000', 200);
    expect(bench.status(1)).toMatchObject({ state: 'live', head: 9_000 });
    expect(runsOf(bench.take(1)).map(({ from, lines }) => [from, lines.length])).toEqual([[8_951, 50]]);
    expect(bench.fetches).toHaveLength(length);
  });

  it('are not shown as removed in between, if retention took them', () => {
    followed();
    bench.ack('a', 'e-8800', 'truncated', 8_000);
    expect(bench.status(1)).toMatchObject({ state: 'live', first: 1, head: 1_000 });
    bench.msg('a', 'e-9000', 200);
    expect(bench.status(1)).toMatchObject({ state: 'live', first: 8_000, head: 9_000 });
    bench.ack('a', 'e-9500', 'truncated', 9_501);
    bench.pass(TIMING.settle);
    expect(bench.status(1)).toMatchObject({ state: 'live', first: 9_501, head: 9_500 });
  });

  it('are not fetched while they pass, however long that goes on', () => {
    followed();
    const { length } = bench.fetches;
    let head = 1_000;
    for (let count = 0; count < 300; count += 1) {
      head += 3_333;
      skip(head);
      bench.pass(34);
      const batch = bench.take(1);
      expect(batch?.status).toMatchObject({ state: 'live', head });
      expect(runsOf(batch)).toHaveLength(1);
      expect(runsOf(batch)[0]).toMatchObject({ from: head - 49 });
    }
    expect(bench.fetches).toHaveLength(length);
    bench.frame({ e: 'end', ch: 'a', off: { epoch: 'e', offset: head }, code: 0 });
    expect(bench.status(1)).toMatchObject({ state: 'ended', head, end: 0 });
    expect(bench.fetches).toHaveLength(length);
  });

  it('are fetched as soon as a view asks for them, in the midst of it', () => {
    followed();
    skip(100_000);
    ask({ tail: 0, want: [{ from: 50_001, to: 50_060 }] });
    expect(bench.fetches.at(-1)).toMatchObject({ after: 50_000, limit: 1_000 });
    bench.answer(bench.fetches.at(-1)!, 104_000);
    expect(bench.lines(1)).toHaveLength(60);
    // The answer knows of more lines than the socket brought so far: they are on their way.
    expect(bench.status(1).head).toBe(100_000);
  });

  it('are missed a moment after the last of them, where the view shows more than was sent', () => {
    followed();
    skip(9_000, 20);
    const { length } = bench.fetches;
    bench.pass(TIMING.settle - 1);
    expect(bench.fetches).toHaveLength(length);
    bench.pass(1);
    expect(bench.fetches.slice(length)).toMatchObject([{ after: 8_000 }]);
  });

  it('are missed now and then while it goes on, where lines are too long to be sent', () => {
    followed();
    const { length } = bench.fetches;
    for (let head = 1_001; head <= 1_050; head += 1) {
      skip(head, 0);
      bench.pass(100);
    }
    expect(bench.status(1).head).toBeGreaterThan(1_040);
    const requests = bench.fetches.slice(length);
    expect(requests.length).toBeGreaterThan(0);
    expect(requests.length).toBeLessThan(20);
  });

  it('make the head grow a moment later when nothing follows', () => {
    followed();
    skip(1_001, 0);
    expect(bench.status(1).head).toBe(1_000);
    bench.pass(TIMING.settle);
    expect(bench.status(1).head).toBe(1_001);
  });

  it('are resumed after, not before', () => {
    followed();
    bench.ack('a', 'e-8800', 'skipped');
    bench.closed(1006);
    bench.passToConnect();
    bench.opened(15_000, ['tail']);
    expect(bench.tails.at(-1)).toEqual([TOPIC, 'e-8800', 200]);
  });

  it('do not make a topic good that was refused meanwhile', () => {
    followed();
    ask({ tail: 0, want: [{ from: 1, to: 10 }] });
    const request = bench.fetches.at(-1)!;
    bench.fail(request, { kind: 'expired' });
    const { length } = bench.fetches;
    for (let head = 5_000; head < 100_000; head += 5_000) skip(head);
    expect(bench.fetches).toHaveLength(length);
  });
});
