import { once } from 'node:events';
import { afterEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import type { Output } from '../../src/dev-server/processes/child-outputs.ts';
import { LogProducer, MAX_QUEUED_BYTES } from '../../src/dev-server/producer/log-producer.ts';
import type { Line } from '../../src/protocol/line.ts';
import { FaultyStore } from '../support/faulty-store.ts';
import { append, numbered, startServer, type TestServer } from '../support/server.ts';
import { TcpProxy } from '../support/tcp-proxy.ts';
import { clientOf } from './support.ts';

const CHANNEL = 'run:1';

function producerTo(port: number, giveUp: AbortSignal = new AbortController().signal): { producer: LogProducer; troubles: string[] } {
  const troubles: string[] = [];
  const producer = new LogProducer({ ...clientOf(port), channel: CHANNEL, onTrouble: (message) => troubles.push(message), giveUp });
  return { producer, troubles };
}

async function linesOf(server: TestServer): Promise<readonly Line[]> {
  return (await server.store.read(CHANNEL, { after: 0, limit: 1_000_000, bytes: 1e9 })).lines;
}

const textsOf = async (server: TestServer): Promise<string[]> => (await linesOf(server)).map(([, text]) => text);

async function proxyTo(server: TestServer): Promise<TcpProxy> {
  const proxy = await TcpProxy.listen(() => server.port);
  onTestFinished(() => proxy.close());
  return proxy;
}

describe('a producer over HTTP', () => {
  afterEach(() => vi.restoreAllMocks());

  it('appends both outputs in the order they were written, stderr marked, and ends the log', async () => {
    const server = await startServer();
    const { producer } = producerTo(server.port);
    for (const [text, output] of [
      ['one\ntw', 'out'],
      ['warning\n', 'err'],
      ['o\nlast', 'out'],
    ] as const) {
      await producer.write(Buffer.from(text), output);
    }
    await producer.finish(3);
    expect((await linesOf(server)).map(([, text, extra]) => [text, extra?.s])).toEqual([
      ['one', undefined],
      ['warning', 'err'],
      ['two', undefined],
      ['last', undefined],
    ]);
    expect((await server.store.tail(CHANNEL)).end).toBe(3);
  });

  it('continues after lines of other writers, which stay whole', async () => {
    const server = await startServer();
    await append(server.store, CHANNEL, ['before']);
    const { producer } = producerTo(server.port);
    const own = numbered(300);
    const foreign = Array.from({ length: 100 }, (_, index) => `foreign ${index}`);
    await Promise.all([
      (async () => {
        for (const line of own) await producer.write(Buffer.from(`${line}\n`), 'out');
        await producer.finish();
      })(),
      (async () => {
        for (const line of foreign) await append(server.store, CHANNEL, [line]);
      })(),
    ]);
    const stored = await textsOf(server);
    expect(stored[0]).toBe('before');
    expect(stored.filter((text) => text.startsWith('line'))).toEqual(own);
    expect(stored.filter((text) => text.startsWith('foreign'))).toEqual(foreign);
  });

  it('neither loses nor repeats lines when connections are cut at any moment', async () => {
    const server = await startServer();
    const proxy = await proxyTo(server);
    const { producer } = producerTo(proxy.port);
    await producer.ready();
    const store = cutting(server, (appends) => {
      // Every fourth append loses its answer, every fourth its connection while it is under way.
      if (appends % 4 === 0) proxy.cut();
      return appends % 4 === 2 ? () => proxy.cut() : undefined;
    });
    const sent: [string, Output][] = [];
    for (let line = 1; line <= 400; line += 1) {
      const output = line % 7 === 0 ? 'err' : 'out';
      sent.push([`line ${line}`, output]);
      await producer.write(Buffer.from(`line ${line}\n`), output);
    }
    await producer.finish(0);
    expect(store.cuts).toBeGreaterThan(10);
    expect((await linesOf(server)).map(([, text, extra]) => [text, extra?.s ?? 'out'])).toEqual(sent);
    expect((await server.store.tail(CHANNEL)).end).toBe(0);
  });

  it('recognizes its lines when only the response was lost', async () => {
    const server = await startServer();
    const proxy = await proxyTo(server);
    const { producer } = producerTo(proxy.port);
    await producer.ready();
    const appended = vi.spyOn(server.store, 'append');
    appended.mockImplementationOnce(async (...batch) => {
      appended.mockRestore();
      const result = await server.store.append(...batch);
      proxy.cut();
      return result;
    });
    await producer.write(Buffer.from('only once\nand this\n'), 'out');
    await producer.finish(0);
    expect(await textsOf(server)).toEqual(['only once', 'and this']);
  });

  it('ends a log once when the response to the end was lost', async () => {
    const server = await startServer();
    const proxy = await proxyTo(server);
    const { producer } = producerTo(proxy.port);
    await producer.write(Buffer.from('a\n'), 'out');
    await vi.waitFor(async () => expect(await textsOf(server)).toEqual(['a']));
    const appended = vi.spyOn(server.store, 'append');
    appended.mockImplementationOnce(async (...batch) => {
      appended.mockRestore();
      const result = await server.store.append(...batch);
      proxy.cut();
      return result;
    });
    await producer.finish(7);
    expect((await server.store.tail(CHANNEL)).end).toBe(7);
  });

  it('waits for a failing store, says so once, and continues when it works', async () => {
    const store = new FaultyStore();
    const server = await startServer({ store });
    const { producer, troubles } = producerTo(server.port);
    await producer.ready();
    store.isDown = true;
    await producer.write(Buffer.from('patience\n'), 'out');
    await vi.waitFor(() => expect(troubles).toEqual([expect.stringMatching(/isn't accepting lines \(.*\)\. Retrying/)]), {
      timeout: 10_000,
    });
    store.isDown = false;
    await producer.finish(0);
    expect(await textsOf(server)).toEqual(['patience']);
    expect(troubles).toHaveLength(1);
  });

  it('gives up on an unreachable server when asked to, and reports the incomplete log', async () => {
    const server = await startServer();
    const proxy = await proxyTo(server);
    const stop = new AbortController();
    const { producer } = producerTo(proxy.port, stop.signal);
    await producer.ready();
    proxy.refuse(true);
    proxy.cut();
    await producer.write(Buffer.from('lost\n'), 'out');
    stop.abort();
    await expect(producer.finish(0)).rejects.toThrow(/did not accept the rest of the log/);
  });

  it('queues only up to its bound while the server is slow, and delivers everything', async () => {
    const server = await startServer();
    const proxy = await proxyTo(server);
    const { producer } = producerTo(proxy.port);
    await producer.ready();
    proxy.stall(true);
    const chunk = Buffer.from(`${'x'.repeat(1_023)}\n`.repeat(64));
    let taken = 0;
    const writing = (async () => {
      for (let index = 0; index < 64; index += 1) {
        await producer.write(chunk, 'out');
        taken += chunk.length;
      }
    })();
    // The first append left the queue; beyond that it fills up to its bound and one chunk.
    await vi.waitFor(() => expect(taken).toBeGreaterThanOrEqual(MAX_QUEUED_BYTES));
    const whenFull = taken;
    await once(setImmediateEmitter(), 'turned');
    expect(taken).toBe(whenFull);
    expect(taken).toBeLessThanOrEqual(MAX_QUEUED_BYTES + 256 * 1_024 + 2 * chunk.length);
    proxy.stall(false);
    await writing;
    await producer.finish(0);
    expect((await server.store.tail(CHANNEL)).head).toBe(64 * 64);
  });

  it('previews the unfinished line without storing it', async () => {
    const server = await startServer();
    const viewer = await server.connect();
    viewer.subscribe(server.sign(CHANNEL), 0);
    const { producer } = producerTo(server.port);
    await producer.write(Buffer.from('first\nDownloading 4'), 'out');
    await viewer.next('part', ({ line }) => line?.[1] === 'Downloading 4');
    await producer.write(Buffer.from('3 %'), 'out');
    await viewer.next('part', ({ line }) => line?.[1] === 'Downloading 43 %');
    expect(await textsOf(server)).toEqual(['first']);
    await producer.write(Buffer.from(' done\n'), 'out');
    await viewer.next('msg', ({ lines }) => lines.at(-1)?.[1] === 'Downloading 43 % done');
    await producer.write(Buffer.from('warn'), 'err');
    await viewer.next('part', ({ line }) => line?.[1] === 'warn' && line[2]?.s === 'err');
    await producer.finish();
    expect(await textsOf(server)).toEqual(['first', 'Downloading 43 % done', 'warn']);
  });

  it('withdraws the preview only when the line itself is there', async () => {
    const server = await startServer();
    const viewer = await server.connect();
    viewer.subscribe(server.sign(CHANNEL), 0);
    const { producer } = producerTo(server.port);
    await producer.write(Buffer.from('Compiling'), 'out');
    await viewer.next('part', ({ line }) => line?.[1] === 'Compiling');
    const said: (string | null)[] = [];
    const publishPart = server.store.publishPart.bind(server.store);
    vi.spyOn(server.store, 'publishPart').mockImplementation((channel, writer, line) => {
      said.push(line?.[1] ?? null);
      publishPart(channel, writer, line);
    });
    const append = server.store.append.bind(server.store);
    vi.spyOn(server.store, 'append').mockImplementationOnce(async (...batch) => {
      // Time enough for all that was begun before this append to come to its end.
      for (let turn = 0; turn < 5; turn += 1) await fetch(`http://127.0.0.1:${server.port}/log-stream/health`);
      said.push('append');
      return append(...batch);
    });
    await producer.write(Buffer.from(' done\n'), 'out');
    await viewer.next('msg', ({ lines }) => lines.at(-1)?.[1] === 'Compiling done');
    await vi.waitFor(() => expect(said.filter((text) => text !== 'Compiling')).toEqual(['append', null]));
    await producer.finish();
  });

  it('keeps a long line whole', async () => {
    const server = await startServer({ limits: { lineBytes: 100_000 } });
    const { producer } = producerTo(server.port);
    const long = 'abcdefghij'.repeat(150_000);
    for (let at = 0; at < long.length; at += 65_536) await producer.write(Buffer.from(long.slice(at, at + 65_536)), 'out');
    await producer.write(Buffer.from('\nshort\n'), 'out');
    await producer.finish();
    const pieces = await linesOf(server);
    expect(pieces.map(([, text, extra]) => (extra?.p === 1 ? text : `${text}\n`)).join('')).toBe(`${long}\nshort\n`);
  });

  it('refuses a log that has ended, and says what to do', async () => {
    const server = await startServer();
    await append(server.store, CHANNEL, ['over'], 0);
    await expect(producerTo(server.port).producer.ready()).rejects.toThrow(/has already ended \(code 0\)\. Use another channel/);
  });

  it('refuses lines after the log has ended, and keeps refusing', async () => {
    const server = await startServer();
    const { producer } = producerTo(server.port);
    await producer.ready();
    await append(server.store, CHANNEL, ['over'], 0);
    await producer.write(Buffer.from('too late\n'), 'out').catch(() => undefined);
    await expect(producer.finish()).rejects.toThrow(/has already ended/);
    await expect(producer.write(Buffer.from('again\n'), 'out')).rejects.toThrow(/has already ended/);
    expect(await textsOf(server)).toEqual(['over']);
  });

  it('says which secret is missing when the server refuses its topics', async () => {
    const server = await startServer({ secrets: ['the secret of another'] });
    await expect(producerTo(server.port).producer.ready()).rejects.toThrow(/LOG_STREAM_SECRET/);
  });
});

/** Cuts connections around appends of the store: before one as `around` does when it is called, behind it by what it returns. */
function cutting({ store }: TestServer, around: (appends: number) => (() => void) | undefined): { readonly cuts: number } {
  const append = store.append.bind(store);
  let appends = 0;
  let cuts = 0;
  vi.spyOn(store, 'append').mockImplementation(async (...batch) => {
    appends += 1;
    if (appends > 40) return append(...batch);
    const behind = around(appends);
    const result = await append(...batch);
    behind?.();
    if (appends % 2 === 0) cuts += 1;
    return result;
  });
  return {
    get cuts() {
      return cuts;
    },
  };
}

/** Lets everything that is ready to happen happen once. */
function setImmediateEmitter(): EventTarget {
  const target = new EventTarget();
  setImmediate(() => setImmediate(() => target.dispatchEvent(new Event('turned'))));
  return target;
}
