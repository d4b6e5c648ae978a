import { LIMITS } from '../../protocol/limits.ts';
import type { Line } from '../../protocol/line.ts';
import { encodeServerFrame } from '../../protocol/messages.ts';
import type { EncodedLines } from './followed-log.ts';

/** The most text in one frame, UTF-8 bytes: small, so that subscriptions of a socket take turns in small steps. */
export const FRAME_BYTES = 64 * 1_024;

/** Encodes lines as one frame; `from` is the number of the first. */
export function encodeLines(channel: string, epoch: string, from: number, lines: readonly Line[]): EncodedLines {
  const to = from + lines.length - 1;
  const wire = webSocketFrame(encodeServerFrame({ e: 'msg', ch: channel, off: { epoch, offset: to }, lines }));
  return { from, to, epoch, lines, wire: wire.whole, frame: wire.payload };
}

/** Encodes lines as frames of at most 1,000 lines and 64 KiB of text, or of one longer line. */
export function encodeBatches(channel: string, epoch: string, from: number, lines: readonly Line[]): EncodedLines[] {
  const batches: EncodedLines[] = [];
  let begin = 0;
  let bytes = 0;
  for (let at = 0; at < lines.length; at += 1) {
    const size = textBytes(lines[at]);
    if (at > begin && (bytes + size > FRAME_BYTES || at - begin === LIMITS.replayLines)) {
      batches.push(encodeLines(channel, epoch, from + begin, lines.slice(begin, at)));
      begin = at;
      bytes = 0;
    }
    bytes += size;
  }
  if (begin < lines.length) batches.push(encodeLines(channel, epoch, from + begin, begin === 0 ? lines : lines.slice(begin)));
  return batches;
}

/** The lines after line `after`: `encoded` itself if it begins there, else its end, encoded again. */
export function linesAfter(channel: string, encoded: EncodedLines, after: number): EncodedLines {
  return encoded.from > after ? encoded : encodeLines(channel, encoded.epoch, after + 1, encoded.lines.slice(after + 1 - encoded.from));
}

/** Whether the lines after `after` are few enough to be replayed on a socket. */
export function isReplayable(entries: readonly EncodedLines[], after: number): boolean {
  let lines = 0;
  let encoded = 0;
  for (const { from, to, frame } of entries) {
    lines += to - Math.max(after, from - 1);
    encoded += frame.length;
  }
  if (lines > LIMITS.replayLines) return false;
  // Encoded text is never shorter than the text itself, so that most need no counting.
  if (encoded <= LIMITS.replayBytes) return true;
  let bytes = 0;
  for (const entry of entries) {
    for (const line of entry.lines.slice(Math.max(0, after + 1 - entry.from))) bytes += textBytes(line);
  }
  return bytes <= LIMITS.replayBytes;
}

function textBytes(line: Line | undefined): number {
  return line === undefined ? 0 : Buffer.byteLength(line[1]);
}

/** A text frame as a server sends it (RFC 6455, section 5.2): final, not masked. `payload` is a view of the end of `whole`. */
export function webSocketFrame(text: string): { readonly whole: Buffer; readonly payload: Buffer } {
  const length = Buffer.byteLength(text);
  const header = length < 126 ? 2 : length < 65_536 ? 4 : 10;
  const whole = Buffer.allocUnsafe(header + length);
  whole[0] = 0x81;
  if (header === 2) whole[1] = length;
  else if (header === 4) {
    whole[1] = 126;
    whole.writeUInt16BE(length, 2);
  } else {
    whole[1] = 127;
    whole.writeUIntBE(0, 2, 2);
    whole.writeUIntBE(length, 4, 6);
  }
  whole.write(text, header, 'utf8');
  return { whole, payload: whole.subarray(header) };
}
