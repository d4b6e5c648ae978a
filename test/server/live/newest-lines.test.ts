import fc from 'fast-check';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { LIMITS } from '../../../src/protocol/limits.ts';
import type { Line } from '../../../src/protocol/line.ts';
import { encodeLines } from '../../../src/server/live/encoded-lines.ts';
import type { FollowedLog } from '../../../src/server/live/followed-log.ts';
import { Hub } from '../../../src/server/live/hub.ts';
import { countNewest, readNewest } from '../../../src/server/live/newest-lines.ts';
import { Ring } from '../../../src/server/live/ring.ts';
import { SILENT } from '../../../src/server/log/logger.ts';
import { FaultyStore } from '../../support/faulty-store.ts';
import { append, numbered } from '../../support/server.ts';

/** Lengths of lines, short and long, of two bytes a character. */
const lengths = fc.array(
  fc.oneof(fc.integer({ min: 0, max: 20 }), fc.integer({ min: 1_000, max: 40_000 }), fc.constant(LIMITS.replayBytes / 2 + 1)),
  { minLength: 1, maxLength: 60 },
);
const textOf = (length: number): string => 'é'.repeat(length);

/** The model: how many of the last lines have at most 256 KiB, one by one. */
function fitting(texts: readonly string[]): number {
  let count = 0;
  let bytes = 0;
  for (const text of texts.toReversed()) {
    bytes += Buffer.byteLength(text);
    if (bytes > LIMITS.replayBytes) break;
    count += 1;
  }
  return count;
}

describe('the newest lines', () => {
  it('are as many as have 256 KiB of text together', () => {
    fc.assert(
      fc.property(lengths, (all) => {
        const texts = all.map(textOf);
        expect(countNewest(texts.map((text): Line => [0, text]))).toBe(fitting(texts));
      }),
    );
  });

  it('are found in a ring, however they are divided into entries', () => {
    fc.assert(
      fc.property(
        lengths,
        fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1 }),
        fc.nat(60),
        fc.nat(60),
        (all, sizes, from, limit) => {
          const texts = all.map(textOf);
          const ring = new Ring(Infinity);
          for (let at = 0, entry = 0; at < texts.length; entry += 1) {
            const size = sizes[entry % sizes.length] ?? 1;
            ring.append(
              encodeLines(
                'run:1',
                'e',
                at + 1,
                texts.slice(at, at + size).map((text): Line => [0, text]),
              ),
            );
            at += size;
          }
          const after = Math.min(from, texts.length);
          const head = texts.length;
          expect(ring.newestAfter(after, limit)).toBe(Math.max(after, head - limit, head - fitting(texts)));
        },
      ),
    );
  });

  it('are read from the end of a log, at most 256 KiB of them', async () => {
    await fc.assert(
      fc.asyncProperty(lengths, fc.nat(60), async (all, from) => {
        const texts = all.map(textOf);
        const store = new FaultyStore();
        const { epoch, head } = await append(store, 'run:1', texts);
        const after = Math.min(from, head - 1);
        const { lines } = await readNewest(store, 'run:1', { epoch, after, until: head });
        const expected = texts.slice(Math.max(after, head - fitting(texts)));
        expect(lines?.map(([, text]) => text)).toEqual(expected);
        expect(store.calls.read).toBeLessThan(24);
      }),
      { numRuns: 50 },
    );
  });

  it('are read in few steps where lines are short', async () => {
    const store = new FaultyStore();
    const { epoch, head } = await append(store, 'run:1', numbered(30_000));
    const { lines } = await readNewest(store, 'run:1', { epoch, after: head - 10_000, until: head });
    expect(lines).toHaveLength(10_000);
    expect(store.calls.read).toBeLessThan(6);
  });

  it('are not those of another log, nor of lines that were removed', async () => {
    const store = new FaultyStore();
    const { epoch } = await append(store, 'run:1', numbered(20));
    await store.trim('run:1', { lines: 5 }, Date.now());
    expect((await readNewest(store, 'run:1', { epoch: 'other', after: 16, until: 20 })).lines).toBeUndefined();
    expect((await readNewest(store, 'run:1', { epoch, after: 10, until: 20 })).lines).toBeUndefined();
    expect((await readNewest(store, 'run:1', { epoch, after: 15, until: 20 })).lines).toHaveLength(5);
  });
});

describe('a followed log', () => {
  async function followed(lines: number, ringBytes = 100_000): Promise<{ hub: Hub; store: FaultyStore; log: FollowedLog }> {
    const store = new FaultyStore();
    if (lines > 0) await append(store, 'run:1', numbered(lines));
    const hub = new Hub({ store, ringBytes, logger: SILENT });
    onTestFinished(() => hub.close());
    return { hub, store, log: await hub.acquire('run:1') };
  }

  it('has its newest lines in one frame, the same for all who are as far', async () => {
    const { store, log } = await followed(0);
    for (let at = 1; at <= 30; at += 1) await append(store, 'run:1', numbered(1, at));
    expect(log.newestAfter(0, 100)).toBe(0);
    expect(log.newestAfter(0, 10)).toBe(20);
    const frame = log.frameAfter(20);
    expect(frame).toMatchObject({ from: 21, to: 30 });
    expect(log.frameAfter(20)).toBe(frame);
    await append(store, 'run:1', numbered(1, 31));
    expect(log.frameAfter(20)).toMatchObject({ from: 21, to: 31 });
    expect(() => log.frameAfter(31)).toThrow(RangeError);
  });

  it('cannot tell where they begin while it holds too few, and reads them then', async () => {
    const { store, log } = await followed(500);
    expect(log.newestAfter(0, 200)).toBeUndefined();
    expect(await log.newest(0, 200)).toMatchObject({ after: 300, frame: { from: 301, to: 500 } });
    expect(log.newestAfter(0, 200)).toBe(300);
    expect(store.calls.read).toBe(1);
    expect(await log.newest(500, 200)).toEqual({ after: 500, frame: undefined });
  });

  it('has them up to the head, also those that came while they were read', async () => {
    const { store, log } = await followed(500);
    store.hold();
    const reading = log.newest(0, 200);
    await vi.waitFor(() => expect(store.held).toBe(1));
    await append(store, 'run:1', numbered(50, 501));
    store.release();
    expect(await reading).toMatchObject({ after: 350, frame: { from: 351, to: 550 } });
  });

  it('has none of another life', async () => {
    const { store, log } = await followed(500);
    store.hold();
    const reading = log.newest(0, 200);
    await vi.waitFor(() => expect(store.held).toBe(1));
    await store.remove('run:1');
    await append(store, 'run:1', numbered(3));
    store.release();
    expect(await reading).toBeUndefined();
    await vi.waitFor(() => expect(log.tail.head).toBe(3));
  });
});
