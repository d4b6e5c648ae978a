import { describe, expect, it } from 'vitest';
import type { Line } from '../../src/protocol/line.ts';
import type { SearchRecord } from '../../src/protocol/answers/answers.ts';
import { findLines, type LinesReader } from '../../src/dev-server/read/find-lines.ts';
import type { LogSnapshot } from '../../src/dev-server/read/log-reader.ts';

const LINES = 2_500;

/** A log in which every tenth line is found, and a server that reports how far it has come after each 1,000 lines. */
function reader(): LinesReader {
  const lineAt = (line: number): Line => [1, line % 10 === 0 ? `needle ${line}` : `hay ${line}`];
  return {
    async *pages(_epoch, after, upto) {
      for (let from = after + 1; from <= upto; from += 1_000) {
        const count = Math.min(1_000, upto - from + 1);
        yield { from, lines: Array.from({ length: count }, (_line, at) => lineAt(from + at)) };
      }
    },
    async *search(): AsyncGenerator<SearchRecord> {
      yield { kind: 'begin', epoch: 'e', after: 0, upto: LINES, first: 1 };
      for (const scanned of [1_000, 2_000]) {
        yield {
          kind: 'lines',
          ranges: Array.from({ length: 100 }, (_range, at): [number, number] => [scanned - 990 + 10 * at, scanned - 990 + 10 * at]),
        };
        yield { kind: 'progress', scanned, found: scanned / 10, line: scanned };
      }
      yield { kind: 'done', scanned: LINES, found: 200 };
    },
  };
}

describe.each([
  ['the server', new Set(['search', 'marks'])],
  ['the command', new Set<string>()],
])('findLines where %s searches', (who, has) => {
  const state: LogSnapshot = { epoch: 'e', first: 1, head: LINES, end: undefined, has };

  it('reports how many lines were looked at and how many were found, never fewer than before', async () => {
    const reports: [scanned: number, found: number][] = [];
    const lines: number[] = [];
    await findLines(
      reader(),
      state,
      { q: 'needle' },
      { after: 0, upto: LINES },
      {
        onLine: (line) => lines.push(line.from) > 0,
        onProgress: (scanned, found) => void reports.push([scanned, found]),
      },
    );
    expect(lines[0]).toBe(10);
    expect(reports).toContainEqual([1_000, who === 'the server' ? 100 : 99]);
    expect(reports.at(-1)?.[0]).toBe(who === 'the server' ? 2_000 : LINES);
    for (const [at, [scanned, found]] of reports.entries()) {
      const [before, foundBefore] = reports[at - 1] ?? [0, 0];
      expect([scanned > before, found >= foundBefore]).toEqual([true, true]);
    }
  });
});
