import {
  NO_LOG,
  type GroupsQuery,
  type GroupsResult,
  type LevelCounts,
  type LevelsPart,
  type LevelsQuery,
  type LevelsResult,
  type LogGroup,
  type SeekQuery,
  type SeekResult,
} from '../../store.ts';
import { describeGroup, isAround } from '../marks/describe-group.ts';
import { rangeWithin } from '../marks/query-range.ts';
import { countFrom, rankOf, type Sums } from '../../../protocol/sums/ranks.ts';
import type { BlockTable, HeldBlock } from './block-table.ts';
import { DamagedLogError } from './block.ts';
import { entryAt, sumsAt, timeOf } from './line-index.ts';
import type { CountedGroup, LogGroups } from './log-groups.ts';
import type { LogRecord } from './log-record.ts';
import { indexOf } from './sealed-page.ts';

/** A border between two parts, right before a line. */
interface Border {
  /** The line before it. */
  readonly last: number;
  /** Entries up to that line. */
  readonly sums: Sums;
  /** When the line after it was written. */
  readonly time: number;
}

/** Answers what is asked of the marks of a log. Texts are not read. */
export class LmdbMarks {
  readonly #blocks: BlockTable;
  readonly #groups: LogGroups;

  constructor(blocks: BlockTable, groups: LogGroups) {
    this.#blocks = blocks;
    this.#groups = groups;
  }

