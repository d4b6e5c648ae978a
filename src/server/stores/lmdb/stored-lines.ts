import type { Line } from '../../../protocol/line.ts';
import { blockHeader, blockIndex, decodeBlock } from './block.ts';
import type { LineIndex } from './line-index.ts';
import { decodePage, pageIndex } from './sealed-page.ts';

/** The lines of a block or a sealed page. */
export function decodeLines(data: Buffer): Line[] {
  return blockHeader(data).isSealed ? decodePage(data) : decodeBlock(data);
}

/** The index of a block or a sealed page. */
export function indexOf(data: Buffer): LineIndex {
  return blockHeader(data).isSealed ? pageIndex(data) : blockIndex(data);
}
