import { describe, expect, it, vi } from 'vitest';
import type { LogLine } from '../../src/worker/api.ts';
import { LogDeniedError, LogResetError, LogTruncatedError } from '../../src/worker/client.ts';
import { READ_AHEAD } from '../../src/worker/tab/line-reader.ts';
import { numbered, startServer } from '../support/server.ts';
import { openTab, startSharedWorker } from './support/platform.ts';
import { packLines } from '../../src/server/lines/packed-lines.ts';

async function read(lines: AsyncIterable<LogLine>): Promise<number[]> {
  const result: number[] = [];
  for await (const { offset } of lines) result.push(offset);
  return result;
}

describe('lines()', () => {
  it('returns the properties of each line', async () => {
    const server = await startServer();
    startSharedWorker();
    await server.store.append('run:1', {
      lines: packLines([['\u001b[31mred'], ['oops', { s: 'err', c: '31' }], ['long', { p: 1 }]]),
      time: 5,
      carryIn: '',
      carryOut: '31',
      end: 0,
    });
    const lines: LogLine[] = [];
    for await (const line of openTab(server.url).open(server.sign('run:1')).lines()) lines.push(line);
    expect(lines).toEqual([
      { offset: 1, time: 5, text: '\u001b[31mred', stderr: false, carry: '', continues: false },
      { offset: 2, time: 5, text: 'oops', stderr: true, carry: '31', continues: false },
      { offset: 3, time: 5, text: 'long', stderr: false, carry: '', continues: true },
    ]);
  });

  it('starts after a line, and ends at once after the last line of a log that has ended', async () => {
    const server = await startServer();
    startSharedWorker();
    await server.append('run:1', numbered(10), 0);
    const log = openTab(server.url).open(server.sign('run:1'));
    expect(await read(log.lines({ after: 7 }))).toEqual([8, 9, 10]);
    expect(await read(log.lines({ after: 10 }))).toEqual([]);
    expect(() => log.lines({ after: -1 })).toThrow(TypeError);
    expect(() => log.lines({ after: 1.5 })).toThrow(TypeError);
  });

  it('ends for a log that ended without lines', async () => {
    const server = await startServer();
    startSharedWorker();
    await server.append('run:1', [], 1);
    const log = openTab(server.url).open(server.sign('run:1'));
    expect(await read(log.lines())).toEqual([]);
    expect(log.status).toMatchObject({ state: 'ended', end: 1, head: 0 });
  });

  it('reads a bounded distance ahead, and continues as lines are consumed', async () => {
    const server = await startServer();
    const { env } = startSharedWorker();
    await server.append('run:1', numbered(20_000), 0);
    const lines = openTab(server.url).open(server.sign('run:1')).lines();
    expect((await lines.next()).value).toMatchObject({ offset: 1 });
    const segments = READ_AHEAD / 1_000 + 1;
    await vi.waitFor(() => expect(env.requests.length).toBeGreaterThanOrEqual(segments - 1));
    await vi.waitFor(() => expect(server.logs.stats().requests).toBe(0));
    expect(env.requests.length).toBeLessThanOrEqual(segments);
    expect(await read(lines)).toHaveLength(19_999);
    expect(env.requests).toHaveLength(20);
  });

  it('reads no further ahead than a few megabytes of text', async () => {
    const server = await startServer();
    const { env } = startSharedWorker();
    await server.append(
      'run:1',
      Array.from({ length: 40 }, (_, at) => String(at + 1).padStart(500_000, '.')),
      0,
    );
    const lines = openTab(server.url).open(server.sign('run:1')).lines();
    const first = (await lines.next()).value as LogLine;
    expect(first.text).toHaveLength(500_000);
    let before = -1;
    while (before !== env.requests.length) {
      before = env.requests.length;
      await server.append('run:2', numbered(1));
      await vi.waitFor(() => expect(server.logs.stats().requests).toBe(0));
    }
    expect(env.requests.length).toBeLessThan(16);
    expect(await read(lines)).toHaveLength(39);
  });

  it('throws when the log was restarted', async () => {
    const server = await startServer();
    startSharedWorker();
    await server.append('run:1', numbered(10));
    const lines = openTab(server.url).open(server.sign('run:1')).lines();
    await lines.next();
    const answer = await fetch(`${server.url}/topics/run:1`, {
      method: 'DELETE',
      headers: { authorization: `Bearer ${server.sign('run:1', { write: true })}` },
    });
    expect(answer.status).toBe(204);
    await expect(read(lines)).rejects.toBeInstanceOf(LogResetError);
    expect(await lines.next()).toEqual({ done: true, value: undefined });
  });

  it('throws when retention removed a line before it was read, and says how to continue', async () => {
    const server = await startServer();
    startSharedWorker();
    await server.append('run:1', numbered(100), 0);
    await server.store.trim('run:1', { lines: 10 }, Date.now());
    const log = openTab(server.url).open(server.sign('run:1'));
    const error: unknown = await read(log.lines()).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(LogTruncatedError);
    const { first, message } = error as LogTruncatedError;
    expect(first).toBe(91);
    expect(message).toContain('lines({ after: 90 })');
    expect(await read(log.lines({ after: first - 1 }))).toEqual([91, 92, 93, 94, 95, 96, 97, 98, 99, 100]);
    expect((await log.range(1, 95)).map(({ offset }) => offset)).toEqual([91, 92, 93, 94, 95]);
  });

  it('throws when access is refused, with the explanation of the server', async () => {
    const server = await startServer();
    startSharedWorker();
    const forged = `${server.sign('run:1').split('--')[0]}--${'0'.repeat(64)}`;
    const log = openTab(server.url).open(forged);
    await expect(read(log.lines())).rejects.toThrow(LogDeniedError);
    await expect(log.range(1, 5)).rejects.toThrow(/signature/u);
    expect(log.status.state).toBe('denied');
  });

  it('is aborted by its signal, by closing the log, and by leaving the loop', async () => {
    const server = await startServer();
    const { host } = startSharedWorker();
    await server.append('run:1', numbered(10));
    const tab = openTab(server.url);
    const log = tab.open(server.sign('run:1'));
    const abort = new AbortController();
    const aborted = read(log.lines({ signal: abort.signal }));
    const closed = read(log.lines());
    const range = log.range(5, 9);
    for await (const { offset } of log.lines()) if (offset === 3) break;
    expect(await range).toHaveLength(5);
    await vi.waitFor(async () => expect((await tab.connection.stats()).views).toBe(2));
    abort.abort(new Error('enough'));
    await expect(aborted).rejects.toThrow('enough');
    await vi.waitFor(async () => expect((await tab.connection.stats()).views).toBe(1));
    log.close();
    await expect(closed).rejects.toThrow('closed');
    expect(() => log.lines()).toThrow('closed');
    await expect(log.range(1, 2)).rejects.toThrow('closed');
    expect(await tab.connection.stats()).toMatchObject({ views: 0, topics: 0 });
    expect(host.tabs).toBe(1);
  });

  it('answers concurrent calls of next one after another', async () => {
    const server = await startServer();
    startSharedWorker();
    await server.append('run:1', numbered(3), 0);
    const lines = openTab(server.url).open(server.sign('run:1')).lines();
    const results = await Promise.all([1, 2, 3, 4].map(() => lines.next()));
    expect(results.map(({ value }) => (value as LogLine | undefined)?.offset)).toEqual([1, 2, 3, undefined]);
  });
});

