import type { ServerFrame } from '../../../src/protocol/messages.ts';
import { NOWHERE, type Position } from '../../../src/protocol/position.ts';
import { linesOf } from './bench.ts';

/** A log on the model's server: an epoch and how many lines there are. Line N of epoch E says "E:N". */
export interface ServerLog {
  epoch: string;
  first: number;
  head: number;
  end: number | undefined;
}

export function positionIn({ epoch }: ServerLog, offset: number): Position {
  return epoch === '' ? NOWHERE : { epoch, offset };
}

/** The frames for a follower at `cursor`. */
export function* behind(channel: string, log: ServerLog, cursor: number): Generator<ServerFrame> {
  const { epoch, head, end } = log;
  for (let at = cursor; at < head; at = Math.min(head, at + 7)) {
    const to = Math.min(head, at + 7);
    yield { e: 'msg', ch: channel, off: positionIn(log, to), lines: linesOf(epoch, at + 1, to - at) };
  }
  if (end !== undefined) yield { e: 'end', ch: channel, off: positionIn(log, head), code: end };
}
