import { NOWHERE, type RequestedPosition, type Position } from '../../protocol/position.ts';
import type { AckState } from '../../protocol/messages.ts';
import type { LogTail } from '../store.ts';

/** Where a follower continues if every line from there is sent, and whether lines it asked for are lost. */
export interface ResumePoint {
  readonly lost: 'reset' | 'truncated' | undefined;
  /** Line number to continue after. */
  readonly start: number;
}

/** The content of an `ack`: the position to continue after. */
export interface Resolution {
  readonly state: AckState;
  readonly off: Position;
}

/** Asks for an epoch that does not exist: no epoch contains a `-`. */
export const UNKNOWN_EPOCH: RequestedPosition = { epoch: '-', offset: 0 };

/** The position of a line in the current epoch; {@link NOWHERE} for a log without one. */
export function positionIn(tail: LogTail, offset: number): Position {
  return tail.epoch === '' ? NOWHERE : { epoch: tail.epoch, offset };
}

export function resumePointOf(asked: RequestedPosition, tail: LogTail): ResumePoint {
  if (asked === 'now') return { lost: undefined, start: tail.head };
  const floor = tail.first - 1;
  const isOther = asked.epoch !== undefined && asked.epoch !== tail.epoch;
  if (isOther || asked.offset > tail.head) return { lost: 'reset', start: floor };
  return asked.offset < floor ? { lost: 'truncated', start: floor } : { lost: undefined, start: asked.offset };
}

/** `offset`: the line after which the lines up to the head are sent; at the head, none. PROTOCOL.md W13, W14. */
export function resume(asked: RequestedPosition, tail: LogTail, offset: number): Resolution {
  const { lost, start } = resumePointOf(asked, tail);
  const skipped = offset > start ? 'skipped' : undefined;
  const rest = tail.end === undefined ? 'live' : 'ended';
  return { state: lost ?? skipped ?? rest, off: positionIn(tail, offset) };
}