describe('a log', () => {
  it('dispatches events when its state and its head change', async () => {
    const server = await startServer();
    startSharedWorker();
    const log = openTab(server.url).open(server.sign('run:1'));
    const states: string[] = [];
    const heads: number[] = [];
    log.addEventListener('state', () => states.push(log.status.state));
    log.addEventListener('head', () => heads.push(log.status.head));
    expect(log.status).toMatchObject({ state: 'connecting', head: 0 });
    await vi.waitFor(() => expect(log.status.state).toBe('live'));
    await server.append('run:1', numbered(3));
    await vi.waitFor(() => expect(log.status.head).toBe(3));
    await server.append('run:1', numbered(2, 4), 0);
    await vi.waitFor(() => expect(log.status.state).toBe('ended'));
    expect(states).toEqual(['live', 'ended']);
    expect(heads.at(-1)).toBe(5);
  });

  it('whose topic expired is renewed by its page, without a visible change', async () => {
    const server = await startServer();
    startSharedWorker();
    await server.append('run:1', numbered(5), 0);
    const refresh = vi.fn(() => Promise.resolve(server.sign('run:1', { ttl: 600 })));
    const log = openTab(server.url).open(server.sign('run:1', { ttl: -10 }), { refresh });
    const states: string[] = [];
    log.addEventListener('state', () => states.push(log.status.state));
    expect(await read(log.lines())).toEqual([1, 2, 3, 4, 5]);
    expect(refresh).toHaveBeenCalledTimes(1);
    expect(states).not.toContain('denied');
  });

  it('accepts a fresher topic of its channel, and no other', async () => {
    const server = await startServer();
    startSharedWorker();
    const log = openTab(server.url).open(server.sign('run:1', { ttl: -10 }));
    await vi.waitFor(() => expect(log.status.state).toBe('denied'));
    expect(() => log.renew(server.sign('run:2'))).toThrow(TypeError);
    expect(() => log.renew('nonsense')).toThrow(TypeError);
    log.renew(server.sign('run:1'));
    await vi.waitFor(() => expect(log.status.state).toBe('live'));
  });

  it('continues to be read when a refresh failed because the network was down briefly', async () => {
    const server = await startServer();
    await server.append('run:1', numbered(2), 0);
    startSharedWorker();
    let asked = 0;
    const refresh = async (): Promise<string> => {
      asked += 1;
      if (asked === 1) throw new TypeError('Failed to fetch');
      return server.sign('run:1');
    };
    const texts: string[] = [];
    for await (const { text } of openTab(server.url)
      .open(server.sign('run:1', { ttl: -10 }), { refresh })
      .lines())
      texts.push(text);
    expect(texts).toEqual(numbered(2));
    expect(asked).toBe(2);
  });

  it('still updates its views when one of them throws', async () => {
    const server = await startServer();
    startSharedWorker();
    const log = openTab(server.url).open(server.sign('run:1'));
    const thrown: unknown[] = [];
    const keep = (error: unknown): void => void thrown.push(error);
    process.on('uncaughtException', keep);
    try {
      log
        .view(() => {
          throw new Error('a listener that is broken');
        })
        .request([], 10);
      const lines = log.lines();
      for (let at = 1; at <= 3; at += 1) {
        await server.append('run:1', numbered(1, at));
        expect((await lines.next()).value).toMatchObject({ offset: at });
      }
      expect(thrown.length).toBeGreaterThanOrEqual(3);
    } finally {
      process.off('uncaughtException', keep);
    }
  });

  it('cannot be opened with anything but a topic', async () => {
    const server = await startServer();
    startSharedWorker();
    expect(() => openTab(server.url).open('nonsense')).toThrow(TypeError);
  });
});
