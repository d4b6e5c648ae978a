import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { openWriter, type Writer, type WriterOptions } from '../../../src/server/append/writer.ts';
import { AppendConflictError } from '../../../src/server/append/append-conflict-error.ts';
import { StoreUnavailableError } from '../../../src/server/store.ts';
import { MemoryStore } from '../../../src/server/stores/memory-store.ts';
import { Gate, HookedStore } from '../http/hooked-store.ts';
import { textsOf } from '../http/support.ts';
import { contextOf } from './context.ts';
import { unpackTexts } from '../../../src/server/lines/packed-lines.ts';

function open(store: HookedStore, options?: WriterOptions): Writer {
  return openWriter(contextOf(store), 'run:1', options);
}

describe('a writer', () => {
  it('writes in the order of the calls, whether the caller waits or not', async () => {
    const store = new HookedStore();
    const writer = open(store);
    const texts = Array.from({ length: 500 }, (_, index) => `line ${index}`);
    for (const text of texts) void writer.write(`${text}\n`);
    await writer.finish();
    expect(await textsOf(store, 'run:1')).toEqual(texts);
  });

  it('has one append under way, and gathers meanwhile', async () => {
    const store = new HookedStore();
    const gate = new Gate();
    store.beforeAppend = () => gate.passed;
    const writer = open(store);
    await writer.write('1\n');
    await writer.write('2\n');
    await writer.write('3\n');
    expect(store.batches).toHaveLength(0);
    gate.open();
    await writer.finish();
    expect(store.batches.map(({ lines }) => unpackTexts(lines))).toEqual([['1'], ['2', '3']]);
  });

  it('lets the caller wait while a whole batch waits', async () => {
    const store = new HookedStore();
    const gate = new Gate();
    store.beforeAppend = () => gate.passed;
    const writer = open(store);
    await writer.write('x\n');
    await writer.write('x\n'.repeat(9_999));
    let hasRoom = false;
    const full = writer.write('x\n').then(() => (hasRoom = true));
    await Promise.resolve();
    expect(hasRoom).toBe(false);
    gate.open();
    await full;
    await writer.finish();
    expect(store.batches.map(({ lines }) => lines.count)).toEqual([1, 10_000]);
  });

  it('has room for the next batch while one is made durable', async () => {
    const store = new HookedStore();
    const gates = [new Gate(), new Gate()];
    let appends = 0;
    store.beforeAppend = () => gates[appends++]?.passed;
    const writer = open(store);
    await writer.write('x\n'.repeat(10_000));
    const full = writer.write('x\n'.repeat(10_000));
    gates[0]?.open();
    await full;
    expect(store.batches).toHaveLength(1);
    let hasRoom = false;
    const next = writer.write('x\n'.repeat(10_000)).then(() => (hasRoom = true));
    await Promise.resolve();
    expect(hasRoom).toBe(false);
    gates[1]?.open();
    await next;
    await writer.finish();
    expect(store.batches.map(({ lines }) => lines.count)).toEqual([10_000, 10_000, 10_000]);
  });

  it('ends the log together with the last line', async () => {
    const store = new HookedStore();
    const writer = open(store);
    void writer.write('one\ntwo');
    await writer.end(3);
    expect(store.batches.at(-1)).toMatchObject({ end: 3 });
    expect(store.batches.at(-1)?.lines.count).toBe(1);
    expect(await store.tail('run:1')).toMatchObject({ head: 2, end: 3 });
    expect(writer.position).toEqual({ epoch: writer.tail.epoch, offset: 2 });
  });

  it('ends a log without a line, with 0 unless told otherwise', async () => {
    const store = new HookedStore();
    const writer = open(store);
    await writer.end();
    expect(await store.tail('run:1')).toMatchObject({ head: 0, end: 0 });
    expect(writer.position).toBeUndefined();
  });

  it('colours lines again when another writer changed the colours in force, and loses none', async () => {
    const store = new HookedStore();
    const red = open(store);
    const plain = open(store);
    await fc.assert(
      fc.asyncProperty(fc.array(fc.boolean(), { minLength: 1, maxLength: 20 }), async (turns) => {
        const before = (await store.tail('run:1')).head;
        await Promise.all(turns.map((isRed, index) => (isRed ? red : plain).write(isRed ? `\u001b[3${index % 8}mred\n` : 'plain\n')));
        await expect.poll(async () => (await store.tail('run:1')).head, { interval: 1 }).toBe(before + turns.length);
      }),
      { numRuns: 50 },
    );
    await red.finish();
    await plain.finish();
    // Each line begins as the one before it in the log left it, whoever wrote that.
    const { lines } = await store.read('run:1', { after: 0, limit: 10_000, bytes: 10_000_000 });
    let carry: string | undefined;
    for (const [, text, extra] of lines) {
      expect(extra?.c).toBe(carry);
      carry = /\u001b\[(\d+)m/u.exec(text)?.[1] ?? carry;
    }
    expect(carry).toBeDefined();
  });

  it('reports a failure to the next call, and writes nothing twice and nothing after it', async () => {
    const store = new HookedStore();
    const writer = open(store);
    await writer.write('one\n');
    await expect.poll(() => store.batches.length).toBe(1);
    store.isDown = true;
    void writer.write('two\n');
    await expect.poll(() => writer.failed.aborted).toBe(true);
    store.isDown = false;
    await expect(writer.write('three\n')).rejects.toThrow(StoreUnavailableError);
    await expect(writer.end(0)).rejects.toThrow(StoreUnavailableError);
    expect(writer.failed.reason).toBeInstanceOf(StoreUnavailableError);
    expect(await textsOf(store, 'run:1')).toEqual(['one']);
    expect((await store.tail('run:1')).end).toBeUndefined();
    expect(writer.position?.offset).toBe(1);
  });

  it('rejects calls that wait for room when the store fails', async () => {
    const store = new HookedStore();
    const gate = new Gate();
    store.beforeAppend = () => gate.passed;
    const writer = open(store);
    await writer.write('x\n');
    const waiting = writer.write('x\n'.repeat(10_000));
    store.isDown = true;
    gate.open();
    await expect(waiting).rejects.toThrow(StoreUnavailableError);
  });

  it('accepts nothing after its end, and says so', async () => {
    const store = new HookedStore();
    const writer = open(store);
    await writer.end(0);
    await expect(writer.write('late\n')).rejects.toThrow('closed');
    await expect(writer.finish()).rejects.toThrow('closed');
  });

  it('refuses an exit code that is none, before anything happens', async () => {
    const store = new HookedStore();
    const writer = open(store);
    await expect(writer.end(1.5)).rejects.toThrow(TypeError);
    await writer.write('still open\n');
    await writer.end(1);
    expect(await store.tail('run:1')).toMatchObject({ head: 1, end: 1 });
  });

  it('rejects with the log as it is when that has ended, or when its own condition fails', async () => {
    const store = new HookedStore();
    const conditional = open(store, { at: { epoch: undefined, offset: 0 } });
    await conditional.write('one\n');
    await expect.poll(() => store.batches.length).toBe(1);
    const other = open(store);
    void other.write('two\n');
    await other.end(5);
    const late = open(store);
    void late.write('three\n');
    for (const [writer, reason] of [
      [conditional, 'ended'],
      [late, 'ended'],
    ] as const) {
      if (writer === conditional) void writer.write('four\n');
      const error: unknown = await writer.finish().catch((caught: unknown) => caught);
      expect(error).toBeInstanceOf(AppendConflictError);
      expect(error).toMatchObject({ reason, tail: { head: 2, end: 5 } });
    }
  });

  it('drops the rest of a conditional writer that is aborted, and of any that is stopped', async () => {
    const store = new HookedStore();
    const broken = open(store, { at: { epoch: undefined, offset: 0 } });
    void broken.write('one\nhal');
    await broken.abort();
    const stopped = open(store);
    void stopped.write('two\nhal');
    await stopped.stop();
    const free = open(store);
    void free.write('three\nhal');
    await free.abort();
    expect(await textsOf(store, 'run:1')).toEqual(['one', 'two', 'three', 'hal']);
  });

  it('retracts its part along with the lines of another writer that void its condition, and shows none again', async () => {
    const store = new HookedStore();
    const writer = open(store, { at: { epoch: undefined, offset: 0 } });
    await writer.write('Compiling');
    expect(store.parts.map((line) => line?.[1])).toEqual(['Compiling']);
    const other = open(store);
    await other.write('Compiling done\n');
    await other.finish();
    expect(store.parts.at(-1)).toBeNull();
    expect(store.parts).toHaveLength(2);
    await writer.write(' more');
    expect(store.parts).toHaveLength(2);
    await writer.abort();
    expect(store.watchers).toBe(0);
    expect(await textsOf(store, 'run:1')).toEqual(['Compiling done']);
  });

  it('shows the part again that follows its own lines', async () => {
    const store = new HookedStore();
    const writer = open(store, { at: { epoch: undefined, offset: 0 } });
    await writer.write('on');
    await writer.write('e\ntw');
    await expect.poll(() => store.parts.map((line) => line?.[1] ?? null)).toEqual(['on', null, 'tw']);
    await writer.finish();
    expect(await textsOf(store, 'run:1')).toEqual(['one', 'tw']);
    expect(store.watchers).toBe(0);
  });

  it('makes the same lines as one write of all, however the text is cut into writes', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.constantFrom('a', '\n', '\r', '\r\n', '\u001b[31m', 'long enough to split', '€'), { maxLength: 30 }),
        async (parts) => {
          const whole = new HookedStore(new MemoryStore());
          const cut = new HookedStore(new MemoryStore());
          const one = openWriter(contextOf(whole, { lineBytes: 8 }), 'run:1');
          void one.write(parts.join(''));
          await one.finish();
          const many = openWriter(contextOf(cut, { lineBytes: 8 }), 'run:1');
          for (const part of parts) void many.write(part);
          await many.finish();
          const look = async (store: HookedStore) =>
            (await store.read('run:1', { after: 0, limit: 1_000, bytes: 1_000_000 })).lines.map(([, text, extra]) => [text, extra]);
          expect(await look(cut)).toEqual(await look(whole));
        },
      ),
      { numRuns: 200 },
    );
  });
});
