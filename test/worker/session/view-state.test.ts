import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Range } from '../../../src/protocol/ranges.ts';
import type { LineRun, LogStatus } from '../../../src/worker/api.ts';
import type { ViewRequest } from '../../../src/worker/session/events.ts';
import { SparseLog } from '../../../src/worker/session/lines/sparse-log.ts';
import { SessionView } from '../../../src/worker/session/subscription/session-view.ts';
import {
  deliverLines,
  emptyView,
  enterEpoch,
  REQUEST_RANGES,
  REQUEST_TAIL,
  requestLines,
  undeliveredTail,
  wantedLines,
} from '../../../src/worker/session/view-state.ts';
import { ClientView } from '../../../src/worker/tab/client-view.ts';
import { CONNECTING } from '../../../src/worker/tab/status.ts';
import { linesOf } from '../support/bench.ts';

const numbers = (ranges: readonly Range[]): number[] =>
  ranges.flatMap(({ from, to }) => Array.from({ length: to - from + 1 }, (_, at) => from + at));

const ranges = fc.array(
  fc.tuple(fc.integer({ min: 1, max: 60 }), fc.nat(15)).map(([from, more]) => ({ from, to: from + more })),
  { maxLength: 4 },
);
const step = fc.oneof(
  { weight: 4, arbitrary: fc.record({ do: fc.constant('request' as const), want: ranges, tail: fc.nat(12) }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('append' as const), count: fc.integer({ min: 1, max: 15 }), held: fc.boolean() }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('fetch' as const), range: ranges }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('truncate' as const), count: fc.nat(10) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('restart' as const) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('remove' as const) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('move' as const) }) },
  { weight: 5, arbitrary: fc.record({ do: fc.constant('deliver' as const), lines: fc.integer({ min: 1, max: 20 }) }) },
  { weight: 5, arbitrary: fc.record({ do: fc.constant('to session' as const) }) },
  { weight: 5, arbitrary: fc.record({ do: fc.constant('to tab' as const) }) },
);
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

