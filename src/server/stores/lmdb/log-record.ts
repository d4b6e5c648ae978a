import { NO_LOG, type LogTail } from '../../store.ts';
import { DamagedLogError } from './block.ts';

/** What is kept of a log beside its lines. */
export interface LogRecord {
  /** Number of the incarnation, part of the keys of its lines; never used again. */
  readonly id: number;
  readonly tail: LogTail;
  /** UTF-8 bytes of the texts of lines 1 to `tail.head`, also of those that retention took. */
  readonly total: number;
  /** … of lines 1 to `tail.first - 1`. */
  readonly gone: number;
}

export function newRecord(id: number): LogRecord {
  return { id, tail: NO_LOG, total: 0, gone: 0 };
}

export function encodeRecord({ id, tail, total, gone }: LogRecord): Buffer {
  const { epoch, first, head, end, time, carry } = tail;
  return Buffer.from(JSON.stringify([id, epoch, first, head, end ?? null, time, carry, total, gone]));
}

export function decodeRecord(data: Buffer): LogRecord {
  const [id, epoch, first, head, end, time, carry, total, gone] = parse(data);
  if (
    typeof id === 'number' &&
    typeof epoch === 'string' &&
    typeof first === 'number' &&
    typeof head === 'number' &&
    (typeof end === 'number' || end === null) &&
    typeof time === 'number' &&
    typeof carry === 'string' &&
    typeof total === 'number' &&
    typeof gone === 'number'
  ) {
    return { id, tail: { epoch, first, head, end: end ?? undefined, time, carry }, total, gone };
  }
  throw new DamagedLogError('The record of a log cannot be read.');
}

function parse(data: Buffer): readonly unknown[] {
  try {
    const value: unknown = JSON.parse(data.toString());
    if (Array.isArray(value)) return value;
  } catch {
    // Said by the caller: nothing of it is usable.
  }
  return [];
}
