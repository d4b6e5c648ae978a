import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Line } from '../../../../src/protocol/line.ts';
import { PartPublisher } from '../../../../src/server/append/unfinished-line/part-publisher.ts';

describe('PartPublisher', () => {
  let said: (string | null)[];
  let part: PartPublisher;
  let failures: unknown[];

  beforeEach(() => {
    vi.useFakeTimers();
    said = [];
    failures = [];
    part = new PartPublisher(
      (line) => said.push(line === null ? null : line[1]),
      100,
      (error) => failures.push(error),
    );
  });
  afterEach(() => void vi.useRealTimers());

  const show = (text: string): void => part.show((): Line => [Date.now(), text]);

  it('shows the first at once, and the newest of later ones once per interval', () => {
    show('1');
    show('2');
    show('3');
    expect(said).toEqual(['1']);
    vi.advanceTimersByTime(99);
    expect(said).toEqual(['1']);
    vi.advanceTimersByTime(1);
    expect(said).toEqual(['1', '3']);
  });

  it('shows at most ten a second, with taking back counted', () => {
    for (let ms = 0; ms < 10_000; ms += 5) {
      show(`${ms}`);
      if (ms % 35 === 0) part.retract();
      vi.advanceTimersByTime(5);
    }
    expect(said.length).toBeGreaterThan(90);
    expect(said.length).toBeLessThanOrEqual(102);
  });

  it('retracts at once, but only a part that was shown', () => {
    part.retract();
    show('1');
    show('2');
    part.retract();
    part.retract();
    vi.advanceTimersByTime(10_000);
    expect(said).toEqual(['1', null]);
  });

  it('shows nothing new while it is held', () => {
    show('1');
    show('2');
    part.hold();
    vi.advanceTimersByTime(999);
    expect(said).toEqual(['1']);
  });

  it('tells of a part that cannot be made, in a timer too, and throws nothing', () => {
    const cannot = (): Line => {
      throw new Error('no such line');
    };
    part.show(cannot);
    show('1');
    part.show(cannot);
    vi.advanceTimersByTime(500);
    expect([said, failures.map(String)]).toEqual([['1'], ['Error: no such line', 'Error: no such line']]);
  });

  it('repeats an unchanged part each second, for new followers, until it is retracted', () => {
    show('1');
    vi.advanceTimersByTime(3_000);
    expect(said).toEqual(['1', '1', '1', '1']);
    part.retract();
    vi.advanceTimersByTime(3_000);
    expect(said).toHaveLength(5);
    expect(vi.getTimerCount()).toBe(0);
  });
});