  levels(record: LogRecord | undefined, query: LevelsQuery): LevelsResult {
    if (record === undefined) return { tail: NO_LOG, after: 0, upto: 0, parts: [] };
    const { tail } = record;
    const { after, upto } = rangeWithin(query, tail);
    const parts: LevelsPart[] = [];
    if (upto === after) return { tail, after, upto, parts };
    const length = (upto - after) / query.parts;
    let from = this.#border(record, after, 0);
    for (let part = 1; part < query.parts; part += 1) {
      const next = this.#border(record, after + Math.floor(length * part), length);
      if (next.last <= from.last) continue;
      parts.push({ last: next.last, time: from.time, counts: between(from.sums, next.sums) });
      from = next;
    }
    parts.push({ last: upto, time: from.time, counts: between(from.sums, this.#sumsUpTo(record, upto)) });
    return { tail, after, upto, parts };
  }

  groups(record: LogRecord | undefined, query: GroupsQuery): GroupsResult {
    if (record === undefined) return { tail: NO_LOG, after: 0, upto: 0, more: false, around: [], groups: [] };
    const { tail } = record;
    const { after, upto } = rangeWithin(query, tail);
    const counted = new Map<number, Sums>();
    // Besides the counts that a group has, only those up to `upto` and to the first line held are needed.
    const sumsUpTo = (line: number): Sums => {
      const sums = counted.get(line) ?? this.#sumsUpTo(record, line);
      counted.set(line, sums);
      return sums;
    };
    const describe = (group: CountedGroup): LogGroup =>
      describeGroup(
        group,
        upto,
        tail,
        (line) => (line === group.line - 1 ? group.before : line === group.end ? group.inside : undefined) ?? sumsUpTo(line),
      );
    const groups: CountedGroup[] = [];
    for (const group of this.#groupsFrom(record, after + 1, query.depth)) {
      if (group.line > upto || groups.length > query.limit) break;
      groups.push(group);
    }
    const around = this.#around(record, after).filter((group) => group.d <= query.depth && isAround(group, after, upto, tail));
    const listed = groups.slice(0, query.limit).map(describe);
    return { tail, after, upto, more: groups.length > query.limit, around: around.map(describe), groups: listed };
  }

  seek(record: LogRecord | undefined, query: SeekQuery): SeekResult {
    if (record === undefined) return { tail: NO_LOG, found: undefined };
    const { tail } = record;
    const line = this.#seek(record, query);
    if (line === undefined || line < tail.first || line > tail.head) return { tail, found: undefined };
    return { tail, found: { line, time: this.#border(record, line - 1, 0).time } };
  }

  #seek(record: LogRecord, query: SeekQuery): number | undefined {
    const { first, head } = record.tail;
    switch (query.kind) {
      case 'time':
        return this.#blocks.lineAtTime(record, query.time);
      case 'next':
        if (query.after >= head) return undefined;
        return this.#nth(record, query.level, (count) => count + 1, Math.max(query.after, first - 1));
      case 'previous':
        if (query.before <= first) return undefined;
        return this.#nth(record, query.level, (count) => count, query.before - 1);
    }
  }

  /** The line of the entry of this level or above whose number depends on how many there are up to a line. */
  #nth(record: LogRecord, level: number, numberOf: (count: number) => number, line: number): number | undefined {
    const rank = rankOf(level);
    const number = numberOf(countFrom(this.#sumsUpTo(record, line), rank));
    if (number < 1 || number > countFrom(record.marks.sums, rank)) return undefined;
    const after = this.#blocks.first(record, ({ sums }) => countFrom(sums, rank) >= number);
    const block = this.#blocks.of(record.id, (after?.from ?? record.tail.head + 1) - 1);
    if (block === undefined) return undefined;
    const { from, header, data } = block;
    const at = entryAt(indexOf(data).entries, rank, number - countFrom(header.sums, rank));
    return at === undefined ? undefined : from + at;
  }

  /** Entries of each rank in lines 1 to `line`, which is at least `first - 1`. */
  #sumsUpTo(record: LogRecord, line: number): Sums {
    return line >= record.tail.head ? record.marks.sums : this.#border(record, line, 0).sums;
  }

  /** The border after `line`, or the start of the block around it if that is not longer than `slack`. */
  #border({ id }: LogRecord, line: number, slack: number): Border {
    const block = this.#blocks.of(id, line + 1);
    if (block === undefined) throw new DamagedLogError(`The block of line ${line + 1} is missing.`);
    const { from, header } = block;
    const skipped = line + 1 - from;
    if (skipped === 0 || header.count <= slack) return { last: from - 1, sums: header.sums, time: header.time };
    return borderWithin(block, skipped);
  }

  /** The last group that begins at this line or before, and the groups around it, outermost first. */
  #around({ id }: LogRecord, line: number): CountedGroup[] {
    const around: CountedGroup[] = [];
    for (let group = this.#groups.last(id, line); group !== undefined;) {
      around.unshift(group);
      group = group.parent === undefined ? undefined : this.#groups.get(id, group.parent);
    }
    return around;
  }

  /** The groups that begin at this line or later, and are not too deep. */
  *#groupsFrom({ id, marks }: LogRecord, line: number, depth: number): Generator<CountedGroup> {
    for (let from: number | undefined = line; from !== undefined;) {
      const start: number = from;
      from = undefined;
      for (const group of this.#groups.from(id, start)) {
        if (group.d <= depth) {
          yield group;
        } else if (marks.isNested) {
          // All groups inside the one around it that is just not too deep are too deep.
          const { end } = this.#outer(id, group, depth);
          from = end === undefined ? undefined : end + 1;
          break;
        }
      }
    }
  }

  /** The group around this one that is not too deep. */
  #outer(id: number, group: CountedGroup, depth: number): CountedGroup {
    let outer = group;
    while (outer.d > depth) {
      const parent = outer.parent === undefined ? undefined : this.#groups.get(id, outer.parent);
      if (parent === undefined) return outer;
      outer = parent;
    }
    return outer;
  }
}

function borderWithin({ from, header, data }: HeldBlock, lines: number): Border {
  const index = indexOf(data);
  return { last: from + lines - 1, sums: sumsAt(header.sums, index.entries, lines), time: timeOf(index, lines) };
}

function between(before: Sums, upto: Sums): LevelCounts {
  const count = (rank: number): number => (upto[rank] ?? 0) - (before[rank] ?? 0);
  return [count(0), count(1), count(2), count(3), count(4), count(5)];
}
