import type { StoredBlock } from '../../store.ts';

/** Lines that a store without blocks gave, as `JSON.stringify` of them in UTF-8. */
export interface JsonBlock {
  readonly from: number;
  readonly count: number;
  readonly format: 'json';
  readonly data: Uint8Array;
}

/** Consecutive lines on their way to a thread. */
export type LineBlock = StoredBlock | JsonBlock;

/** Blocks in one buffer, which goes to a thread in one piece: a log may have a block for each line. */
export interface PackedBlocks {
  readonly data: ArrayBuffer;
  /** Five numbers for each block: its first line, how many lines, format, where its data begins, and its length. */
  readonly index: Float64Array;
}

const FORMATS = ['block', 'sealed', 'json'] as const;
const FIELDS = 5;

export function packBlocks(blocks: readonly LineBlock[]): PackedBlocks {
  const index = new Float64Array(blocks.length * FIELDS);
  const bytes = new Uint8Array(blocks.reduce((sum, { data }) => sum + data.length, 0));
  let start = 0;
  for (const [at, { from, count, format, data }] of blocks.entries()) {
    index.set([from, count, FORMATS.indexOf(format), start, data.length], at * FIELDS);
    bytes.set(data, start);
    start += data.length;
  }
  return { data: bytes.buffer, index };
}

/** A block in place: `data` is a view of the buffer that holds all. */
export interface BlockView {
  readonly from: number;
  readonly count: number;
  readonly format: LineBlock['format'];
  readonly data: Buffer;
}

export function* unpackBlocks({ data, index }: PackedBlocks): Generator<BlockView> {
  for (let at = 0; at < index.length; at += FIELDS) {
    const [from = 0, count = 0, format = 0, start = 0, length = 0] = index.subarray(at, at + FIELDS);
    yield { from, count, format: FORMATS[format] ?? 'block', data: Buffer.from(data, start, length) };
  }
}
