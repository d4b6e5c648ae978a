import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { LevelCounts } from '../../../../src/protocol/answers/answers.ts';
import { markLine, UNMARKED, type Marks } from '../../../../src/protocol/marks/marker.ts';
import { shownText } from '../../../../src/protocol/terminal/shown-text.ts';
import { ERRORS, WARNINGS, type EntryKind } from '../../../../src/element/tools/entries/entry-kind.ts';
import { findEntry } from '../../../../src/element/tools/entries/find-entry.ts';
import { seekEntry, type EntrySeek } from '../../../../src/element/tools/entries/seek-entry.ts';
import { never, rangedLog } from '../support.ts';
import { redrawnLine } from './redrawn-lines.ts';

const ESC = '\x1b';

/** What a server says of a log whose counted entries are at these lines, with how often it was asked. */
function serverOf(head: number, levelAt: (line: number) => number | undefined, entries: readonly number[]) {
  const asked = { seek: 0, levels: 0 };
  const queries: EntrySeek['queries'] = {
    async seek(question) {
      asked.seek += 1;
      if (!('level' in question)) throw new Error('It seeks a level.');
      const { level } = question;
      const found = entries.filter((line) => (levelAt(line) ?? 0) >= level);
      const line = 'after' in question ? found.find((at) => at > question.after) : found.findLast((at) => at < question.before);
      return line === undefined ? undefined : { line, time: 0 };
    },
    async levels({ after, upto, parts: wanted = 1 }) {
      asked.levels += 1;
      const size = Math.max(1, Math.ceil((upto - after) / wanted));
      const parts = [];
      for (let from = after; from < upto; from += size) {
        const last = Math.min(upto, from + size);
        const counts: [number, number, number, number, number, number] = [0, 0, 0, 0, 0, 0];
        for (const line of entries) {
          const level = levelAt(line);
          if (line > from && line <= last && level !== undefined) counts[(level - 1) / 4] = (counts[(level - 1) / 4] ?? 0) + 1;
        }
        parts.push({ last, time: 0, counts: counts as LevelCounts });
      }
      return { after, upto: Math.min(upto, head), parts };
    },
  };
  return { asked, queries };
}

/** The server of a log of these texts, which it marks as it stores them. */
function marked(lines: readonly string[]) {
  let state = UNMARKED;
  const marks: Marks[] = lines.map((text) => {
    const next = markLine(state, text, shownText(text));
    ({ state } = next);
    return next.marks;
  });
  const entries = marks.flatMap(({ l, k, r }, at) => (l === undefined || k === 1 || r === 1 ? [] : [at + 1]));
  return serverOf(lines.length, (line) => marks[line - 1]?.l, entries);
}

function searchOf(lines: readonly string[], kind: EntryKind, backwards: boolean, start: number): Omit<EntrySeek, 'queries'> {
  return {
    all: { from: 1, to: lines.length },
    backwards,
    kind,
    start,
    epoch: 'a',
    held: () => undefined,
    log: rangedLog(lines.length, (line) => lines[line - 1] ?? ''),
    signal: never,
    progress: () => undefined,
  };
}

describe('seeking an entry on the server', () => {
  it('finds the next and the previous one of its own kind, wrapping around the ends of the log', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.constantFrom('line', 'error: x', 'warning: x', 'fatal: x'), { minLength: 1, maxLength: 40 }),
        fc.integer({ min: -1, max: 43 }),
        fc.boolean(),
        fc.constantFrom(ERRORS, WARNINGS),
        async (lines, start, backwards, kind) => {
          const search = searchOf(lines, kind, backwards, start);
          expect(await seekEntry({ ...search, ...marked(lines) })).toEqual(await findEntry(search));
        },
      ),
    );
  });

  it('finds what a reader sees where lines were redrawn, as reading the lines does', async () => {
    const text = redrawnLine('error: x ', 'ok ', 'warning: y ');
    await fc.assert(
      fc.asyncProperty(
        fc.array(text, { minLength: 1, maxLength: 40 }),
        fc.integer({ min: 1, max: 40 }),
        fc.boolean(),
        fc.constantFrom(ERRORS, WARNINGS),
        async (lines, start, backwards, kind) => {
          const search = searchOf(lines, kind, backwards, start);
          expect(await seekEntry({ ...search, ...marked(lines) })).toEqual(await findEntry(search));
        },
      ),
      { numRuns: 200 },
    );
  });

  it('goes to the row that survives, and passes over rows of which nothing does', async () => {
    const frame = (step: number, text: string): string[] => [`${step === 0 ? '' : `${ESC}[2A${ESC}[J`}${text}`, `Tests ${step}`];
    const failing = Array.from({ length: 57 }, (_, step) => frame(step, 'FAIL  a.test.ts')).flat();
    const passing = Array.from({ length: 57 }, (_, step) => frame(step, step < 56 ? 'FAIL  a.test.ts' : 'PASS')).flat();
    const lines = ['start', ...failing, 'line', ...passing, 'line', 'error: last'];
    const seek = (start: number, backwards: boolean) => seekEntry({ ...searchOf(lines, ERRORS, backwards, start), ...marked(lines) });
    const survivor = 1 + 2 * 57 - 1;
    expect(await seek(1, false)).toMatchObject({ kind: 'found', line: survivor, wrapped: false });
    expect(await seek(survivor + 1, false)).toMatchObject({ kind: 'found', line: lines.length, wrapped: false });
    expect(await seek(lines.length - 1, true)).toMatchObject({ kind: 'found', line: survivor, wrapped: false });
    expect(await seek(survivor - 1, true)).toMatchObject({ kind: 'found', line: lines.length, wrapped: true });
  });

  it('takes a few requests, however long the log is', async () => {
    const head = 10_000_000;
    const levelAt = (at: number): number | undefined => (at === 9_000_000 ? 13 : 17);
    const entries = [...Array.from({ length: 100_000 }, (_, at) => at + 1), 9_000_000, head];
    const { asked, queries } = serverOf(head, levelAt, entries);
    const log = rangedLog(head, (at) => `line ${at}`);
    const search = { ...searchOf([], WARNINGS, false, 50), all: { from: 1, to: head }, log, queries };
    expect(await seekEntry(search)).toMatchObject({ kind: 'found', line: 9_000_000 });
    expect(asked.seek).toBe(1);
    expect(asked.levels).toBeLessThanOrEqual(5);
    asked.seek = asked.levels = 0;
    expect(await seekEntry({ ...search, kind: ERRORS, start: 200_000 })).toMatchObject({ kind: 'found', line: head });
    expect(asked).toEqual({ seek: 1, levels: 0 });
  });

  it('says that there is none', async () => {
    const lines = ['line', 'warning: x'];
    expect(await seekEntry({ ...searchOf(lines, ERRORS, false, 1), ...marked(lines) })).toEqual({ kind: 'none' });
  });
});
