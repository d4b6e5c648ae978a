import { describe, expect, it } from 'vitest';
import type { LogStatus, Range } from '../../../../src/worker/api.ts';
import { PATIENCE } from '../../../../src/element/viewport/lines/arriving-lines.ts';
import { LineCache } from '../../../../src/element/viewport/lines/line-cache.ts';
import { LineRequester, type LineRequesterInput } from '../../../../src/element/viewport/lines/line-requester.ts';

const TAIL = 64;
const SCREEN = 40;

/** A view of the end of a log, or of some other part, and what it requested. */
class Stage {
  readonly lines = new LineCache();
  readonly requests: { readonly want: readonly Range[]; readonly tail: number }[] = [];
  readonly #requester = new LineRequester((want, tail) => this.requests.push({ want, tail }));
  now = 0;
  head = 0;

  /** Lines up to `head` there are, of which the newest `held` came. */
  grow(head: number, held: number): void {
    this.head = head;
    const from = Math.max(1, head - held + 1);
    const lines = Array.from({ length: head - from + 1 }, () => [0, 'text'] as const);
    this.lines.insert({ from, lines }, { from, to: head });
  }

  frame(changes: Partial<LineRequesterInput> = {}): boolean {
    const status: LogStatus = {
      state: 'live',
      epoch: 'e',
      first: 1,
      head: this.head,
      end: undefined,
      part: null,
      retryAt: undefined,
      problem: undefined,
      unavailable: [],
    };
    const window = { from: Math.max(1, this.head - SCREEN + 1), to: this.head };
    return this.#requester.request({
      status,
      lines: this.lines,
      window,
      near: window,
      notRequested: [],
      unavailable: [],
      extra: [],
      tail: TAIL,
      isFollowing: true,
      now: this.now,
      ...changes,
    });
  }

  get wanted(): readonly Range[] {
    return this.requests.at(-1)?.want ?? [];
  }
}

describe('a view that follows the end of a log', () => {
  it('asks for the tail once, however many lines pass', () => {
    const stage = new Stage();
    for (let frame = 0; frame < 300; frame += 1) {
      stage.grow(10_000 + frame * 3_333, 200);
      expect(stage.frame()).toBe(false);
      stage.now += 33;
    }
    expect(stage.requests).toEqual([{ want: [], tail: TAIL }]);
  });

  it('asks for no line that only passes, even if some of them never came', () => {
    const stage = new Stage();
    for (let frame = 0; frame < 300; frame += 1) {
      stage.grow(10_000 + frame * 3_333, 10);
      expect(stage.frame()).toBe(true);
      stage.now += 33;
    }
    expect(stage.requests).toEqual([{ want: [], tail: TAIL }]);
  });

  it('asks for lines that stay and do not come', () => {
    const stage = new Stage();
    stage.grow(10_000, 10);
    stage.frame();
    stage.now += PATIENCE - 1;
    expect(stage.frame()).toBe(true);
    expect(stage.wanted).toEqual([]);
    stage.now += 1;
    expect(stage.frame()).toBe(false);
    expect(stage.wanted).toEqual([{ from: 9_961, to: 9_990 }]);
  });

  it('asks for them although the log grows slowly meanwhile', () => {
    const stage = new Stage();
    stage.grow(10_000, 10);
    for (let frame = 0; frame < 10; frame += 1) {
      stage.grow(10_001 + frame, 1);
      stage.frame();
      stage.now += 60;
    }
    expect(stage.wanted).toEqual([{ from: 9_971, to: 9_990 }]);
  });

  it('asks at once for lines above the tail', () => {
    const stage = new Stage();
    stage.grow(10_000, TAIL);
    stage.frame({ window: { from: 9_900, to: 10_000 } });
    expect(stage.wanted).toEqual([{ from: 9_900, to: 9_936 }]);
  });
});

describe('a view that is elsewhere', () => {
  it('asks for the lines of its window at once, also near the end', () => {
    const stage = new Stage();
    stage.grow(10_000, 10);
    expect(stage.frame({ isFollowing: false })).toBe(false);
    expect(stage.wanted).toEqual([{ from: 9_961, to: 9_990 }]);
    stage.frame({ isFollowing: false, window: { from: 101, to: 140 }, tail: 0 });
    expect(stage.requests.at(-1)).toEqual({ want: [{ from: 101, to: 140 }], tail: 0 });
  });
});

describe('a view of closed groups', () => {
  it('looks only at the lines that are shown, however many are not', () => {
    let looked = 0;
    class CountingCache extends LineCache {
      override notHeld(range: Range): Range[] {
        looked += range.to - range.from + 1;
        return super.notHeld(range);
      }
    }
    const stage = new Stage();
    stage.head = 10_000_000;
    const groups = Array.from({ length: 10_000 }, (_, at) => ({ from: at * 1_000 + 2, to: (at + 1) * 1_000 }));
    const window = { from: 5_000_001, to: 9_000_000 };
    stage.frame({ lines: new CountingCache(), window, near: window, notRequested: groups.toReversed(), isFollowing: false });
    expect(stage.wanted).toHaveLength(4_000);
    expect(stage.wanted[0]).toEqual({ from: 5_000_001, to: 5_000_001 });
    expect(looked).toBe(4_000);
  });
});
