import { gzipSync } from 'node:zlib';
import type { Line, LineExtra } from '../../../../src/protocol/line.ts';
import type { LineBlock } from '../../../../src/server/search/scan/packed-blocks.ts';
import type { NewLine } from '../../../../src/server/store.ts';
import { encodeAgain, NO_MARKS } from '../../../../src/server/stores/lmdb/block.ts';

export type Format = LineBlock['format'];

/** Consecutive lines from a number on, as a store keeps them: a block has one time, the other formats have any number of lines. */
export function blocksOf(lines: readonly Line[], from: number, format: Format): LineBlock[] {
  const json = Buffer.from(JSON.stringify(lines));
  if (lines.length === 0) return [];
  if (format === 'json') return [{ from, count: lines.length, format, data: json }];
  if (format === 'sealed') {
    const page = `{"epoch":"e","after":${from - 1},"lines":${json.toString()}}`;
    return [{ from, count: lines.length, format, data: new Uint8Array(gzipSync(page)) }];
  }
  const [first, ...rest] = lines;
  const same = rest.findIndex(([time]) => time !== first?.[0]);
  const count = same === -1 ? lines.length : same + 1;
  const own = lines.slice(0, count);
  const encoded = encodeAgain(own.map(asNew), first?.[0] ?? 0, 0, NO_MARKS);
  let at = from;
  const blocks = encoded.map(({ count: size, data }): LineBlock => {
    at += size;
    return { from: at - size, count: size, format, data: new Uint8Array(data) };
  });
  return [...blocks, ...blocksOf(lines.slice(count), from + count, format)];
}

function asNew([, text, extra]: readonly [number, string, LineExtra?]): NewLine {
  return extra === undefined ? [text] : [text, extra];
}
