import { describe, expect, it } from 'vitest';
import { openWriter } from '../../../src/server/append/writer.ts';
import type { AppendResult, Batch, LogTail } from '../../../src/server/store.ts';
import { NO_LOG } from '../../../src/server/store.ts';
import { decodeBlock, encodeBlocks } from '../../../src/server/stores/lmdb/block.ts';
import { advance } from '../../../src/server/stores/store-rules.ts';
import { stringsMade } from '../../support/strings-made.ts';
import { HookedStore } from '../http/hooked-store.ts';
import { contextOf } from './context.ts';

const CHUNK = 64 * 1_024;

/** Keeps what LMDB would write to disk. */
class BlockStore extends HookedStore {
  readonly blocks: Buffer[] = [];
  #tail: LogTail = NO_LOG;

  override append(_channel: string, batch: Batch): Promise<AppendResult> {
    for (const { data } of encodeBlocks(batch.lines, batch.time, 0)) this.blocks.push(data);
    this.#tail = advance(this.#tail, batch);
    return Promise.resolve({ ok: true, tail: this.#tail });
  }
}

describe('a thousand plain lines', () => {
  it.each([
    ['ASCII', (at: number) => `2026-01-05T10:10:10.100Z compiled module ${at} of the whole build, which has many more modules to come`],
    ['with colours', (at: number) => `\u001b[32mok\u001b[0m compiled \u001b[1;34mmodule\u001b[0m ${at} of the whole build in ${at} ms`],
    ['beyond ASCII', (at: number) => `✓ módulo ${at} → 漢字 🚀`],
    ['with Windows line ends', (at: number) => `module ${at}\r`],
  ])('become blocks with at most ten strings made of them: %s', async (_kind, textOf) => {
    const lines = Array.from({ length: 1_000 }, (_, at) => textOf(at));
    const bytes = Buffer.from(`${lines.join('\n')}\n`);
    const store = new BlockStore();
    const writer = openWriter(contextOf(store), 'run:1');
    const made = await stringsMade(async () => {
      for (let from = 0; from < bytes.length; from += CHUNK) void writer.write(bytes.subarray(from, from + CHUNK));
      await writer.finish();
    });
    expect(made).toBeLessThanOrEqual(10);
    const texts = store.blocks.flatMap((block) => decodeBlock(block)).map(([, text]) => text);
    expect(texts).toEqual(lines.map((line) => line.replace('\r', '')));
  });
});
