import type { LogTail, SeekResult } from '../../store.ts';
import type { StoredGroup } from '../marks/group-tracker.ts';
import type { Sums } from '../../../protocol/sums/ranks.ts';
import { list, parseJson, parseSeen, UnexpectedReplyError, type RedisReply } from './replies.ts';

/** Where a part of levels ends. */
export interface LevelsBorder {
  /** The last line before it. */
  readonly line: number;
  /** When the first line after it was written; 0 if the query covers none. */
  readonly time: number;
  /** Entries of each rank up to it. */
  readonly sums: Sums;
}

/** What the script of levels answers in one run. */
export interface LevelsReply {
  readonly tail: LogTail;
  readonly after: number;
  readonly upto: number;
  /** The number of the border to continue with; 0 if that was the last. */
  readonly next: number;
  readonly borders: readonly LevelsBorder[];
}

/** A group, and how many warnings and errors there are before it and up to its end. Fatal ones count as errors. */
export interface GroupReply {
  readonly group: StoredGroup;
  readonly before: Sums;
  /** Undefined while it is open. */
  readonly through: Sums | undefined;
}

/** What the script of groups answers in one run. */
export interface GroupsReply {
  readonly tail: LogTail;
  readonly after: number;
  readonly upto: number;
  /** The number of the group to continue with; 0 if that was the last. */
  readonly next: number;
  readonly more: boolean;
  /** Entries of each rank before the first line held, and up to `upto`. */
  readonly sumsBefore: Sums;
  readonly sumsUpto: Sums;
  readonly around: readonly GroupReply[];
  readonly groups: readonly GroupReply[];
}

export function parseLevels(reply: unknown): RedisReply<LevelsReply> {
  const [strings, after, upto, next, flat] = list(reply);
  const seen = parseSeen(strings);
  const borders = inTuples(flat).map(([line, time, sums]) => ({ line: Number(line), time: Number(time), sums: numbers(sums) }));
  return { result: { tail: seen.tail, after: Number(after), upto: Number(upto), next: Number(next), borders }, seen };
}

export function parseGroups(reply: unknown): RedisReply<GroupsReply> {
  const [strings, after, upto, next, more, sumsBefore, sumsUpto, around, groups] = list(reply);
  const seen = parseSeen(strings);
  return {
    result: {
      tail: seen.tail,
      after: Number(after),
      upto: Number(upto),
      next: Number(next),
      more: more === '1',
      sumsBefore: numbers(sumsBefore),
      sumsUpto: numbers(sumsUpto),
      around: inTuples(around).map(parseGroup),
      groups: inTuples(groups).map(parseGroup),
    },
    seen,
  };
}

export function parseSeek(reply: unknown): RedisReply<SeekResult> {
  const [strings, line, time] = list(reply);
  const seen = parseSeen(strings);
  return { result: { tail: seen.tail, found: line === undefined ? undefined : { line: Number(line), time: Number(time) } }, seen };
}

function parseGroup([began, ended, shown]: readonly [string, string, string]): GroupReply {
  const [, numbersBefore = '', start = ''] = /^((?:[\d.]+ ){6})(\{.*\})$/s.exec(began) ?? [];
  const [line = 0, time = 0, , warn = 0, error = 0] = numbers(numbersBefore);
  const g = parseJson(start) as Partial<StoredGroup>;
  if (typeof g.t !== 'string' || typeof g.d !== 'number') throw new UnexpectedReplyError('Redis holds a group that cannot be read.');
  const [end, until, endedBy, warnThrough = 0, errorThrough = 0] = numbers(ended);
  return {
    group: {
      line,
      t: g.t,
      d: g.d,
      ...(g.o !== undefined && { o: g.o }),
      time,
      ...(end !== undefined && until !== undefined && endedBy !== undefined && { end, until, endedBy }),
      ...(shown !== '' && { shown: Number(shown) }),
    },
    before: [0, 0, 0, warn, error],
    through: end === undefined ? undefined : [0, 0, 0, warnThrough, errorThrough],
  };
}

function numbers(value: unknown): number[] {
  return (
    String(value)
      .match(/[\d.]+/g)
      ?.map(Number) ?? []
  );
}

function inTuples(value: unknown): (readonly [string, string, string])[] {
  const flat = list(value);
  return Array.from({ length: flat.length / 3 }, (_, index) => {
    const [a, b, c] = flat.slice(3 * index, 3 * index + 3);
    if (typeof a !== 'string' || typeof b !== 'string' || typeof c !== 'string')
      throw new UnexpectedReplyError('Redis holds marks that cannot be read.');
    return [a, b, c];
  });
}
