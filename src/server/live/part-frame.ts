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

/** The newest part of each followed log as it goes to everybody, encoded once. */
const FRAMES = new WeakMap<FollowedLog, PartFrame>();

/** The WebSocket frame that tells the unfinished last line as it is now. */
export function partFrame(topic: FollowedLog): Buffer {
  const { channel, tail, part, partVersion } = topic;
  const known = FRAMES.get(topic);
  if (known !== undefined && known.version === partVersion && known.epoch === tail.epoch && known.head === tail.head) return known.frame;
  const frame = webSocketFrame(encodeServerFrame({ e: 'part', ch: channel, off: positionIn(tail, tail.head), line: part })).whole;
  FRAMES.set(topic, { version: partVersion, epoch: tail.epoch, head: tail.head, frame });
  return frame;
}
