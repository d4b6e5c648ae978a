import { NO_LOG, type LogTail } from '../../store.ts';
import { DamagedLogError } from './block.ts';

/** The record of a log, stored beside its lines. */
export interface LogRecord {
  /** Identifies the epoch in the keys of its lines; never reused. */
  readonly id: number;
  readonly tail: LogTail;
  /** UTF-8 bytes of the texts of lines 1 to `tail.head`, including lines no longer kept. */
  readonly total: number;
  /** UTF-8 bytes of the texts of lines 1 to `tail.first - 1`. */
  readonly gone: number;
}

export function newRecord(id: number): LogRecord {
  return { id, tail: NO_LOG, total: 0, gone: 0 };
}

export function encodeRecord({ id, tail, total, gone }: LogRecord): Buffer {
  const { epoch, first, head, end, time, carry, groups } = tail;
  return Buffer.from(JSON.stringify([id, epoch, first, head, end ?? null, time, carry, total, gone, groups]));
}

export function decodeRecord(data: Buffer): LogRecord {
  const [id, epoch, first, head, end, time, carry, total, gone, groups = ''] = parse(data);
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
    typeof groups === 'string'
  ) {
    return { id, tail: { epoch, first, head, end: end ?? undefined, time, carry, groups }, total, gone };
  }
  throw new DamagedLogError('The record of a log cannot be read.');
}

function parse(data: Buffer): readonly unknown[] {
  try {
    const value: unknown = JSON.parse(data.toString());
    if (Array.isArray(value)) return value;
  } catch {
    // The caller reports it.
  }
  return [];
}