/** One view of one log in a tab, the session that serves it, and the messages under way between them. */
class Pair {
  epochs = 0;
  readonly tab = new ClientView('', { pull: false, liveLines: 200 }, (update) => this.#received(update), {
    requested: (request) => this.#toSession.push(request),
    closed: () => undefined,
  });
  #session = new SessionView();
  #lines = new SparseLog();
  #log = { epoch: '', first: 1, head: 0 };
  #toSession: ViewRequest[] = [];
  #toTab: { readonly status: LogStatus; readonly runs: readonly LineRun[] }[] = [];

  play(move: Step): void {
    switch (move.do) {
      case 'request':
        return this.tab.request(move.want, move.tail);
      case 'append':
        if (this.#log.epoch === '') this.#log = { ...this.#log, epoch: `e${(this.epochs += 1)}` };
        if (move.held) this.#lines.insert(this.#log.head + 1, linesOf(this.#log.epoch, this.#log.head + 1, move.count));
        this.#log = { ...this.#log, head: this.#log.head + move.count };
        return;
      case 'fetch':
        for (const { from, to } of move.range)
          if (to <= this.#log.head) this.#lines.insert(from, linesOf(this.#log.epoch, from, to - from + 1));
        return;
      case 'truncate':
        this.#log = { ...this.#log, first: Math.min(this.#log.head + 1, this.#log.first + move.count) };
        this.#lines.dropBelow(this.#log.first);
        return;
      case 'restart':
        return this.#reset(`e${(this.epochs += 1)}`);
      case 'remove':
        return this.#reset('');
      case 'move':
        // The worker died: the tab asks another session for what is outstanding.
        this.#session = new SessionView();
        this.#toTab = [];
        this.#toSession = [this.tab.outstanding];
        return;
      case 'deliver':
        return this.deliver(move.lines);
      case 'to session': {
        const request = this.#toSession.shift();
        if (request !== undefined) this.#session.request(request);
        return;
      }
      case 'to tab': {
        const batch = this.#toTab.shift();
        if (batch !== undefined) this.tab.update(batch.status, batch.runs);
      }
    }
  }

  deliver(lines: number): void {
    const runs = this.#session.deliver(this.#lines, this.#log, { lines, bytes: Infinity });
    this.#toTab.push({ status: { ...CONNECTING, ...this.#log, state: 'live' }, runs });
  }

  /** All messages under way arrive. */
  settle(): void {
    while (this.#toSession.length + this.#toTab.length > 0) {
      this.play({ do: 'to session' });
      this.play({ do: 'to tab' });
    }
  }

  get outstandingInTab(): number[] {
    const state = enterEpoch(this.tab.outstanding, this.#log.epoch);
    return numbers([...wantedLines(state, this.#log), ...undeliveredTail(state, this.#log)]);
  }

  get outstandingInSession(): number[] {
    return numbers(this.#session.undelivered(this.#log));
  }

  isHeld(line: number): boolean {
    return this.#lines.notHeld(line, line).length === 0;
  }

  #reset(epoch: string): void {
    this.#log = { epoch, first: 1, head: 0 };
    this.#lines = new SparseLog();
  }

  #received({ status, runs }: { readonly status: LogStatus; readonly runs: readonly LineRun[] }): void {
    for (const { from, lines } of runs) expect(lines).toEqual(linesOf(status.epoch, from, lines.length));
  }
}

describe('a view, kept by its tab and by the session', () => {
  it('loses nothing that the tab waits for, and both sides agree once everything is delivered', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60, size: 'max' }), (steps) => {
        const pair = new Pair();
        for (const move of steps) pair.play(move);
        pair.deliver(0);
        pair.settle();
        expect(pair.outstandingInSession).toEqual(expect.arrayContaining(pair.outstandingInTab));
        pair.deliver(Infinity);
        pair.settle();
        expect(pair.outstandingInSession).toEqual(expect.arrayContaining(pair.outstandingInTab));
        // A request made before any epoch was known may reach a session that has seen several.
        if (pair.epochs <= 1) expect(new Set(pair.outstandingInSession)).toEqual(new Set(pair.outstandingInTab));
        expect(pair.outstandingInTab.filter((line) => pair.isHeld(line))).toEqual([]);
      }),
      { numRuns: 2_000 },
    );
  });

  it('keeps what it asked for when the log restarts before the tab was told of any epoch', () => {
    const pair = new Pair();
    pair.play({ do: 'request', want: [{ from: 1, to: 3 }], tail: 0 });
    pair.play({ do: 'append', count: 3, held: true });
    pair.play({ do: 'to session' });
    expect(pair.outstandingInSession).toEqual([1, 2, 3]);
    pair.play({ do: 'restart' });
    pair.play({ do: 'append', count: 3, held: true });
    expect(pair.outstandingInSession).toEqual([1, 2, 3]);
    pair.deliver(Infinity);
    pair.settle();
    expect(pair.outstandingInTab).toEqual([]);
  });

  it('asks for each line once, however it is delivered', () => {
    fc.assert(
      fc.property(ranges, fc.array(ranges, { maxLength: 4 }), fc.integer({ min: 1, max: 80 }), (want, deliveries, head) => {
        const requested = requestLines(emptyView('e'), want, 0);
        const received = new Set(numbers(deliveries.flat()));
        const state = deliveries.reduce((before, lines) => deliverLines(before, lines, head), requested);
        const left = [...new Set(numbers(want))].filter((line) => line <= head && !received.has(line));
        expect(numbers(wantedLines(state, { epoch: 'e', first: 1, head }))).toEqual(left.sort((a, b) => a - b));
      }),
    );
  });

  it('names its lines by the first epoch, and forgets them in another one but keeps the tail', () => {
    const requested = requestLines(emptyView(''), [{ from: 1, to: 5 }], 3);
    const first = enterEpoch(requested, 'a');
    expect(first).toEqual({ ...requested, epoch: 'a' });
    const delivered = deliverLines(first, [{ from: 9, to: 10 }], 10);
    expect(undeliveredTail(delivered, { epoch: 'a', first: 1, head: 10 })).toEqual([{ from: 8, to: 8 }]);
    expect(enterEpoch(delivered, 'b')).toEqual({ epoch: 'b', want: [], tail: 3, delivered: [] });
  });

  it('is cut to a bounded number of ranges and lines', () => {
    const want = Array.from({ length: 2 * REQUEST_RANGES }, (_, at) => ({ from: 2 * at + 1, to: 2 * at + 1 }));
    const state = requestLines(emptyView('e'), want, Number.MAX_SAFE_INTEGER);
    expect(state.want).toHaveLength(REQUEST_RANGES);
    expect(state.tail).toBe(REQUEST_TAIL);
    expect(requestLines(state, [], Number.NaN).tail).toBe(0);
  });
});
