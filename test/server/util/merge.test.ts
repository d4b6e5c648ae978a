import { describe, expect, it } from 'vitest';
import { merge } from '../../../src/server/util/merge.ts';

async function* of<T>(...items: readonly T[]): AsyncGenerator<T> {
  yield* items;
}

async function* failing(message: string, ...items: readonly number[]): AsyncGenerator<number> {
  yield* items;
  throw new Error(message);
}

/** A source that gives nothing until `release` is called; then it fails. */
function hanging(): { readonly source: AsyncGenerator<number>; release(): void; readonly isClosed: () => boolean } {
  let release: () => void = () => undefined;
  const released = new Promise<void>((resolve) => (release = resolve));
  let isClosed = false;
  async function* source(): AsyncGenerator<number> {
    try {
      await released;
      yield* failing('timed out');
    } finally {
      isClosed = true;
    }
  }
  return { source: source(), release, isClosed: () => isClosed };
}

/** What came, up to the end or a failure. */
async function drain(items: AsyncIterable<number>): Promise<{ readonly came: number[]; readonly error?: unknown }> {
  const came: number[] = [];
  try {
    for await (const item of items) came.push(item);
    return { came };
  } catch (error) {
    return { came, error };
  }
}

describe('merge', () => {
  it('gives all items of all sources, those of each in order', async () => {
    const { came } = await drain(merge([of(1, 2, 3), of(), of(11, 12)]));
    expect(came.filter((item) => item < 10)).toEqual([1, 2, 3]);
    expect(came.filter((item) => item > 10)).toEqual([11, 12]);
  });

  it('gives nothing without sources', async () => {
    expect(await drain(merge<number>([]))).toEqual({ came: [] });
  });

  it('lets each source have its turn', async () => {
    expect((await drain(merge([of(1, 2, 3), of(11, 12, 13)]))).came).toEqual([1, 11, 2, 12, 3, 13]);
  });

  it('gives what the other sources have, then throws the first failure', async () => {
    const { came, error } = await drain(merge([failing('first', 1), of(11, 12, 13), failing('second', 21, 22)]));
    expect(came.sort((a, b) => a - b)).toEqual([1, 11, 12, 13, 21, 22]);
    expect(error).toEqual(new Error('first'));
  });

  it('gives what the other sources have while one hangs, and its failure in the end', async () => {
    const { source, release } = hanging();
    const merged = merge([source, of(11, 12)]);
    expect(await merged.next()).toEqual({ done: false, value: 11 });
    expect(await merged.next()).toEqual({ done: false, value: 12 });
    release();
    await expect(merged.next()).rejects.toThrow('timed out');
  });

  it('closes its sources when its caller leaves, and does not wait for one that hangs', async () => {
    const { source, release, isClosed } = hanging();
    const other = of(11, 12, 13);
    for await (const item of merge([source, other])) {
      expect(item).toBe(11);
      break;
    }
    expect((await other.next()).done).toBe(true);
    release();
    await expect.poll(isClosed).toBe(true);
  });
});
