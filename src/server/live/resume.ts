import { NOWHERE, type Asked, type Position } from '../../protocol/position.ts';
import type { AckState } from '../../protocol/messages.ts';
import type { LogTail } from '../store.ts';

/** Where a follower would go on if every line behind there were sent, and what stands against what it asked for. */
export interface ResumePoint {
  readonly lost: 'reset' | 'truncated' | undefined;
  /** Line number to continue after. */
  readonly start: number;
}

/** What an `ack` says: the position to continue behind. */
export interface Resolution {
  readonly state: AckState;
  readonly off: Position;
}

/** Asks for an incarnation that is no more; no epoch is written like this. */
export const UNKNOWN_EPOCH: Asked = { epoch: '-', offset: 0 };

/** The position of a line of the log as it is now; {@link NOWHERE} for one without a line. */
export function positionIn(tail: LogTail, offset: number): Position {
  return tail.epoch === '' ? NOWHERE : { epoch: tail.epoch, offset };
}

export function resumePointOf(asked: Asked, tail: LogTail): ResumePoint {
  if (asked === 'now') return { lost: undefined, start: tail.head };
  const floor = tail.first - 1;
  const isOther = asked.epoch !== undefined && asked.epoch !== tail.epoch;
  if (isOther || asked.offset > tail.head) return { lost: 'reset', start: floor };
  return asked.offset < floor ? { lost: 'truncated', start: floor } : { lost: undefined, start: asked.offset };
}

/** `replayed`: whether the lines from the origin to the head are sent; else it goes on behind the head. PROTOCOL.md W13, W14. */
export function resume(asked: Asked, tail: LogTail, replayed: boolean): Resolution {
  const { lost, start } = resumePointOf(asked, tail);
  const offset = replayed ? start : tail.head;
  const skipped = offset > start ? 'skipped' : undefined;
  const rest = tail.end === undefined ? 'live' : 'ended';
  return { state: lost ?? skipped ?? rest, off: positionIn(tail, offset) };
}
