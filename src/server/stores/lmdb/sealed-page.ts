import { gunzipSync } from 'node:zlib';
import { isLine, type Line } from '../../../protocol/line.ts';
import { blockHeader, bodyOf, DamagedLogError, encodeHeader, FLAG, type BlockHeader } from './block.ts';
import { decodeIndex, encodeIndex, type LineIndex } from './line-index.ts';

/** A page inflates to no more than this many bytes for each byte of text: JSON escapes take up to six. */
const MOST_PER_BYTE = 8;
/** … and for each line: its time and its extra. */
const MOST_PER_LINE = 4_096;

/** What an answer with these lines begins with; the lines and `}` follow. */
export function pageOpening(epoch: string, after: number): string {
  return `{"epoch":${JSON.stringify(epoch)},"after":${after},"lines":`;
}

/** A sealed page as it is stored. */
export function encodePage(
  header: Pick<BlockHeader, 'count' | 'bytes' | 'time' | 'before' | 'sums'>,
  index: LineIndex,
  gzip: Buffer,
): Buffer {
  const body = encodeIndex(index);
  return Buffer.concat([encodeHeader({ ...header, bodyBytes: body.length, flags: FLAG.sealed }), body, gzip]);
}

/** The gzip of a sealed page: a view. */
export function pageGzip(data: Buffer): Buffer {
  return data.subarray(bodyOf(data).end);
}

export function pageIndex(data: Buffer): LineIndex {
  const { start, end } = bodyOf(data);
  const index = decodeIndex(data.subarray(start, end), blockHeader(data));
  if (index === undefined) throw new DamagedLogError('The index of a sealed page cannot be read.');
  return index;
}

/** The lines of a sealed page. */
export function decodePage(data: Buffer): Line[] {
  const { count, bytes } = blockHeader(data);
  const lines = parseAnswer(pageGzip(data), bytes * MOST_PER_BYTE + (count + 1) * MOST_PER_LINE);
  if (lines.length !== count) throw new DamagedLogError('A sealed page has a different number of lines than it says.');
  return lines;
}

function parseAnswer(gzip: Buffer, most: number): Line[] {
  try {
    const answer: unknown = JSON.parse(gunzipSync(gzip, { maxOutputLength: most }).toString());
    const lines: unknown = typeof answer === 'object' && answer !== null && 'lines' in answer ? answer.lines : undefined;
    if (Array.isArray(lines) && lines.every(isLine)) return lines;
  } catch (cause) {
    throw new DamagedLogError('A sealed page cannot be decompressed.', { cause });
  }
  throw new DamagedLogError('A sealed page has something that is not a line.');
}
