import { NO_LOG, type LogTail } from '../../store.ts';
import { NO_ENTRIES, RANKS } from '../../../protocol/sums/ranks.ts';
import { DamagedLogError, NO_MARKS, type MarksBefore } from './block.ts';
import { jsonArray } from './json-array.ts';

/** What the lines of a log so far say about the marks of the next ones. */
export interface LogMarks extends MarksBefore {
  /** The first lines of the groups that are open, outermost first. */
  readonly open: readonly number[];
  /** The first line of the group that ended last. */
  readonly last?: number;
  /** The depth of each group so far is the number of groups around it. */
  readonly isNested: boolean;
}

/** The record of a log, stored beside its lines. */
export interface LogRecord {
  /** Identifies the epoch in the keys of its lines; never reused. */
  readonly id: number;
  readonly tail: LogTail;
  /** UTF-8 bytes of the texts of lines 1 to `tail.head`, including lines no longer kept. */
  readonly total: number;
  /** UTF-8 bytes of the texts of lines 1 to `tail.first - 1`. */
  readonly gone: number;
  readonly marks: LogMarks;
  /** No line up to this one is left to seal; UTF-8 bytes of the texts up to it. */
  readonly sealed: { readonly line: number; readonly bytes: number };
}

/** Flags of a record. */
const PIECE = 1;
const UNNESTED = 2;

export function newRecord(id: number): LogRecord {
  return { id, tail: NO_LOG, total: 0, gone: 0, marks: { ...NO_MARKS, open: [], isNested: true }, sealed: { line: 0, bytes: 0 } };
}

export function encodeRecord({ id, tail, total, gone, marks, sealed }: LogRecord): Buffer {
  const { epoch, first, head, end, time, carry, groups } = tail;
  const sums = marks.sums.some((sum) => sum > 0) ? marks.sums : [];
  const format1 = [id, epoch, first, head, end ?? null, time, carry, total, gone];
  const added = [
    groups,
    sums,
    (marks.isPiece ? PIECE : 0) | (marks.isNested ? 0 : UNNESTED),
    marks.open,
    marks.last ?? 0,
    sealed.line,
    sealed.bytes,
  ];
  return Buffer.from(JSON.stringify([...format1, ...added]));
}

export function decodeRecord(data: Buffer): LogRecord {
  const [id, epoch, first, head, end, time, carry, total, gone, ...added] = jsonArray(data);
  // Format 1 ends here.
  const [groups, sums, flags, open, last, line, bytes] = added.length === 0 ? ['', [], 0, [], 0, 0, 0] : added;
  if (
    typeof id === 'number' &&
    typeof epoch === 'string' &&
    typeof first === 'number' &&
    typeof head === 'number' &&
    (typeof end === 'number' || end === null) &&
    typeof time === 'number' &&
    typeof carry === 'string' &&
    typeof total === 'number' &&
    typeof gone === 'number' &&
    typeof groups === 'string' &&
    isNumbers(sums) &&
    (sums.length === 0 || sums.length === RANKS) &&
    typeof flags === 'number' &&
    isNumbers(open) &&
    typeof last === 'number' &&
    typeof line === 'number' &&
    typeof bytes === 'number'
  ) {
    return {
      id,
      tail: { epoch, first, head, end: end ?? undefined, time, carry, groups },
      total,
      gone,
      marks: {
        sums: sums.length === 0 ? NO_ENTRIES : sums,
        isPiece: (flags & PIECE) !== 0,
        isNested: (flags & UNNESTED) === 0,
        open,
        ...(last > 0 && { last }),
      },
      sealed: { line, bytes },
    };
  }
  throw new DamagedLogError('The record of a log cannot be read.');
}

function isNumbers(value: unknown): value is readonly number[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'number');
}
