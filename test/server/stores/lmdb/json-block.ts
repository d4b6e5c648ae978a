import type { NewLine } from '../../../../src/server/store.ts';
import { encodeAgain, NO_MARKS } from '../../../../src/server/stores/lmdb/block.ts';

/** A block as older versions wrote it where a text contains a line end; `lines` must have such a text. */
export function jsonBlock(lines: readonly NewLine[], time: number): Buffer {
  return encodeAgain(lines, time, 0, NO_MARKS)[0]?.data ?? Buffer.alloc(0);
}
