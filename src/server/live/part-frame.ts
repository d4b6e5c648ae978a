import { encodeServerFrame } from '../../protocol/messages.ts';
import { webSocketFrame } from './encoded-lines.ts';
import { positionIn } from './resume.ts';
import type { FollowedLog } from './followed-log.ts';

interface PartFrame {
  readonly version: number;
  readonly epoch: string;
  readonly head: number;
  readonly frame: Buffer;
}

/** The newest part frame of each followed log, encoded once for all sockets. */
const FRAMES = new WeakMap<FollowedLog, PartFrame>();

/** The WebSocket frame of the current unfinished line. */
export function partFrame(log: FollowedLog): Buffer {
  const { channel, tail, part, partVersion } = log;
  const known = FRAMES.get(log);
  if (known !== undefined && known.version === partVersion && known.epoch === tail.epoch && known.head === tail.head) return known.frame;
  const frame = webSocketFrame(encodeServerFrame({ e: 'part', ch: channel, off: positionIn(tail, tail.head), line: part })).whole;
  FRAMES.set(log, { version: partVersion, epoch: tail.epoch, head: tail.head, frame });
  return frame;
}
