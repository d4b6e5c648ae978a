import { gunzipSync } from 'node:zlib';
import { isLine, type Line } from '../../../protocol/line.ts';
import { inflatedLength } from '../../util/inflated-length.ts';
import { blockHeader, blockIndex, bodyOf, DamagedLogError, encodeHeader, FLAG, type BlockHeader } from './block.ts';
import { decodeIndex, encodeIndex, type LineIndex } from './line-index.ts';

/** Where the gzip of a page is. */
export interface PageLocation {
  /** The first line of the bundle that it is in. */
  readonly bundle: number;
  readonly offset: number;
  readonly length: number;
}

const LOCATION = 16;

/** A page inflates to no more than this many bytes for each byte of text: JSON escapes take up to six. */
const MOST_PER_BYTE = 8;
/** … and for each line: its time and its extra. */
const MOST_PER_LINE = 4_096;

/** What an answer with these lines begins with; the lines and `}` follow. */
export function pageOpening(epoch: string, after: number): string {
  return `{"epoch":${JSON.stringify(epoch)},"after":${after},"lines":`;
}

/** What is stored among the blocks for a sealed page. */
export function encodePage(
  header: Pick<BlockHeader, 'count' | 'bytes' | 'time' | 'before' | 'sums'>,
  index: LineIndex,
  { bundle, offset, length }: PageLocation,
): Buffer {
  const body = encodeIndex(index);
  const location = Buffer.allocUnsafe(LOCATION);
  location.writeDoubleLE(bundle, 0);
  location.writeUInt32LE(offset, 8);
  location.writeUInt32LE(length, 12);
  return Buffer.concat([encodeHeader({ ...header, bodyBytes: body.length, flags: FLAG.sealed }), body, location]);
}

export function pageLocation(data: Buffer): PageLocation {
  const { end } = bodyOf(data);
  if (data.length !== end + LOCATION) throw new DamagedLogError('A sealed page does not say where it is.');
  return { bundle: data.readDoubleLE(end), offset: data.readUInt32LE(end + 8), length: data.readUInt32LE(end + 12) };
}

/** The index of a block or a sealed page. */
export function indexOf(data: Buffer): LineIndex {
  const header = blockHeader(data);
  if (!header.isSealed) return blockIndex(data);
  const { start, end } = bodyOf(data);
  const index = decodeIndex(data.subarray(start, end), header);
  if (index === undefined) throw new DamagedLogError('The index of a sealed page cannot be read.');
  return index;
}

/** The lines in the gzip of a sealed page. */
export function decodePage({ count, bytes }: Pick<BlockHeader, 'count' | 'bytes'>, gzip: Buffer): Line[] {
  const lines = parseAnswer(gzip, bytes * MOST_PER_BYTE + (count + 1) * MOST_PER_LINE);
  if (lines.length !== count) throw new DamagedLogError('A sealed page has a different number of lines than it says.');
  return lines;
}

function parseAnswer(gzip: Buffer, most: number): Line[] {
  try {
    const inflated = gunzipSync(gzip, { maxOutputLength: most, chunkSize: Math.min(most, inflatedLength(gzip)) });
    const answer: unknown = JSON.parse(inflated.toString());
    const lines: unknown = typeof answer === 'object' && answer !== null && 'lines' in answer ? answer.lines : undefined;
    if (Array.isArray(lines) && lines.every(isLine)) return lines;
  } catch (cause) {
    throw new DamagedLogError('A sealed page cannot be decompressed.', { cause });
  }
  throw new DamagedLogError('A sealed page contains something that is not a line.');
}
