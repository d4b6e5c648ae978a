import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Line } from '../../../../src/protocol/line.ts';
import { LogNews, type News } from '../../../../src/element/tools/notify/news.ts';
import { TitleMark } from '../../../../src/element/tools/notify/title-mark.ts';

const PLAIN: Line = [0, 'compiled'];
const MARKED: Line = [0, 'anything', { l: 17 }];
const UNMARKED: Line = [0, 'error: it broke'];
const WARNING: Line = [0, 'warning: it may break', { l: 13 }];

describe('what there is to tell of a log', () => {
  it.each([
    ['end', 0, 'ended'],
    ['end', 1, 'failed'],
    ['end', 137, 'failed'],
    ['end', 130, 'ended'],
    ['end', undefined, 'ended'],
    ['all', 0, 'ended'],
    ['error', 0, undefined],
    ['error', 1, 'failed'],
    ['error', 143, undefined],
    ['off', 1, undefined],
  ] as const)('notify=%s, exit code %s: %s', (mode, code, news) => {
    const log = new LogNews();
    log.stateChanged('live', undefined, mode);
    expect(log.stateChanged('ended', code, mode)).toBe(news);
  });

  it('is nothing about a log that was complete from the start', () => {
    const log = new LogNews();
    expect(log.stateChanged('catching-up', undefined, 'all')).toBeUndefined();
    expect(log.stateChanged('ended', 1, 'all')).toBeUndefined();
  });

  it.each([
    ['error', 'failed'],
    ['all', 'failed'],
    ['end', undefined],
    ['off', undefined],
  ] as const)('notify=%s, an error line: %s', (mode, news) => {
    for (const line of [MARKED, UNMARKED]) {
      const log = new LogNews();
      expect(log.linesAdded([PLAIN, WARNING], mode)).toBeUndefined();
      expect(log.linesAdded([PLAIN, line], mode)).toBe(news);
    }
  });

  describe('from how many errors are counted', () => {
    const told = (mode: 'off' | 'end' | 'error' | 'all', ...counted: readonly (readonly [errors: number, fresh: number])[]) => {
      const log = new LogNews();
      return counted.map(([errors, fresh]) => log.errorsCounted({ errors, fresh }, mode));
    };

    it.each([
      ['error', 'failed'],
      ['all', 'failed'],
      ['end', undefined],
      ['off', undefined],
    ] as const)('notify=%s: %s, once', (mode, news) => {
      expect(told(mode, [0, 0], [1, 1], [2, 2])).toEqual([undefined, news, undefined]);
    });

    it('is nothing where the log had failed before', () => {
      expect(told('error', [3, 0], [4, 1])).toEqual([undefined, undefined]);
    });

    it('is the failure of the process all the same', () => {
      const log = new LogNews();
      log.stateChanged('live', undefined, 'error');
      log.errorsCounted({ errors: 3, fresh: 0 }, 'error');
      expect(log.stateChanged('ended', 1, 'error')).toBe('failed');
    });

    it('is the first error since the log was live, of lines that came or were skipped', () => {
      expect(told('error', [2, 2])).toEqual(['failed']);
    });

    it('is what failed after the reader asked to be told', () => {
      const log = new LogNews();
      expect(log.errorsCounted({ errors: 3, fresh: 3 }, 'off')).toBeUndefined();
      expect(log.errorsCounted({ errors: 3, fresh: 3 }, 'error')).toBeUndefined();
      expect(log.errorsCounted({ errors: 4, fresh: 4 }, 'error')).toBe('failed');
    });

    it('is no second failure when the process fails, too', () => {
      const log = new LogNews();
      log.stateChanged('live', undefined, 'error');
      expect(log.errorsCounted({ errors: 1, fresh: 1 }, 'error')).toBe('failed');
      expect(log.stateChanged('ended', 1, 'error')).toBeUndefined();
    });

    it('is told again of a log that begins again', () => {
      const log = new LogNews();
      log.errorsCounted({ errors: 1, fresh: 1 }, 'error');
      log.reset();
      expect(log.errorsCounted({ errors: 1, fresh: 1 }, 'error')).toBe('failed');
    });
  });

  it('is told again of a log that begins again while it is live, but of no other one that was complete', () => {
    const log = new LogNews();
    log.stateChanged('live', undefined, 'all');
    expect(log.linesAdded([MARKED], 'all')).toBe('failed');
    log.reset();
    expect(log.linesAdded([MARKED], 'all')).toBe('failed');
    expect(log.stateChanged('ended', 0, 'all')).toBe('ended');
    log.reset();
    log.stateChanged('connecting', undefined, 'all');
    expect(log.stateChanged('ended', 0, 'all')).toBeUndefined();
  });

  it('is a failure and an end once each, whatever happens', () => {
    const event = fc.oneof(
      fc.constantFrom('live', 'reconnecting', 'ended', 'offline').map((state) => ({ state }) as const),
      fc.array(fc.constantFrom(PLAIN, MARKED, UNMARKED, WARNING), { maxLength: 3 }).map((lines) => ({ lines }) as const),
    );
    fc.assert(
      fc.property(fc.array(event), fc.constantFrom('end', 'error', 'all'), fc.constantFrom(0, 1, undefined), (events, mode, code) => {
        const log = new LogNews();
        const told = events.map((one): News | undefined =>
          'lines' in one ? log.linesAdded(one.lines, mode) : log.stateChanged(one.state as 'live', code, mode),
        );
        const count = told.filter((news) => news !== undefined).length;
        expect(count).toBeLessThanOrEqual(mode === 'all' ? 2 : 1);
        log.reset();
        expect(log.linesAdded([MARKED], 'all')).toBe('failed');
      }),
    );
  });
});

describe('the mark in the title', () => {
  it('is put before it and taken away again', () => {
    const page = { title: 'Build 7' };
    const mark = new TitleMark(page);
    mark.show('ended');
    expect(page.title).toBe('✓ Build 7');
    mark.show('failed');
    expect(page.title).toBe('✖ Build 7');
    mark.show('ended');
    expect(page.title, 'a failure stays').toBe('✖ Build 7');
    mark.clear();
    expect(page.title).toBe('Build 7');
    mark.clear();
    expect(page.title).toBe('Build 7');
  });

  it('leaves a title alone that the page has changed', () => {
    const page = { title: 'Build 7' };
    const mark = new TitleMark(page);
    mark.show('failed');
    page.title = 'Build 8';
    mark.clear();
    expect(page.title).toBe('Build 8');
  });
});
