import { randomBytes } from 'node:crypto';
import { StoreUnavailableError, type AppendResult, type Batch, type LogTail, type Retention } from '../store.ts';

/** Why a batch may not be appended after this tail; undefined when it may. The order of the reasons is part of the contract. */
export function refusal(tail: LogTail, batch: Batch): Extract<AppendResult, { ok: false }>['reason'] | undefined {
  if (tail.end !== undefined) return 'ended';
  const { at } = batch;
  if (at !== undefined && (at.offset !== tail.head || (at.epoch !== undefined && at.epoch !== tail.epoch))) return 'moved';
  const isCarried =
    batch.carryIn === tail.carry &&
    (batch.groupsIn === undefined || batch.groupsIn === tail.groups) &&
    (batch.follows === undefined || batch.follows === tail.head);
  return isCarried ? undefined : 'carry';
}

/** The tail after a batch that may be appended. Without lines only the end can change. */
export function advance(tail: LogTail, batch: Batch): LogTail {
  const end = batch.end ?? tail.end;
  if (batch.lines.count === 0) return { ...tail, end };
  return {
    epoch: tail.epoch === '' ? mintEpoch() : tail.epoch,
    first: tail.first,
    head: tail.head + batch.lines.count,
    end,
    time: Math.max(tail.time, batch.time),
    carry: batch.carryOut,
    groups: batch.groupsOut ?? tail.groups,
  };
}

/** A unique name for a new epoch: the time tells people which is newer, the rest makes it unique. */
export function mintEpoch(): string {
  return `${Date.now()}.${randomBytes(6).toString('hex')}`;
}

const SURROGATE = /[\ud800-\udfff]/;
const LONE_SURROGATES = /\p{Surrogate}/gu;

/** A text as it is after encoding it in UTF-8 and decoding it: a surrogate without its other half becomes U+FFFD. */
export function wellFormed(text: string): string {
  return SURROGATE.test(text) ? text.replace(LONE_SURROGATES, '\ufffd') : text;
}

/** The first line and the earliest time that retention keeps; bytes are counted separately. */
export function retainFrom(tail: LogTail, retain: Retention, now: number): { readonly line: number; readonly time: number } {
  return {
    line: retain.lines === undefined ? tail.first : Math.max(tail.first, tail.head - retain.lines + 1),
    time: retain.age === undefined ? Number.NEGATIVE_INFINITY : now - retain.age,
  };
}

/** The error that every method of a closed store rejects with. */
export function closedError(): StoreUnavailableError {
  return new StoreUnavailableError('The store is closed. Open it again to continue.');
}
