import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { IDLE, reduceFind, type FindEvent, type FindState } from '../../../../src/element/tools/find/find-state.ts';
import { ResultAnnouncer } from '../../../../src/element/tools/find/result-announcer.ts';
import { FIND_STRINGS } from '../../../support/english.ts';

const EVENTS: readonly FindEvent[] = [{ type: 'started' }, { type: 'begun', after: 0, upto: 9 }, { type: 'done', scanned: 9, found: 0 }];
const DONE: FindState = EVENTS.reduce(reduceFind, IDLE);

describe('the result of a search', () => {
  let state: FindState;
  let said: string[];
  let announcer: ResultAnnouncer;

  beforeEach(() => {
    vi.useFakeTimers();
    state = IDLE;
    said = [];
    announcer = new ResultAnnouncer(
      FIND_STRINGS,
      () => state,
      (text) => said.push(text),
    );
  });
  afterEach(() => void vi.useRealTimers());

  const finish = (): void => {
    state = DONE;
    announcer.stateChanged();
  };

  it('is announced once, when the reader has not typed for a moment', () => {
    announcer.begin();
    finish();
    expect(said).toEqual([]);
    vi.runAllTimers();
    expect(said).toHaveLength(1);
    announcer.stateChanged();
    expect(said).toHaveLength(1);
  });

  it('is announced when it comes later than that', () => {
    announcer.begin();
    vi.runAllTimers();
    expect(said).toEqual([]);
    finish();
    expect(said).toHaveLength(1);
  });

  it('is not announced where another search begins before, or none', () => {
    announcer.begin();
    finish();
    announcer.begin();
    state = IDLE;
    vi.runAllTimers();
    finish();
    expect(said).toHaveLength(1);
    announcer.begin();
    announcer.end();
    vi.runAllTimers();
    announcer.stateChanged();
    expect(said).toHaveLength(1);
  });
});
