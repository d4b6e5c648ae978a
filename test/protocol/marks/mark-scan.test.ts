import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { continueEntry, type EntryState } from '../../../src/protocol/marks/entries.ts';
import { groupMarkers } from '../../../src/protocol/marks/group-markers.ts';
import { LEVEL } from '../../../src/protocol/marks/level.ts';
import { lineLevel } from '../../../src/protocol/marks/line-level.ts';
import { nextMarked } from '../../../src/protocol/marks/mark-scan.ts';
import { shownText } from '../../../src/protocol/terminal/shown-text.ts';
import { fixture, piece } from './support.ts';

const encoder = new TextEncoder();

/** The lines that the scan finds, by their place. */
function found(lines: readonly string[]): number[] {
  const bytes = encoder.encode(lines.join('\n'));
  const places: number[] = [];
  for (let at = nextMarked(bytes, 0); at !== -1;) {
    places.push(bytes.subarray(0, at).filter((byte) => byte === 0x0a).length);
    const end = bytes.indexOf(0x0a, at);
    at = end === -1 ? -1 : nextMarked(bytes, end + 1);
  }
  return places;
}

/** Entries that most lines do not continue. */
const ENTRIES: readonly EntryState[] = [{ count: 0 }, { count: 5, place: 1 }, { level: LEVEL.info, count: 0, place: 1 }];

/** Whether a line has a mark of its own, or leaves more than a beginning to the next line. */
function isMarked(text: string): boolean {
  const shown = shownText(text);
  const level = lineLevel(shown);
  return (
    level !== undefined ||
    groupMarkers(text, shown).length > 0 ||
    continueEntry(undefined, shown, level).state?.trace !== undefined ||
    ENTRIES.some((entry) => continueEntry(entry, shown, level).continues)
  );
}

const recorded = [
  ...fixture('levels.tsv').map((line) => line.split('\t').slice(2).join('\t')),
  ...fixture('entries.txt').map((line) => line.slice(6)),
  ...fixture('groups.txt').map((line) => line.slice(line.indexOf('}|') + 2)),
];

/** A recorded line with a few characters replaced, added or removed; most are like those that have marks. */
const changed = fc
  .tuple(
    fc.constantFrom(...recorded),
    fc.array(
      fc.tuple(
        fc.nat(600),
        fc.nat(3),
        fc.constantFrom('', ' ', '  ', '\t', ':', '\u2003', '\u00a0', 'x', 'E', '1', '\x1b[31m', '\x1b[m', '|', ']'),
      ),
      {
        maxLength: 4,
      },
    ),
  )
  .map(([line, changes]) => {
    let text = line;
    for (const [at, length, by] of changes) {
      const place = at % (text.length + 1);
      text = text.slice(0, place) + by + text.slice(place + length);
    }
    return text.replaceAll('\n', ' ');
  });
const made = fc
  .array(fc.oneof(piece, fc.string({ unit: 'grapheme', maxLength: 5 })), { maxLength: 10 })
  .map((parts) => parts.join('').replaceAll('\n', ' '));
const long = fc
  .tuple(fc.constantFrom(' ', 'a:1 ', 'x', '[a] '), fc.integer({ min: 490, max: 520 }), changed)
  .map(([unit, length, text]) => unit.repeat(length).slice(0, length) + text);
const line = fc.oneof(changed, made, long);

describe('the scan of bytes for lines with marks', () => {
  it('finds each line that has a mark of its own', () => {
    const marked = recorded.flatMap((text, at) => (isMarked(text) ? [at] : []));
    expect(marked.length).toBeGreaterThan(500);
    const lines = found(recorded);
    expect(marked.filter((at) => !lines.includes(at)).map((at) => recorded[at])).toEqual([]);
  });

  it('finds each such line among any others', () => {
    fc.assert(
      fc.property(fc.array(line, { maxLength: 8 }), (lines) => {
        const places = found(lines);
        expect(lines.filter((text, at) => isMarked(text) && !places.includes(at))).toEqual([]);
      }),
      { numRuns: 1_000 },
    );
  });

  it('finds the same wherever it begins', () => {
    fc.assert(
      fc.property(fc.array(line, { minLength: 1, maxLength: 8 }), fc.nat(8), (lines, from) => {
        const rest = lines.slice(from);
        expect(found(rest).map((at) => at + from)).toEqual(found(lines).filter((at) => at >= from));
      }),
    );
  });

  it('passes over lines that look as most do, with colours too', () => {
    const lines = [
      '2026-01-05T10:20:30.123Z \x1b[1;32mresolve\x1b[0m src/link/test-12.ts ✗ 漢字 fetch emit cache 812 ms \x1b[38;5;208msuite\x1b[0m',
      '[ 45%] Building CXX object CMakeFiles/a.dir/error.cpp.o',
      'Found 0 errors, error handling is fine: see https://example.org/errors/12',
      '\x1b[0Kat the market, from here to there',
      '#12 3.456 Downloading index.tar.gz at 12 MB/s',
      'web-1  | GET /info 200 in 3 ms (12 warnings suppressed)',
      'ok 3 - adds numbers # time=1.2ms',
      'drwxr-xr-x 2 root root 4096 Nov 29 10:00 error',
      '\x1b_bk;t=1704164645123\x07$ git fetch',
      '日本語のログ',
      '',
    ];
    expect(found(lines)).toEqual([]);
  });

  it('finds lines that a terminal shows otherwise than written', () => {
    const lines = [
      'a\rb',
      'a\bb',
      'ERR\x07OR: x',
      'a\x1b[2Kb',
      'a\x1b[Ab',
      `a\x1b[${'1;'.repeat(100)}m`,
      'ERR\x1b[1mOR: x',
      'a\x1b',
      'a\x1b[31',
    ];
    expect(found([...lines, 'plain'])).toEqual(lines.map((_line, at) => at));
  });

  it('passes over most lines of recorded logs', () => {
    const folder = new URL('../../fixtures/logs/', import.meta.url);
    const lines = readdirSync(folder)
      .filter((name) => name.endsWith('.log'))
      .flatMap((name) => readFileSync(new URL(name, folder), 'utf8').replaceAll('\r\n', '\n').split('\n'));
    const still = lines.filter((text) => !/[\r\b\x07]|\x1b(?!\[[\d;]*m)/u.test(text));
    expect(found(still).length).toBeLessThan(still.length / 4);
  });

  it('reads any bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 5_000 }), fc.nat(5_000), (bytes, from) => {
        expect(nextMarked(bytes, from)).toBeLessThan(Math.max(1, bytes.length));
      }),
    );
  });
});
