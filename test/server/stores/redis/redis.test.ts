import { createClient } from 'redis';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { NO_LOG, StoreUnavailableError, type LogTail } from '../../../../src/server/store.ts';
import { parseAddress } from '../../../../src/server/stores/redis/address.ts';
import { RedisLink } from '../../../../src/server/stores/redis/redis-link.ts';
import { MAX_REMEMBERED, SCRIPTS } from '../../../../src/server/stores/redis/scripts.ts';
import { RedisStore } from '../../../../src/server/stores/redis/redis-store.ts';
import { appendArguments } from '../../../../src/server/stores/redis/replies.ts';
import { hasRedis, RedisServer } from './redis-server.ts';
import { batch, heardLines, listen, numbered, readAll, silence, texts, write } from '../store-tools.ts';

describe.skipIf(!hasRedis)('RedisStore', () => {
  let server: RedisServer;
  let admin: ReturnType<typeof createClient>;
  let store: RedisStore;
  beforeAll(async () => {
    // Without a sync for each append, a kill could lose lines that were just acknowledged.
    server = await RedisServer.start('--appendfsync', 'always');
    admin = createClient({ url: server.url });
    admin.on('error', () => undefined);
    await admin.connect();
  });
  afterAll(async () => {
    admin.destroy();
    await server.stop();
  });
  beforeEach(async () => {
    await vi.waitFor(() => expect(admin.isReady).toBe(true), { timeout: 15_000 });
    await admin.flushAll();
    store = await RedisStore.open({ url: server.url });
  });
  afterEach(async () => {
    await store.close();
  });

  const key = (channel: string, part: string): string => `log-stream:{${channel}}:${part}`;

  test('appends a repeated batch once, and gives the same reply', async () => {
    const link = await RedisLink.open({ address: parseAddress(server.url), retryTimeout: 1_000, warn: () => undefined });
    const send = (id: string, text: string) => {
      const args = [
        key('a', 'n'),
        `epoch.${Math.random()}`,
        '',
        '0',
        '',
        '',
        ...appendArguments(id, batch([text], { end: text === 'last' ? 0 : undefined })),
      ];
      return link.run(SCRIPTS.append, [key('a', 'm'), key('a', 's'), key('a', 'i')], args);
    };
    const first = await send('one', 'x');
    expect(await send('one', 'x')).toEqual(first);
    const second = await send('two', 'y');
    expect(await send('one', 'x')).toEqual(first);
    const last = await send('three', 'last');
    expect(await send('three', 'last')).toEqual(last);
    expect(await send('two', 'y')).toEqual(second);
    expect(texts(await readAll(store, 'a'))).toEqual(['x', 'y', 'last']);
    // Nor is it appended to the next log of this name.
    await store.remove('a');
    expect(await send('two', 'y')).toEqual(second);
    expect(await store.tail('a')).toEqual(NO_LOG);
    await link.close();
  });

  test('remembers a bounded number of batches of a log for a minute', async () => {
    await Promise.all(numbered(1, 1_500).map((text) => write(store, 'a', [text])));
    // Two fields for each batch, and one for the count.
    expect(await admin.hLen(key('a', 'i'))).toBe(2 * MAX_REMEMBERED + 1);
    const ttl = await admin.pTTL(key('a', 'i'));
    expect(ttl).toBeGreaterThan(0);
    expect(ttl).toBeLessThanOrEqual(60_000);
  });

  test('numbers each line exactly once while connections break', async () => {
    const writers = numbered(0, 9).map(async (writer) => {
      for (let round = 0; round < 40; round += 1) {
        // Nothing was sent: retry, as a producer does after a 503.
        const attempt = (): Promise<unknown> => write(store, 'a', [`${writer}.${round}`]);
        await vi.waitFor(attempt, { timeout: 15_000, interval: 5 });
      }
    });
    const all = Promise.all(writers);
    for (let head = 20; head < 400; head += 40) {
      await vi.waitFor(async () => expect(Number(await admin.hGet(key('a', 'm'), 'h'))).toBeGreaterThanOrEqual(head), {
        timeout: 15_000,
        interval: 1,
      });
      // Kills every other connection, so that commands under way lose their replies.
      await admin.sendCommand(['CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes']);
    }
    await all;
    const lines = texts(await readAll(store, 'a'));
    expect(lines.length).toBe(400);
    expect(new Set(lines).size).toBe(400);
  });

  test('hears the lines of other processes in the order of Redis', async () => {
    const other = await RedisStore.open({ url: server.url });
    const { news } = await listen(store, 'a');
    await Promise.all([write(other, 'a', ['x']), write(store, 'a', ['y'])]);
    await silence(store, 'a', news);
    await vi.waitFor(() => expect(heardLines(news).length).toBe(2));
    expect(heardLines(news).map(({ tail }) => tail.head)).toEqual([1, 2]);
    await other.close();
  });

  test('begins a new epoch when acknowledged lines are gone', async () => {
    await write(store, 'a', ['1', '2']);
    const saved = await Promise.all(['m', 's'].map((part) => admin.sendCommand(['DUMP', key('a', part)], { typeMapping: { 36: Buffer } })));
    const { epoch } = await write(store, 'a', ['3']);
    const { news } = await listen(store, 'a');
    // A replica that never received line 3 is promoted.
    for (const [index, part] of ['m', 's'].entries()) {
      const dump: unknown = saved[index];
      if (!Buffer.isBuffer(dump)) throw new Error('no dump');
      await admin.sendCommand(['RESTORE', key('a', part), '0', dump, 'REPLACE']);
    }
    const other = await write(store, 'a', ['not 3']);
    expect(other).toMatchObject({ first: 1, head: 3 });
    expect(other.epoch).not.toBe(epoch);
    expect((await write(store, 'a', ['4'])).epoch).toBe(other.epoch);
    expect(texts(await readAll(store, 'a'))).toEqual(['1', '2', 'not 3', '4']);
    await silence(store, 'a', news);
    expect(news.some(({ kind }) => kind === 'changed')).toBe(true);
  });

  test('begins a new epoch when a restart lost acknowledged lines, even if more were appended since', async () => {
    const other = await RedisStore.open({ url: server.url });
    onTestFinished(() => other.close());
    const up = (task: () => Promise<LogTail>): Promise<LogTail> => vi.waitFor(task, { timeout: 15_000 });
    const { epoch } = await write(store, 'a', ['1', '2']);
    const { news } = await listen(store, 'a');
    await server.kill();
    const goBack = await server.snapshot();
    await server.launch();
    // Nothing was lost: a restart alone keeps the epoch.
    expect(await up(() => write(store, 'a', ['3', '4']))).toMatchObject({ epoch, head: 4 });
    await server.kill();
    await goBack();
    news.length = 0;
    await server.launch();
    await vi.waitFor(() => expect(news).toEqual([{ kind: 'changed' }]), { timeout: 15_000 });
    expect(await up(() => write(other, 'a', ['not 3', 'not 4', 'not 5']))).toMatchObject({ epoch, head: 5 });
    // Messages about later lines must not hide that earlier ones are gone.
    await silence(other, 'a', news);
    expect(heardLines(news)).toEqual([]);
    const now = await up(() => store.tail('a'));
    expect(now.head).toBe(5);
    expect(now.epoch).not.toBe(epoch);
    // One new epoch for all processes.
    expect((await other.tail('a')).epoch).toBe(now.epoch);
    expect((await write(store, 'a', ['6'])).epoch).toBe(now.epoch);
    expect(texts(await readAll(other, 'a'))).toEqual(['1', '2', 'not 3', 'not 4', 'not 5', '6']);
  }, 60_000);

  test('begins a new epoch when the end of a log is gone', async () => {
    const { epoch } = await write(store, 'a', ['1']);
    expect(await write(store, 'a', [], { end: 0 })).toMatchObject({ epoch, head: 1, end: 0 });
    await admin.hSet(key('a', 'm'), 'x', '');
    const tail = await store.tail('a');
    expect(tail).toMatchObject({ head: 1, end: undefined });
    expect(tail.epoch).not.toBe(epoch);
  });

  test('remembers a bounded number of runs of the server', async () => {
    await write(store, 'a', ['1']);
    for (let run = 0; run < 20; run += 1) {
      await admin.hSet(key('a', 'm'), 'g', `${String(await admin.hGet(key('a', 'm'), 'g'))} beef${run}.${run + 1}`);
      await write(store, 'a', ['x']);
    }
    expect((await admin.hGet(key('a', 'm'), 'g'))?.split(' ').length).toBe(8);
  });

  test('works after the server has forgotten the scripts', async () => {
    const { epoch } = await write(store, 'a', ['1']);
    await admin.scriptFlush();
    expect(await store.tail('a')).toMatchObject({ epoch, head: 1 });
    await admin.scriptFlush();
    expect(await write(store, 'a', ['2'])).toMatchObject({ epoch, head: 2 });
  });

  test('refuses to append after a foreign entry in the stream', async () => {
    await write(store, 'a', ['1']);
    await admin.xAdd(key('a', 's'), '0-*', { foreign: 'entry' });
    await expect(store.append('a', batch(['2']))).rejects.toThrow(/stream was changed by another program/);
    expect((await store.tail('a')).head).toBe(1);
    expect(await admin.xLen(key('a', 's'))).toBe(2);
  });

  test.each(['m', 's'])('treats a log as gone when one of its keys is lost (%s), and begins a new one', async (part) => {
    const { epoch } = await write(store, 'a', ['1', '2', '3']);
    await admin.del(key('a', part));
    expect(await store.tail('a')).toEqual(NO_LOG);
    expect(await store.read('a', { after: 0, limit: 10, bytes: 100 })).toEqual({ tail: NO_LOG, lines: [] });
    const tail = await write(store, 'a', ['new']);
    expect(tail).toMatchObject({ first: 1, head: 1 });
    expect(tail.epoch).not.toBe(epoch);
    expect(texts(await readAll(store, 'a'))).toEqual(['new']);
  });

  test('reports missing lines when entries of the stream were deleted', async () => {
    await write(store, 'a', numbered(1, 5));
    await admin.xDel(key('a', 's'), '0-3');
    await expect(store.read('a', { after: 0, limit: 10, bytes: 100 })).rejects.toThrow(/stream was changed by another program/);
    await admin.xDel(key('a', 's'), '0-5');
    await expect(store.read('a', { after: 4, limit: 10, bytes: 100 })).rejects.toBeInstanceOf(StoreUnavailableError);
  });

  test('numbers lines beyond the integers that Lua formats exactly', async () => {
    await write(store, 'a', ['1']);
    await admin.sendCommand(['XSETID', key('a', 's'), '0-1000000000000000']);
    await admin.hSet(key('a', 'm'), { f: '1000000000000001', h: '1000000000000000' });
    expect(await write(store, 'a', ['x', 'y'])).toMatchObject({ head: 1_000_000_000_000_002 });
    expect(texts((await store.read('a', { after: 1_000_000_000_000_000, limit: 5, bytes: 100 })).lines)).toEqual(['x', 'y']);
    expect(await store.trim('a', { lines: 1 }, 0)).toMatchObject({ first: 1_000_000_000_000_002 });
  });

  test('keeps the keys of a log in one slot of a cluster', async () => {
    await write(store, 'run:1/a', ['x']);
    const keys = await admin.keys('*');
    expect(keys.length).toBe(3);
    // The slot depends on the text between the first braces.
    for (const name of [...keys, key('run:1/a', 'n')]) expect(/\{(.*?)\}/.exec(name)?.[1]).toBe('run:1/a');
  });

  test('refuses while Redis is down, then recovers and wakes its watchers', async () => {
    await store.close();
    store = await RedisStore.open({ url: server.url, retryTimeout: 300 });
    const { epoch } = await write(store, 'a', ['1']);
    const { news } = await listen(store, 'a');
    await server.kill();
    await expect(store.append('a', batch(['lost']))).rejects.toBeInstanceOf(StoreUnavailableError);
    await expect(store.tail('a')).rejects.toThrow(/Check that the server is running/);
    await expect(store.remove('a')).rejects.toBeInstanceOf(StoreUnavailableError);
    expect(news).toEqual([]);
    // A watcher that starts while Redis is down is served later; one that stopped is not.
    const meanwhile: string[] = [];
    store.watch('b', ({ kind }) => meanwhile.push(kind));
    const stopped: string[] = [];
    store.watch('c', ({ kind }) => stopped.push(kind))();
    await server.launch();
    await vi.waitFor(() => store.tail('a'), { timeout: 15_000 });
    expect(await write(store, 'a', ['2'])).toMatchObject({ epoch, head: 2 });
    await vi.waitFor(() => expect(news.some(({ kind }) => kind === 'changed')).toBe(true), { timeout: 15_000 });
    expect(texts(await readAll(store, 'a'))).toEqual(['1', '2']);
    await vi.waitFor(() => expect(meanwhile).toContain('changed'), { timeout: 15_000 });
    await write(store, 'c', ['x']);
    await write(store, 'b', ['x']);
    await vi.waitFor(() => expect(meanwhile).toContain('lines'));
    expect(stopped).toEqual([]);
    const again = await listen(store, 'a');
    await write(store, 'a', ['3']);
    await silence(store, 'a', again.news);
    expect(heardLines(again.news).length).toBe(1);
  }, 60_000);

  test('writes nothing when Redis is out of memory', async () => {
    await write(store, 'a', ['1']);
    await admin.configSet('maxmemory', '1');
    try {
      await expect(store.append('a', batch(['2', '3']))).rejects.toThrow(/maxmemory/);
      expect((await store.tail('a')).head).toBe(1);
    } finally {
      await admin.configSet('maxmemory', '0');
    }
    expect((await write(store, 'a', ['2'])).head).toBe(2);
  });

  test('rejects when there is no server', async () => {
    const attempt = RedisStore.open({ url: 'redis://127.0.0.1:1' });
    await expect(attempt).rejects.toBeInstanceOf(StoreUnavailableError);
    await expect(attempt).rejects.toThrow(/Check that the server is running/);
  });

  test('refuses a prefix with braces', async () => {
    await expect(RedisStore.open({ url: server.url, prefix: '{x}' })).rejects.toThrow(/prefix/);
  });
});
