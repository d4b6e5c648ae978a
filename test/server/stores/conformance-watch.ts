import { expect, test, vi } from 'vitest';
import type { Line } from '../../../src/protocol/line.ts';
import type { LogEvent } from '../../../src/server/store.ts';
import type { Current } from './conformance.ts';
import { batch, heardLines, listen, numbered, silence, texts, write } from './store-tools.ts';

/** What watchers hear, and when. */
export function watchRules(current: Current): void {
  test('emits lines and the tail after them to watchers', async () => {
    const store = current();
    const { news } = await listen(store, 'a');
    const tail = await write(store, 'a', ['1', ['2', { s: 'err' }], '\ud800'], { time: 5_000, carryOut: '1', end: 3 });
    await silence(store, 'a', news);
    expect(heardLines(news)).toEqual([
      {
        kind: 'lines',
        tail,
        lines: [
          [5_000, '1'],
          [5_000, '2', { s: 'err' }],
          [5_000, '\ufffd'],
        ],
      },
    ]);
  });

  test('tells watchers of lines only when they can be read', async () => {
    const store = current();
    const reads: Promise<readonly Line[]>[] = [];
    const { news } = await listen(store, 'a');
    store.watch('a', (item) => {
      if (item.kind !== 'lines') return;
      const after = item.tail.head - item.lines.length;
      reads.push(
        store
          .read('a', { after, limit: item.lines.length, bytes: 1_000_000 })
          .then(({ lines }) => (expect(lines).toEqual(item.lines), lines)),
      );
    });
    await Promise.all(numbered(1, 30).map((text) => write(store, 'a', [text, text])));
    await vi.waitFor(() => expect(reads.length).toBe(30));
    expect((await Promise.all(reads)).flat().length).toBe(60);
    await silence(store, 'a', news);
  });

  test('tells watchers of the lines of many writers in their order', async () => {
    const store = current();
    const { news } = await listen(store, 'a');
    await Promise.all(numbered(1, 200).map((text) => write(store, 'a', [text, `${text} too`])));
    await silence(store, 'a', news);
    const heard = heardLines(news);
    expect(heard.map(({ tail }) => tail.head)).toEqual(numbered(1, 200).map((number) => Number(number) * 2));
    expect(heard.every(({ lines }) => lines.length === 2)).toBe(true);
  });

  test('tells watchers at least that large batches came', async () => {
    const store = current();
    const { news } = await listen(store, 'a');
    await write(store, 'a', ['x'.repeat(500_000)]);
    await vi.waitFor(() => expect(news.some(({ kind }) => kind === 'lines' || kind === 'changed')).toBe(true));
  });

  test('wakes watchers for an end without a line, a trim and a removal', async () => {
    const store = current();
    await write(store, 'a', numbered(1, 5));
    const { news } = await listen(store, 'a');
    const woken = async (change: () => Promise<unknown>): Promise<void> => {
      news.length = 0;
      await change();
      await silence(store, 'a', news);
      expect(news.filter(({ kind }) => kind !== 'part')).toEqual([{ kind: 'changed' }]);
    };
    await woken(() => store.append('a', batch([], { end: 0 })));
    await woken(() => store.trim('a', { lines: 2 }, 0));
    await woken(() => store.remove('a'));
    await woken(() => store.append('a', batch([], { end: 0 })));
  });

  test('does not wake watchers for what changed nothing', async () => {
    const store = current();
    await write(store, 'a', numbered(1, 5));
    const { news } = await listen(store, 'a');
    await store.append('a', batch(['x'], { at: { epoch: undefined, offset: 1 } }));
    await store.append('a', batch([]));
    await store.trim('a', { lines: 5 }, 0);
    await store.remove('b');
    await store.tail('a');
    await silence(store, 'a', news);
    expect(news.filter(({ kind }) => kind !== 'part')).toEqual([]);
  });

  test('tells only the watchers of that log, and all of them', async () => {
    const store = current();
    const watchers = await Promise.all([listen(store, 'a'), listen(store, 'a'), listen(store, 'a/b'), listen(store, 'ab')]);
    await write(store, 'a', ['x']);
    for (const [index, { news }] of watchers.entries()) {
      await silence(store, ['a', 'a', 'a/b', 'ab'][index] ?? '', news);
      expect(heardLines(news).length).toBe(index < 2 ? 1 : 0);
    }
  });

  test('tells a watcher nothing more once it stopped, however often it says so', async () => {
    const store = current();
    const stopped = await listen(store, 'a');
    const stays = await listen(store, 'a');
    stopped.stop();
    stopped.stop();
    stopped.news.length = 0;
    await write(store, 'a', ['x']);
    await silence(store, 'a', stays.news);
    expect(heardLines(stays.news).length).toBe(1);
    expect(stopped.news).toEqual([]);
    stays.stop();
    const again = await listen(store, 'a');
    await write(store, 'a', ['y']);
    await silence(store, 'a', again.news);
    expect(heardLines(again.news).map(({ lines }) => texts(lines))).toEqual([['y']]);
  });

  test('treats one function added twice as two watchers', async () => {
    const store = current();
    const news: LogEvent[] = [];
    const listener = (item: LogEvent): void => void news.push(item);
    const { news: other } = await listen(store, 'a');
    const stop = store.watch('a', listener);
    store.watch('a', listener);
    stop();
    await write(store, 'a', ['x']);
    await silence(store, 'a', other);
    await silence(store, 'a', news);
    expect(heardLines(news).length).toBe(1);
  });

  test('keeps a watcher that throws from harming writer and watchers', async () => {
    const store = current();
    const warned = vi.fn<(warning: Error) => void>();
    process.on('warning', warned);
    try {
      store.watch('a', () => {
        throw new Error('a watcher failed on purpose');
      });
      const { news } = await listen(store, 'a');
      expect((await write(store, 'a', ['x'])).head).toBe(1);
      await silence(store, 'a', news);
      expect(heardLines(news).length).toBe(1);
      await vi.waitFor(() => expect(warned.mock.calls.some(([warning]) => warning.message === 'a watcher failed on purpose')).toBe(true));
    } finally {
      process.off('warning', warned);
    }
  });

  test('shows watchers the unfinished line of each writer, and stores nothing of it', async () => {
    const store = current();
    const { news } = await listen(store, 'a');
    store.publishPart('a', 'one', [1_000, '43 %']);
    store.publishPart('a', 'two', [1_001, 'é\u0000', { s: 'err', c: '1' }]);
    store.publishPart('a', 'one', null);
    await silence(store, 'a', news);
    expect(news.slice(0, 3)).toEqual([
      { kind: 'part', writer: 'one', line: [1_000, '43 %'] },
      { kind: 'part', writer: 'two', line: [1_001, 'é\u0000', { s: 'err', c: '1' }] },
      { kind: 'part', writer: 'one', line: null },
    ]);
    expect((await store.tail('a')).head).toBe(0);
  });
}
