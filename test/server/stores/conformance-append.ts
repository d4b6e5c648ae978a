import { expect, test } from 'vitest';
import { NO_LOG } from '../../../src/server/store.ts';
import type { Current } from './conformance.ts';
import { accepted, batch, numbered, readAll, texts, write } from './store-tools.ts';

const MIB = 1_048_576;

/** Numbering, epochs, ends, refusals and atomicity. */
export function appendRules(current: Current): void {
  test('numbers lines from 1 on, without a gap, over batches', async () => {
    const store = current();
    expect(await write(store, 'a', ['1', '2', '3'])).toMatchObject({ first: 1, head: 3 });
    expect(await write(store, 'a', ['4'])).toMatchObject({ first: 1, head: 4 });
    expect(await write(store, 'a', ['5', '6'])).toMatchObject({ first: 1, head: 6 });
    expect(texts(await readAll(store, 'a'))).toEqual(numbered(1, 6));
  });

  test('mints an epoch with the first line and keeps it', async () => {
    const store = current();
    expect(await store.tail('a')).toEqual(NO_LOG);
    const { epoch } = await write(store, 'a', ['1']);
    expect(epoch).toMatch(/^[^-\s]{1,64}$/);
    expect((await write(store, 'a', ['2'])).epoch).toBe(epoch);
    expect((await store.tail('a')).epoch).toBe(epoch);
  });

  test('gives every log and every incarnation an epoch of its own', async () => {
    const store = current();
    const epochs = new Set<string>();
    for (let round = 0; round < 10; round += 1) {
      for (const channel of ['a', 'b']) epochs.add((await write(store, channel, ['x'])).epoch);
      for (const channel of ['a', 'b']) expect(await store.remove(channel)).toBe(true);
    }
    expect(epochs.size).toBe(20);
  });

  test('completes a log after its last lines', async () => {
    const store = current();
    const tail = await write(store, 'a', ['1', '2'], { end: 143, carryOut: '31' });
    expect(tail).toMatchObject({ head: 2, end: 143, carry: '31' });
    expect(await store.tail('a')).toEqual(tail);
  });

  test('completes a log later, without a line', async () => {
    const store = current();
    const before = await write(store, 'a', ['1'], { time: 5_000, carryOut: '1' });
    const after = await write(store, 'a', [], { time: 9_000, carryIn: '1', end: 0 });
    expect(after).toEqual({ ...before, end: 0 });
  });

  test('completes a log that has no line, which then has no epoch', async () => {
    const store = current();
    expect(await write(store, 'a', [], { end: 1 })).toEqual({ ...NO_LOG, end: 1 });
    expect(await store.tail('a')).toEqual({ ...NO_LOG, end: 1 });
    expect(await store.append('a', batch(['late']))).toEqual({ ok: false, reason: 'ended', tail: { ...NO_LOG, end: 1 } });
    expect(await store.read('a', { after: 0, limit: 10, bytes: MIB })).toEqual({ tail: { ...NO_LOG, end: 1 }, lines: [] });
    expect(await store.remove('a')).toBe(true);
    expect(await store.tail('a')).toEqual(NO_LOG);
  });

  test('accepts a negative exit code and a large one', async () => {
    const store = current();
    expect((await write(store, 'a', ['x'], { end: -1 })).end).toBe(-1);
    expect((await write(store, 'b', ['x'], { end: 3_221_225_477 })).end).toBe(3_221_225_477);
    expect((await store.tail('b')).end).toBe(3_221_225_477);
  });

  test('does nothing for a batch with neither line nor end', async () => {
    const store = current();
    expect(await write(store, 'a', [])).toEqual(NO_LOG);
    expect(await store.tail('a')).toEqual(NO_LOG);
    const tail = await write(store, 'a', ['1'], { carryOut: '1' });
    expect(await write(store, 'a', [], { time: 9_000, carryIn: '1', carryOut: '2' })).toEqual(tail);
    expect(await store.tail('a')).toEqual(tail);
  });

  test('refuses in the order ended, moved, carry, and writes nothing then', async () => {
    const store = current();
    const open = await write(store, 'a', ['1'], { carryOut: '31' });
    const wrong = { carryIn: '32', at: { epoch: undefined, offset: 7 }, end: 0 };
    expect(await store.append('a', batch(['x'], wrong))).toEqual({ ok: false, reason: 'moved', tail: open });
    expect(await store.append('a', batch(['x'], { ...wrong, at: undefined }))).toEqual({ ok: false, reason: 'carry', tail: open });
    expect(await store.tail('a')).toEqual(open);
    const ended = await write(store, 'a', [], { carryIn: '31', end: 0 });
    expect(await store.append('a', batch(['x'], wrong))).toEqual({ ok: false, reason: 'ended', tail: ended });
    expect(await store.append('a', batch([], { carryIn: '31', end: 1 }))).toEqual({ ok: false, reason: 'ended', tail: ended });
    expect(await store.tail('a')).toEqual(ended);
    expect(texts(await readAll(store, 'a'))).toEqual(['1']);
  });

  test('appends at an expected head only there, in any epoch or in that one alone', async () => {
    const store = current();
    const { epoch } = await write(store, 'a', ['1', '2']);
    const at = (offset: number, of?: string) => store.append('a', batch(['x'], { at: { epoch: of, offset } }));
    expect(await at(1)).toMatchObject({ ok: false, reason: 'moved', tail: { head: 2 } });
    expect(await at(3)).toMatchObject({ ok: false, reason: 'moved' });
    expect(await at(2, `${epoch}x`)).toMatchObject({ ok: false, reason: 'moved' });
    expect(await at(2, '')).toMatchObject({ ok: false, reason: 'moved' });
    expect(await at(1, epoch)).toMatchObject({ ok: false, reason: 'moved' });
    expect(await at(2)).toMatchObject({ ok: true, tail: { head: 3 } });
    expect(await at(3, epoch)).toMatchObject({ ok: true, tail: { head: 4 } });
  });

  test('treats a missing log as one with head 0 and no epoch', async () => {
    const store = current();
    expect(await store.append('a', batch(['x'], { at: { epoch: undefined, offset: 1 } }))).toEqual({
      ok: false,
      reason: 'moved',
      tail: NO_LOG,
    });
    expect(await store.append('a', batch(['x'], { at: { epoch: 'e', offset: 0 } }))).toEqual({ ok: false, reason: 'moved', tail: NO_LOG });
    expect(await store.append('a', batch(['x'], { at: { epoch: '', offset: 0 } }))).toMatchObject({ ok: true, tail: { head: 1 } });
    expect(await store.append('b', batch(['x'], { at: { epoch: undefined, offset: 0 } }))).toMatchObject({ ok: true, tail: { head: 1 } });
    expect(await store.append('c', batch(['x'], { carryIn: '1' }))).toEqual({ ok: false, reason: 'carry', tail: NO_LOG });
  });

  test('never lets time go back', async () => {
    const store = current();
    expect((await write(store, 'a', ['1'], { time: 2_000 })).time).toBe(2_000);
    expect((await write(store, 'a', ['2', '3'], { time: 1_500 })).time).toBe(2_000);
    expect((await write(store, 'a', ['4'], { time: 1_763_658_000_123 })).time).toBe(1_763_658_000_123);
    expect((await readAll(store, 'a')).map(([time]) => time)).toEqual([2_000, 2_000, 2_000, 1_763_658_000_123]);
  });

  test('carries the colour after the last line to the next batch', async () => {
    const store = current();
    await write(store, 'a', ['red'], { carryOut: '31;1' });
    expect(await store.append('a', batch(['x']))).toMatchObject({ ok: false, reason: 'carry', tail: { carry: '31;1' } });
    expect((await write(store, 'a', [['more', { c: '31;1' }]], { carryIn: '31;1', carryOut: '' })).carry).toBe('');
  });

  test('keeps the extras of each line', async () => {
    const store = current();
    const lines = [
      ['plain'],
      ['e', { s: 'err' }],
      ['c', { c: '38;5;208' }],
      ['c', { c: '38;5;208' }],
      ['all', { s: 'err', c: '1', p: 1 }],
      ['plain'],
    ] as const;
    await write(store, 'a', lines);
    expect(await readAll(store, 'a')).toEqual(lines.map((line) => [1_000, ...line]));
  });

  test('keeps any text as it is', async () => {
    const store = current();
    const lines = [
      '',
      ' ',
      '\u0000',
      'a\u0000b',
      '\r',
      '\r\r',
      '\u2028',
      '\ufeffx',
      '🙂',
      'Ünïcödé',
      '\x1b[31mred',
      '"\\',
      '{"e":1}',
      '\uffff',
      '',
    ];
    await write(store, 'a', lines);
    await write(store, 'a', ['']);
    await write(store, 'a', ['', '']);
    expect(texts(await readAll(store, 'a'))).toEqual([...lines, '', '', '']);
  });

  test('keeps lines apart where one ends and the next begins with half a character', async () => {
    const store = current();
    await write(store, 'a', ['x\ud83d', '\ude00y', 'z']);
    await write(store, 'a', ['\ud83d\r', '\ude00']);
    expect(texts(await readAll(store, 'a'))).toEqual(['x\ufffd', '\ufffdy', 'z', '\ufffd\r', '\ufffd']);
  });

  test('keeps lines of 1 MiB', async () => {
    const store = current();
    const lines = ['a'.repeat(MIB), 'é'.repeat(MIB / 2), '🙂'.repeat(MIB / 4)];
    await write(store, 'a', lines);
    for (const [index, text] of lines.entries()) {
      const { lines: got } = await store.read('a', { after: index, limit: 10, bytes: MIB });
      expect(got.length).toBe(1);
      expect(got[0]?.[1] === text).toBe(true);
    }
  });

  test('keeps batches of ten thousand lines', async () => {
    const store = current();
    await write(store, 'a', numbered(1, 10_000));
    await write(store, 'a', numbered(10_001, 20_000));
    expect(texts(await readAll(store, 'a'))).toEqual(numbered(1, 20_000));
  });

  test('keeps logs apart whose names begin alike', async () => {
    const store = current();
    const names = [
      'a',
      'a/b',
      'ab',
      'a:b',
      'a/b/c',
      'A',
      'a.',
      'a-',
      'a@b',
      'a_',
      '0',
      '..',
      '__proto__',
      'constructor',
      `x${'/y'.repeat(127)}z`,
    ];
    for (const name of names) await write(store, name, [name, `2 ${name}`]);
    for (const name of names) expect(texts(await readAll(store, name))).toEqual([name, `2 ${name}`]);
    expect(await listed(store)).toEqual([...names].sort());
    expect(await store.remove('a')).toBe(true);
    expect(await listed(store)).toEqual(names.filter((name) => name !== 'a').sort());
    for (const name of names.slice(1)) expect((await store.tail(name)).head).toBe(2);
  });

  test('names more logs than fit on one page, each once', async () => {
    const store = current();
    const names = numbered(1, 2_500).map((number) => `run:${number}`);
    await Promise.all(names.map((name) => write(store, name, ['x'])));
    expect(await listed(store)).toEqual([...names].sort());
  });

  test('writes batches of many writers whole, each line exactly once', async () => {
    const store = current();
    const heads = await Promise.all(
      Array.from({ length: 20 }, async (_, writer) => {
        const mine: number[] = [];
        for (let round = 0; round < 15; round += 1) {
          const tail = await write(store, 'a', [`${writer}.${round}.0`, `${writer}.${round}.1`, `${writer}.${round}.2`]);
          mine.push(tail.head);
        }
        return mine;
      }),
    );
    const lines = texts(await readAll(store, 'a'));
    expect(lines.length).toBe(900);
    expect(new Set(lines).size).toBe(900);
    for (const [writer, mine] of heads.entries()) {
      for (const [round, head] of mine.entries()) {
        expect(lines.slice(head - 3, head)).toEqual([0, 1, 2].map((index) => `${writer}.${round}.${index}`));
      }
    }
  });

  test('lets one of many writers at the same head win', async () => {
    const store = current();
    for (let round = 0; round < 10; round += 1) {
      const at = { epoch: undefined, offset: round };
      const results = await Promise.all(numbered(0, 9).map((writer) => store.append('a', batch([writer], { at }))));
      const won = results.filter((result) => result.ok);
      expect(won.length).toBe(1);
      for (const result of results) expect(result.tail.head).toBe(round + 1);
    }
    expect((await store.tail('a')).head).toBe(10);
  });

  test('lets one of many ends win, and no line follow it', async () => {
    const store = current();
    const results = await Promise.all(numbered(0, 9).map((code) => store.append('a', batch([code], { end: Number(code) }))));
    const [won, ...others] = results.filter((result) => result.ok);
    expect(others).toEqual([]);
    const tail = won === undefined ? NO_LOG : accepted(won);
    expect(tail.head).toBe(1);
    expect(texts(await readAll(store, 'a'))).toEqual([String(tail.end)]);
  });
}

async function listed(store: ReturnType<Current>): Promise<string[]> {
  const names: string[] = [];
  for await (const name of store.channels()) names.push(name);
  return names.sort();
}
