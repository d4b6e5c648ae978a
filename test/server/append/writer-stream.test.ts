import { Readable, type Writable } from 'node:stream';
import { finished, pipeline } from 'node:stream/promises';
import { describe, expect, it } from 'vitest';
import { AppendConflictError } from '../../../src/server/append/append-conflict-error.ts';
import { openWriter, type Writer, type WriterOptions } from '../../../src/server/append/writer.ts';
import { LEVEL } from '../../../src/protocol/marks/level.ts';
import { StoreUnavailableError } from '../../../src/server/store.ts';
import { MemoryStore } from '../../../src/server/stores/memory-store.ts';
import { Gate, HookedStore } from '../http/hooked-store.ts';
import { textsOf } from '../http/support.ts';
import { contextOf } from './context.ts';

const open = (store: MemoryStore | HookedStore, options?: WriterOptions): Writer => openWriter(contextOf(store), 'run:1', options);

/** Waits for the error of a stream. */
async function errorOf(stream: Writable): Promise<unknown> {
  return finished(stream).then(
    () => undefined,
    (error: unknown) => error,
  );
}

describe('the stream of a writer', () => {
  it('finishes once all lines are durable, the last one without a line end too', async () => {
    const store = new MemoryStore();
    await pipeline(Readable.from(['one\ntw', 'o\r\nth', 'ree']), open(store).stream());
    expect(await textsOf(store, 'run:1')).toEqual(['one', 'two', 'three']);
  });

  it('keeps characters whole that are cut between chunks', async () => {
    const store = new MemoryStore();
    const bytes = Buffer.from('é€😀\n');
    await pipeline(Readable.from([...bytes].map((byte) => Buffer.of(byte))), open(store).stream());
    expect(await textsOf(store, 'run:1')).toEqual(['é€😀']);
  });

  it('takes strings in other encodings', async () => {
    const store = new MemoryStore();
    const stream = open(store).stream();
    stream.write('6f6e65', 'hex');
    stream.end('\xe9', 'latin1');
    await finished(stream);
    expect(await textsOf(store, 'run:1')).toEqual(['one\ufffd']);
  });

  it('leaves the writer open for other streams, and for the end of the log', async () => {
    const store = new MemoryStore();
    const writer = open(store);
    await pipeline(Readable.from(['one']), writer.stream());
    await pipeline(Readable.from(['two']), writer.stream());
    await writer.end(3);
    expect(await textsOf(store, 'run:1')).toEqual(['one', 'two']);
    expect((await store.tail('run:1')).end).toBe(3);
  });

  it('ends the log with a given code', async () => {
    const store = new MemoryStore();
    await pipeline(Readable.from(['one\n']), open(store).stream({ end: 0 }));
    expect((await store.tail('run:1')).end).toBe(0);
  });

  it('gives its lines a level', async () => {
    const store = new MemoryStore();
    await pipeline(Readable.from(['all is well\n']), open(store).stream({ level: LEVEL.warn }));
    const { lines } = await store.read('run:1', { after: 0, limit: 10, bytes: 1_000 });
    expect(lines.map(([, , extra]) => extra?.l)).toEqual([LEVEL.warn]);
  });

  it('takes no more than the writer has room for', async () => {
    const store = new HookedStore();
    const gate = new Gate();
    store.beforeAppend = () => gate.passed;
    const stream = open(store).stream();
    const chunk = `${'x'.repeat(64 * 1_024 - 1)}\n`;
    let accepted = 0;
    for (let count = 0; count < 100; count += 1) stream.write(chunk, () => (accepted += chunk.length));
    for (let turn = 0; turn < 300; turn += 1) await new Promise((resolve) => setImmediate(resolve));
    // One batch is under way, and one more has gathered.
    expect(accepted).toBeGreaterThan(1_024 * 1_024 - chunk.length);
    expect(accepted).toBeLessThanOrEqual(2 * 1_024 * 1_024 + 2 * chunk.length);
    expect(stream.writableNeedDrain).toBe(true);
    gate.open();
    stream.end();
    await finished(stream);
    expect(await textsOf(store, 'run:1')).toHaveLength(100);
  });

  it('emits the error of the store, and is destroyed', async () => {
    const store = new HookedStore();
    store.beforeAppend = () => Promise.reject(new StoreUnavailableError('The disk is full.'));
    const stream = open(store).stream();
    const error = errorOf(stream);
    stream.write('one\n');
    expect(await error).toBeInstanceOf(StoreUnavailableError);
    expect(stream.destroyed).toBe(true);
  });

  it('emits an error when the log has ended meanwhile, also while nothing is written', async () => {
    const store = new MemoryStore();
    await open(store).end(0);
    const writer = open(store);
    const stream = writer.stream();
    const error = errorOf(stream);
    await expect(writer.finish().then(() => writer.write('late\n'))).rejects.toThrow();
    stream.end('late\n');
    expect(await error).toBeInstanceOf(Error);
    const another = open(store).stream();
    another.end('late\n');
    expect(await errorOf(another)).toBeInstanceOf(AppendConflictError);
  });

  it('keeps what was written when its source breaks off', async () => {
    const store = new MemoryStore();
    const writer = open(store);
    const source = new Readable({ read: () => undefined });
    const piped = pipeline(source, writer.stream());
    source.push('one\ntw');
    await new Promise((resolve) => setImmediate(resolve));
    source.destroy(new Error('The source broke.'));
    await expect(piped).rejects.toThrow('The source broke.');
    await writer.endLine();
    expect(await textsOf(store, 'run:1')).toEqual(['one', 'tw']);
  });
});

describe('ending the line of a writer', () => {
  it('resolves once what was written before is durable, whatever is written after', async () => {
    const store = new HookedStore();
    const gates = [new Gate(), new Gate()];
    let appends = 0;
    store.beforeAppend = () => gates[appends++]?.passed ?? Promise.resolve();
    const writer = open(store);
    void writer.write('one');
    const ended = writer.endLine();
    void writer.write('two\n');
    gates[0]?.open();
    await ended;
    expect(await textsOf(store, 'run:1')).toEqual(['one']);
    gates[1]?.open();
    await writer.finish();
    expect(await textsOf(store, 'run:1')).toEqual(['one', 'two']);
  });

  it('adds no line where none is unfinished', async () => {
    const store = new MemoryStore();
    const writer = open(store);
    await writer.endLine();
    await writer.write('one\n');
    await writer.endLine();
    await writer.endLine();
    expect(await textsOf(store, 'run:1')).toEqual(['one']);
  });

  it('rejects with what made the writer fail', async () => {
    const store = new HookedStore();
    store.beforeAppend = () => Promise.reject(new StoreUnavailableError('The disk is full.'));
    const writer = open(store);
    void writer.write('one');
    await expect(writer.endLine()).rejects.toBeInstanceOf(StoreUnavailableError);
  });
});
