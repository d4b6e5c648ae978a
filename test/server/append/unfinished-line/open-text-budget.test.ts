import { describe, expect, it } from 'vitest';
import { OpenTextBudget, type OpenTextHolder } from '../../../../src/server/append/unfinished-line/open-text-budget.ts';
import { openWriter } from '../../../../src/server/append/writer.ts';
import { MemoryStore } from '../../../../src/server/stores/memory-store.ts';
import { contextOf } from '../context.ts';

const KIB = 1_024;

describe('OpenText', () => {
  function holder(asked: string[], name: string, kept = 1): OpenTextHolder {
    return { flush: () => (asked.push(name), kept) };
  }

  it('has nothing let out up to its bound', () => {
    const asked: string[] = [];
    const open = new OpenTextBudget(100);
    open.set(holder(asked, 'a'), 60);
    open.set(holder(asked, 'b'), 40);
    expect([open.total, asked]).toEqual([100, []]);
  });

  it('has those let out that hold most, until a quarter of it is free', () => {
    const asked: string[] = [];
    const open = new OpenTextBudget(100);
    for (const [name, bytes] of [
      ['a', 10],
      ['b', 40],
      ['c', 15],
      ['d', 36],
    ] as const)
      open.set(holder(asked, name), bytes);
    expect(asked).toEqual(['b']);
    expect(open.total).toBe(62);
  });

  it('forgets those that hold nothing any more', () => {
    const asked: string[] = [];
    const open = new OpenTextBudget(100);
    const gone = holder(asked, 'gone');
    open.set(gone, 90);
    open.set(gone, 0);
    open.set(holder(asked, 'other'), 101);
    expect([open.total, asked]).toEqual([1, ['other']]);
  });

  it('ends when no holder can flush more', () => {
    const open = new OpenTextBudget(1);
    open.set(holder([], 'a', 5), 5);
    open.set(holder([], 'b', 5), 5);
    expect(open.total).toBe(10);
  });
});

describe('writers of lines without an end', () => {
  it('hold no more than the limit together, lose nothing, and continue in the next line', async () => {
    const store = new MemoryStore();
    const context = contextOf(store, { openLineBytes: 64 * KIB });
    const writers = Array.from({ length: 20 }, (_, index) => openWriter(context, `run:${index}`));
    for (let round = 0; round < 40; round += 1) {
      for (const [index, writer] of writers.entries()) {
        await writer.write(`${index % 10}`.repeat(KIB));
        expect(context.openText.total).toBeLessThanOrEqual(64 * KIB);
      }
    }
    await Promise.all(writers.map((writer) => writer.finish()));
    expect(context.openText.total).toBe(0);
    for (const index of writers.keys()) {
      const { lines } = await store.read(`run:${index}`, { after: 0, limit: 1_000, bytes: 1e9 });
      expect(lines.map(([, text]) => text).join('')).toBe(`${index % 10}`.repeat(40 * KIB));
      expect(lines.length).toBeGreaterThan(1);
      expect(lines.map(([, , extra]) => extra?.p)).toEqual([...Array.from({ length: lines.length - 1 }, () => 1), undefined]);
    }
  });

  it('split nothing where they are made to let out, and show what they still hold', async () => {
    const store = new MemoryStore();
    const context = contextOf(store, { openLineBytes: 100 });
    const writer = openWriter(context, 'run:1');
    await writer.write(`${'x'.repeat(98)}\u001b[38;5;`);
    await expect.poll(async () => (await store.tail('run:1')).head).toBe(1);
    await writer.write('208mred \u001b[0m👨‍👩‍👧');
    await writer.write('\u200d👦!');
    await writer.finish();
    const { lines } = await store.read('run:1', { after: 0, limit: 10, bytes: 1e6 });
    expect(lines.map(([, text, extra]) => [text, extra?.p])).toEqual([
      ['x'.repeat(98), 1],
      ['\u001b[38;5;208mred \u001b[0m👨‍👩‍👧‍👦!', undefined],
    ]);
  });

  it('count nothing any more when they have ended, broken off or failed', async () => {
    const context = contextOf(new MemoryStore());
    for (const end of ['finish', 'abort', 'stop'] as const) {
      const writer = openWriter(context, 'run:1', end === 'abort' ? { at: { epoch: undefined, offset: 1 } } : {});
      await writer.write('some text');
      expect(context.openText.total).toBe(9);
      await writer[end]();
      expect(context.openText.total).toBe(0);
    }
  });
});
