import { ExtraRuns } from '../../../../src/server/lines/extra-runs.ts';
import type { NewLine } from '../../../../src/server/store.ts';
import { encodeHeader, FLAG, NO_MARKS } from '../../../../src/server/stores/lmdb/block.ts';

/** A block as older versions wrote it where a text contains a line end. */
export function jsonBlock(lines: readonly NewLine[], time: number): Buffer {
  const texts = lines.map(([text]) => text);
  const body = Buffer.from(JSON.stringify(texts));
  const runs = new ExtraRuns();
  for (const [at, [, extra]] of lines.entries()) if (extra !== undefined) runs.add(at, 1, extra);
  const bytes = texts.reduce((sum, text) => sum + Buffer.byteLength(text), 0);
  const header = encodeHeader({
    count: lines.length,
    bytes,
    time,
    before: 0,
    sums: NO_MARKS.sums,
    bodyBytes: body.length,
    flags: FLAG.json,
  });
  return Buffer.concat([header, body, Buffer.from(runs.runs.length === 0 ? '' : JSON.stringify(runs.runs))]);
}
