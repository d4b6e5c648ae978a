import { LIMITS } from '../../protocol/limits.ts';
import type { Line } from '../../protocol/line.ts';
import { encodeServerFrame } from '../../protocol/messages.ts';
import type { EncodedLines } from './followed-log.ts';

/** More text than this goes into several chunks, so that sockets take turns in small steps, UTF-8 bytes. */
export const FRAME_BYTES = 64 * 1_024;

/** Encodes lines, the first being number `from`, as one chunk. */
export function encodeLines(channel: string, epoch: string, from: number, lines: readonly Line[]): EncodedLines {
  const to = from + lines.length - 1;
  const wire = webSocketFrame(encodeServerFrame({ e: 'msg', ch: channel, off: { epoch, offset: to }, lines }));
  return { from, to, epoch, lines, wire: wire.whole, frame: wire.payload };
}

/** Encodes lines as chunks of at most 1,000 lines and 64 KiB of text, or of one line that is longer. */
export function encodeBatches(channel: string, epoch: string, from: number, lines: readonly Line[]): EncodedLines[] {
  const chunks: EncodedLines[] = [];
  let begin = 0;
  let bytes = 0;
  for (let at = 0; at < lines.length; at += 1) {
    const size = textBytes(lines[at]);
    if (at > begin && (bytes + size > FRAME_BYTES || at - begin === LIMITS.replayLines)) {
      chunks.push(encodeLines(channel, epoch, from + begin, lines.slice(begin, at)));
      begin = at;
      bytes = 0;
    }
    bytes += size;
  }
  if (begin < lines.length) chunks.push(encodeLines(channel, epoch, from + begin, begin === 0 ? lines : lines.slice(begin)));
  return chunks;
}

/** The part of a chunk behind line `after`: the chunk itself where it begins there, else its end, encoded anew. */
export function trimBefore(channel: string, chunk: EncodedLines, after: number): EncodedLines {
  return chunk.from > after ? chunk : encodeLines(channel, chunk.epoch, after + 1, chunk.lines.slice(after + 1 - chunk.from));
}

/** Whether the lines of consecutive chunks behind `after` are few enough to be replayed on a socket. */
export function isReplayable(chunks: readonly EncodedLines[], after: number): boolean {
  let lines = 0;
  let encoded = 0;
  for (const chunk of chunks) {
    lines += chunk.to - Math.max(after, chunk.from - 1);
    encoded += chunk.frame.length;
  }
  if (lines > LIMITS.replayLines) return false;
  // Encoded text is never shorter than the text, so that most need no counting.
  if (encoded <= LIMITS.replayBytes) return true;
  let bytes = 0;
  for (const chunk of chunks) {
    for (const line of chunk.lines.slice(Math.max(0, after + 1 - chunk.from))) bytes += textBytes(line);
  }
  return bytes <= LIMITS.replayBytes;
}

function textBytes(line: Line | undefined): number {
  return line === undefined ? 0 : Buffer.byteLength(line[1]);
}

/** A text message as a server sends it (RFC 6455, section 5.2): final, not masked. `payload` is a view of the end of `whole`. */
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
